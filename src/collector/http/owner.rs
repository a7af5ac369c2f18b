//! The owner's language, and the pages that the collector renders for the owner.
//!
//! A page takes its texts from [`Texts::of`] and is rendered by [`page`]. The collector's texts are in
//! `www/owner/LANG/collector.json`, `notices.json` and `trend.json`; `frame.json` and the header belong to all the owner's pages. If the
//! address begins with `/en/` or `/nl/`, that is the language. Otherwise the browser's `Accept-Language`
//! decides; the default is English.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};

use super::assets::{Assets, head, html_headers};
use super::language;
pub(super) use crate::texts::{LANGUAGES, Texts};

const HEADER: &str = include_str!("../../../www/owner/header.html");

impl Texts {
    /// The texts for a request with this address and these headers.
    pub(super) fn of(path: &str, headers: &HeaderMap) -> &'static Self {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let language = LANGUAGES.into_iter().find(|language| *language == first);
        Self::in_language(language.unwrap_or_else(|| accepted(headers)))
    }
}

/// The owner's language that the browser prefers; the default is English.
pub(super) fn accepted(headers: &HeaderMap) -> &'static str {
    let wanted = language::accepted(headers);
    wanted.iter().find_map(|tag| language::nearest(tag, &LANGUAGES)).unwrap_or(LANGUAGES[0])
}

/// A page in the owner's look: its title, and the content of its `main`. `path` is the address after the
/// language, such as `cases/`. It marks the page in the header, links to the other language, and names the
/// page's own style sheet if it has one.
pub(super) fn page(
    assets: &Assets,
    texts: &Texts,
    status: StatusCode,
    path: &str,
    title: &str,
    main: &Markup,
) -> Response {
    // The pages below an address have its style sheet, and it is marked for them, too.
    let first = path.split_inclusive('/').next().unwrap_or_default();
    let own = format!("{}.css", first.trim_end_matches('/'));
    let styles = ["pages.css", &own].into_iter().filter_map(|name| assets.address(name));
    let html = html! {
        (PreEscaped("<!doctype html>"))
        html lang=(texts.language()) {
            head {
                (head(&format!("{title}: Aanrader"), styles))
            }
            body {
                (PreEscaped(header_of(texts, path)))
                main #main tabindex="-1" { (main) }
            }
        }
    };
    let mut response = (status, html.into_string()).into_response();
    let headers = response.headers_mut();
    html_headers(headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    response
}

/// The header of all pages. Its markup and its texts come from this repository, never from input.
fn header_of(texts: &Texts, path: &str) -> String {
    let other = LANGUAGES.into_iter().find(|other| *other != texts.language()).unwrap_or_default();
    let first = path.split_inclusive('/').next().unwrap_or_default();
    let link = format!("href=\"{{{{root}}}}{first}\"");
    let current = if first == path { "page" } else { "true" };
    let marked = if path.is_empty() { link.clone() } else { format!("{link} aria-current=\"{current}\"") };
    let header = HEADER
        .replace(&link, &marked)
        .replace("{{root}}", &format!("/{}/", texts.language()))
        .replace("{{other}}", other)
        .replace("{{elsewhere}}", &format!("/{other}/{path}"));
    texts.all().fold(header, |header, (key, text)| header.replace(&format!("{{{{t.{key}}}}}"), text))
}

/// The page for an unknown address, in a browser.
pub(super) fn not_found(assets: &Assets, path: &str, headers: &HeaderMap) -> Response {
    let texts = Texts::of(path, headers);
    let main = html! {
        h1 { (texts.get("not_found")) }
        p { (texts.with("not_found_way_out", &[("address", path)])) }
    };
    page(assets, texts, StatusCode::NOT_FOUND, "", texts.get("not_found"), &main)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(tags: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(tags))])
    }

    #[test]
    fn the_address_decides_on_the_language_and_then_the_browser() {
        assert_eq!(Texts::of("/nl/results/", &asking("en")).language(), "nl");
        assert_eq!(Texts::of("/results/", &asking("fr, nl-BE;q=0.9, en;q=0.5")).language(), "nl");
        assert_eq!(Texts::of("/results/", &asking("fr")).language(), "en");
        assert_eq!(Texts::of("/results/", &HeaderMap::new()).language(), "en");
    }

    #[test]
    fn both_languages_fill_in_the_entire_header() {
        for texts in LANGUAGES.map(Texts::in_language) {
            let header = header_of(texts, "results/");
            assert!(!header.contains("{{"), "{header}");
            assert!(header.contains("results/\" aria-current=\"page\">"), "{header}");
        }
        assert!(header_of(Texts::in_language("nl"), "results/").contains("href=\"/en/results/\""));
    }
}
