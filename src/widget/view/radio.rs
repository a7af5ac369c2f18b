//! The radio buttons of the scale, as targets of events.

use aanrader_survey::Score;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// The score of the event's radio button.
pub(super) fn score_of(event: &Event) -> Option<Score> {
    let radio = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    if radio.type_() != "radio" {
        return None;
    }
    match radio.value().as_bytes() {
        [digit @ b'0'..=b'9'] => Score::new(digit - b'0'),
        _ => Score::new(Score::MAX),
    }
}
