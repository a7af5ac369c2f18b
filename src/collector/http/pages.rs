//! The pages that the collector renders for customers: their texts in all languages, and their frame.

use std::collections::BTreeMap;

use aanrader_survey::wording_id;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};

use super::assets::{Assets, head, html_headers};
use super::language;

/// English is always available, even in a collector without built-in files.
const ENGLISH: &str = include_str!("../../../www/locales/en.json");

/// The languages with right-to-left script.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

/// The texts and the style sheet.
#[derive(Debug)]
pub struct Pages {
    languages: Vec<Texts>,
    style: Option<String>,
}

impl Pages {
    /// The built-in texts and style sheet.
    ///
    /// # Errors
    ///
    /// The English texts can't be read.
    pub fn of(assets: &Assets) -> Result<Self, serde_json::Error> {
        let english = Texts::parse("en", ENGLISH.as_bytes())?;
        let mut languages = Vec::new();
        for (name, file) in assets.versioned() {
            // Other JSON files contain no texts.
            if let Some(tag) = name.strip_suffix(".json").filter(|tag| *tag != "en") {
                languages.extend(Texts::parse(tag, file.bytes));
            }
        }
        languages.insert(0, english);
        Ok(Self { languages, style: assets.address("link.css") })
    }

    /// The texts in the language nearest to the first tag that has one. The request's `Accept-Language` comes
    /// next, then the site's first language, then English. A site with a list of languages uses no others.
    pub(super) fn texts(&self, tags: &[Option<&str>], headers: &HeaderMap, of_site: &[String]) -> &Texts {
        let all = self.tags();
        let of_site: Vec<&str> = of_site.iter().filter_map(|tag| language::nearest(tag, &all)).collect();
        let known = if of_site.is_empty() { &all } else { &of_site };
        let asked = language::accepted(headers);
        let mut wanted = tags.iter().copied().flatten().chain(asked.iter().map(String::as_str));
        let tag = wanted.find_map(|tag| language::nearest(tag, known)).or(of_site.first().copied());
        let found = tag.and_then(|tag| self.languages.iter().find(|texts| texts.tag == tag));
        found.unwrap_or(&self.languages[0])
    }

    /// The language of the texts for that tag, if there are any.
    pub(crate) fn language(&self, tag: &str) -> Option<&str> {
        language::nearest(tag, &self.tags())
    }

    /// The texts at the ends of the scale in exactly this language.
    pub(super) fn ends(&self, tag: &str) -> Option<[&str; 2]> {
        let texts = self.languages.iter().find(|texts| texts.tag == tag)?;
        Some([texts.get("low"), texts.get("high")])
    }

    /// The usual questions of all languages, by the ids of their wordings.
    pub(super) fn questions(&self) -> Vec<(String, String)> {
        let all =
            self.languages.iter().flat_map(|texts| ["question", "question_brand"].map(|key| (texts, key)));
        let one = |(texts, key): (&Texts, &str)| {
            let question = texts.get(key);
            (wording_id(&[question, texts.get("low"), texts.get("high")]), question.to_owned())
        };
        all.map(one).collect()
    }

    /// The languages of the texts.
    pub(crate) fn tags(&self) -> Vec<&str> {
        self.languages.iter().map(|texts| texts.tag.as_str()).collect()
    }

    /// A page in that language: its title, and the content of its `main`.
    pub(super) fn page(&self, status: StatusCode, texts: &Texts, title: &str, main: &Markup) -> Response {
        let html = html! {
            (PreEscaped("<!doctype html>"))
            html lang=(texts.tag) dir=(texts.direction()) {
                head {
                    (head(title, self.style.clone()))
                }
                body { main { (main) } }
            }
        };
        let mut response = (status, html.into_string()).into_response();
        html_headers(response.headers_mut());
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language"));
        response
    }
}

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    tag: String,
    texts: BTreeMap<String, String>,
}

impl Texts {
    fn parse(tag: &str, json: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self { tag: tag.to_owned(), texts: serde_json::from_slice(json)? })
    }

    /// The language's tag.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// The direction of its script.
    fn direction(&self) -> &'static str {
        if RIGHT_TO_LEFT.contains(&self.tag.as_str()) { "rtl" } else { "ltr" }
    }

    /// The text under that key. A missing one would be empty; the build ensures that none is missing.
    pub(super) fn get(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }

    /// The text under that key, with a value in place of `{name}`.
    pub(super) fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.get(key).replace(&format!("{{{name}}}"), value)
    }
}
