//! The events that the page hears: bubbling, composed, named `aanrader-…`.

use aanrader_survey::{Notice, Score};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

use crate::options::Options;

/// What an event's `detail` holds.
#[derive(Serialize)]
struct Detail<'a> {
    survey: &'a str,
    touchpoint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

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
    let detail = Detail {
        survey: &options.survey,
        touchpoint: &options.touchpoint,
        score,
        category: score.map(|score| score.category().name()),
        reason,
    };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL));
    CustomEvent::new_with_event_init_dict(name, &init).ok()
}
