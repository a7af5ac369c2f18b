//! `/wall/TOKEN`: the number for a screen in the shop, and `/badge/TOKEN.svg`: the same as a picture.
//!
//! The link is read-only and can be revoked. It names no customer; it shows comments only if it was made for that.

mod glance;
mod live;
mod page;

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State as Shared};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::State;
use super::error::Error;
use super::limit::Peer;
use super::owner::Texts;
use crate::sites::hash;
use crate::store::{Scope, SiteId};
use glance::{Glance, Room};
pub use live::Live;

pub(super) fn router() -> Router<State> {
    Router::new()
        .route("/wall/{token}", get(show))
        .route("/wall/{token}/live", get(watch))
        .route("/badge/{file}", get(badge))
}

/// The site that a link shows, and whether it shows comments.
fn opens(
    state: &State,
    token: &str,
    peer: Option<Peer>,
    headers: &HeaderMap,
) -> Result<(SiteId, bool), Error> {
    let mut opened = None;
    let is_right = || {
        let found = state.directory.by_hash(&hash(token));
        opened = found.filter(|(.., scopes)| scopes.has(Scope::Wall));
        opened.is_some()
    };
    state.limit.admit_token(peer, headers, is_right).map_err(|error| match error {
        Error::TooMany(wait) => Error::TooMany(wait),
        _ => Error::NotFound,
    })?;
    let (site, _, scopes) = opened.ok_or(Error::NotFound)?;
    Ok((site, scopes.has(Scope::Comments)))
}

/// The room of a link: its site, and the survey in its address.
fn room(site: SiteId, comments: bool, uri: &Uri) -> Room {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let survey = pairs.find(|(name, value)| name == "survey" && !value.is_empty());
    Room { site, comments, survey: survey.map(|(_, value)| value.chars().take(64).collect()) }
}

/// A request for the screen of a link.
struct Screen {
    room: Room,
    texts: &'static Texts,
    /// The hash of the link's token.
    hash: String,
}

impl FromRequestParts<State> for Screen {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Error> {
        let Path(token) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        let peer = parts.extensions.get::<Peer>().copied();
        let (site, comments) = opens(state, &token, peer, &parts.headers)?;
        let (room, texts) = (room(site, comments, &parts.uri), Texts::of("", &parts.headers));
        Ok(Self { room, texts, hash: hash(&token) })
    }
}

async fn show(Shared(state): Shared<State>, screen: Screen) -> Result<Response, Error> {
    let glance = Glance::read(&state, &screen.room).await?;
    Ok(page::page(&state.assets, screen.texts, &glance))
}

/// The events of the screen: what it shows, whenever that changes.
async fn watch(Shared(state): Shared<State>, Screen { room, texts, hash }: Screen) -> Response {
    let still = {
        let state = state.clone();
        move || state.directory.by_hash(&hash).is_some()
    };
    let mut response = Live::events(&state, room, texts, still).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Some proxies would keep the events until there are many.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn badge(
    Shared(state): Shared<State>,
    Path(file): Path<String>,
    peer: Option<Extension<Peer>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let token = file.strip_suffix(".svg").ok_or(Error::NotFound)?;
    let (site, _) = opens(&state, token, peer.map(|Extension(peer)| peer), &headers)?;
    let glance = Glance::read(&state, &room(site, false, &uri)).await?;
    let mut response = (StatusCode::OK, page::badge(Texts::of("", &headers), &glance)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=300"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}

/// The shared state of the walls, before anything is stopped.
pub(crate) fn live(stop: tokio::sync::watch::Receiver<bool>) -> Arc<Live> {
    Arc::new(Live::new(stop))
}
