//! Finds the site of a request: `?site=…` names it, or the origin belongs to it, or it is the default site.

use axum::http::{HeaderMap, HeaderValue, Uri, header};

use super::State;
use super::auth::Owner;
use super::error::{Error, Listed};
use super::query::Query;
use crate::sites::Found;
use crate::store::SiteId;

/// The name of the parameter, and of a form's field.
pub(super) const SITE: &str = "site";

/// The site in the address.
pub(super) fn named(uri: &Uri) -> Option<String> {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == SITE).map(|(_, value)| value.into_owned()).filter(|site| !site.is_empty())
}

/// Judges whether a request may send answers: for which site, and with which origin in the reply.
pub(super) fn judge(
    state: &State,
    named: Option<&str>,
    headers: &HeaderMap,
) -> Result<(SiteId, Option<HeaderValue>), Error> {
    let origin = headers.get(header::ORIGIN);
    let text = origin.map(|origin| origin.to_str().unwrap_or("null"));
    match state.directory.find(named, text) {
        Found::Site(site) => Ok((site, origin.cloned())),
        Found::Default => {
            let allowed = state.origins.judge(headers).map_err(foreign)?;
            Ok((SiteId::default(), allowed.cloned()))
        }
        // The collector's own pages ask for all sites.
        Found::Foreign(site) if state.origins.is_own(headers) => Ok((site, origin.cloned())),
        Found::Foreign(_) => Err(foreign(text.unwrap_or_default())),
        Found::Unread => Err(Error::Unavailable),
        Found::Unknown => Err(unknown(named.unwrap_or_default())),
    }
}

/// The site of an owner's request: the token's own, or any if the token opens all.
pub(super) fn asked(owner: &Owner, state: &State, query: &mut Query) -> Result<SiteId, Error> {
    let named = query.text(SITE);
    let site =
        named.as_deref().map(|named| SiteId::parse(named).ok_or_else(|| unknown(named))).transpose()?;
    match (&owner.site, site) {
        (None, None) => Ok(SiteId::default()),
        (None, Some(site)) if state.directory.has(&site) => Ok(site),
        (None, Some(site)) => Err(unknown(site.as_str())),
        (Some(own), None) => Ok(own.clone()),
        (Some(own), Some(site)) if *own == site => Ok(site),
        (Some(own), Some(_)) => Err(Error::OtherSite(own.to_string())),
    }
}

/// An error with the origin, cut to the length of an honest one.
fn foreign(origin: &str) -> Error {
    Error::ForeignOrigin(origin.chars().take(100).collect())
}

fn unknown(named: &str) -> Error {
    let named: String = named.chars().take(64).collect();
    let message = format!("there is no site {named:?}; its owner can add it with `aanrader site add`");
    Error::Query(vec![Listed::new(SITE, "unknown", message)])
}
