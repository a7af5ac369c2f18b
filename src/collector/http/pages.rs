//! The pages that the collector makes itself: their texts in all languages, and what is around each.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::assets::{Assets, html_headers};
use super::html::{Element, element};
use super::language;

/// English is always there, also in a collector into which no files were built.
const ENGLISH: &str = include_str!("../../../www/locales/en.json");

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

/// The texts and the style sheet.
#[derive(Debug)]
pub struct Pages {
    languages: Vec<Texts>,
    style: Option<String>,
}

impl Pages {
    /// Those that were built in.
    ///
    /// # Errors
    ///
    /// Why the English texts can't be read.
    pub fn of(assets: &Assets) -> Result<Self, serde_json::Error> {
        let english = Texts::parse("en", ENGLISH.as_bytes())?;
        let mut languages = Vec::new();
        for (name, file) in assets.versioned() {
            // What is no table of texts is something else's file.
            if let Some(tag) = name.strip_suffix(".json").filter(|tag| *tag != "en") {
                languages.extend(Texts::parse(tag, file.bytes));
            }
        }
        languages.insert(0, english);
        Ok(Self { languages, style: assets.address("link.css") })
    }

    /// In the language nearest to the first of these tags that has one; without any in what the request's
    /// `Accept-Language` asks for, and at last in the first one of the site's, or in English. A site with
    /// languages has no others.
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

    /// The language of that tag's texts, if there are any.
    pub(crate) fn language(&self, tag: &str) -> Option<&str> {
        language::nearest(tag, &self.tags())
    }

    /// The languages that there are texts in.
    pub(crate) fn tags(&self) -> Vec<&str> {
        self.languages.iter().map(|texts| texts.tag.as_str()).collect()
    }

    /// A page in that language: its title, and what is in it.
    pub(super) fn page(&self, status: StatusCode, texts: &Texts, title: &str, main: &Element) -> Response {
        let meta = |name, content| element("meta").attr("name", name).attr("content", content);
        let style =
            self.style.iter().map(|style| element("link").attr("rel", "stylesheet").attr("href", style));
        let head = element("head")
            .child(&element("meta").attr("charset", "utf-8"))
            .child(&meta("viewport", "width=device-width, initial-scale=1"))
            .child(&meta("color-scheme", "light dark"))
            .child(&meta("robots", "noindex"))
            .child(&element("title").text(title))
            .children(&style.collect::<Vec<_>>());
        let body = element("body").child(main);
        let html = element("html").attr("lang", &texts.tag).attr("dir", texts.direction());
        let html = format!("<!doctype html>{}", html.child(&head).child(&body));
        let mut response = (status, html).into_response();
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

    /// Which way it is written.
    fn direction(&self) -> &'static str {
        if RIGHT_TO_LEFT.contains(&self.tag.as_str()) { "rtl" } else { "ltr" }
    }

    /// The text under that key. A missing one would be empty; the build checks that none is.
    pub(super) fn get(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }

    /// The text under that key, with a value in place of `{name}`.
    pub(super) fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.get(key).replace(&format!("{{{name}}}"), value)
    }
}
