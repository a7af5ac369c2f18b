//! The 0–10 question: a group of eleven native radio buttons.

use std::cell::Cell;
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener};
use aanrader_survey::{Event, Input, Score, State};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::{Maker, Sink, focus};
use crate::texts::{Texts, digits, fill};

/// The question on the screen.
pub(super) struct Question {
    scale: Element,
    error: Element,
    _listeners: [Listener; 4],
}

impl Question {
    pub(super) fn new(maker: &Maker<'_>) -> (Element, Self) {
        let (options, texts) = (maker.options, maker.texts);
        let question = texts.question(options);
        let (form, main) = maker.form(&fill(&question, "brand", options.brand.as_deref().unwrap_or("")));
        let scale = maker.part("div", "scale");
        for score in Score::all() {
            let _ = scale.append_child(&cell(maker, score));
        }
        let end = |id: &str| maker.part("span", id).attr("id", id).text(&texts.get(id));
        let ends = maker.part("div", "ends").child(&end("low")).child(&end("high"));
        let error = maker.error("error");
        let actions = maker.part("div", "actions").child(&maker.button("submit", "send", "send"));
        main.attr("aria-describedby", "low high").child(&scale).child(&ends).child(&error);
        let form = form.child(&actions);
        let pointed = Rc::new(Cell::new(false));
        let listeners = [
            on_pointer(&scale, pointed.clone()),
            on_choice(&scale, pointed, maker.sink.clone()),
            on_key(&scale, texts.direction() == "rtl", maker.sink.clone()),
            maker.on(&form, "submit", || Event::Send),
        ];
        (form, Self { scale, error, _listeners: listeners })
    }

    pub(super) fn update(&self, state: &State, texts: &Texts) {
        let State::Question { chosen, unanswered, .. } = state else { return };
        if let Some(input) = chosen.and_then(|score| self.input(score)) {
            input.set_checked(true);
        }
        self.error.set_hidden(!unanswered);
        self.error.set_text_content(unanswered.then(|| texts.get("unanswered")).as_deref());
        if let Some(first) = self.first() {
            // Where the focus goes, and so where it is heard: as a description, and not as an alert, too.
            let _ = first.set_attribute("aria-describedby", if *unanswered { "error" } else { "" });
        }
    }

    /// The scale's one tab stop.
    pub(super) fn first(&self) -> Option<Element> {
        self.scale.query_selector("input").ok().flatten()
    }

    fn input(&self, score: Score) -> Option<HtmlInputElement> {
        let inputs = self.scale.get_elements_by_tag_name("input");
        inputs.get_with_index(score.get().into())?.dyn_into().ok()
    }
}

/// One number of the scale.
fn cell(maker: &Maker<'_>, score: Score) -> Element {
    let number = digits(score.get().into());
    let input = maker.input("radio").attr("name", "score").attr("value", &number);
    maker.part("label", "cell").child(&input).child(&maker.element("span").text(&number))
}

/// Notes that the next choice is made by pointer. A screen reader's click has no
/// pointer behind it, and neither has an arrow key.
fn on_pointer(scale: &Element, pointed: Rc<Cell<bool>>) -> Listener {
    Listener::new(scale, "pointerdown", move |_| pointed.set(true))
}

fn on_choice(scale: &Element, pointed: Rc<Cell<bool>>, sink: Sink) -> Listener {
    Listener::new(scale, "change", move |event| {
        let how = if pointed.replace(false) { Input::Pointer } else { Input::Keyboard };
        if let Some(score) = chosen_in(&event) {
            sink(Event::Choose(score, how));
        }
    })
}

/// The arrows choose what is beside, Home and End the ends. Native radios do most of it, but not all in
/// every engine: the last two they leave to the page, which would scroll; WebKit does not mirror the
/// arrows, and hides the focus of whoever uses them. With another key held they stay the page's.
fn on_key(scale: &Element, rtl: bool, sink: Sink) -> Listener {
    let inputs = scale.get_elements_by_tag_name("input");
    let (ahead, back) = if rtl { ("ArrowLeft", "ArrowRight") } else { ("ArrowRight", "ArrowLeft") };
    Listener::new(scale, "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let at = chosen_in(&event).map_or(0, |score| u32::from(score.get()));
        let last = u32::from(Score::MAX);
        let to = match &*key.key() {
            "Home" => 0,
            "End" => last,
            name if name == ahead || name == "ArrowDown" => (at + 1) % (last + 1),
            name if name == back || name == "ArrowUp" => (at + last) % (last + 1),
            _ => return,
        };
        if let Some(score) = Score::new(to as u8)
            && !(key.ctrl_key() || key.alt_key() || key.meta_key())
        {
            key.prevent_default();
            sink(Event::Choose(score, Input::Keyboard));
            focus(inputs.get_with_index(to));
        }
    })
}

/// The score of the radio that the event is about.
fn chosen_in(event: &web_sys::Event) -> Option<Score> {
    let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    Score::new(input.value().parse().ok()?)
}
