//! Escapes texts for each language of a snippet, so that no text ends early or becomes code.

/// Escapes for HTML, both between tags and in double quotes.
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

/// Escapes for a Vue template, where two braces between tags would begin an expression.
pub(crate) fn vue(text: &str) -> String {
    html(text).replace('{', "&#123;").replace('}', "&#125;")
}

/// A JavaScript string in double quotes, safe in a script of an HTML page.
pub(crate) fn script(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // Prevents `</script>` and `<!--`; the last two characters end a line in old engines.
            '<' => out.push_str("\\x3C"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The value of a JSX attribute, or text between JSX tags: plain if possible, otherwise an expression.
pub(crate) fn jsx(text: &str, quoted: bool) -> String {
    let plain = !text.contains(['"', '&', '<', '>', '{', '}', '\\', '\u{2028}', '\u{2029}']);
    match (plain, quoted) {
        (true, true) => format!("\"{text}\""),
        (true, false) => text.to_owned(),
        (false, _) => format!("{{{}}}", script(text)),
    }
}

/// One part of a URL's query.
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
