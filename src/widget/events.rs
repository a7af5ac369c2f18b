//! The events that the page hears: bubbling, composed, named `aanrader-…`.

use aanrader_survey::{Fields, Notice, Value, Wish};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Element};

use crate::json;
use crate::options::About;

/// Tells the page what has happened to the survey with this subject.
pub(crate) fn tell(host: &Element, about: &About, notice: Notice) {
    let event = event(about, notice).and_then(|event| host.dispatch_event(&event));
    if let Err(error) = event {
        // The survey itself works without events.
        web_sys::console::warn_2(&JsValue::from("aanrader-survey:"), &error);
    }
}

fn event(about: &About, notice: Notice) -> Result<CustomEvent, JsValue> {
    let (name, score, wish, reason) = match notice {
        Notice::Show => ("aanrader-show", None, None, None),
        Notice::Score(score) => ("aanrader-score", Some(score), None, None),
        Notice::Answer(score) => ("aanrader-answer", Some(score), None, None),
        Notice::Dismiss(Wish::Nothing) => ("aanrader-dismiss", None, None, None),
        Notice::Dismiss(Wish::Later) => ("aanrader-dismiss", None, Some("later"), None),
        Notice::Dismiss(Wish::Never) => ("aanrader-dismiss", None, Some("never"), None),
        Notice::Kept => ("aanrader-error", None, None, Some("kept")),
        Notice::Refused => ("aanrader-error", None, None, Some("refused")),
    };
    let detail = json::object_of(&Fields(&[
        ("survey", Value::Text(&about.survey)),
        ("touchpoint", Value::Text(&about.touchpoint)),
        ("score", score.map_or(Value::Nothing, |score| Value::Integer(score.get().into()))),
        ("category", Value::text(score.map(|score| score.category().name()))),
        ("wish", Value::text(wish)),
        ("reason", Value::text(reason)),
    ]))?;
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail);
    CustomEvent::new_with_event_init_dict(name, &init)
}
