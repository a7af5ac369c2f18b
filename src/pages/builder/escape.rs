//! Texts as each language of a snippet writes them, so that none of them ends early or becomes code.

/// In HTML, between tags and in double quotes alike.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// In a Vue template, where two braces between tags would begin an expression.
pub(crate) fn vue(text: &str) -> String {
    html(text).replace('{', "&#123;").replace('}', "&#125;")
}

/// As a JavaScript string in double quotes that may stand in a script of an HTML page.
pub(crate) fn script(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // No `</script>` and no `<!--`; the last two end a line in old engines.
            '<' => out.push_str("\\x3C"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// As the value of a JSX attribute or between JSX tags: plain where it can be, else an expression.
pub(crate) fn jsx(text: &str, quoted: bool) -> String {
    let plain = !text.contains(['"', '&', '<', '>', '{', '}', '\\', '\u{2028}', '\u{2029}']);
    match (plain, quoted) {
        (true, true) => format!("\"{text}\""),
        (true, false) => text.to_owned(),
        (false, _) => format!("{{{}}}", script(text)),
    }
}

/// One part of an address's query.
pub(crate) fn query(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "Müller & \"Söhne\" </script><!-- {{ x }} \\";

    #[test]
    fn in_html_no_tag_entity_or_quote_is_left() {
        assert_eq!(html(NASTY), "Müller &amp; &quot;Söhne&quot; &lt;/script&gt;&lt;!-- {{ x }} \\");
    }

    #[test]
    fn in_vue_there_are_no_braces_either() {
        assert!(!vue(NASTY).contains(['{', '}', '<', '"']));
    }

    #[test]
    fn a_script_is_not_ended_by_a_text_in_it() {
        assert_eq!(script(NASTY), r#""Müller & \"Söhne\" \x3C/script>\x3C!-- {{ x }} \\""#);
    }

    #[test]
    fn jsx_is_plain_where_it_can_be() {
        assert_eq!(jsx("Größe 5", true), "\"Größe 5\"");
        assert_eq!(jsx("Größe 5", false), "Größe 5");
        assert_eq!(jsx("Moes & Mei", true), "{\"Moes & Mei\"}");
        assert_eq!(jsx("{a}", false), "{\"{a}\"}");
    }

    #[test]
    fn an_address_keeps_umlauts_and_signs_as_bytes() {
        assert_eq!(query("Moes & Mei+ä"), "Moes+%26+Mei%2B%C3%A4");
    }
}
