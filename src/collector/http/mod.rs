//! The HTTP side: one file for each resource, with its `router()`.

pub mod assets;
pub mod auth;
pub mod limit;

mod answers;
mod askings;
mod body;
mod cases;
mod error;
mod files;
mod form;
mod framing;
mod health;
mod keep;
mod language;
mod link;
mod log;
mod openapi;
mod owner;
pub mod pages;
mod period;
mod proxy;
mod query;
mod results;
mod sent;
pub mod signed;
mod site;
mod solved;
mod trend;
mod wall;
mod wire;

use std::convert::Infallible;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State as Extracted};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::any;
use hyper::body::Incoming;
use tokio::sync::Notify;
use tower_service::Service as _;

use crate::metrics::Metrics;
use crate::origins::Origins;
use crate::outbox::Sender;
use crate::pseudonym::Pseudonyms;
use crate::sites::{Directory, new_token};
use crate::store::{Cases, Closing, Outbox, Registry, SiteId, Store, StoreError, Trends};
pub use askings::Askings;
pub(crate) use askings::counting;
use assets::Assets;
use auth::Token;
use error::Error;
pub use health::Readiness;
use limit::Limit;
use pages::Pages;
pub use proxy::Hints;
use signed::Signing;
pub use wall::Live;
pub(crate) use wall::live;

/// The state that the handlers share. Every layer of a request clones it, so it is one pointer.
#[derive(Clone)]
pub struct State(Arc<Shared>);

impl State {
    /// Wraps the shared state.
    pub fn of(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for State {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The contents of the state.
pub struct Shared {
    /// Stores answers.
    pub store: Arc<dyn Store>,
    /// Stores cases and sessions.
    pub cases: Arc<dyn Cases>,
    /// Stores causes and what customers say about their cases.
    pub closing: Arc<dyn Closing>,
    /// Stores the sites.
    pub registry: Arc<dyn Registry>,
    /// Stores notices and the outbox.
    pub outbox: Arc<dyn Outbox>,
    /// Sends messages.
    pub sender: Arc<Sender>,
    /// Whether there is a mail server.
    pub sends_mail: bool,
    /// Wakes the outbox's worker, because there may be something to send.
    pub news: Arc<Notify>,
    /// Stores what the trend shows.
    pub trends: Arc<dyn Trends>,
    /// What the screens of the wall show.
    pub live: Arc<Live>,
    /// The counts of the question that aren't stored yet.
    pub askings: Arc<Askings>,
    /// The added sites, and the tokens that open them.
    pub directory: Arc<Directory>,
    /// The origins that may send answers of the default site.
    pub origins: Arc<Origins>,
    /// Whether answers could be stored just now.
    pub readiness: Arc<Readiness>,
    /// The hints to the operator about proxies.
    pub hints: Arc<Hints>,
    /// Limits how many answers one client may send.
    pub limit: Arc<Limit>,
    /// The tokens that open results.
    pub tokens: Arc<[Token]>,
    /// The signing of customers by the shop; `None` without a key.
    pub signing: Option<Signing>,
    /// The pseudonyms under which customers are stored.
    pub pseudonyms: Option<Pseudonyms>,
    /// The counters for Prometheus.
    pub metrics: Arc<Metrics>,
    /// The files that are served.
    pub assets: Assets,
    /// The pages that the collector renders, with their texts.
    pub pages: Arc<Pages>,
}

/// The service of all addresses. A router knows them, but the answers of customers, nearly all of a busy
/// collector's requests, go past it: its layers cost more than the rest of such a request.
#[derive(Clone)]
pub struct App {
    state: State,
    router: Router,
}

impl App {
    /// The service.
    pub fn of(state: State) -> Self {
        Self { router: router(state.clone()), state }
    }

    /// Replies to a request.
    pub async fn reply(self, request: Request) -> Response {
        let Self { state, mut router } = self;
        if request.method() == Method::POST && request.uri().path() == answers::PATH {
            let take = |request| answers::take(Extracted(state.clone()), request);
            return guarded(&state, Some(answers::PATH), request, take).await;
        }
        let Ok(response) = router.call(request).await;
        response
    }
}

impl hyper::service::Service<Request<Incoming>> for App {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let reply = self.clone().reply(request.map(Body::new));
        Box::pin(async { Ok(reply.await) })
    }
}

fn router(state: State) -> Router {
    let v1 = Router::new()
        .merge(answers::router())
        .merge(askings::router())
        .merge(results::router())
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed);
    Router::new()
        .nest("/v1", v1)
        // Nesting doesn't cover this one address.
        .route("/v1/", any(async || Error::NotFound))
        .merge(cases::router())
        .merge(health::router())
        .merge(link::router())
        .merge(openapi::router())
        .merge(solved::router())
        .merge(wall::router())
        .fallback(files::serve)
        .layer(from_fn_with_state(state.clone(), routed))
        .with_state(state)
}

/// A site's secret of that name; it is made at the first use.
async fn secret(state: &State, site: &SiteId, name: &'static str) -> Result<String, StoreError> {
    state.closing.secret(site.clone(), name, new_token()).await
}

async fn routed(Extracted(state): Extracted<State>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    guarded(&state, route.as_ref().map(MatchedPath::as_str), request, |request| next.run(request)).await
}

/// What holds for all requests: ambiguous ones are refused, each has a line in the log, and browsers don't guess the
/// type of any reply.
async fn guarded<F: Future<Output = Response>>(
    state: &State,
    route: Option<&str>,
    request: Request,
    reply: impl FnOnce(Request) -> F,
) -> Response {
    let reply = async |request| match framing::judge(&request) {
        Ok(()) => reply(request).await,
        Err(error) => framing::refusal(error),
    };
    let mut response = log::request(state, route, request, reply).await;
    let nosniff = HeaderValue::from_static("nosniff");
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

#[cfg(test)]
mod tests;
