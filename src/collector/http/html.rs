//! HTML, element by element: what is markup stands in this program's code, everything else is a text and
//! is escaped.

use std::fmt;

/// Elements that have no content and no end tag.
const VOID: [&str; 3] = ["input", "link", "meta"];

/// An element with what is in it.
#[derive(Clone, Debug)]
#[must_use]
pub(super) struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

/// An element without anything in it.
pub(super) const fn element(name: &'static str) -> Element {
    Element { name, attributes: String::new(), content: String::new() }
}

impl Element {
    /// With an attribute of any value.
    pub(super) fn attr(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        for part in [" ", name, "=\"", &escaped(value.as_ref()), "\""] {
            self.attributes.push_str(part);
        }
        self
    }

    /// With an attribute that is there or isn't.
    pub(super) fn flag(mut self, name: &'static str, there: bool) -> Self {
        if there {
            self.attributes.push(' ');
            self.attributes.push_str(name);
        }
        self
    }

    /// With a text at its end.
    pub(super) fn text(mut self, text: impl AsRef<str>) -> Self {
        self.content.push_str(&escaped(text.as_ref()));
        self
    }

    /// With an element at its end.
    pub(super) fn child(mut self, child: &Self) -> Self {
        self.content.push_str(&child.to_string());
        self
    }

    /// With elements at its end.
    pub(super) fn children<'a>(self, children: impl IntoIterator<Item = &'a Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attributes, content } = self;
        write!(f, "<{name}{attributes}>")?;
        // A line break right after the start of a textarea is no part of its text; one more keeps the text's own.
        let lead = if *name == "textarea" { "\n" } else { "" };
        if VOID.contains(name) { Ok(()) } else { write!(f, "{lead}{content}</{name}>") }
    }
}

/// The text with everything that HTML could take for its own written out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No text of HTML may hold it.
            '\0' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_or_a_value_becomes_markup() {
        let link = element("p").attr("title", "\"><script>").text("<b title=\"x\">'&'</b>");
        assert_eq!(
            link.to_string(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b title=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;</p>"
        );
    }

    #[test]
    fn a_text_with_a_line_break_in_front_keeps_it_in_a_textarea() {
        assert_eq!(element("textarea").text("\na").to_string(), "<textarea>\n\na</textarea>");
    }

    #[test]
    fn elements_without_content_have_no_end_tag() {
        let form = element("form").child(&element("input").flag("checked", true).flag("required", false));
        assert_eq!(form.to_string(), "<form><input checked></form>");
    }
}
