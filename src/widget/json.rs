//! JSON, which the browser reads and writes: answers on their way out, replies on their way in.

use aanrader_survey::Raw;
use js_sys::{Array, JSON, Object};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};

/// No reply of the collector's is nested as deep as this; what is deeper is left out.
const DEEPEST: u8 = 8;

/// A value as JSON; `None` where JavaScript has no form for it.
pub(crate) fn write(value: &impl Serialize) -> Option<String> {
    let value = value.serialize(&Serializer::new().serialize_maps_as_objects(true)).ok()?;
    stringify(&value)
}

/// What JSON says; `null` if it is none.
pub(crate) fn read(json: &str) -> Raw {
    JSON::parse(json).map(|value| raw(&value, DEEPEST)).unwrap_or_default()
}

/// The field of an answer that is known when it is sent.
#[derive(Serialize)]
struct Stamp {
    sent_at: f64,
}

/// An answer as JSON, with the time of sending added to it, in milliseconds since 1970. What is no JSON
/// object stays as it is: the collector will say what is wrong with it.
pub(crate) fn stamped(answer: &str, sent_at: f64) -> String {
    let stamp = || {
        let answer: Object = JSON::parse(answer).ok()?.dyn_into().ok()?;
        let stamp = Stamp { sent_at }.serialize(&Serializer::new()).ok()?;
        stringify(&Object::assign(&answer, stamp.unchecked_ref()))
    };
    stamp().unwrap_or_else(|| answer.into())
}

fn stringify(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

/// A value of JavaScript's as one that nobody has looked at yet.
pub(crate) fn raw(value: &JsValue, deepest: u8) -> Raw {
    if let Some(text) = value.as_string() {
        Raw::Text(text)
    } else if let Some(number) = value.as_f64() {
        Raw::Number(number)
    } else if let Some(is) = value.as_bool() {
        Raw::Bool(is)
    } else if deepest == 0 || !value.is_object() {
        Raw::Null
    } else if Array::is_array(value) {
        let items = value.unchecked_ref::<Array>();
        Raw::List(items.iter().map(|item| raw(&item, deepest - 1)).collect())
    } else {
        let entries = Object::entries(value.unchecked_ref());
        let entry = |entry: JsValue| {
            let entry = entry.unchecked_into::<Array>();
            (entry.get(0).as_string().unwrap_or_default(), raw(&entry.get(1), deepest - 1))
        };
        Raw::Map(entries.iter().map(entry).collect())
    }
}
