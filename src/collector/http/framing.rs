//! Refuses requests that two programs could read differently, before any other code sees them.
//!
//! A proxy and the collector may disagree about the end of a request, or about which of two headers counts.
//! Then the request that one of them has checked isn't the one that the other carries out. So every ambiguous
//! request is refused, and its connection closed: the bytes after it may not be a request at all.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Version, header};
use axum::response::{IntoResponse, Response};

use super::error::Error;

/// Headers with a single value, which may occur only once.
const ONCE: [HeaderName; 7] = [
    header::HOST,
    header::ORIGIN,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
];

/// The reply to an ambiguous request.
pub(super) fn refusal(error: Error) -> Response {
    let mut response = error.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    // The refusal reveals nothing about any person. A page that couldn't read it would retry for ever.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Whether a request is unambiguous.
pub(super) fn judge(request: &Request) -> Result<(), Error> {
    let headers = request.headers();
    for name in ONCE {
        if headers.get_all(&name).iter().nth(1).is_some() {
            return Err(Error::Ambiguous(name, "is there twice; send it once"));
        }
    }
    length(headers)?;
    host(request)
}

/// The length of the body must be given in exactly one way.
fn length(headers: &HeaderMap) -> Result<(), Error> {
    let Some(coding) = headers.get(header::TRANSFER_ENCODING) else {
        return Ok(());
    };
    if headers.contains_key(header::CONTENT_LENGTH) {
        return Err(Error::Ambiguous(
            header::CONTENT_LENGTH,
            "stands beside transfer-encoding; send one of them",
        ));
    }
    if !coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Err(Error::Ambiguous(
            header::TRANSFER_ENCODING,
            "is not chunked; send the body so, or its length",
        ));
    }
    Ok(())
}

/// A request must name exactly one host.
fn host(request: &Request) -> Result<(), Error> {
    let wrong = |why| Err(Error::Ambiguous(header::HOST, why));
    let Some(host) = request.headers().get(header::HOST) else {
        return match request.version() {
            Version::HTTP_11 => wrong("is missing; send it"),
            _ => Ok(()),
        };
    };
    let parsed = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    match (parsed, request.uri().authority()) {
        (None, _) => wrong("is no host and port"),
        (Some(host), _) if host.as_str().contains('@') => wrong("is no host and port"),
        (Some(host), Some(target)) if host != *target => wrong("is another one than the address asks for"),
        _ => Ok(()),
    }
}
