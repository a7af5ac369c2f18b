//! The signed-in person.

use std::net::IpAddr;

use axum::http::{HeaderMap, StatusCode, header, uri::Authority};
use cookie::Cookie;
use subtle::ConstantTimeEq;

use super::refusal::Refusal;
use super::words;
use crate::http::State;
use crate::sites::hash;
use crate::store::{Scope, Scopes, SiteId, now};

/// The cookie over HTTPS: only the collector's own address can have set it.
pub(super) const SAFE: &str = "__Host-aanrader";

/// The cookie on the collector's own machine, without HTTPS.
pub(super) const PLAIN: &str = "aanrader";

/// The name of a person who has signed in with a token of `aanrader serve`.
const ADMIN: &str = "admin";

/// A signed-in person.
pub(in crate::http) struct Person {
    site: Option<SiteId>,
    name: String,
    scopes: Scopes,
    secret: String,
}

impl Person {
    /// The signed-in person, if there is one.
    pub(in crate::http) async fn of(state: &State, headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let Some((site, secret)) = shown(headers) else { return Ok(None) };
        let Some(session) = state.cases.session(site, hash(&secret)).await? else { return Ok(None) };
        if session.expires_at <= now() {
            return Ok(None);
        }
        let opens = opens(state, &session.token_hash).filter(|opened| opened.0 == session.site);
        Ok(opens.map(|(site, name, scopes)| Self { site, name, scopes, secret }))
    }

    /// The person's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The person's site; `None` for all sites.
    pub(super) fn opens(&self) -> Option<&str> {
        self.site.as_ref().map(SiteId::as_str)
    }

    /// The requested site, if the person may see it; by default their own or the default site.
    pub(super) fn site(&self, state: &State, asked: Option<&str>) -> Result<SiteId, Refusal> {
        let refused = Refusal::Says(StatusCode::FORBIDDEN, words::NO_SITE);
        match (&self.site, asked) {
            (Some(own), None) => Ok(own.clone()),
            (Some(own), Some(asked)) if own.as_str() == asked => Ok(own.clone()),
            (None, asked) => {
                let site = asked.map_or_else(|| Some(SiteId::default()), SiteId::parse);
                site.filter(|site| state.directory.has(site)).ok_or(refused)
            }
            _ => Err(refused),
        }
    }

    /// The site of the token; `None` for all sites.
    pub(in crate::http) fn token_site(&self) -> Option<SiteId> {
        self.site.clone()
    }

    /// The secret in the person's cookie.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether the person may change cases, not only read them.
    pub(super) fn may_work(&self) -> bool {
        self.scopes.allow(Scope::Work)
    }

    /// Whether the person may change the site's settings.
    pub(super) fn may_administer(&self) -> bool {
        self.scopes.allow(Scope::Admin)
    }

    /// The value that only forms of this session contain.
    pub(super) fn csrf(&self) -> String {
        hash(&format!("form of {}", self.secret))
    }

    /// Refuses a form of another session.
    pub(super) fn check(&self, shown: Option<&str>) -> Result<(), Refusal> {
        let right = self.csrf().as_bytes().ct_eq(shown.unwrap_or_default().as_bytes());
        if right.into() { Ok(()) } else { Err(Refusal::Says(StatusCode::FORBIDDEN, words::STALE_FORM)) }
    }
}

/// The rights of the token with that hash: a site and a name, or all sites.
pub(super) fn opens(state: &State, token_hash: &str) -> Option<(Option<SiteId>, String, Scopes)> {
    if state.tokens.iter().any(|token| token.hash() == token_hash) {
        return Some((None, ADMIN.into(), Scopes::of([Scope::Admin])));
    }
    let (site, name, scopes) = state.directory.by_hash(token_hash)?;
    scopes.allow(Scope::Read).then_some((Some(site), name, scopes))
}

/// The site and the secret of the request's session.
fn shown(headers: &HeaderMap) -> Option<(Option<SiteId>, String)> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies: Vec<_> = cookies.flat_map(Cookie::split_parse).filter_map(Result::ok).collect();
    let named = |name: &str| cookies.iter().find(|cookie| cookie.name() == name).map(Cookie::value);
    let plain = || named(PLAIN).filter(|_| is_this_machine(headers));
    let (site, secret) = named(SAFE).or_else(plain)?.split_once('.')?;
    let site = if site.is_empty() { None } else { Some(SiteId::parse(site)?) };
    Some((site, secret.to_owned()))
}

/// Whether the address in the browser is that of the browser's own machine.
pub(super) fn is_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(authority) = host.and_then(|host| host.parse::<Authority>().ok()) else { return false };
    let name = authority.host().to_ascii_lowercase();
    let number = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    number.is_ok_and(|number| number.is_loopback()) || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let header = |(name, value): &(&'static str, &'static str)| {
            (name.parse().expect("a name"), HeaderValue::from_static(value))
        };
        pairs.iter().map(header).collect()
    }

    #[test]
    fn the_plain_cookie_counts_on_this_machine_only_and_the_safe_one_comes_first() {
        let found = |pairs: &[_]| shown(&headers(pairs)).map(|(_, secret)| secret);
        let plain = ("cookie", "other=1; aanrader=.plain");
        assert_eq!(found(&[("host", "127.0.0.1:8080"), plain]).as_deref(), Some("plain"));
        assert_eq!(found(&[("host", "[::1]:8080"), plain]).as_deref(), Some("plain"));
        assert_eq!(found(&[("host", "survey.example"), plain]), None);
        let both = ("cookie", "aanrader=.plain; __Host-aanrader=toys.safe");
        assert_eq!(found(&[("host", "localhost"), both]).as_deref(), Some("safe"));
        assert_eq!(found(&[("host", "localhost"), ("cookie", "aanrader=TOYS!.x")]), None);
    }
}
