//! Taking in a body: not too long, not too slow, of a type that is known.

use std::time::Duration;

use aanrader_survey::limits::BODY_BYTES;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use std::future::poll_fn;
use std::pin::Pin;

use super::error::Error;

/// The whole body has to come within this time.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A form writes a character of an answer in up to three times as many bytes as JSON does: each byte as
/// `%E3`. What fits as JSON is to fit as a form, too.
const FORM_BYTES: usize = 4 * BODY_BYTES;

/// So much of a body that is too long is read and thrown away: a client that is still
/// sending when the connection closes never gets to read why.
const DISCARD_BYTES: usize = 1024 * 1024;

/// The types of body that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// JSON, whether it is called so or, to need no preflight, plain text.
    Json,
    /// The body of a form without JavaScript.
    Form,
}

impl Kind {
    /// What a body is said to be. Bytes are never read as something else than they are said to be, and only
    /// plain UTF-8 is read.
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

/// Whether a parameter of the type leaves the text UTF-8.
fn is_utf8(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let charset = value.trim().trim_matches('"');
    !name.trim().eq_ignore_ascii_case("charset")
        || ["utf-8", "utf8"].iter().any(|name| charset.eq_ignore_ascii_case(name))
}

/// Reads a body that is not too long for its type, whether its length was announced or not.
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
                // Trailers are no data.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
