//! One attempt to deliver an answer to the collector.
//!
//! **Invariant:** nothing else in the widget uses the network.

use std::rc::Rc;

use aanrader_dom::when;
use aanrader_survey::outbox::{Outcome, judge};
use gloo_net::http::{Request, Response};
use js_sys::{Date, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, RequestCredentials, RequestInit};

use crate::json;
use crate::storage::{Record, Then};

/// The longest wait for a reply. The customer waits as long to learn that the answer is kept; after a slower
/// reply the next attempt delivers it.
const PATIENCE_MILLIS: u32 = 20_000;

// A shop's page may have patched `fetch`. gloo-net's `send` panics if it throws, rejects with something other
// than an Error, or resolves to something other than a Response. gloo-net's `text` panics if the body ends
// with such a rejection. So we bind both ourselves. Neither web-sys nor gloo-net has `keepalive`.
#[wasm_bindgen]
extern "C" {
    /// It may throw, and may return something other than a promise.
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request, options: &Lasting) -> Result<JsValue, JsValue>;

    /// web-sys's `timeout` doesn't catch exceptions, and a page may have replaced this, too.
    #[wasm_bindgen(extends = AbortSignal, js_name = AbortSignal)]
    type Patience;

    #[wasm_bindgen(catch, static_method_of = Patience, js_class = "AbortSignal")]
    fn timeout(millis: u32) -> Result<Patience, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type Lasting;

    /// Lets a request outlive its page.
    #[wasm_bindgen(method, setter)]
    fn set_keepalive(this: &Lasting, is: bool);
}

/// Posts a revision to its collector, with the time of sending added, and passes the outcome on.
pub(crate) fn attempt(record: Rc<Record>, then: Then<Outcome>) {
    let body = json::stamped(record.body(), Date::now());
    match post(&record, &body) {
        Ok(reply) => when(&reply, move |reply| match reply.and_then(body_of) {
            Ok((reply, body)) => when(&body, move |body| {
                then(body.map_or(Outcome::Later(0), |body| verdict(&record, &reply, &body)));
            }),
            Err(_) => then(Outcome::Later(0)),
        }),
        Err(_) => then(Outcome::Later(0)),
    }
}

/// Sends it; returns the promise of the reply.
fn post(record: &Record, body: &str) -> Result<Promise, JsValue> {
    // If the page has replaced `timeout`, an attempt may wait longer.
    let patience = Patience::timeout(PATIENCE_MILLIS).ok().map(AbortSignal::from);
    let request = request(record, body, patience.as_ref())?;
    let options = Object::new().unchecked_into::<Lasting>();
    options.set_keepalive(true);
    Ok(Promise::resolve(&fetch(&request, &options)?))
}

/// The reply, and the promise of its complete body.
fn body_of(reply: JsValue) -> Result<(Response, Promise), JsValue> {
    let reply = reply.dyn_into::<web_sys::Response>()?;
    let body = reply.text()?;
    Ok((reply.into(), body.unchecked_into()))
}

/// The collector's verdict on this revision.
fn verdict(record: &Record, reply: &Response, body: &JsValue) -> Outcome {
    let said = json::said(&body.as_string().unwrap_or_default());
    let retry_after = reply.headers().get("Retry-After");
    judge(record, reply.status(), said, retry_after.map_or(0, |it| seconds(&it)))
}

/// A simple request, without a preflight: `text/plain`, and no headers of our own.
///
/// gloo-net needs `URL`, which a page may have replaced. Then the request is built another way.
fn request(record: &Record, body: &str, signal: Option<&AbortSignal>) -> Result<web_sys::Request, JsValue> {
    let bare = || {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_credentials(RequestCredentials::Omit);
        init.set_signal(signal);
        init.set_body(&body.into());
        web_sys::Request::new_with_str_and_init(record.endpoint(), &init)
    };
    Request::post(record.endpoint())
        .credentials(RequestCredentials::Omit)
        .abort_signal(signal)
        .body(body)
        .map(web_sys::Request::from)
        .or_else(|_| bare())
}

/// The delay that `Retry-After` asks for: seconds, or a date. Any other value asks for none.
fn seconds(retry_after: &str) -> u32 {
    let until_then = || ((Date::parse(retry_after) - Date::now()) / 1_000.0).ceil() as u32;
    retry_after.parse().unwrap_or_else(|_| until_then())
}
