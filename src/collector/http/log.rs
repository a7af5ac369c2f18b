//! Logs one line a request: method, route, status and duration. It never logs an address as requested, a
//! query, a header or a body. So no comment, contact, token or customer enters the log.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use axum::extract::Request;
use axum::http::Method;
use axum::response::{IntoResponse, Response};

use super::State;
use super::error::Error;

/// The path of the file that a reply contains.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served(pub(super) &'static str);

/// Replaces an unknown address in the log, which may contain anything.
const UNKNOWN: &str = "(unknown)";

/// Replies to a request for this route.
pub(super) async fn request<F: Future<Output = Response>>(
    state: &State,
    route: Option<&str>,
    request: Request,
    reply: impl FnOnce(Request) -> F,
) -> Response {
    let started = Instant::now();
    let method = name(request.method());
    let response = survive(reply(request)).await;
    let file = response.extensions().get::<Served>().map(|served| served.0);
    let path = route.or(file).unwrap_or(UNKNOWN);
    let took = started.elapsed();
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(method, path, status = response.status().as_u16(), micros, "request");
    state.metrics.replied(method, path, response.status(), took);
    response
}

/// A client may send any name as a method.
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

/// A bug in a handler fails only its own request, which still gets a reply.
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
