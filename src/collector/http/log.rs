//! One line a request: method, route, status and time taken. Never an address as it was asked for, a query,
//! a header or a body, so that no comment, contact, token or customer gets into a log.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State as Shared};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::State;
use super::error::Error;

/// The file that a reply is made of, by its path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served(pub(super) &'static str);

/// The path in the log for an unknown address, which may hold anything.
const UNKNOWN: &str = "(unknown)";

pub(super) async fn request(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = survive(next.run(request)).await;
    let file = response.extensions().get::<Served>().map(|served| served.0);
    let path = route.as_ref().map(MatchedPath::as_str).or(file).unwrap_or(UNKNOWN);
    let took = started.elapsed();
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(method, path, status = response.status().as_u16(), micros, "request");
    state.metrics.replied(method, path, response.status(), took);
    response
}

/// A method may have any name.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "(other)",
    }
}

/// A bug in a handler costs its own request, and that one gets a reply.
async fn survive(reply: impl Future<Output = Response>) -> Response {
    let mut reply = pin!(reply);
    std::future::poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| reply.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Error::Unavailable.into_response()))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_still_replies() {
        assert_eq!(survive(async { panic!("a bug") }).await.status(), 503);
    }
}
