//! Signs people in with a token, and out.
//!
//! A cookie in the browser holds the session's secret; the database holds its hash. The token is sent once
//! and kept nowhere. The session ends when the token is revoked.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use maud::html;
use uuid::Uuid;

use super::form::Form;
use super::frame::{LIST, page_at};
use super::here::{Here, prefix};
use super::person::{PLAIN, Person, SAFE, is_this_machine, opens};
use super::refusal::Refusal;
use super::words;
use crate::http::State;
use crate::http::error::Error;
use crate::http::limit::Peer;
use crate::sites::hash;
use crate::store::{Millis, Session, SiteId, now};

/// The length of a session, in hours: a working day.
const HOURS: i64 = 12;

/// Refuses a form of another site, which may set no cookie. Returns whether the connection is encrypted.
fn is_encrypted(state: &State, headers: &HeaderMap) -> Result<bool, Refusal> {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    if !state.origins.is_own(headers) {
        return Err(Error::ForeignOrigin(String::new()).into());
    }
    match origin.starts_with("https://") {
        true => Ok(true),
        false if is_this_machine(headers) => Ok(false),
        false => Err(Refusal::Says(StatusCode::FORBIDDEN, words::NOT_SAFE)),
    }
}

/// The page that asks for a token.
pub(super) fn ask(
    state: &State,
    here: Here,
    status: StatusCode,
    next: &str,
    problem: Option<&str>,
) -> Response {
    let main = html! {
        h1 { (here.say(words::SIGN_IN)) }
        @if let Some(problem) = problem { p.problem #problem role="alert" { (here.say(problem)) } }
        form.panel.slim method="post" action=(here.at("/sign-in")) {
            input type="hidden" name="next" value=(local(here, next));
            input type="text" name="username" value="owner" autocomplete="username" hidden;
            label for="token" { (here.say(words::TOKEN)) }
            input #token name="token" type="password" autocomplete="current-password" spellcheck="false" required
                autofocus aria-describedby=(if problem.is_some() { "hint problem" } else { "hint" });
            p.hint #hint { (here.say(words::TOKEN_HINT)) }
            p.actions { button.main { (here.say(words::SIGN_IN)) } }
        }
    };
    page_at(state, here, LIST, (status, here.say(words::SIGN_IN)), None, &main)
}

/// The address after sign-in, which must be one of these pages.
fn local(here: Here, next: &str) -> String {
    let path = next.strip_prefix(prefix(next)).unwrap_or_default();
    let is_ours = ["/cases", "/trend", "/results"].into_iter().any(|page| {
        path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    });
    if is_ours && !next.contains(['\\', '\r', '\n']) { next.to_owned() } else { here.at("/cases") }
}

/// Starts a session for the person with this token.
pub(super) async fn start(
    state: &State,
    here: Here,
    peer: Option<Peer>,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Response, Refusal> {
    let encrypted = is_encrypted(state, headers)?;
    let (token, next) = (form.get("token").unwrap_or_default().trim(), form.get("next").unwrap_or_default());
    let token_hash = hash(token);
    let mut opened = None;
    let is_right = || {
        opened = opens(state, &token_hash);
        opened.is_some()
    };
    let admitted = state.limit.admit_token(peer, headers, is_right);
    let site = match (admitted, opened) {
        (Ok(()), Some((site, ..))) => site,
        (Err(error @ Error::TooMany(_)), _) => {
            let extra = error.headers();
            let mut response = ask(state, here, error.status_code(), next, Some(words::TOO_MANY));
            response.headers_mut().extend(extra);
            return Ok(response);
        }
        _ => return Ok(ask(state, here, StatusCode::FORBIDDEN, next, Some(words::WRONG_TOKEN))),
    };
    let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let now: Millis = now();
    let expires_at = now + HOURS * 3_600_000;
    let value = format!("{}.{secret}", site.as_ref().map_or("", SiteId::as_str));
    state.cases.put_session(Session { site, hash: hash(&secret), token_hash, expires_at }, now).await?;
    let cookie = cookie(encrypted, value, Duration::hours(HOURS));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&local(here, next))).into_response())
}

/// Ends a session, in the database and in the browser. A form of another site can't end it.
pub(super) async fn end(
    state: &State,
    here: Here,
    headers: &HeaderMap,
    person: &Person,
) -> Result<Response, Refusal> {
    is_encrypted(state, headers)?;
    state.cases.end_session(person.token_site(), hash(person.secret())).await?;
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let encrypted = cookies.flat_map(Cookie::split_parse).flatten().any(|cookie| cookie.name() == SAFE);
    let cookie = cookie(encrypted, String::new(), Duration::ZERO);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&here.at("/sign-in"))).into_response())
}

/// A cookie that no script can read, and that no other site's form or frame sends along.
fn cookie(encrypted: bool, value: String, lasts: Duration) -> String {
    let name = if encrypted { SAFE } else { PLAIN };
    let cookie = Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax);
    cookie.secure(encrypted).max_age(lasts).build().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        let here = Here::of("/nl/sign-in", &HeaderMap::new());
        for next in [
            "/cases",
            "/cases/shop/3f0e?site=toys",
            "/en/cases?words=%C3%A9",
            "/nl/cases/",
            "/nl/trend/?by=day",
            "/en/results/?survey=shop",
        ] {
            assert_eq!(local(here, next), next);
        }
        for next in [
            "",
            "//evil.example",
            "/nl//evil.example",
            "/nl",
            "https://evil.example",
            "/casesx",
            "/cases/\\evil",
            "/cases\r\nx: y",
        ] {
            assert_eq!(local(here, next), "/nl/cases", "{next}");
        }
    }

    #[test]
    fn a_cookie_of_an_encrypted_page_is_bound_to_it() {
        let cookie = cookie(true, ".x".into(), Duration::hours(1));
        assert!(cookie.starts_with("__Host-aanrader=.x; "), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=3600"] {
            assert!(cookie.contains(part), "{cookie}: {part}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}
