//! The events that the page hears: bubbling, composed, named `aanrader-…`; and what Rust tells
//! JavaScript in objects.

use aanrader_survey::{Notice, Score, Wish};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CustomEvent;

use crate::js::{self, Value};
use crate::options;

/// Tells the page; says nothing where the browser can't make an event.
pub(crate) fn tell(host: Value, notice: Notice) {
    let (name, score, why) = match notice {
        Notice::Show => ("aanrader-show", None, ""),
        Notice::Score(score) => ("aanrader-score", Some(score), ""),
        Notice::Answer(score) => ("aanrader-answer", Some(score), ""),
        Notice::Dismiss(Wish::Nothing) => ("aanrader-dismiss", None, ""),
        Notice::Dismiss(Wish::Later) => ("aanrader-dismiss", None, "later"),
        Notice::Dismiss(Wish::Never) => ("aanrader-dismiss", None, "never"),
        Notice::Kept => ("aanrader-error", None, "kept"),
        Notice::Refused => ("aanrader-error", None, "refused"),
    };
    let detail = js::parse("{}");
    put(detail, "survey", options::slug(host, "survey"));
    put(detail, "touchpoint", options::slug(host, "touchpoint"));
    if let Some(score) = score {
        js::set(detail, "score", to_js(score));
        put(detail, "category", score.category().name().into());
    }
    put(detail, if matches!(notice, Notice::Dismiss(_)) { "wish" } else { "reason" }, why.into());
    let init = js::parse("{\"bubbles\":true,\"composed\":true}");
    js::set(init, "detail", detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, init.held().unchecked_ref()) {
        js::pass(host, "dispatchEvent", Value::of(&event));
    }
}

/// Puts a text or an object into an object; what is empty or not there is left out.
pub(crate) fn put(object: Value, key: &str, value: Value) {
    if value.is() {
        js::set(object, key, value);
    }
}

/// As JavaScript has it.
pub(crate) fn to_js(score: Score) -> Value {
    Value::of(&score.serialize(&Serializer::new()).unwrap_or(JsValue::NULL))
}
