//! The 0–10 question: a group of eleven native radio buttons.

use std::cell::Cell;
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener};
use aanrader_survey::{Input, Score, State};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::maker::Maker;
use super::radio::score_of;
use super::{Action, focus, set_text, show};
use crate::strings::digits;
use crate::texts::Texts;

/// The question on the screen.
pub(super) struct Scale {
    pub(super) main: Element,
    question: Element,
    low: Element,
    high: Element,
    pub(super) radios: Vec<HtmlInputElement>,
    error: Element,
    /// Whether the scale is mirrored.
    pub(super) rtl: Rc<Cell<bool>>,
}

impl Scale {
    pub(super) fn new(maker: &Maker<'_>) -> Self {
        let question = maker.part("legend", "question").attr("id", "question");
        let end = |id: &str| maker.part("span", id).attr("id", id);
        let (low, high, error) = (end("low"), end("high"), maker.error("error"));
        let (scale, radios) = cells(maker);
        let rating = maker.element("div").attr("class", "rating");
        let rating = rating.child(&low).child(&scale).child(&high);
        let main = maker.element("fieldset").attr("class", "main").attr("tabindex", "-1");
        let main = main.attr("aria-describedby", "low high").child(&question).child(&rating).child(&error);
        Self { main, question, low, high, radios, error, rtl: Rc::default() }
    }

    /// Shows the chosen score, or the error that none is chosen.
    pub(super) fn update(&self, state: State, question: &str, texts: &Texts) {
        set_text(&self.question, question);
        set_text(&self.low, &texts.low());
        set_text(&self.high, &texts.high());
        let unanswered = matches!(state, State::Asking { unanswered: true });
        show(&self.error, &if unanswered { texts.unanswered() } else { String::new() });
        if let Some(first) = self.radios.first() {
            // The focus goes to the first cell, so a screen reader reads the error there as a description. An
            // alert would repeat it.
            let first: Element = first.clone().into();
            first.attr("aria-describedby", if unanswered { "error" } else { "" });
        }
        for (value, radio) in (0..).zip(&self.radios) {
            radio.set_checked(state.score().is_some_and(|score| score.get() == value));
        }
    }

    /// Listens for scores chosen by key; [`super::press`] handles the pointer.
    pub(super) fn listen(&self, maker: &Maker<'_>, card: &Element) -> Listener {
        let (sink, radios, rtl) = (maker.sink.clone(), self.radios.clone(), self.rtl.clone());
        let presses = maker.presses.clone();
        Listener::new(card, "keydown", move |event| {
            presses.key();
            sink(Action::Touch);
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
            let Some(at) = score_of(&event) else { return };
            if has_modifier(key) {
                return;
            }
            if key.key() == "Enter" {
                // Native radios would submit the form; only Send does that.
                event.prevent_default();
                if !presses.has_changed() {
                    sink(Action::Send);
                }
            } else if let Some(score) = beside(at, &key.key(), rtl.get()) {
                event.prevent_default();
                if let Some(radio) = radios.get(usize::from(score.get())) {
                    focus(radio);
                }
                sink(Action::Choose(score, Input::Keyboard));
            }
        })
    }
}

/// The eleven cells.
fn cells(maker: &Maker<'_>) -> (Element, Vec<HtmlInputElement>) {
    let scale = maker.part("div", "scale");
    let mut radios = Vec::new();
    for score in Score::all() {
        let number = digits(score.get().into());
        let radio = maker.element("input").attr("type", "radio").attr("name", "score").attr("value", &number);
        let cell = maker.part("label", "cell").child(&radio).child(&maker.element("span").text(&number));
        let _ = scale.append_child(&cell);
        radios.push(radio.unchecked_into());
    }
    (scale, radios)
}

/// Whether another key is held: then the key belongs to the page.
fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

/// The score that a key leads to. Native radios differ between engines: they leave Home and End to the page,
/// which would scroll; WebKit doesn't mirror the arrows, and hides the focus ring of their users.
fn beside(at: Score, key: &str, rtl: bool) -> Option<Score> {
    let ahead = match key {
        "Home" => return Score::new(0),
        "End" => return Score::new(Score::MAX),
        "ArrowDown" => true,
        "ArrowUp" => false,
        "ArrowRight" => !rtl,
        "ArrowLeft" => rtl,
        _ => return None,
    };
    let steps = if ahead { 1 } else { Score::MAX };
    Score::new((at.get() + steps) % (Score::MAX + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_lead_to_the_neighbour_round_the_ends_and_are_mirrored() {
        let to = |at, key, rtl| beside(Score::new(at)?, key, rtl).map(Score::get);
        assert_eq!(to(3, "ArrowRight", false), Some(4));
        assert_eq!(to(3, "ArrowRight", true), Some(2));
        assert_eq!(to(10, "ArrowDown", true), Some(0));
        assert_eq!(to(0, "ArrowUp", false), Some(10));
        assert_eq!((to(5, "Home", true), to(5, "End", true), to(5, "a", false)), (Some(0), Some(10), None));
    }
}
