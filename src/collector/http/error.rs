//! The one error of the HTTP side: every refusal, with its status and its problems.

use std::borrow::Cow;
use std::time::Duration;

use aanrader_survey::Problem;
use aanrader_survey::outbox::{FOREIGN_ORIGIN, INTERRUPTED};
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::StoreError;

/// The number of seconds until a refused client may try again.
const RETRY_AFTER_SECONDS: &str = "5";

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Error {
    /// The answer breaks the survey's rules.
    Answer(Vec<Problem>),
    /// Parameters of the address are wrong.
    Query(Vec<Listed>),
    /// The body isn't valid JSON; where and why.
    BrokenJson(String),
    /// The body is longer than this many bytes, the longest of an answer.
    TooLarge(usize),
    /// The body didn't arrive in time.
    TooSlow,
    /// The connection broke while the body arrived.
    Interrupted,
    /// The type of the body is absent or not accepted.
    UnsupportedType,
    /// This origin may not send answers.
    ForeignOrigin(String),
    /// The token opens only this site.
    OtherSite(String),
    /// The request has no token.
    NoToken,
    /// The token is wrong.
    WrongToken,
    /// The collector has no token, so no token is right.
    NoTokenConfigured,
    /// A header makes the request ambiguous; which header, and how.
    Ambiguous(HeaderName, &'static str),
    /// The body has an encoding that isn't accepted; the header that says so.
    Encoded(HeaderName),
    /// There is nothing at this address.
    NotFound,
    /// The address takes other methods.
    MethodNotAllowed,
    /// The client has sent too much; how long it must wait.
    TooMany(Duration),
    /// The store failed; the reason is in the log.
    Unavailable,
}

/// One problem as it is sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Listed {
    #[schema(value_type = String)]
    pub(super) field: Cow<'static, str>,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Listed {
    pub(super) fn new(
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// The body of every refusal. That it names the collector tells a refusal of ours from one of a firewall, a
/// proxy or a captive portal on the way.
#[derive(Serialize, ToSchema)]
pub(super) struct Problems {
    collector: &'static str,
    problems: Vec<Listed>,
}

/// The value of `collector` in every refusal.
const MARK: &str = "aanrader";

impl Error {
    pub(super) fn status_code(&self) -> StatusCode {
        match self {
            Self::Answer(_) | Self::Query(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BrokenJson(_) | Self::Interrupted | Self::Ambiguous(..) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedType | Self::Encoded(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ForeignOrigin(_) | Self::OtherSite(_) | Self::NoTokenConfigured => StatusCode::FORBIDDEN,
            Self::NoToken | Self::WrongToken => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The problem and its remedy. Internal details are only logged.
    #[expect(clippy::too_many_lines, reason = "a case for each error")]
    pub(super) fn problems(self) -> Vec<Listed> {
        let one = |field: &'static str, code, message: &str| vec![Listed::new(field, code, message)];
        match self {
            Self::Answer(problems) => problems.iter().map(listed).collect(),
            Self::Query(problems) => problems,
            Self::BrokenJson(why) => {
                one("body", "broken_json", &format!("the body is no JSON: {why}; send one JSON object"))
            }
            Self::TooLarge(most) => {
                let message = format!("the body is too long; send at most {most} bytes");
                one("body", "too_large", &message)
            }
            Self::TooSlow => one("body", "too_slow", "the body did not come in time; send it again"),
            Self::Interrupted => one("body", INTERRUPTED, "the body broke off; send it again"),
            Self::UnsupportedType => one(
                "content-type",
                "unsupported_type",
                "send the answer as text/plain or application/json with JSON in it, or as application/x-www-form-urlencoded",
            ),
            Self::Ambiguous(name, why) => {
                vec![Listed::new(name.to_string(), "ambiguous", format!("{name} {why}"))]
            }
            Self::Encoded(name) => {
                let message = format!("{name} names an encoding that is not accepted; send plain UTF-8");
                vec![Listed::new(name.to_string(), "unsupported_encoding", message)]
            }
            Self::ForeignOrigin(origin) => {
                let message = format!(
                    "{origin:?} may not send answers to this collector; its owner can add it to --origins, or to --public-url if it is the collector's own"
                );
                one("origin", FOREIGN_ORIGIN, &message)
            }
            Self::OtherSite(own) => {
                one("site", "other_site", &format!("this token opens the site {own} only; ask for that one"))
            }
            Self::NoToken => {
                one("authorization", "missing", "send the admin token: Authorization: Bearer TOKEN")
            }
            Self::WrongToken => one(
                "authorization",
                "wrong_token",
                "this is not the collector's admin token; send the one that it was started with",
            ),
            Self::NoTokenConfigured => one(
                "authorization",
                "no_token_configured",
                "this collector has no admin token, so nobody can read its results; start it with --token-file",
            ),
            Self::NotFound => one(
                "path",
                "not_found",
                "there is nothing at this address; /openapi.json lists those that there are",
            ),
            Self::MethodNotAllowed => {
                one("method", "method_not_allowed", "this address takes other methods, see Allow")
            }
            Self::TooMany(_) => one(
                "collector",
                "too_many",
                "too much has come from this address; try again after the seconds in Retry-After",
            ),
            Self::Unavailable => one(
                "collector",
                "unavailable",
                "the collector can't reach its answers or is too busy; try again later, an id that is known never counts twice",
            ),
        }
    }

    /// Headers about the next step.
    pub(super) fn headers(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::Unavailable => Some((header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS))),
            // Rounded up, because a client that is a little early would be refused again.
            Self::TooMany(wait) => Some((header::RETRY_AFTER, (wait.as_secs() + 1).into())),
            Self::NoToken | Self::WrongToken => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
            _ => None,
        }
    }
}

fn listed(problem: &Problem) -> Listed {
    Listed { field: problem.path(), code: problem.code.name(), message: problem.message() }
}

impl From<StoreError> for Error {
    /// The store has logged its error, once for all who waited for it.
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Busy) {
            tracing::warn!("turned away: {error}");
        }
        Self::Unavailable
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let no_store = [(header::CACHE_CONTROL, "no-store")];
        let (status, extra) = (self.status_code(), self.headers());
        let mut response =
            (status, no_store, Json(Problems { collector: MARK, problems: self.problems() })).into_response();
        response.headers_mut().extend(extra);
        response
    }
}
