//! The events that the page hears: bubbling, composed, named `aanrader-…`.

use aanrader_survey::{Notice, Score, Wish};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Element};

use crate::options::About;

/// What an event says; a field that says nothing is left out.
#[derive(Serialize)]
struct Detail<'a> {
    survey: &'a str,
    touchpoint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wish: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// Tells the page what has become of the survey about this.
pub(crate) fn tell(host: &Element, about: &About, notice: Notice) {
    let event = event(about, notice).and_then(|event| host.dispatch_event(&event));
    if let Err(error) = event {
        // The survey itself works without.
        web_sys::console::warn_2(&JsValue::from("aanrader-survey:"), &error);
    }
}

fn event(about: &About, notice: Notice) -> Result<CustomEvent, JsValue> {
    let mut detail = Detail {
        survey: &about.survey,
        touchpoint: &about.touchpoint,
        score: None,
        category: None,
        wish: None,
        reason: None,
    };
    let name = match notice {
        Notice::Show => "aanrader-show",
        Notice::Score(score) => scored(&mut detail, score, "aanrader-score"),
        Notice::Answer(score) => scored(&mut detail, score, "aanrader-answer"),
        Notice::Dismiss(wish) => {
            detail.wish = match wish {
                Wish::Nothing => None,
                Wish::Later => Some("later"),
                Wish::Never => Some("never"),
            };
            "aanrader-dismiss"
        }
        Notice::Kept => failed(&mut detail, "kept"),
        Notice::Refused => failed(&mut detail, "refused"),
    };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail.serialize(&Serializer::new())?);
    CustomEvent::new_with_event_init_dict(name, &init)
}

fn scored(detail: &mut Detail<'_>, score: Score, name: &'static str) -> &'static str {
    detail.score = Some(score);
    detail.category = Some(score.category().name());
    name
}

fn failed<'a>(detail: &mut Detail<'a>, reason: &'a str) -> &'static str {
    detail.reason = Some(reason);
    "aanrader-error"
}
