//! One attempt to hand an answer to the collector.
//!
//! **Invariant:** nothing else in the widget talks to the network.

use aanrader_survey::Delivery;
use gloo_net::http::Response;
use wasm_bindgen::JsCast;

use crate::js::{self, Value};

/// How long a reply may take. The visitor waits for as long to hear that the
/// answer is kept; a slower reply is made up for by the next attempt.
const PATIENCE_MILLIS: f64 = 20_000.0;

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The collector has stored it, or trying again won't help.
    Settled(Delivery),
    /// Try again, no sooner than after so many seconds.
    Later(u32),
}

/// Posts a body to the collector, with the time of sending added to it; what it
/// comes to, reply or failure, is for [`outcome`].
///
/// `text/plain` keeps it a simple request, without a preflight; `keepalive` lets it outlive the page.
///
/// gloo-net's own `send` panics where a patched `fetch` throws something that is no Error, and a shop's
/// page may have patched it; so the call is ours and the reply is gloo-net's. Nor is it sure to return a
/// promise.
pub(crate) fn post(url: &str, body: &str) -> Value {
    let init = js::parse("{\"method\":\"POST\",\"credentials\":\"omit\",\"keepalive\":true}");
    js::set(init, "body", (&*stamped(body, js::now().number() as u64)).into());
    // Younger than the rest of what is needed here, so it may not be there.
    js::set(init, "signal", js::pass(js::page("AbortSignal"), "timeout", PATIENCE_MILLIS.into()));
    let reply = js::call_with(js::window(), "fetch", url.into(), init);
    js::pass(js::page("Promise"), "resolve", reply)
}

/// What a reply, or a failure to get one, means for the answer.
pub(crate) fn outcome(reply: Value) -> Outcome {
    // A body that nobody reads counts against what may be underway with `keepalive`, 64 KiB a page, until
    // the browser happens to collect it.
    js::run(js::get(reply, "body"), "cancel");
    match reply.held().dyn_into::<web_sys::Response>() {
        Ok(response) => {
            let after = js::call(js::get(reply, "headers"), "get", "Retry-After").text();
            judge(Response::from(response).status(), after.as_deref())
        }
        Err(_) => Outcome::Later(0),
    }
}

/// The body, which is a JSON object, with `sent_at` as its last field.
fn stamped(body: &str, millis: u64) -> String {
    js::concat(&[body.strip_suffix('}').unwrap_or(body), ",\"sent_at\":", &js::digits(millis), "}"])
}

fn judge(status: u16, retry_after: Option<&str>) -> Outcome {
    match status {
        200..=299 => Outcome::Settled(Delivery::Stored),
        400 | 413 | 422 => Outcome::Settled(Delivery::Refused),
        403 => Outcome::Settled(Delivery::PageRefused),
        _ => Outcome::Later(retry_after.and_then(js::number).unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_sending_becomes_the_last_field() {
        assert_eq!(stamped(r#"{"id":"x"}"#, 12), r#"{"id":"x","sent_at":12}"#);
    }

    #[test]
    fn only_what_can_never_be_accepted_is_given_up() {
        for status in [0, 404, 408, 429, 500, 502, 503] {
            assert_eq!(judge(status, None), Outcome::Later(0), "{status}");
        }
        for status in [400, 413, 422] {
            assert_eq!(judge(status, None), Outcome::Settled(Delivery::Refused), "{status}");
        }
        assert_eq!(judge(403, None), Outcome::Settled(Delivery::PageRefused));
        assert_eq!(judge(201, None), Outcome::Settled(Delivery::Stored));
    }

    #[test]
    fn the_collector_says_how_long_to_wait() {
        assert_eq!(judge(503, Some("7")), Outcome::Later(7));
        assert_eq!(judge(429, Some("Wed, 21 Oct 2026 07:28:00 GMT")), Outcome::Later(0));
    }
}
