//! The figures for Prometheus, on a listener of their own, so that only the operator sees them.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::accept::{self, Doors};
use super::seats::Seats;
use crate::metrics::Metrics;

/// The most connections of the listener for Prometheus.
const CONNECTIONS: usize = 16;

/// Serves the figures until the stop signal, if there is an address for them.
///
/// # Errors
///
/// The address is unavailable.
pub(super) async fn listen(
    address: Option<SocketAddr>,
    metrics: Arc<Metrics>,
    seats: Arc<Seats>,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<JoinHandle<()>> {
    let Some(address) = address else {
        return Ok(tokio::spawn(async {}));
    };
    let listener = TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics");
    let app = Router::new().route("/metrics", get(async move || reply(&metrics, &seats)));
    Ok(tokio::spawn(accept::run(listener, TowerToHyperService::new(app), Doors::plain(CONNECTIONS), stop)))
}

fn reply(metrics: &Metrics, seats: &Seats) -> Response {
    const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics.text(seats.taken()) {
        Ok(text) => ([(header::CONTENT_TYPE, TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
