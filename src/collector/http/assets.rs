//! The files that were built into the binary: the widget, its pages and the demo shop.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::log::Served;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// The policy of every page: its own scripts, styles and the module, and no strings as markup.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'",
);

/// One file.
#[derive(Debug)]
pub struct Asset {
    /// Its path from the root, without a leading slash.
    pub path: &'static str,
    /// Its contents.
    pub bytes: &'static [u8],
    /// The same in brotli, if that saves enough.
    pub brotli: Option<&'static [u8]>,
    /// A hash of `bytes`, in hexadecimal.
    pub hash: &'static str,
}

/// The files that are served.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    files: &'static [Asset],
    demo: bool,
}

impl Assets {
    /// The built-in files; the demo shop is among them only on request.
    pub fn embedded(demo: bool) -> Self {
        Self { files: embedded::FILES, demo }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files with the version's hash in their address, by their names alone.
    pub(super) fn versioned(&self) -> impl Iterator<Item = (&'static str, &'static Asset)> {
        let named = |file: &'static Asset| Some((file.path.strip_prefix("v/")?.split_once('/')?.1, file));
        self.files.iter().filter_map(named)
    }

    /// The address of a file of this version, with a leading slash.
    pub(super) fn address(&self, name: &str) -> Option<String> {
        self.versioned().find(|(path, _)| *path == name).map(|(_, file)| format!("/{}", file.path))
    }

    /// Redirects a loader from before an update, still in a browser's cache, to the files of this version.
    /// Every reply has CORS headers; otherwise the browser would report a misleading error.
    pub(super) fn of_another_version(&self, path: &str) -> Response {
        let name = path.strip_prefix("v/").and_then(|path| path.split_once('/')).map(|(_, name)| name);
        let mut response = match name.and_then(|name| self.address(name)) {
            Some(address) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, address)]).into_response(),
            None => (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        share(headers);
        response
    }

    pub(super) fn find(&self, path: &str) -> Option<&'static Asset> {
        let hidden = !self.demo && path.starts_with("demo/");
        self.files.iter().find(|file| file.path == path && !hidden)
    }

    /// The owner's page in that language.
    pub(super) fn in_language(&self, path: &str, language: &str) -> Option<&'static Asset> {
        self.find(&format!("{language}/{path}"))
    }
}

pub(super) fn reply(file: &Asset, request: &HeaderMap) -> Response {
    let brotli = file.brotli.filter(|_| takes_brotli(request));
    let etag = if brotli.is_some() { format!("\"{}-br\"", file.hash) } else { format!("\"{}\"", file.hash) };
    let mut response = if knows(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut full = brotli.unwrap_or(file.bytes).into_response();
        describe(full.headers_mut(), file.path, brotli.is_some());
        full
    };
    response.extensions_mut().insert(Served(file.path));
    cache(response.headers_mut(), file.path);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    if file.brotli.is_some() {
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    response
}

/// Sets the headers that describe the body.
fn describe(headers: &mut HeaderMap, path: &str, brotli: bool) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    if path.ends_with(".html") {
        html_headers(headers);
    }
    if brotli {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
}

/// Sets who may cache it, and for how long. Hashed names never change; shops on other origins load those and
/// the loaders.
fn cache(headers: &mut HeaderMap, path: &str) {
    let (caching, shared) = if path.starts_with("v/") {
        ("public, max-age=31536000, immutable", true)
    } else if path == "nps.js" || path.starts_with("aanrader.") && path.ends_with(".js") {
        ("public, max-age=300, stale-while-revalidate=86400", true)
    } else {
        ("no-cache", false)
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if shared {
        share(headers);
    }
}

/// Lets pages of every origin read it.
fn share(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
}

/// The beginning of the head of a page that the collector makes, with its style sheets. Search engines are to
/// list none of these pages.
pub(super) fn head(title: &str, styles: impl IntoIterator<Item = String>) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        meta name="robots" content="noindex";
        title { (title) }
        @for style in styles { link rel="stylesheet" href=(style); }
    }
}

/// Sets the headers of every HTML page.
pub(super) fn html_headers(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "tgz" => "application/gzip",
        _ => "application/octet-stream",
    }
}

/// Whether the client accepts `br`, with a weight above zero.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|encoding| {
        let mut parts = encoding.split(';').map(str::trim);
        let is_brotli = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        is_brotli && weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}

/// Whether the request names this entity tag, or any.
fn knows(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
        // A proxy that compresses again makes tags weak; this comparison ignores that.
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

#[cfg(test)]
mod tests;
