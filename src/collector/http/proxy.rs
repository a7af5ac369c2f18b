//! Notices that a proxy stands in front of the collector of which nobody has told it, and says what to set.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};

use super::limit::{Peer, is_near};

/// Each hint is logged once in this time.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Headers that only proxies add.
const ADDED: [&str; 5] = ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-proto"];

/// When each of the hints was given last.
#[derive(Debug, Default)]
pub struct Hints {
    proxies: Mutex<Option<Instant>>,
    public_url: Mutex<Option<Instant>>,
}

impl Hints {
    /// After a request by a connection from the machine's own network, where no proxy is known.
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

    /// After a page was refused that may be one of the collector's own.
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

/// Whether the browser sees one site where we see two: something has changed the host on the way.
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
