//! Figures for Prometheus, on a listener of their own: what is counted is nobody else's to see.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::log::Lost;
use crate::server::accept::{self, Doors};
use crate::server::seats::Seats;

/// Connections of the listener for Prometheus.
const CONNECTIONS: usize = 16;

/// What a request was.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: u16,
}

/// What became of an answer.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    outcome: &'static str,
}

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    answers: Family<Answered, Counter>,
    connections: Gauge,
    lines_lost: Gauge<u64, AtomicU64>,
    seats: Arc<Seats>,
    lost: Lost,
}

impl Metrics {
    /// Nothing was counted yet.
    pub(crate) fn new(seats: Arc<Seats>, lost: Lost) -> Self {
        let mut registry = Registry::with_prefix("aanrader");
        let requests = Family::default();
        let seconds = Histogram::new(exponential_buckets(0.000_1, 4.0, 10));
        let (answers, connections, lines_lost) = (Family::default(), Gauge::default(), Gauge::default());
        registry.register("requests", "Requests by route and status", requests.clone());
        registry.register_with_unit("request", "Time until the reply", Unit::Seconds, seconds.clone());
        registry.register("answers", "What became of the answers that came in", answers.clone());
        registry.register("connections", "Connections that are open", connections.clone());
        registry.register("log_lines_lost", "Lines of the log that could not be written", lines_lost.clone());
        Self { registry, requests, seconds, answers, connections, lines_lost, seats, lost }
    }

    /// For tests: nothing to count with.
    #[cfg(test)]
    pub(crate) fn idle() -> Arc<Self> {
        Arc::new(Self::new(Arc::new(Seats::new(1, 1)), Lost::default()))
    }

    /// A request was replied to. The route is one of ours, never an address as it was asked for.
    pub(crate) fn replied(&self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        let request = Request { method, route: route.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&request).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// An answer was kept or refused.
    pub(crate) fn answered(&self, outcome: &'static str) {
        self.answers.get_or_create(&Answered { outcome }).inc();
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        self.connections.set(self.seats.taken().try_into().unwrap_or(i64::MAX));
        self.lines_lost.set(self.lost.get());
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Serves the figures until it is told to stop, if there is an address for them.
///
/// # Errors
///
/// The address can't be listened on.
pub(crate) async fn listen(
    address: Option<SocketAddr>,
    metrics: Arc<Metrics>,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<JoinHandle<()>> {
    let Some(address) = address else {
        return Ok(tokio::spawn(async {}));
    };
    let listener = TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics");
    let app = Router::new().route("/metrics", get(async move || reply(&metrics)));
    Ok(tokio::spawn(accept::run(listener, app, Doors::plain(CONNECTIONS), stop)))
}

fn reply(metrics: &Metrics) -> Response {
    const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_can_be_read() {
        let metrics = Metrics::idle();
        let _seat = metrics.seats.take(None);
        metrics.replied("GET", "/healthz", StatusCode::OK, Duration::from_millis(3));
        metrics.answered("new");
        let text = metrics.text().expect("a text");
        for line in [
            "aanrader_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
            "aanrader_answers_total{outcome=\"new\"} 1",
            "aanrader_request_seconds_count 1",
            "aanrader_connections 1",
            "aanrader_log_lines_lost 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in:\n{text}");
        }
    }
}
