//! JSON, through the browser's own functions: answers on their way out, replies on their way in.

use aanrader_survey::outbox::Said;
use aanrader_survey::{Field, Fields, Value};
use js_sys::{Array, JSON, Object};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

// JSON from other authors: each field may have any type.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type Body;

    #[wasm_bindgen(method, getter)]
    fn id(this: &Body) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn rev(this: &Body) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn survey(this: &Body) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn problems(this: &Body) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn field(this: &Body) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn code(this: &Body) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn message(this: &Body) -> JsValue;
}

/// A value as a JavaScript value.
///
/// # Errors
///
/// JavaScript can't represent it.
pub(crate) fn object_of(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::new().serialize_maps_as_objects(true))?)
}

/// A value as JSON; `None` if JavaScript can't represent it.
pub(crate) fn write(value: &impl Serialize) -> Option<String> {
    stringify(&object_of(value).ok()?)
}

/// Reads the body of a reply.
pub(crate) fn said(body: &str) -> Said {
    let Some(body) = object(body) else { return Said::default() };
    let problem = || {
        let problem = body.problems().dyn_into::<Array>().ok()?.get(0);
        let problem = Some(problem).filter(JsValue::is_object)?.unchecked_into::<Body>();
        problem.field().as_string()?;
        problem.code().as_string().zip(problem.message().as_string())
    };
    Said { receipt: body.id().as_string().zip(body.rev().as_f64()), problem: problem() }
}

/// The survey of an answer that is given as JSON.
pub(crate) fn survey(answer: &str) -> Option<String> {
    object(answer)?.survey().as_string()
}

fn object(json: &str) -> Option<Body> {
    Some(JSON::parse(json).ok()?).filter(JsValue::is_object).map(JsCast::unchecked_into)
}

/// An answer as JSON, with the time of sending added, in milliseconds since 1970. A text that is no JSON
/// object stays unchanged; the collector will refuse it with a reason.
pub(crate) fn stamped(answer: &str, sent_at: f64) -> String {
    with(answer, Field::SentAt.name(), Value::Integer(sent_at as u64)).unwrap_or_else(|| answer.into())
}

/// A JSON object with one more field; `None` if the text is no object.
pub(crate) fn with(json: &str, name: &str, value: Value<'_>) -> Option<String> {
    let more = object_of(&Fields(&[(name, value)])).ok()?;
    stringify(&Object::assign(object(json)?.as_ref(), more.unchecked_ref()))
}

fn stringify(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}
