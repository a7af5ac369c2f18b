//! Answers all addresses without another handler: a file, or a page that says that nothing is there.

use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::assets::reply;
use super::{State, owner};

/// Answers an address without another handler.
pub(super) async fn serve(
    Shared(state): Shared<State>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().strip_prefix('/').unwrap_or_default();
    let assets = &state.assets;
    let wanted =
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let (file, varies) = match assets.find(&wanted) {
        Some(file) => (Some(file), false),
        None => (assets.in_language(&wanted, owner::accepted(&headers)), true),
    };
    let folder = || {
        let index = format!("{path}/index.html");
        assets.find(&index).or_else(|| assets.in_language(&index, owner::accepted(&headers)))
    };
    match file {
        Some(_) if method != Method::GET && method != Method::HEAD => {
            (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,HEAD")]).into_response()
        }
        Some(file) if varies => in_one_language(reply(file, &headers)),
        Some(file) => reply(file, &headers),
        // Without its slash, a folder's page would have broken relative links.
        None if folder().is_some() => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("/{path}/"))]).into_response()
        }
        None if path.starts_with("v/") => assets.of_another_version(path),
        None if reads_html(&headers) => owner::not_found(assets, uri.path(), &headers),
        None => {
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            (StatusCode::NOT_FOUND, no_store, "There is nothing at this address.\n").into_response()
        }
    }
}

/// Tells caches that this address also exists in other languages.
fn in_one_language(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// Whether the reply is for a person in a browser.
fn reads_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|types| types.contains("text/html"))
}
