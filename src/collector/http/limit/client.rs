//! Decides which requests count as one client's.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

use super::Peer;

/// The client that a request counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// A single client.
    One(IpAddr),
    /// An undeclared proxy; many clients may share its address.
    Many(IpAddr),
}

impl Client {
    /// Determines the client from the connection, and from the headers of this many trusted proxies.
    pub(super) fn of(peer: Peer, headers: &HeaderMap, proxies: usize) -> Self {
        let peer = peer.0.to_canonical();
        match proxies {
            0 if is_near(peer) => Self::Many(peer),
            0 => Self::One(peer),
            // A proxy that names no valid client is one client itself.
            proxies => Self::One(forwarded(headers, proxies).unwrap_or(peer)),
        }
    }
}

/// The networks that count an address, the smallest first, and how many clients each may hold.
pub(super) fn networks(address: IpAddr) -> [Option<(IpAddr, u32)>; 2] {
    match address {
        IpAddr::V4(_) => [Some((address, 1)), None],
        // A line has a network of 64 bits, with any address in it; many lines have 65,536 such networks.
        IpAddr::V6(address) => {
            [Some((prefix(address, 64), 1)), Some((prefix(address, 48), LINES_OF_ONE_SITE))]
        }
    }
}

/// A network of 48 bits may be one attacker or a small provider, so it may send as much as this many clients.
const LINES_OF_ONE_SITE: u32 = 8;

fn prefix(address: Ipv6Addr, bits: u32) -> IpAddr {
    // The prefix length distinguishes two networks with the same first bits.
    let network = address.to_bits() >> (128 - bits) << (128 - bits);
    Ipv6Addr::from_bits(network | u128::from(bits)).into()
}

/// The address that the first of this many trusted proxies has seen; addresses further left may be forged.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let seen: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    address(seen.get(seen.len().checked_sub(proxies)?)?)
}

/// An address in the notation of proxies: perhaps with quotes, brackets, a port or a zone.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']');
    let bare = || {
        let inner = in_brackets().unwrap_or(text);
        inner.split('%').next().and_then(|address| address.parse().ok())
    };
    with_port().ok().or_else(bare).map(|address: IpAddr| address.to_canonical())
}

/// Whether it is an address of this machine or of a private network.
pub(crate) fn is_near(address: IpAddr) -> bool {
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

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn client(peer: &str, forwarded: &[&'static str], proxies: usize) -> Client {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        Client::of(Peer(ip(peer)), &headers, proxies)
    }

    #[test]
    fn only_what_trusted_proxies_have_added_says_who_it_is() {
        let forwarded = ["203.0.113.9, 198.51.100.7", "198.51.100.8:4711"];
        for (proxies, expected) in [
            (0, "198.51.100.1"),
            (1, "198.51.100.8"),
            (2, "198.51.100.7"),
            (3, "203.0.113.9"),
            (4, "198.51.100.1"),
        ] {
            let found = client("198.51.100.1", &forwarded, proxies);
            assert_eq!(found, Client::One(ip(expected)), "{proxies}");
        }
    }

    #[test]
    fn whatever_a_trusted_proxy_writes_is_one_client() {
        for (text, expected) in [
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("\"[2001:db8::1]\"", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("fe80::1%eth0", "fe80::1"),
            ("10.1.2.3", "10.1.2.3"),
            ("127.0.0.1", "127.0.0.1"),
            // If the proxy names no client, the request counts for the proxy.
            ("unknown", "172.17.0.1"),
            ("_hidden", "172.17.0.1"),
            ("", "172.17.0.1"),
            ("1.2.3", "172.17.0.1"),
            ("[2001:db8::1", "172.17.0.1"),
        ] {
            assert_eq!(client("172.17.0.1", &[text], 1), Client::One(ip(expected)), "{text}");
        }
        assert_eq!(client("172.17.0.1", &[], 1), Client::One(ip("172.17.0.1")));
    }

    #[test]
    fn behind_an_unnamed_proxy_there_may_be_many() {
        for near in
            ["127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "192.168.1.1", "fd00::1", "::ffff:127.0.0.1"]
        {
            let expected = Client::Many(ip(near).to_canonical());
            assert_eq!(client(near, &["192.0.2.1"], 0), expected, "{near}");
        }
    }

    #[test]
    fn an_address_of_version_6_is_counted_by_its_line_and_by_its_site() {
        let of = |text| networks(ip(text)).map(|network| network.map(|(network, _)| network));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::9"));
        let (one, other) = (of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert!(one[0] != other[0] && one[1] == other[1]);
        assert_ne!(of("2001:db8:1:0::1")[0], of("2001:db8:1:0::1")[1]);
        assert_eq!(of("192.0.2.1"), [Some(ip("192.0.2.1")), None]);
    }
}
