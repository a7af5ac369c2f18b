//! What a form of these pages sends.

use axum::body::Body;
use axum::http::HeaderMap;

use crate::http::body::{self, Kind};
use crate::http::error::Error;

/// Its fields; of one that is there twice the last one counts.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads it.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Error> {
        match Kind::of(headers)? {
            Kind::Form => Ok(Self::parse(&body::read(body, Kind::Form).await?)),
            Kind::Json => Err(Error::UnsupportedType),
        }
    }

    /// The parameters of an address, which are written likewise.
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// A field that is filled in.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}
