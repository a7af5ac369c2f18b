//! The documents for people: short sentences and valid links.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// All documents of the repository for people.
const DOCUMENTS: [&str; 5] =
    ["README.md", "www/README.md", "src/collector/README.md", "tests/README.md", "src/README.md"];

/// The largest number of words in README.md, code and tables included.
const README_WORDS: usize = 1_000;

/// The largest number of words in a sentence.
const SENTENCE_WORDS: usize = 40;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// The text of each paragraph, list item and table cell, without code blocks.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    let mut in_code = false;
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if in_code => {}
            Event::Text(text) | Event::Code(text) => {
                paragraphs.last_mut().expect("there is one").push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => paragraphs.last_mut().expect("there is one").push(' '),
            Event::Start(
                Tag::Paragraph | Tag::Item | Tag::TableCell | Tag::Heading { .. } | Tag::HtmlBlock,
            )
            | Event::End(TagEnd::Item | TagEnd::TableCell) => paragraphs.push(String::new()),
            _ => {}
        }
    }
    paragraphs
}

/// The sentences of a paragraph. A full stop, colon or semicolon before a space ends one, because a reader
/// can pause there.
fn sentences(paragraph: &str) -> impl Iterator<Item = &str> {
    [". ", "! ", "? ", ": ", "; "]
        .iter()
        .fold(vec![paragraph], |parts, end| parts.into_iter().flat_map(|part| part.split(end)).collect())
        .into_iter()
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// The anchors of a document's headings, as code hosts make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let text = heading.take().unwrap_or_default().to_lowercase();
                let kept = text.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
                anchors.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
            }
            _ => {}
        }
    }
    anchors
}

/// The targets of a document's links and pictures within the repository.
fn links(text: &str) -> Vec<String> {
    events(text)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.to_string())
            }
            _ => None,
        })
        .filter(|target| !target.contains("://"))
        .collect()
}

#[test]
fn the_readme_has_at_most_a_thousand_words() {
    let count = read("README.md").split_whitespace().count();
    assert!(count <= README_WORDS, "README.md has {count} words");
}

#[test]
fn no_sentence_of_a_document_has_more_than_forty_words() {
    let mut long = Vec::new();
    for name in DOCUMENTS {
        for paragraph in paragraphs(&read(name)) {
            long.extend(
                sentences(&paragraph)
                    .filter(|sentence| words(sentence) > SENTENCE_WORDS)
                    .map(|sentence| format!("{name}: {} words: {sentence}", words(sentence))),
            );
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_link_of_a_document_leads_to_a_file_and_a_heading() {
    let anchors: BTreeMap<PathBuf, BTreeSet<String>> = DOCUMENTS
        .iter()
        .map(|name| (root().join(name).canonicalize().expect("a document"), anchors(&read(name))))
        .collect();
    for name in DOCUMENTS {
        let document = root().join(name);
        for link in links(&read(name)) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target =
                if file.is_empty() { document.clone() } else { document.with_file_name("").join(file) };
            let target = target.canonicalize().unwrap_or_else(|_| panic!("{name}: no file for {link}"));
            assert!(
                anchor.is_empty() || anchors.get(&target).is_some_and(|known| known.contains(anchor)),
                "{name}: no heading for {link}"
            );
        }
    }
}

#[test]
fn a_long_sentence_and_a_dead_anchor_would_be_found() {
    let long = format!("Short. {} end.", "word ".repeat(45));
    assert!(sentences(&paragraphs(&long).concat()).any(|sentence| words(sentence) > SENTENCE_WORDS));
    assert_eq!(anchors("# A `b` c\n"), BTreeSet::from(["a-b-c".to_owned()]));
    assert_eq!(links("[x](#y) [z](https://w.example)"), ["#y"]);
}
