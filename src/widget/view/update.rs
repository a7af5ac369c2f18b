//! Brings what is on the screen up to date with the state.

use aanrader_survey::{Delivery, Score, Screen, State, limits};

use super::{find, shown};
use crate::js::{self, Value};
use crate::texts::{Texts, fill};

/// Shows how far the answer has come and what is wrong with it.
pub(super) fn update(root: Value, state: State, texts: &Texts) {
    let delivery = state.delivery();
    let mut sending = false;
    match state.screen() {
        Screen::Question => {
            let unanswered = state.unanswered();
            if let Some(score) = state.score() {
                js::set(js::get(find(root, "form"), "score"), "value", f64::from(score.get()).into());
            }
            let error = if unanswered { texts.get(key!(unanswered)) } else { Value::UNDEFINED };
            show(root, "#error", error);
            attribute(root, ".main", "aria-describedby", "low high");
            // Where the focus goes, and so where it is heard: as a description, and not as an alert, too.
            attribute(root, "input", "aria-describedby", if unanswered { "error" } else { "" });
        }
        _ if shown(state) == Screen::FollowUp => {
            sending = state.screen() == Screen::Sent;
            let too_long = state.too_long();
            mark(root, ".comment", "#comment-error", too_long.comment, limits::COMMENT_CHARS, texts);
            mark(root, ".how", "#how-error", too_long.how, limits::HOW_CHARS, texts);
        }
        _ => {
            let key = if delivery.is_refused() { key!(refused) } else { key!(thanks) };
            show(root, ".title", texts.get(key));
        }
    }
    // Not `disabled`: that would throw the focus out of the form.
    attribute(root, ".send", "aria-disabled", if sending { "true" } else { "false" });
    let status = find(root, ".status");
    let template = texts.get(status_key(state));
    let score = state.score().map_or(0, Score::get);
    let text = fill(template, "{score}", f64::from(score).into());
    // Once: the same text again would be read again.
    let text = if text.is() { text } else { "".into() };
    if !js::get(status, "textContent").same(text) {
        js::set(status, "textContent", text);
    }
}

fn attribute(root: Value, selector: &str, name: &str, value: &str) {
    js::attribute(find(root, selector), name, value);
}

/// Shows a text in its place, or hides the place if there is no text.
fn show(root: Value, selector: &str, text: Value) {
    let element = find(root, selector);
    js::set(element, "hidden", (!text.is()).into());
    js::set(element, "textContent", text);
}

/// Shows at the field that it is too long, if its length is not 0.
fn mark(root: Value, field: &str, error: &str, length: usize, most: usize, texts: &Texts) {
    let mut text = Value::UNDEFINED;
    if length > 0 {
        text = fill(texts.get(key!(too_long)), "{n}", (length as f64).into());
        text = fill(text, "{max}", (most as f64).into());
    }
    show(root, error, text);
    attribute(root, field, "aria-invalid", if length > 0 { "true" } else { "false" });
}

/// What is said politely about how far the answer has come.
const fn status_key(state: State) -> &'static str {
    let sent = matches!(state.screen(), Screen::Sent);
    match state.delivery() {
        Delivery::Unsent => "",
        Delivery::Underway if sent => key!(sending),
        Delivery::Underway => "",
        Delivery::Stored if sent => key!(sent),
        Delivery::Stored => key!(saved),
        Delivery::Kept => key!(kept),
        Delivery::KeptInPage => key!(kept_page),
        Delivery::PageRefused => key!(refused_origin),
        Delivery::Refused => key!(refused_answer),
    }
}
