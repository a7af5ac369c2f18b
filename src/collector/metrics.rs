//! Figures for Prometheus.

#[cfg(test)]
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::log::Lost;

/// The labels of a request.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: u16,
}

/// The outcome of an answer.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    outcome: &'static str,
}

/// The outcome of an attempt to deliver a message.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Delivered {
    target: &'static str,
    outcome: &'static str,
}

/// The counters.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    answers: Family<Answered, Counter>,
    deliveries: Family<Delivered, Counter>,
    notices_failing: Gauge,
    connections: Gauge,
    lines_lost: Gauge<u64, AtomicU64>,
    lost: Lost,
}

impl Metrics {
    /// Counters at zero.
    pub(crate) fn new(lost: Lost) -> Self {
        let mut registry = Registry::with_prefix("aanrader");
        let requests = Family::default();
        let seconds = Histogram::new(exponential_buckets(0.000_1, 4.0, 10));
        let (answers, connections, lines_lost) = (Family::default(), Gauge::default(), Gauge::default());
        registry.register("requests", "Requests by route and status", requests.clone());
        registry.register_with_unit("request", "Time until the reply", Unit::Seconds, seconds.clone());
        registry.register("answers", "What became of the answers that came in", answers.clone());
        let (deliveries, notices_failing) = (Family::default(), Gauge::default());
        registry.register("deliveries", "Attempts to deliver a message", deliveries.clone());
        registry.register(
            "notices_failing",
            "Notices whose receiver doesn't take messages",
            notices_failing.clone(),
        );
        registry.register("connections", "Connections that are open", connections.clone());
        registry.register("log_lines_lost", "Lines of the log that could not be written", lines_lost.clone());
        Self {
            registry,
            requests,
            seconds,
            answers,
            deliveries,
            notices_failing,
            connections,
            lines_lost,
            lost,
        }
    }

    /// Counters for tests that don't read them.
    #[cfg(test)]
    pub(crate) fn idle() -> Arc<Self> {
        Arc::new(Self::new(Lost::default()))
    }

    /// Counts a reply. The route is one of ours, never an address as requested.
    pub(crate) fn replied(&self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        let request = Request { method, route: route.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&request).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Counts an answer that was stored or refused.
    pub(crate) fn answered(&self, outcome: &'static str) {
        self.answers.get_or_create(&Answered { outcome }).inc();
    }

    /// Counts an attempt to deliver a message to a kind of target.
    pub(crate) fn delivered(&self, target: &'static str, outcome: &'static str) {
        self.deliveries.get_or_create(&Delivered { target, outcome }).inc();
    }

    /// Sets the number of notices whose receiver doesn't take messages.
    pub(crate) fn set_failing(&self, notices: usize) {
        self.notices_failing.set(notices.try_into().unwrap_or(i64::MAX));
    }

    /// All figures in Prometheus' format; `connections` is the current number.
    ///
    /// # Errors
    ///
    /// Formatting failed.
    pub(crate) fn text(&self, connections: usize) -> Result<String, std::fmt::Error> {
        self.connections.set(connections.try_into().unwrap_or(i64::MAX));
        self.lines_lost.set(self.lost.get());
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_can_be_read() {
        let metrics = Metrics::idle();
        metrics.replied("GET", "/healthz", StatusCode::OK, Duration::from_millis(3));
        metrics.answered("new");
        metrics.delivered("webhook", "failed");
        metrics.set_failing(1);
        let text = metrics.text(1).expect("a text");
        for line in [
            "aanrader_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
            "aanrader_answers_total{outcome=\"new\"} 1",
            "aanrader_request_seconds_count 1",
            "aanrader_deliveries_total{target=\"webhook\",outcome=\"failed\"} 1",
            "aanrader_notices_failing 1",
            "aanrader_connections 1",
            "aanrader_log_lines_lost 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in:\n{text}");
        }
    }
}
