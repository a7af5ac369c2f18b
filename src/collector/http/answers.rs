//! `/v1/answers`: customers post, the owner reads.

use aanrader_survey::{Raw, Score};
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::auth::Owner;
use super::body::{self, Kind};
use super::error::{Error, Problems};
use super::keep::{Receipt, save, status};
use super::limit::Peer;
use super::period::Period;
use super::query::Query;
use super::sent::Sent;
use super::wire::AnswersPage;
use super::{State, form, results, site};
use crate::store::{Cursor, PageRequest, Saved, SiteId};

/// The number of answers on a page: the default and the maximum.
const PAGE: (u32, u32) = (50, 200);

/// The address, as the log names it.
pub(super) const PATH: &str = "/v1/answers";

pub(super) fn router() -> Router<State> {
    Router::new().route("/answers", get(list).post(take).options(preflight))
}

/// One revision of an answer. A receipt for the id and at least this revision means that it is stored.
#[utoipa::path(
    post,
    path = "/v1/answers",
    params(("site" = Option<String>, Query, description = "the site; by default the one with the page's origin, or `default`")),
    request_body(
        description = "the complete answer so far; also as application/json, or as a form",
        content((Sent = "text/plain"), (Sent = "application/json"), (Sent = "application/x-www-form-urlencoded"))
    ),
    responses(
        (status = 200, description = "the id was known; the highest revision counts", body = Receipt),
        (status = 201, description = "the id is new", body = Receipt),
        (status = 400, description = "the body is no JSON, or the request is ambiguous", body = Problems),
        (status = 403, description = "this origin may not send", body = Problems),
        (status = 408, description = "the body came too slowly", body = Problems),
        (status = 413, description = "the body is too long", body = Problems),
        (status = 415, description = "the type or the encoding is not accepted", body = Problems),
        (status = 422, description = "every problem of the answer", body = Problems),
        (status = 429, description = "too many answers from one client; see Retry-After", body = Problems),
        (status = 503, description = "the answer can't be stored now; see Retry-After", body = Problems)
    )
)]
pub(super) async fn take(Shared(state): Shared<State>, request: Request) -> Response {
    let (Parts { uri, headers, extensions, .. }, body) = request.into_parts();
    let kind = Kind::of(&headers);
    let peer = extensions.get::<Peer>().copied();
    state.hints.unnamed_proxy(peer, &headers, state.limit.proxies());
    let named = site::named(&uri);
    let (allowed, judged) = match site::judge(&state, named.as_deref(), &headers) {
        Ok((site, allowed)) => (allowed, state.limit.admit(peer, &headers).map(|()| site)),
        // A foreign page may read only the refusal. Otherwise the browser would report a network error, and
        // the widget would retry for ever.
        Err(foreign) => {
            if let Error::ForeignOrigin(origin) = &foreign {
                state.hints.unknown_origin(origin, &headers);
            }
            (headers.get(header::ORIGIN).cloned(), Err(foreign))
        }
    };
    let mut response = match kind {
        Ok(Kind::Form) => form::take(&state, &headers, judged, body).await,
        _ => json_reply(take_json(&state, kind, judged, body).await),
    };
    add_cors(response.headers_mut(), allowed);
    response
}

async fn take_json(
    state: &State,
    kind: Result<Kind, Error>,
    judged: Result<SiteId, Error>,
    body: Body,
) -> Result<(Saved, Receipt), Error> {
    let site = judged?;
    let bytes = body::read(body, kind?).await?;
    let raw: Raw = serde_json::from_slice(&bytes).map_err(|error| Error::BrokenJson(error.to_string()))?;
    save(state, site, &raw).await
}

fn json_reply(outcome: Result<(Saved, Receipt), Error>) -> Response {
    let kept = |(saved, receipt)| {
        (status(saved), [(header::CACHE_CONTROL, "no-store")], Json(receipt)).into_response()
    };
    outcome.map_or_else(Error::into_response, kept)
}

/// Lets the page of an allowed origin read the reply, refusals included.
fn add_cors(headers: &mut HeaderMap, allowed: Option<HeaderValue>) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    }
}

/// Only senders of `application/json` send a preflight; the widget never does.
async fn preflight(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap) -> Response {
    let allowed = match site::judge(&state, site::named(&uri).as_deref(), &headers) {
        Ok((_, allowed)) => allowed,
        Err(foreign) => {
            let mut response = foreign.into_response();
            add_cors(response.headers_mut(), None);
            return response;
        }
    };
    let permissions: [(HeaderName, &str); 3] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    let mut response = (StatusCode::NO_CONTENT, permissions).into_response();
    add_cors(response.headers_mut(), allowed);
    response
}

/// The answers, newest first, page by page.
#[utoipa::path(
    get,
    path = "/v1/answers",
    params(
        ("site" = Option<String>, Query, description = "the site; by default the token's own, or `default`"),
        ("survey" = Option<String>, Query, description = "this survey only"),
        ("touchpoint" = Option<String>, Query, description = "this touchpoint only"),
        ("from" = Option<String>, Query, description = "at or after this time, or this day"),
        ("to" = Option<String>, Query, description = "before this time, or up to this day"),
        ("tz" = Option<String>, Query, description = "the time zone of days, such as Europe/Amsterdam; by default the site's, or UTC"),
        ("max_score" = Option<u8>, Query, description = "this score or a lower one", minimum = 0, maximum = 10),
        ("limit" = Option<u32>, Query, description = "answers on one page; 50 by default", minimum = 1, maximum = 200),
        ("before" = Option<String>, Query, description = "the value of next from the page before")
    ),
    responses(
        (status = 200, description = "one page of answers", body = AnswersPage),
        (status = 401, description = "no token, or a wrong one", body = Problems),
        (status = 403, description = "the token opens another site", body = Problems),
        (status = 422, description = "wrong parameters, each with its problem", body = Problems),
        (status = 429, description = "too many wrong tokens", body = Problems),
        (status = 503, description = "too busy, or the database can't be read", body = Problems)
    ),
    security(("token" = []))
)]
pub(super) async fn list(owner: Owner, Shared(state): Shared<State>, uri: Uri) -> Result<Response, Error> {
    let mut query = Query::new(&uri);
    let site = site::asked(&owner, &state, &mut query)?;
    let (survey, touchpoint) = (query.text("survey"), query.text("touchpoint"));
    let period = Period::of(&mut query, state.directory.zone(&site));
    let request = PageRequest {
        site: site.clone(),
        survey: survey.clone(),
        touchpoint,
        from: period.from,
        to: period.to,
        max_score: query.parse("max_score", "a whole number from 0 to 10", score),
        before: query.parse("before", "the value of next from the page before", Cursor::decode),
        limit: query.parse("limit", "a whole number from 1 to 200", limit).unwrap_or(PAGE.0),
        ..PageRequest::default()
    };
    query.finish()?;
    let limit = request.limit;
    // One more than the page shows tells whether there is a next page.
    let found = state.store.page(PageRequest { limit: limit + 1, ..request }).await?;
    if found.is_empty() {
        results::known(&state, site, survey).await?;
    }
    let page = AnswersPage::of(period, found, limit as usize);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response())
}

fn limit(text: &str) -> Option<u32> {
    text.parse().ok().filter(|limit| (1..=PAGE.1).contains(limit))
}

fn score(text: &str) -> Option<Score> {
    Score::new(text.parse().ok()?)
}
