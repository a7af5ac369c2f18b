//! The events that the page hears: bubbling, composed, named `aanrader-…`; and what Rust tells
//! JavaScript in objects.

use aanrader_survey::{Notice, Wish};
use js_sys::Object;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, HtmlElement};

use crate::{js, options};

/// Tells the page; says nothing where the browser can't make an event.
pub(crate) fn tell(host: &HtmlElement, notice: Notice) {
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
    let detail = Object::new();
    put_text(&detail, "survey", &options::slug(host, "survey"));
    put_text(&detail, "touchpoint", &options::slug(host, "touchpoint"));
    if let Some(score) = score {
        js::set(&detail, "score", &to_js(&score));
        put_text(&detail, "category", score.category().name());
    }
    put_text(&detail, if matches!(notice, Notice::Dismiss(_)) { "wish" } else { "reason" }, why);
    let init = js::object(&[("bubbles", &JsValue::TRUE), ("composed", &JsValue::TRUE), ("detail", &detail)]);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, init.unchecked_ref()) {
        js::pass(host, "dispatchEvent", &event);
    }
}

/// Puts a text into an object; an empty one is left out.
pub(crate) fn put_text(object: &Object, key: &str, text: &str) {
    if !text.is_empty() {
        js::set(object, key, &to_js(text));
    }
}

/// As JavaScript has it.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    value.serialize(&Serializer::new()).unwrap_or(JsValue::NULL)
}
