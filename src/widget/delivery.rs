//! One attempt to hand an answer to the collector.
//!
//! **Invariant:** nothing else in the widget talks to the network.

use aanrader_survey::Refusal;
use gloo_net::http::Response;
use js_sys::{Date, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Request, RequestCredentials, RequestInit};

#[wasm_bindgen]
extern "C" {
    // gloo-net's own `send` panics where a patched `fetch` throws something that
    // is no Error, and a shop's page may have patched it; so the call is ours
    // and the reply is gloo-net's. Nor is it sure to return a promise.
    #[wasm_bindgen(catch, js_name = "fetch")]
    fn fetch(request: &Request) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    // Younger than the rest of what is needed here, so it may not be there.
    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = "timeout")]
    fn abort_after(millis: u32) -> Result<AbortSignal, JsValue>;
}

/// How long a reply may take. The visitor waits for as long to hear that the
/// answer is kept; a slower reply is made up for by the next attempt.
const PATIENCE_MILLIS: u32 = 20_000;

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The collector has stored it.
    Stored,
    /// Try again, no sooner than after so many seconds.
    Later(u32),
    /// Trying again won't help.
    Refused(Refusal),
}

/// Posts a body to the collector, with the time of sending added to it.
///
/// `text/plain` keeps it a simple request, without a preflight; `keepalive`
/// lets it outlive the page.
pub(crate) async fn attempt(url: &str, body: &str) -> Outcome {
    match post(url, &stamped(body, &now())).await {
        Ok(response) => judge(response.status(), response.headers().get("Retry-After").as_deref()),
        Err(_) => Outcome::Later(0),
    }
}

async fn post(url: &str, body: &str) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_credentials(RequestCredentials::Omit);
    init.set_body(&JsValue::from_str(body));
    init.set_signal(abort_after(PATIENCE_MILLIS).ok().as_ref());
    Reflect::set(&init, &JsValue::from_str("keepalive"), &JsValue::TRUE)?;
    let request = Request::new_with_str_and_init(url, &init)?;
    let response = JsFuture::from(Promise::resolve(&fetch(&request)?)).await?;
    Ok(response.dyn_into::<web_sys::Response>()?.into())
}

/// The body, which is a JSON object, with `sent_at` as its last field.
fn stamped(body: &str, millis: &str) -> String {
    [body.strip_suffix('}').unwrap_or(body), ",\"sent_at\":", millis, "}"].concat()
}

/// What a reply means for the answer.
fn judge(status: u16, retry_after: Option<&str>) -> Outcome {
    match status {
        200..=299 => Outcome::Stored,
        400 | 413 | 422 => Outcome::Refused(Refusal::Answer),
        403 => Outcome::Refused(Refusal::Origin),
        _ => Outcome::Later(retry_after.and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(0)),
    }
}

/// Milliseconds since 1970 in digits, as JSON writes them.
fn now() -> String {
    js_sys::JSON::stringify(&JsValue::from_f64(Date::now())).map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_sending_becomes_the_last_field() {
        assert_eq!(stamped(r#"{"id":"x"}"#, "12"), r#"{"id":"x","sent_at":12}"#);
    }

    #[test]
    fn only_what_can_never_be_accepted_is_given_up() {
        for status in [0, 404, 408, 429, 500, 502, 503] {
            assert_eq!(judge(status, None), Outcome::Later(0), "{status}");
        }
        for status in [400, 413, 422] {
            assert_eq!(judge(status, None), Outcome::Refused(Refusal::Answer), "{status}");
        }
        assert_eq!(judge(403, None), Outcome::Refused(Refusal::Origin));
        assert_eq!(judge(201, None), Outcome::Stored);
    }

    #[test]
    fn the_collector_says_how_long_to_wait() {
        assert_eq!(judge(503, Some(" 7 ")), Outcome::Later(7));
        assert_eq!(judge(429, Some("Wed, 21 Oct 2026 07:28:00 GMT")), Outcome::Later(0));
    }
}
