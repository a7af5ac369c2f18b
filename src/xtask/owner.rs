//! The owner's pages, once in each of the owner's languages: templates in `www/pages`, texts in `www/owner`.
//!
//! A template has `{{t.KEY}}` in place of a text. The text comes from the page's own file, from `frame.json`
//! (shared by all pages), or from `program.json` (shared with the pages' module). `{{header}}` is
//! `header.html`. `{{root}}` leads to the start page, relative to the page, so a reader who has chosen `/nl/`
//! stays there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::{dist, layout, locales};

/// The owner's languages. The collector has the same list.
pub(crate) const LANGUAGES: [&str; 2] = ["en", "nl"];

/// The files of texts that all pages share.
const SHARED: [&str; 2] = ["frame", "program"];

/// The texts of one language, by the name of their file.
type Texts = BTreeMap<String, Map<String, Value>>;

/// All texts, and the ones that a page has used.
pub(crate) struct Owner {
    texts: BTreeMap<&'static str, Texts>,
    header: String,
    used: BTreeSet<(String, String)>,
}

impl Owner {
    /// Reads `www/owner`.
    ///
    /// # Errors
    ///
    /// Every key, placeholder or tag in which the languages differ.
    pub(crate) fn read() -> Result<Self> {
        let folder = layout::www().join("owner");
        let header = fs::read_to_string(folder.join("header.html")).context("www/owner/header.html")?;
        let mut texts = BTreeMap::new();
        for language in LANGUAGES {
            texts.insert(language, of_language(&folder.join(language))?);
        }
        let owner = Self { texts, header, used: BTreeSet::new() };
        let problems = owner.problems();
        ensure!(problems.is_empty(), "www/owner:\n  {}", problems.join("\n  "));
        Ok(owner)
    }

    /// Fills in a template in one language. `path` is the page's address after the language, such as
    /// `builder/`; `elsewhere` are other values for `{{NAME}}`.
    ///
    /// # Errors
    ///
    /// An unknown name in the template.
    pub(crate) fn page(&mut self, template: &str, language: &'static str, path: &str) -> Result<String> {
        let other = LANGUAGES.into_iter().find(|other| *other != language).unwrap_or(language);
        let root = root(path);
        let header = current(&self.header, path);
        let page = template.replace("{{header}}", header.trim_end());
        let page = self.say(&page, language, name_of(path))?;
        let page = page.replace("{{root}}", &root).replace("{{lang}}", language).replace("{{other}}", other);
        Ok(page.replace("{{elsewhere}}", &format!("/{other}/{path}")))
    }

    /// One text of a page's file.
    ///
    /// # Errors
    ///
    /// The name of a missing text.
    pub(crate) fn text(&mut self, file: &str, language: &'static str, key: &str) -> Result<String> {
        self.say(&format!("{{{{t.{key}}}}}"), language, file)
    }

    /// Replaces keys by their texts.
    fn say(&mut self, template: &str, language: &'static str, name: &str) -> Result<String> {
        let texts = &self.texts[language];
        let mut pieces = template.split("{{t.");
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (key, rest) = piece.split_once("}}").context("{{t. without }}")?;
            let files = [name].into_iter().chain(SHARED);
            let found = files.into_iter().find_map(|file| Some((file, texts.get(file)?.get(key)?.as_str()?)));
            let Some((file, text)) = found else { bail!("the page \"{name}\" asks for the text \"{key}\"") };
            self.used.insert((file.to_owned(), key.to_owned()));
            out.push_str(text);
            out.push_str(rest);
        }
        Ok(out)
    }

    /// The texts that no page has used. The compiler finds unused texts of the module, a test those of the
    /// collector.
    pub(crate) fn unused(&self) -> Vec<String> {
        let of_pages = |file: &str| !["program", "collector", "notices", "trend"].contains(&file);
        let all = self.texts[LANGUAGES[0]].iter().filter(|(file, _)| of_pages(file));
        let keys = all.flat_map(|(file, texts)| texts.keys().map(move |key| (file.clone(), key.clone())));
        keys.filter(|key| !self.used.contains(key)).map(|(file, key)| format!("{file}.json: {key}")).collect()
    }

    /// The differences between the languages.
    fn problems(&self) -> Vec<String> {
        let reference = &self.texts[LANGUAGES[0]];
        let mut problems = Vec::new();
        for (language, texts) in &self.texts {
            if !texts.keys().eq(reference.keys()) {
                problems.push(format!("{language} has other files than {}", LANGUAGES[0]));
            }
            for (file, texts) in texts {
                let empty = Map::new();
                let reference = reference.get(file).unwrap_or(&empty);
                problems.extend(locales::compare(&format!("{language}/{file}"), texts, reference));
                problems.extend(tags_differ(&format!("{language}/{file}"), texts, reference));
            }
        }
        problems
    }
}

/// The texts in a folder, by file name.
fn of_language(folder: &Path) -> Result<Texts> {
    let mut texts = Texts::new();
    for file in dist::files(folder)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let path = folder.join(&file);
        let json = serde_json::from_slice(&fs::read(&path)?);
        texts.insert(name, json.with_context(|| path.display().to_string())?);
    }
    Ok(texts)
}

/// The relative path from a page to the start page.
pub(crate) fn root(path: &str) -> String {
    if path.is_empty() { "./".to_owned() } else { "../".repeat(path.matches('/').count()) }
}

/// The name of a page's file of texts: its folder, or `start`.
fn name_of(path: &str) -> &str {
    path.split('/').next().filter(|name| !name.is_empty()).unwrap_or("start")
}

/// The header, with the current page's link marked.
fn current(header: &str, path: &str) -> String {
    let path = path.split_inclusive('/').next().unwrap_or_default();
    let link = format!("href=\"{{{{root}}}}{path}\"");
    if path.is_empty() {
        header.to_owned()
    } else {
        header.replace(&link, &(link.clone() + " aria-current=\"page\""))
    }
}

/// Texts whose markup differs from that of the reference.
fn tags_differ(file: &str, texts: &Map<String, Value>, reference: &Map<String, Value>) -> Vec<String> {
    let same = |key: &String, text: &Value| {
        let wanted = reference.get(key).and_then(Value::as_str).unwrap_or_default();
        tags(text.as_str().unwrap_or_default()) == tags(wanted)
    };
    let differing = texts.iter().filter(|(key, text)| !same(key, text));
    differing.map(|(key, _)| format!("{file}.json: \"{key}\" has other tags than the English text")).collect()
}

/// The names of a text's tags, sorted, because languages may order them differently.
fn tags(text: &str) -> Vec<&str> {
    let name = |part: &'_ str| part.find(|c: char| c != '/' && !c.is_ascii_alphanumeric());
    let mut tags: Vec<_> =
        text.split('<').skip(1).map(|part| &part[..name(part).unwrap_or(part.len())]).collect();
    tags.sort_unstable();
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner::read().expect("the owner's texts")
    }

    #[test]
    fn a_page_has_the_texts_of_its_language_and_leads_to_the_other_one() {
        let page = owner().page("{{header}}<h1>{{t.title}}</h1>", "nl", "results/").expect("a page");
        assert!(page.ends_with("<h1>Resultaten: Aanrader</h1>"), "{page}");
        assert!(page.contains("href=\"/en/results/\" lang=\"en\""), "{page}");
        assert!(page.contains("<a href=\"../results/\" aria-current=\"page\">Resultaten</a>"), "{page}");
        assert!(!page.contains("{{"), "{page}");
    }

    #[test]
    fn a_text_that_is_not_there_is_named() {
        let error = owner().page("{{t.nonsense}}", "en", "results/").expect_err("no such text");
        assert_eq!(error.to_string(), "the page \"results\" asks for the text \"nonsense\"");
    }

    #[test]
    fn a_text_with_another_tag_than_in_english_is_named() {
        let json = |text: &str| serde_json::from_str::<Map<String, Value>>(text).expect("JSON");
        let (english, dutch) = (json(r#"{"a":"<b>A</b>"}"#), json(r#"{"a":"<i>A</i>"}"#));
        assert_eq!(
            tags_differ("nl/x", &dutch, &english),
            ["nl/x.json: \"a\" has other tags than the English text"]
        );
        assert!(tags_differ("en/x", &english, &english).is_empty());
    }
}
