//! Limits how much one client may send, and how often it may guess a token: a burst first, then a steady
//! rate.

mod client;
mod table;

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;

use super::error::Error;
pub(crate) use client::is_near;
use client::{Client, networks};
use table::Table;

/// The address that opened a request's connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// How many counts of the question a client may send for each answer that it may send.
const COUNTS: u32 = 4;

/// How many wrong tokens one client may send in a minute.
const GUESSES: u32 = 20;

/// The same for an address that many clients may share: enough for people, too few for a program.
const GUESSES_OF_MANY: u32 = 300;

/// How clients are told apart, and how many answers each may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The number of requests in a minute; 0 for no limit.
    pub per_minute: u32,
    /// The number of reverse proxies in front of the collector, each of which adds to `X-Forwarded-For`.
    pub proxies: usize,
}

/// The rate, and how much of it each client has used.
#[derive(Debug)]
pub struct Limit {
    rate: Rate,
    posts: Mutex<Table>,
    counts: Mutex<Table>,
    guesses: Mutex<Table>,
}

impl Limit {
    /// A limit that nobody has used yet.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            posts: Mutex::new(Table::new()),
            counts: Mutex::new(Table::new()),
            guesses: Mutex::new(Table::new()),
        }
    }

    /// The number of declared reverse proxies.
    pub(super) const fn proxies(&self) -> usize {
        self.rate.proxies
    }

    /// Admits a request with an answer, or returns the time until the client may send again.
    pub(super) fn admit(&self, peer: Option<Peer>, headers: &HeaderMap) -> Result<(), Error> {
        self.admit_to(&self.posts, self.rate.per_minute, peer, headers)
    }

    /// Admits a count of the question. It never takes from what the client may send of answers.
    pub(super) fn admit_count(&self, peer: Option<Peer>, headers: &HeaderMap) -> Result<(), Error> {
        self.admit_to(&self.counts, self.rate.per_minute.saturating_mul(COUNTS), peer, headers)
    }

    fn admit_to(
        &self,
        table: &Mutex<Table>,
        per_minute: u32,
        peer: Option<Peer>,
        headers: &HeaderMap,
    ) -> Result<(), Error> {
        match peer.map(|peer| Client::of(peer, headers, self.rate.proxies)) {
            Some(Client::One(address)) if per_minute > 0 => {
                admit(table, address, per_minute, Instant::now()).map_err(Error::TooMany)
            }
            _ => Ok(()),
        }
    }

    /// Lets a client try a token, or returns the time until it may. After many wrong tokens even the right
    /// one must wait; otherwise the client could go on guessing.
    pub(super) fn admit_token(
        &self,
        peer: Option<Peer>,
        headers: &HeaderMap,
        is_right: impl FnOnce() -> bool,
    ) -> Result<(), Error> {
        let now = Instant::now();
        let Some((address, per_minute)) = peer.map(|peer| self.guesser(peer, headers)) else {
            return if is_right() { Ok(()) } else { Err(Error::WrongToken) };
        };
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = longest_wait(&guesses, address, per_minute, now) {
            return Err(Error::TooMany(wait));
        }
        if is_right() {
            return Ok(());
        }
        charge(&mut guesses, address, per_minute, now);
        Err(Error::WrongToken)
    }

    fn guesser(&self, peer: Peer, headers: &HeaderMap) -> (IpAddr, u32) {
        match Client::of(peer, headers, self.rate.proxies) {
            Client::One(address) => (address, GUESSES),
            Client::Many(address) => (address, GUESSES_OF_MANY),
        }
    }
}

fn admit(table: &Mutex<Table>, address: IpAddr, per_minute: u32, now: Instant) -> Result<(), Duration> {
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    match longest_wait(&table, address, per_minute, now) {
        Some(wait) => Err(wait),
        None => {
            charge(&mut table, address, per_minute, now);
            Ok(())
        }
    }
}

/// `None` if the client may send now.
fn longest_wait(table: &Table, address: IpAddr, per_minute: u32, now: Instant) -> Option<Duration> {
    let wait = |(network, clients)| table.wait(network, per_minute.saturating_mul(clients), now);
    networks(address).into_iter().flatten().map(wait).max().filter(|wait| !wait.is_zero())
}

fn charge(table: &mut Table, address: IpAddr, per_minute: u32, now: Instant) {
    for (network, clients) in networks(address).into_iter().flatten() {
        table.charge(network, per_minute.saturating_mul(clients), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(per_minute: u32, proxies: usize) -> Limit {
        Limit::new(Rate { per_minute, proxies })
    }

    fn peer(text: &str) -> Option<Peer> {
        Some(Peer(text.parse().expect("an address")))
    }

    #[test]
    fn without_a_rate_there_is_no_limit() {
        let limit = limit(0, 0);
        for _ in 0..10_000 {
            assert!(limit.admit(peer("192.0.2.1"), &HeaderMap::new()).is_ok());
        }
    }

    #[test]
    fn a_site_of_version_6_gets_eight_lines_worth_however_many_lines_it_uses() {
        let limit = limit(10, 0);
        let admitted = |site: u16| {
            let lines = (0..1_000).map(|line| peer(&format!("2001:db8:{site:x}:{line:x}::1")));
            lines.filter(|peer| limit.admit(*peer, &HeaderMap::new()).is_ok()).count()
        };
        assert_eq!((admitted(1), admitted(2)), (80, 80));
        let one_line = (0..1_000).map(|host| peer(&format!("2001:db8:3:1::{host:x}")));
        assert_eq!(one_line.filter(|peer| limit.admit(*peer, &HeaderMap::new()).is_ok()).count(), 10);
    }

    #[test]
    fn after_many_wrong_tokens_even_the_right_one_has_to_wait_and_another_client_has_not() {
        let (limit, headers) = (limit(600, 0), HeaderMap::new());
        for _ in 0..GUESSES {
            let refused = limit.admit_token(peer("192.0.2.1"), &headers, || false);
            assert!(matches!(refused, Err(Error::WrongToken)), "{refused:?}");
        }
        let refused = limit.admit_token(peer("192.0.2.1"), &headers, || true);
        assert!(matches!(refused, Err(Error::TooMany(_))), "{refused:?}");
        assert!(limit.admit_token(peer("192.0.2.2"), &headers, || true).is_ok());
        // Right tokens cost nothing.
        for _ in 0..1_000 {
            assert!(limit.admit_token(peer("192.0.2.3"), &headers, || true).is_ok());
        }
    }

    #[test]
    fn behind_an_unnamed_proxy_guesses_are_slowed_together() {
        let (limit, headers) = (limit(600, 0), HeaderMap::new());
        let tried = (0..1_000).map(|_| limit.admit_token(peer("127.0.0.1"), &headers, || false));
        let compared = tried.filter(|tried| matches!(tried, Err(Error::WrongToken))).count();
        assert_eq!(compared, GUESSES_OF_MANY as usize);
    }
}
