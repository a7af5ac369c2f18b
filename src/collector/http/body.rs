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

/// So much of a body that is too long is read and thrown away: whoever is still
/// sending when the connection closes never gets to read why.
const DISCARD_BYTES: usize = 1024 * 1024;

/// The types of body that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// JSON, whether it is called so or, to need no preflight, plain text.
    Json,
    /// What a form without JavaScript sends.
    Form,
}

impl Kind {
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let essence = value.split(';').next().unwrap_or(value).trim();
        match essence.to_ascii_lowercase().as_str() {
            "text/plain" | "application/json" => Some(Self::Json),
            "application/x-www-form-urlencoded" => Some(Self::Form),
            _ => None,
        }
    }
}

/// Reads a body of at most [`BODY_BYTES`], whether its length was announced or not.
pub(super) async fn read(body: Body) -> Result<Vec<u8>, Error> {
    tokio::time::timeout(TIMEOUT, collect(body)).await.map_err(|_| Error::TooSlow)?
}

async fn collect(mut body: Body) -> Result<Vec<u8>, Error> {
    if body.size_hint().lower() > DISCARD_BYTES as u64 {
        return Err(Error::TooLarge);
    }
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(chunk) = next_chunk(&mut body).await? {
        length += chunk.len();
        if length <= BODY_BYTES {
            bytes.extend_from_slice(&chunk);
        } else if length > DISCARD_BYTES {
            break;
        }
    }
    if length > BODY_BYTES { Err(Error::TooLarge) } else { Ok(bytes) }
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
