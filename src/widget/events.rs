//! The events that the page hears: bubbling, composed, named `aanrader-…`.

use aanrader_survey::{Notice, Raw};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

use crate::options::Options;

/// The event that tells the page; `None` where the browser can't make one.
pub(crate) fn event(options: &Options, notice: Notice) -> Option<CustomEvent> {
    let (name, score, reason) = match notice {
        Notice::Show => ("aanrader-show", None, None),
        Notice::Score(score) => ("aanrader-score", Some(score), None),
        Notice::Answer(score) => ("aanrader-answer", Some(score), None),
        Notice::Dismiss => ("aanrader-dismiss", None, None),
        Notice::Kept => ("aanrader-error", None, Some("kept")),
        Notice::Refused => ("aanrader-error", None, Some("refused")),
    };
    let text = |text: Option<&str>| text.map_or(Raw::Null, |text| Raw::Text(text.into()));
    let detail = Raw::Map(vec![
        ("survey".into(), text(Some(&options.survey))),
        ("touchpoint".into(), text(Some(&options.touchpoint))),
        ("score".into(), score.map_or(Raw::Null, |score| Raw::Number(score.get().into()))),
        ("category".into(), text(score.map(|score| score.category().name()))),
        ("reason".into(), text(reason)),
    ]);
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL));
    CustomEvent::new_with_event_init_dict(name, &init).ok()
}
