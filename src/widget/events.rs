//! The events that the page hears: bubbling, composed, named `aanrader-…`.

use aanrader_survey::{Notice, Value};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, HtmlElement};

use crate::{js, options};

/// Tells the page; says nothing where the browser can't make an event.
pub(crate) fn tell(host: &HtmlElement, notice: Notice) {
    let (name, score, reason) = match notice {
        Notice::Show => ("aanrader-show", None, ""),
        Notice::Score(score) => ("aanrader-score", Some(score), ""),
        Notice::Answer(score) => ("aanrader-answer", Some(score), ""),
        Notice::Dismiss => ("aanrader-dismiss", None, ""),
        Notice::Kept => ("aanrader-error", None, "kept"),
        Notice::Refused => ("aanrader-error", None, "refused"),
    };
    let detail = to_js(&Value::Map(&[
        ("survey", Value::Text(&options::slug(host, "survey"))),
        ("touchpoint", Value::Text(&options::slug(host, "touchpoint"))),
        ("score", score.map_or(Value::NOTHING, |score| Value::Number(score.get().into()))),
        ("category", Value::Text(score.map_or("", |score| score.category().name()))),
        ("reason", Value::Text(reason)),
    ]));
    let init = js::object(&[("bubbles", &JsValue::TRUE), ("composed", &JsValue::TRUE), ("detail", &detail)]);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, init.unchecked_ref()) {
        let _ = host.dispatch_event(&event);
    }
}

/// As JavaScript has it.
pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}
