//! The events that the page hears: bubbling, composed, named `aanrader-…`.

use aanrader_survey::{Notice, Score, Wish};
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Element};

use crate::options::About;

/// What an event says; a field that says nothing is left out.
struct Detail<'a> {
    about: &'a About,
    score: Option<Score>,
    wish: Option<&'a str>,
    reason: Option<&'a str>,
}

/// As a map: what serde derives for a struct keeps a table of its names, two kilobytes.
impl Serialize for Detail<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("survey", &*self.about.survey)?;
        fields.serialize_entry("touchpoint", &*self.about.touchpoint)?;
        if let Some(score) = self.score {
            fields.serialize_entry("score", &score)?;
            fields.serialize_entry("category", score.category().name())?;
        }
        for (name, value) in [("wish", self.wish), ("reason", self.reason)] {
            if let Some(value) = value {
                fields.serialize_entry(name, value)?;
            }
        }
        fields.end()
    }
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
    let mut detail = Detail { about, score: None, wish: None, reason: None };
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
    init.set_detail(&detail.serialize(&Serializer::new().serialize_maps_as_objects(true))?);
    CustomEvent::new_with_event_init_dict(name, &init)
}

fn scored(detail: &mut Detail<'_>, score: Score, name: &'static str) -> &'static str {
    detail.score = Some(score);
    name
}

fn failed<'a>(detail: &mut Detail<'a>, reason: &'a str) -> &'static str {
    detail.reason = Some(reason);
    "aanrader-error"
}
