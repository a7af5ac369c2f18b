//! Requests that two programs could read differently are refused before anything looks at them.
//!
//! A proxy and the collector may disagree about where a request ends, or which of two headers counts; then
//! what one of them has judged is not what the other one does. So whatever is ambiguous is refused, and its
//! connection closed: what comes after it may not be a request at all.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Error;

/// Headers that say one thing, and so stand there once.
const ONCE: [HeaderName; 7] = [
    header::HOST,
    header::ORIGIN,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
];

pub(super) async fn check(request: Request, next: Next) -> Response {
    match judge(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => {
            let mut response = error.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            // It says nothing of anybody; and a page that is not told why would try for ever.
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            response
        }
    }
}

fn judge(request: &Request) -> Result<(), Error> {
    let headers = request.headers();
    for name in ONCE {
        if headers.get_all(&name).iter().nth(1).is_some() {
            return Err(Error::Ambiguous(name, "is there twice; send it once"));
        }
    }
    length(headers)?;
    host(request)
}

/// How long the body is, is said in one way.
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

/// A request is for one host, and says for which.
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
