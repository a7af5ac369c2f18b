//! Brings what is on the screen up to date with the state.

use aanrader_survey::{Delivery, Score, State, TooLong, limits};
use wasm_bindgen::JsValue;

use super::find;
use crate::js;
use crate::texts::{Texts, fill};

/// Shows how far the answer has come and what is wrong with it.
pub(super) fn update(root: &JsValue, state: State, texts: &Texts) {
    let delivery = state.delivery();
    let mut sending = false;
    match state {
        State::Question { chosen, unanswered, .. } => {
            if let Some(score) = chosen {
                js::set(&js::get(&find(root, "form"), "score"), "value", &score.get().into());
            }
            let error = if unanswered { texts.get("unanswered") } else { JsValue::NULL };
            show(root, "#error", &error);
            attribute(root, ".main", "aria-describedby", "low high");
            // Where the focus goes, and so where it is heard: as a description, and not as an alert, too.
            attribute(root, "input", "aria-describedby", if unanswered { "error" } else { "" });
        }
        State::FollowUp { too_long, .. } => mark_all(root, too_long, texts),
        State::Sent { .. } if delivery == Delivery::Underway => {
            sending = true;
            mark_all(root, TooLong::default(), texts);
        }
        _ => show(root, ".title", &texts.get(if delivery.is_refused() { "refused" } else { "thanks" })),
    }
    // Not `disabled`: that would throw the focus out of the form.
    attribute(root, ".send", "aria-disabled", if sending { "true" } else { "false" });
    let status = find(root, ".status");
    let template = texts.get(status_key(state));
    let text = fill(&template, "{score}", &state.score().map_or(0, Score::get).into());
    // Once: the same text again would be read again.
    if js::get(&status, "textContent") != text {
        js::set(&status, "textContent", &text);
    }
}

fn attribute(root: &JsValue, selector: &str, name: &str, value: &str) {
    js::attribute(&find(root, selector), name, value);
}

/// Shows a text in its place, or hides the place if there is no text.
fn show(root: &JsValue, selector: &str, text: &JsValue) {
    let element = find(root, selector);
    js::set(&element, "hidden", &text.is_falsy().into());
    js::set(&element, "textContent", text);
}

fn mark_all(root: &JsValue, too_long: TooLong, texts: &Texts) {
    mark(root, ".comment", "#comment-error", too_long.comment, limits::COMMENT_CHARS, texts);
    mark(root, ".how", "#how-error", too_long.how, limits::HOW_CHARS, texts);
}

/// Shows at the field that it is too long, if its length is not 0.
fn mark(root: &JsValue, field: &str, error: &str, length: usize, most: usize, texts: &Texts) {
    let mut text = JsValue::NULL;
    if length > 0 {
        text = fill(&texts.get("too_long"), "{n}", &(length as u32).into());
        text = fill(&text, "{max}", &(most as u32).into());
    }
    show(root, error, &text);
    attribute(root, field, "aria-invalid", if length > 0 { "true" } else { "false" });
}

/// What is said politely about how far the answer has come.
const fn status_key(state: State) -> &'static str {
    let sent = matches!(state, State::Sent { .. });
    match state.delivery() {
        Delivery::Unsent => "",
        Delivery::Underway if sent => "sending",
        Delivery::Underway => "",
        Delivery::Stored if sent => "sent",
        Delivery::Stored => "saved",
        Delivery::Kept => "kept",
        Delivery::KeptInPage => "kept_page",
        Delivery::PageRefused => "refused_origin",
        Delivery::Refused => "refused_answer",
    }
}
