//! The events that the page hears: bubbling, composed, named `aanrader-…`.

use aanrader_survey::{Notice, Score};
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

use crate::options::Options;

/// What an event's `detail` holds: texts, and the score.
struct Detail<'a> {
    texts: [(&'static str, Option<&'a str>); 4],
    score: Option<Score>,
}

// As a map rather than derived as a struct: serde-wasm-bindgen keeps a hash map
// of structs' field names, which is a kilobyte that nobody needs here.
impl Serialize for Detail<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, text) in self.texts {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        if let Some(score) = &self.score {
            map.serialize_entry("score", score)?;
        }
        map.end()
    }
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
    let texts = [
        ("survey", Some(options.survey.as_str())),
        ("touchpoint", Some(options.touchpoint.as_str())),
        ("category", score.map(|score| score.category().name())),
        ("reason", reason),
    ];
    let detail = Detail { texts, score };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL));
    CustomEvent::new_with_event_init_dict(name, &init).ok()
}
