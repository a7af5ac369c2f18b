//! The fields of a form of these pages.

use axum::body::Body;
use axum::http::HeaderMap;

use crate::http::body::{self, Kind};
use crate::http::error::Error;

/// The fields; the last one of a name counts.
#[derive(Clone, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a form.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Error> {
        match Kind::of(headers)? {
            Kind::Form => Ok(Self::parse(&body::read(body, Kind::Form).await?)),
            Kind::Json => Err(Error::UnsupportedType),
        }
    }

    /// Reads the parameters of an address, which have the same form.
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The value of a field, unless it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Sets the value of a field.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Whether the form has that field, empty or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}
