//! `/healthz`: the process lives; `/readyz`: the collector can store answers.

use std::time::Duration;

use axum::extract::State as Shared;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use utoipa::ToSchema;

use super::State;
use super::error::{Error, Problems};
use crate::store::Store;

/// How long one proof is valid, for any number of requests, because a proof costs a write.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// The time limit of a proof.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) fn router() -> Router<State> {
    Router::new().route("/healthz", get(health)).route("/readyz", get(ready))
}

#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    status: &'static str,
    /// The version of the collector, as `aanrader --version` has it.
    version: &'static str,
}

impl Health {
    fn ok() -> Response {
        (
            [(header::CACHE_CONTROL, "no-store")],
            Json(Self { status: "ok", version: env!("CARGO_PKG_VERSION") }),
        )
            .into_response()
    }
}

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "it lives", body = Health)))]
pub(super) async fn health() -> Response {
    Health::ok()
}

/// Whether an answer could be stored now: it writes something, on a connection of its own.
#[utoipa::path(
    get,
    path = "/readyz",
    responses(
        (status = 200, description = "it could", body = Health),
        (status = 503, description = "it could not; the log says why", body = Problems)
    )
)]
pub(super) async fn ready(Shared(state): Shared<State>) -> Result<Response, Error> {
    if state.readiness.proved(&*state.store).await { Ok(Health::ok()) } else { Err(Error::Unavailable) }
}

/// The time and the result of the latest proof.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, bool)>>);

impl Readiness {
    /// Proves it, unless another request has just done so. Requests that arrive meanwhile wait for that
    /// proof.
    async fn proved(&self, store: &dyn Store) -> bool {
        let mut last = self.0.lock().await;
        let fresh = last.filter(|(at, _)| at.elapsed() < GOOD_FOR);
        if let Some((_, proved)) = fresh {
            return proved;
        }
        let why = match timeout(PATIENCE, store.prove()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("it takes too long".into()),
        };
        if let Some(why) = &why {
            tracing::warn!(why, "not ready: answers can't be kept");
        }
        *last = Some((Instant::now(), why.is_none()));
        why.is_none()
    }
}
