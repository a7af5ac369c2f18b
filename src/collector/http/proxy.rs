//! Detects an undeclared proxy in front of the collector, and logs the setting for it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};

use super::limit::{Peer, is_near};

/// Each hint is logged at most once in this time.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Headers that only proxies add.
const ADDED: [&str; 5] = ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-proto"];

/// The time of the latest log line of each hint.
#[derive(Debug, Default)]
pub struct Hints {
    proxies: Mutex<Option<Instant>>,
    public_url: Mutex<Option<Instant>>,
}

impl Hints {
    /// Hints at an undeclared proxy, after a request from the machine's own network.
    pub(super) fn unnamed_proxy(&self, peer: Option<Peer>, headers: &HeaderMap, proxies: usize) {
        let near = peer.is_some_and(|peer| is_near(peer.0));
        let through = ADDED.iter().any(|name| headers.contains_key(*name)) || lost_its_host(headers);
        if proxies == 0 && near && through && due(&self.proxies) {
            tracing::warn!(
                "answers come through a proxy, so no client is limited: \
                 set --proxies 1 and let the proxy send X-Forwarded-For"
            );
        }
    }

    /// Hints at a lost host, after the refusal of a page that may be one of the collector's own.
    pub(super) fn unknown_origin(&self, origin: &str, headers: &HeaderMap) {
        let names_host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).is_some_and(|host| {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
        });
        if (names_host || lost_its_host(headers)) && due(&self.public_url) {
            tracing::warn!(
                origin,
                "an answer from this page was refused: if it is the collector's own address, set --public-url to it"
            );
        }
    }
}

/// Whether the browser sees one site where the collector sees two: a proxy has changed the host.
fn lost_its_host(headers: &HeaderMap) -> bool {
    let same = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    same && !authority.is_empty() && !authority.eq_ignore_ascii_case(host)
}

fn due(last: &Mutex<Option<Instant>>) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let due = last.is_none_or(|last| last.elapsed() >= INTERVAL);
    if due {
        *last = Some(Instant::now());
    }
    due
}
