//! The reasons for which a page is refused.

use axum::http::StatusCode;

use super::words;
use crate::http::error::Error;
use crate::store::StoreError;

/// Why a page is refused.
#[derive(Debug)]
pub(in crate::http) enum Refusal {
    /// The person must sign in first, and then returns to this address.
    SignIn(String),
    /// An error, with its status and text.
    Says(StatusCode, &'static str),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // The store has logged it.
        Self::from(Error::from(error))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let says = match &error {
            Error::Unavailable => words::BUSY,
            Error::TooMany(_) => words::TOO_MANY,
            Error::ForeignOrigin(_) => words::NOT_OURS,
            _ => words::BAD_FORM,
        };
        Self::Says(error.status_code(), says)
    }
}
