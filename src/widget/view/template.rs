//! Elements made from a few words each, one by one and never from HTML text: that is what a strict
//! content security policy and Trusted Types let through.
//!
//! A line is an element, in the last one above it that is indented less. Its words are the tag and then
//! `.name` (class and part), `#id`, `@key` (a text of the language), `=literal`, `?` (the question),
//! `name=value`, `name=@key`, or `name` alone.

use crate::js::{self, Value};
use crate::texts::Texts;

/// What elements are made with.
pub(super) struct Maker<'a> {
    pub(super) document: Value,
    pub(super) texts: &'a Texts,
    pub(super) question: Value,
}

impl Maker<'_> {
    /// Adds what the template says to an element. In a page with a broken `createElement` something
    /// is missing: better an odd card in such a page than an exception.
    pub(super) fn add(&self, parent: Value, template: &str) {
        let mut parents = vec![parent];
        let mut lines = template;
        while !lines.is_empty() {
            let mut words = js::cut(&mut lines, b'\n');
            let mut depth = 1;
            let mut word = js::cut(&mut words, b' ');
            while word.is_empty() {
                word = js::cut(&mut words, b' ');
                depth += 1;
            }
            parents.truncate(depth);
            let element = js::call(self.document, "createElement", word);
            if let Some(&parent) = parents.last() {
                while !words.is_empty() {
                    self.set(element, js::cut(&mut words, b' '));
                }
                js::pass(parent, "appendChild", element);
                parents.push(element);
            }
        }
    }

    fn set(&self, element: Value, word: &str) {
        let mut value = word;
        let name = js::cut(&mut value, b'=');
        let rest = name.get(1..).unwrap_or("");
        let content = |text: Value| js::set(element, "textContent", text);
        match name.bytes().next() {
            None => content(value.into()),
            Some(b'?') => content(self.question),
            Some(b'@') => content(self.texts.get(rest)),
            Some(b'#') => js::attribute(element, "id", rest),
            Some(b'.') => {
                js::attribute(element, "class", rest);
                js::attribute(element, "part", rest);
            }
            _ => match value.strip_prefix('@') {
                Some(key) => drop(js::call_with(element, "setAttribute", name.into(), self.texts.get(key))),
                None => js::attribute(element, name, value),
            },
        }
    }
}
