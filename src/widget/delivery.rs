//! One attempt to hand an answer to the collector.
//!
//! **Invariant:** nothing else in the widget talks to the network.

use aanrader_dom::Timeout;
use aanrader_survey::outbox::{Outcome, judge};
use gloo_net::http::{Request, Response};
use js_sys::{Date, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestCredentials, RequestInit};

use crate::json;
use crate::storage::Record;

/// How long a reply may take. The visitor waits for as long to hear that the
/// answer is kept; a slower reply is made up for by the next attempt.
const PATIENCE_MILLIS: i32 = 20_000;

// gloo-net's own `send` panics where a patched `fetch` throws or rejects with something that is no Error,
// or comes to no Response, and its `text` does where the body breaks off with one; a shop's page may have
// patched either. So these two calls are ours. Neither web-sys nor gloo-net has `keepalive`.
#[wasm_bindgen]
extern "C" {
    /// It may throw, and what it returns may be no promise.
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request, options: &Lasting) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type Lasting;

    /// Lets a request outlive its page.
    #[wasm_bindgen(method, setter)]
    fn set_keepalive(this: &Lasting, is: bool);
}

/// Posts a revision to its collector, with the time of sending added to it.
pub(crate) async fn attempt(record: &Record) -> Outcome {
    let body = json::stamped(record.body(), Date::now());
    post(record, body).await.unwrap_or(Outcome::Later(0))
}

/// The collector's verdict; an error where there is no reply, or not the whole of it in time.
async fn post(record: &Record, body: String) -> Result<Outcome, JsValue> {
    let controller = AbortController::new()?;
    let signal = controller.signal();
    let _patience = Timeout::new(PATIENCE_MILLIS, move || controller.abort());
    let (reply, body) = exchange(request(record, &body, &signal)?).await?;
    let retry_after = reply.headers().get("Retry-After");
    Ok(judge(record, reply.status(), &json::read(&body), retry_after.map_or(0, |it| seconds(&it))))
}

/// As `text/plain` and without headers of our own it is a simple request, without a preflight.
///
/// gloo-net needs `URL`, of which a page may have made something else. Then the request is built without it.
fn request(record: &Record, body: &str, signal: &AbortSignal) -> Result<web_sys::Request, JsValue> {
    let bare = || {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_credentials(RequestCredentials::Omit);
        init.set_signal(Some(signal));
        init.set_body(&body.into());
        web_sys::Request::new_with_str_and_init(record.endpoint(), &init)
    };
    Request::post(record.endpoint())
        .credentials(RequestCredentials::Omit)
        .abort_signal(Some(signal))
        .body(body)
        .map(web_sys::Request::from)
        .or_else(|_| bare())
}

/// The reply and the whole of its body.
async fn exchange(request: web_sys::Request) -> Result<(Response, String), JsValue> {
    let options = Object::new().unchecked_into::<Lasting>();
    options.set_keepalive(true);
    let reply = JsFuture::from(Promise::resolve(&fetch(&request, &options)?)).await?;
    let reply = reply.dyn_into::<web_sys::Response>()?;
    let body = JsFuture::from(reply.text()?).await?;
    Ok((reply.into(), body.as_string().unwrap_or_default()))
}

/// What `Retry-After` asks for: seconds, or a date. What is neither asks for nothing.
fn seconds(retry_after: &str) -> u32 {
    let until_then = || ((Date::parse(retry_after) - Date::now()) / 1_000.0).ceil() as u32;
    retry_after.trim().parse().unwrap_or_else(|_| until_then())
}
