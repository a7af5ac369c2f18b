//! Why a page is not as it was asked for.

use axum::http::StatusCode;

use super::words;
use crate::http::error::Error;
use crate::store::StoreError;

/// Why there is no page as asked for.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Somebody has to sign in first, and comes back to this address.
    SignIn(String),
    /// What is wrong, with its status.
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
