//! How many answers one client may send: some at once, then one after the other at a steady rate.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;

use super::error::Error;

/// Who opened the connection that a request came by.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// A client may send so much at once as it may send in this time.
const PERIOD: Duration = Duration::from_secs(60);

/// So many clients are remembered at most; a new one is then let in unseen.
const MOST_CLIENTS: usize = 100_000;

/// Who is a client, and how much each of them may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a minute; 0 is no limit.
    pub per_minute: u32,
    /// Reverse proxies in front of the collector, each of which adds to `X-Forwarded-For`.
    pub proxies: usize,
}

/// The rate, and how far each client has used it up.
#[derive(Debug)]
pub struct Limit {
    rate: Rate,
    clients: Mutex<Clients>,
}

/// Until when each client's requests so far fill the time at the steady rate.
#[derive(Debug)]
struct Clients {
    until: HashMap<IpAddr, Instant>,
    swept: Instant,
}

impl Limit {
    /// Nobody has sent anything yet.
    pub fn new(rate: Rate) -> Self {
        Self { rate, clients: Mutex::new(Clients { until: HashMap::new(), swept: Instant::now() }) }
    }

    /// Lets a request in, or says after how long it may come again.
    pub(super) fn admit(&self, peer: Option<Peer>, headers: &HeaderMap) -> Result<(), Error> {
        let client = peer.and_then(|peer| self.client(peer.0, headers));
        match client {
            Some(client) if self.rate.per_minute > 0 => {
                self.admit_at(client, Instant::now()).map_err(Error::TooMany)
            }
            _ => Ok(()),
        }
    }

    fn admit_at(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if !clients.has_room(now) && !clients.until.contains_key(&client) {
            return Ok(());
        }
        let free = clients.until.get(&client).map_or(now, |until| now.max(*until));
        let until = free + PERIOD / self.rate.per_minute.max(1);
        let wait = until.saturating_duration_since(now + PERIOD);
        if !wait.is_zero() {
            return Err(wait);
        }
        clients.until.insert(client, until);
        Ok(())
    }

    /// Whose request it is; `None` where many may be behind one address.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let address = match self.rate.proxies {
            0 => peer,
            proxies => forwarded(headers, proxies).unwrap_or(peer),
        };
        match address.to_canonical() {
            // A proxy on this machine or in this network, of which nobody has told us.
            address if is_near(address) => None,
            IpAddr::V4(address) => Some(address.into()),
            // One line has a network of 64 bits, and any address in it.
            IpAddr::V6(address) => Some(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
        }
    }
}

impl Clients {
    /// Makes room by forgetting who has not come for a while, but not all the time.
    fn has_room(&mut self, now: Instant) -> bool {
        let full = self.until.len() >= MOST_CLIENTS;
        if full && now.saturating_duration_since(self.swept) > Duration::from_secs(1) {
            self.swept = now;
            self.until.retain(|_, until| *until > now);
        }
        self.until.len() < MOST_CLIENTS
    }
}

/// The address that the first of so many trusted proxies has seen: what stands further left, anybody may
/// have written.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let seen: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let text = seen.get(seen.len().checked_sub(proxies)?)?;
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    text.parse().or_else(|_| with_port()).ok()
}

/// Whether it is an address of this machine or of a network of one's own.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn limit(per_minute: u32, proxies: usize) -> Limit {
        Limit::new(Rate { per_minute, proxies })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_minute_s_worth_may_come_at_once_and_then_one_after_the_other() {
        let (limit, start) = (limit(6, 0), Instant::now());
        let client = ip("192.0.2.1");
        for _ in 0..6 {
            assert_eq!(limit.admit_at(client, start), Ok(()));
        }
        assert_eq!(limit.admit_at(client, start), Err(Duration::from_secs(10)));
        assert_eq!(limit.admit_at(client, start + Duration::from_secs(9)), Err(Duration::from_secs(1)));
        assert_eq!(limit.admit_at(client, start + Duration::from_secs(10)), Ok(()));
        assert_eq!(limit.admit_at(ip("192.0.2.2"), start), Ok(()), "another client");
        // After a while all is as at first.
        let later = start + Duration::from_secs(600);
        for _ in 0..6 {
            assert_eq!(limit.admit_at(client, later), Ok(()));
        }
        assert!(limit.admit_at(client, later).is_err());
    }

    #[test]
    fn only_what_trusted_proxies_have_added_says_who_it_is() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9, 198.51.100.7"));
        headers.append("x-forwarded-for", HeaderValue::from_static("198.51.100.8:4711"));
        let peer = ip("198.51.100.1");
        for (proxies, client) in [
            (0, "198.51.100.1"),
            (1, "198.51.100.8"),
            (2, "198.51.100.7"),
            (3, "203.0.113.9"),
            (4, "198.51.100.1"),
        ] {
            assert_eq!(limit(1, proxies).client(peer, &headers), Some(ip(client)), "{proxies}");
        }
    }

    #[test]
    fn whoever_comes_by_an_unnamed_proxy_is_not_taken_for_one_client() {
        let none = HeaderMap::new();
        for near in
            ["127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "192.168.1.1", "fd00::1", "::ffff:127.0.0.1"]
        {
            assert_eq!(limit(1, 0).client(ip(near), &none), None, "{near}");
        }
        let one_line = limit(1, 0).client(ip("2001:db8:1:2:3:4:5:6"), &none);
        assert_eq!(one_line, Some(ip("2001:db8:1:2::")));
    }

    #[test]
    fn without_a_rate_there_is_no_limit() {
        let limit = limit(0, 0);
        for _ in 0..10_000 {
            assert!(limit.admit(Some(Peer(ip("192.0.2.1"))), &HeaderMap::new()).is_ok());
        }
    }
}
