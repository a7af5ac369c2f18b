//! `/healthz`: whether the collector can reach its answers.

use axum::extract::State as Shared;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::State;
use super::error::Error;

pub(super) fn router() -> Router<State> {
    Router::new().route("/healthz", get(health))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

async fn health(Shared(state): Shared<State>) -> Result<Response, Error> {
    state.store.ping().await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Health { status: "ok" })).into_response())
}
