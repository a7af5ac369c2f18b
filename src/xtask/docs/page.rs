//! A Markdown document as HTML under a strict policy: without the document's own markup, and without styles.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// The targets of links.
pub(super) trait Links {
    /// The address for a link of the document; `None` leaves the link's text without a link.
    fn target(&self, link: &str) -> Option<String>;
}

/// One heading with the text below it, up to the next heading.
pub(super) struct Section {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) text: String,
}

/// A document, rendered.
pub(super) struct Page {
    pub(super) title: String,
    pub(super) html: String,
    /// The headings of the second level, as list items.
    pub(super) contents: String,
    pub(super) sections: Vec<Section>,
    /// The files of the repository that it links, by their paths from the top.
    pub(super) files: BTreeSet<String>,
}

/// Files below this address are copies.
const FILES: &str = "/docs/files/";

impl Page {
    /// Renders a document.
    pub(super) fn of(text: &str, links: &dyn Links) -> Self {
        let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
        let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
        let headings = headings(&events);
        let second = headings.iter().filter(|heading| heading.level == HeadingLevel::H2);
        let mut page = Self {
            title: headings.first().map(|heading| heading.title.clone()).unwrap_or_default(),
            html: String::new(),
            contents: second.map(item).collect(),
            sections: sections(&events, &headings),
            files: BTreeSet::new(),
        };
        let mut ids = headings.iter().map(|heading| heading.id.clone());
        // For each open link, whether it has a target.
        let mut open = Vec::new();
        let mut html = String::new();
        let told = events.into_iter().flat_map(|event| match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let id = ids.next().map(CowStr::from);
                vec![Event::Start(Tag::Heading { level, id, classes, attrs })]
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let target = page.led(links, &dest_url);
                open.push(target.is_some());
                let link = |target: String| Tag::Link { link_type, dest_url: target.into(), title, id };
                target.map(link).map(Event::Start).into_iter().collect()
            }
            Event::End(TagEnd::Link) if open.pop() == Some(false) => Vec::new(),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = page.led(links, &dest_url).unwrap_or_default().into();
                vec![Event::Start(Tag::Image { link_type, dest_url, title, id })]
            }
            event => plain(event),
        });
        html::push_html(&mut html, told);
        // An empty corner cell is no heading.
        page.html = html.replace("<th></th>", "<td></td>");
        page
    }

    /// The target of a link; notes a file of the repository.
    fn led(&mut self, links: &dyn Links, link: &str) -> Option<String> {
        let target = links.target(link)?;
        self.files.extend(target.strip_prefix(FILES).map(str::to_owned));
        Some(target)
    }
}

/// Removes the document's own markup. A table wider than a phone gets its own scrolling, by keyboard too.
fn plain(event: Event<'_>) -> Vec<Event<'_>> {
    match event {
        Event::Html(_) | Event::InlineHtml(_) => Vec::new(),
        Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => Vec::new(),
        Event::Start(Tag::Table(columns)) => {
            let around = "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{{table}}\">";
            // The style sheet aligns cells; the policy would block a `style` attribute.
            let columns = columns.iter().map(|_| Alignment::None).collect();
            vec![Event::Html(around.into()), Event::Start(Tag::Table(columns))]
        }
        Event::End(TagEnd::Table) => vec![Event::End(TagEnd::Table), Event::Html("</div>\n".into())],
        event => vec![event],
    }
}

/// A heading as an item of the contents.
fn item(heading: &Heading) -> String {
    format!("<li><a href=\"#{}\">{}</a></li>", heading.id, escaped(&heading.title))
}

struct Heading {
    level: HeadingLevel,
    id: String,
    title: String,
}

/// The headings with the same anchors as code hosts make.
fn headings(events: &[Event<'_>]) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut open = false;
    for event in events {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = true;
                headings.push(Heading { level: *level, id: String::new(), title: String::new() });
            }
            Event::Text(text) | Event::Code(text) if open => {
                if let Some(heading) = headings.last_mut() {
                    heading.title.push_str(text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                open = false;
                if let Some(heading) = headings.last_mut() {
                    let id = anchor(&heading.title);
                    let times = seen.entry(id.clone()).or_default();
                    heading.id = if *times == 0 { id } else { format!("{id}-{times}") };
                    *times += 1;
                }
            }
            _ => {}
        }
    }
    headings
}

fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The text below each heading.
fn sections(events: &[Event<'_>], headings: &[Heading]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut in_heading = false;
    for event in events {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                let Some(Heading { id, title, .. }) = headings.get(sections.len()) else { continue };
                sections.push(Section { id: id.clone(), title: title.clone(), text: String::new() });
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(text) | Event::Code(text) if !in_heading => {
                if let Some(section) = sections.last_mut() {
                    section.text.push_str(text);
                }
            }
            Event::SoftBreak | Event::End(_) => {
                if let Some(section) = sections.last_mut().filter(|section| !section.text.ends_with(' ')) {
                    section.text.push(' ');
                }
            }
            _ => {}
        }
    }
    sections
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;

    impl Links for Plain {
        fn target(&self, link: &str) -> Option<String> {
            (link != "folder").then(|| link.replace("file:", FILES))
        }
    }

    #[test]
    fn headings_have_anchors_and_no_two_alike() {
        let page = Page::of("# A `b`\n## Same\nx\n## Same\ny <z>\n", &Plain);
        assert_eq!(page.title, "A b");
        assert_eq!(page.contents, "<li><a href=\"#same\">Same</a></li><li><a href=\"#same-1\">Same</a></li>");
        assert!(page.html.contains("<h1 id=\"a-b\">A <code>b</code></h1>"), "{}", page.html);
        assert_eq!(page.sections[1].text.trim(), "x");
    }

    #[test]
    fn markup_in_a_document_does_not_reach_the_page() {
        let page =
            Page::of("<script>alert(1)</script>\n\n<!-- x -->\n\na <b style=\"color:red\">b</b>\n", &Plain);
        assert!(!page.html.contains('<') || page.html.trim() == "<p>a b</p>", "{}", page.html);
    }

    #[test]
    fn a_link_without_a_target_is_its_text_and_a_linked_file_is_noted() {
        let page = Page::of("[a](folder) [b](file:x.css) ![c](file:y.png)\n", &Plain);
        assert!(page.html.starts_with("<p>a <a href=\"/docs/files/x.css\">b</a>"), "{}", page.html);
        assert_eq!(page.files, ["x.css", "y.png"].map(str::to_owned).into());
    }
}
