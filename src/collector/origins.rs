//! The origins that may send answers.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri, header};

/// The origins that may send answers, besides the collector's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    any: bool,
    listed: Vec<String>,
    /// The collector's own public addresses.
    own: Vec<String>,
}

impl Origins {
    /// Reads origins, separated by commas; `*` allows all.
    ///
    /// # Errors
    ///
    /// Every invalid origin, in one sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut origins = Self::default();
        let mut wrong = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match listed(part) {
                _ if part == "*" => origins.any = true,
                Some(origin) => origins.listed.push(origin),
                None => wrong.push(format!("{part:?}")),
            }
        }
        if wrong.is_empty() {
            return Ok(origins);
        }
        let noun = if wrong.len() == 1 { "is no origin" } else { "are no origins" };
        Err(format!(
            "{} {noun}; give https://HOST, https://HOST:PORT or https://*.HOST without a path, or *",
            wrong.join(", ")
        ))
    }

    /// Reads the collector's own public origins; a slash at the end is allowed.
    ///
    /// # Errors
    ///
    /// Every invalid origin, in one sentence.
    pub fn parse_own(text: &str) -> Result<Self, String> {
        let parts: Vec<_> = text.split(',').map(|part| part.trim().trim_end_matches('/')).collect();
        let own = Self::parse(&parts.join(","))?;
        if own.any { Err("\"*\" is no address; give https://HOST".into()) } else { Ok(own) }
    }

    /// Adds the collector's own public origins.
    #[must_use]
    pub fn with_own(mut self, own: &Self) -> Self {
        self.own.clone_from(&own.listed);
        self
    }

    /// The first listed origin that names one host.
    pub(crate) fn first(&self) -> Option<&str> {
        self.listed.iter().map(String::as_str).find(|origin| !origin.contains('*'))
    }

    /// Whether the page came from this collector.
    pub(crate) fn is_own(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        origin
            .is_some_and(|origin| self.own.iter().any(|own| own == origin) || is_own_address(origin, headers))
    }

    /// Whether this origin is listed. It ignores the collector's own, which are a matter of its settings.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        self.any || self.listed.iter().any(|listed| matches(listed, origin))
    }

    /// The origin of a request that may send answers, for the reply; `None` if the request names none, as
    /// programs and old browsers do.
    ///
    /// # Errors
    ///
    /// The origin, if it isn't allowed.
    pub(crate) fn judge<'a>(&self, headers: &'a HeaderMap) -> Result<Option<&'a HeaderValue>, &'a str> {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return Ok(None);
        };
        let text = origin.to_str().unwrap_or("null");
        let listed = self.listed.iter().any(|listed| matches(listed, text));
        if self.any || listed || self.is_own(headers) {
            return Ok(Some(origin));
        }
        Err(text)
    }
}

/// Whether an origin matches a listed one, exactly or as a subdomain: `https://*.shop.example` matches every
/// host that ends with `.shop.example`, with any number of labels, but not `shop.example` itself.
fn matches(listed: &str, origin: &str) -> bool {
    let Some((scheme, domain)) = listed.split_once("://*") else { return listed == origin };
    let host = origin.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://"));
    let label = host.and_then(|host| host.strip_suffix(domain)).unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !label.is_empty() && !label.starts_with('.') && !label.ends_with('.') && label.bytes().all(fits)
}

/// An origin in its stored form; `*.` before the host stands for all its subdomains. A star before a public
/// suffix, such as `*.nl`, is invalid.
fn listed(text: &str) -> Option<String> {
    let Some((scheme, host)) = text.split_once("://*.") else { return normal(text) };
    let url = normal(&format!("{scheme}://{host}"))?;
    let (scheme, host) = url.split_once("://")?;
    host.contains('.').then(|| format!("{scheme}://*.{host}"))
}

/// The origin in the form of browsers: lower case, without the scheme's default port.
fn normal(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (scheme, authority) = lower.split_once("://")?;
    let own_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = authority.strip_suffix(own_port).unwrap_or(authority);
    let uri: Uri = format!("{scheme}://{authority}/").parse().ok()?;
    let port = authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
    let is_origin =
        uri.authority().is_some_and(|parsed| parsed.as_str() == authority && !authority.contains('@'));
    let port_fits = port.is_none_or(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0));
    let host_fits = uri.host().is_some_and(|host| !host.is_empty() && !host.contains('*'));
    (is_origin && port_fits && host_fits).then(|| format!("{scheme}://{authority}"))
}

/// Whether the page came from this collector, by an address that isn't a domain name.
///
/// Equal host and origin are no proof: anyone may point a domain name at this collector and serve a page
/// under it (DNS rebinding). No domain name points at a number or at `localhost`. Behind a proxy the scheme
/// is unknown, so only hosts and ports are compared.
fn is_own_address(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some((host, (scheme, _))) = host.zip(origin.split_once("://")) else {
        return false;
    };
    normal(&format!("{scheme}://{host}")).is_some_and(|own| own == origin) && is_no_name(host)
}

fn is_no_name(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().to_ascii_lowercase();
    let number = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    // Browsers resolve these names to their own machine.
    number || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(origins: &str, origin: &'static str, host: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        headers.insert(header::HOST, HeaderValue::from_static(host));
        Origins::parse(origins).expect("origins").judge(&headers).is_ok()
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_without_a_path() {
        for text in ["https://a.example", "http://127.0.0.1:8080", "https://[::1]:8080", "http://[::1]", "*"]
        {
            assert!(Origins::parse(text).is_ok(), "{text}");
        }
        for text in [
            "a.example",
            "https://a.example/",
            "https://a.example/x",
            "https://",
            "ftp://a.example",
            "https://u@a.example",
            "https://a.example:x",
            "https://a.example:99999",
            "https://a example",
            "https://a.example?x",
            "null",
        ] {
            assert!(Origins::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_every_subdomain_and_nothing_else() {
        let origins = Origins::parse("https://*.Shop.example, http://*.b.example:8080").expect("origins");
        for origin in ["https://www.shop.example", "https://a.b.shop.example", "http://x.b.example:8080"] {
            assert!(origins.allows(origin), "{origin}");
        }
        for origin in [
            "https://shop.example",
            "http://www.shop.example",
            "https://evilshop.example",
            "https://www.shop.example:8443",
            "https://.shop.example",
            "https://evil.example/.shop.example",
            "https://evil.example?.shop.example",
            "https://u@www.shop.example",
            "http://x.b.example",
        ] {
            assert!(!origins.allows(origin), "{origin}");
        }
        for text in ["https://*.nl", "https://*", "https://a.*.example", "https://*shop.example"] {
            assert!(Origins::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_wrong_origin_is_named() {
        let why = Origins::parse("https://a.example, b, c").expect_err("wrong");
        assert!(why.starts_with("\"b\", \"c\" are no origins"), "{why}");
    }

    #[test]
    fn listed_origins_and_the_own_one_are_accepted_and_no_other() {
        let origins = "https://A.example:443,http://b.example:8080";
        assert!(accepts(origins, "https://a.example", "c.example"));
        assert!(accepts(origins, "http://b.example:8080", "c.example"));
        for own in ["127.0.0.1:8080", "[::1]:8080", "192.0.2.1", "localhost", "shop.localhost:80"] {
            let origin = format!("https://{own}").leak();
            assert!(accepts(origins, origin, own), "{own}");
        }
        // A foreign domain name that points at this collector.
        assert!(!accepts(origins, "https://c.example", "c.example"));
        assert!(!accepts(origins, "http://127.0.0.1.evil.example", "127.0.0.1.evil.example"));
        for foreign in ["http://a.example", "https://a.example.evil.example", "null", "http://c.example:81"] {
            assert!(!accepts(origins, foreign, "c.example"), "{foreign}");
        }
        let own = Origins::parse("https://survey.example").expect("origins");
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_static("https://survey.example"));
        assert!(Origins::default().judge(&headers).is_err());
        assert!(Origins::default().with_own(&own).judge(&headers).is_ok());
        assert!(accepts("*", "https://anybody.example", "c.example"));
    }
}
