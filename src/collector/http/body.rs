//! Receives a body: within limits of size and time, and of a known type.

use std::time::Duration;

use aanrader_survey::limits::BODY_BYTES;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use std::future::poll_fn;
use std::pin::Pin;

use super::error::Error;

/// The time limit for a complete body.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The longest form, in bytes. A form needs up to three times as many bytes for a character as JSON: each
/// byte as `%E3`. An answer that fits as JSON also fits as a form.
const FORM_BYTES: usize = 4 * BODY_BYTES;

/// How many bytes of an oversized body are read and discarded. A client that is still sending when the
/// connection closes never reads the reason.
const DISCARD_BYTES: usize = 1024 * 1024;

/// The accepted types of body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// JSON, labelled as JSON or, to avoid a preflight, as plain text.
    Json,
    /// The body of a form, sent without JavaScript.
    Form,
}

impl Kind {
    /// The type in the headers. The collector never guesses another type, and reads only plain UTF-8.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Error> {
        let coding = headers.get(header::CONTENT_ENCODING);
        if coding.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            return Err(Error::Encoded(header::CONTENT_ENCODING));
        }
        let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let mut parts = value.ok_or(Error::UnsupportedType)?.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let kind = match essence.as_str() {
            "text/plain" | "application/json" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            _ => return Err(Error::UnsupportedType),
        };
        if parts.all(is_utf8) { Ok(kind) } else { Err(Error::Encoded(header::CONTENT_TYPE)) }
    }

    /// The longest body of this type.
    pub(super) const fn most_bytes(self) -> usize {
        match self {
            Self::Json => BODY_BYTES,
            Self::Form => FORM_BYTES,
        }
    }
}

/// Whether the text is UTF-8 despite this parameter of the type.
fn is_utf8(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let charset = value.trim().trim_matches('"');
    !name.trim().eq_ignore_ascii_case("charset")
        || ["utf-8", "utf8"].iter().any(|name| charset.eq_ignore_ascii_case(name))
}

/// Reads a body within the size limit of its type, whether or not its length was announced.
pub(super) async fn read(body: Body, kind: Kind) -> Result<Vec<u8>, Error> {
    let reading = collect(body, kind.most_bytes());
    tokio::time::timeout(TIMEOUT, reading).await.map_err(|_| Error::TooSlow)?
}

async fn collect(mut body: Body, most: usize) -> Result<Vec<u8>, Error> {
    if body.size_hint().lower() > DISCARD_BYTES as u64 {
        return Err(Error::TooLarge(most));
    }
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(chunk) = next_chunk(&mut body).await? {
        length += chunk.len();
        if length <= most {
            bytes.extend_from_slice(&chunk);
        } else if length > DISCARD_BYTES {
            break;
        }
    }
    if length > most { Err(Error::TooLarge(most)) } else { Ok(bytes) }
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, Error> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(Error::Interrupted),
            Some(Ok(frame)) => {
                // Trailers carry no data.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
