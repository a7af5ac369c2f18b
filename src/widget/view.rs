//! The survey on the screen: draws the flow's state into the element's shadow root, and reports the customer's
//! actions.

mod card;
mod follow_up;
mod maker;
mod press;
mod radio;
mod scale;
mod status;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener, document};
use aanrader_survey::{Input, Reply, Score, State, Target, Wish};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use crate::options;
use crate::strings::{fill, join};
use crate::texts::{self, Settings, Texts};
use card::Card;
use follow_up::FollowUp;
pub(crate) use follow_up::Typed;
use maker::{Button, Maker};
use press::Presses;
use scale::Scale;

/// The customer's action.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// Touches the card or presses a key in it.
    Touch,
    /// Chooses a score.
    Choose(Score, Input),
    /// Sends the answer, or tries to.
    Send,
    /// Asks to change an earlier answer.
    Change,
    /// Closes the survey.
    Dismiss(Wish),
}

/// Receives the customer's actions.
pub(crate) type Sink = Rc<dyn Fn(Action)>;

/// The parts besides the scale.
struct Parts {
    card: Card,
    scale: Scale,
    /// Present once a score has been chosen.
    follow_up: OnceCell<FollowUp>,
    /// Present once the complete answer has been sent.
    title: OnceCell<Element>,
    /// Present below the thanks for an earlier answer.
    change: OnceCell<Button>,
}

/// The survey on the screen. Dropping it takes it off the screen.
///
/// It holds its host's nodes, so the host can't be freed before it. Therefore an element that leaves the page
/// drops its view.
pub(crate) struct View {
    popup: bool,
    host: HtmlElement,
    parts: Parts,
    presses: Rc<Presses>,
    sink: Sink,
    /// The last announced follow-up.
    announced: RefCell<String>,
    _listeners: Vec<Listener>,
}

impl View {
    /// The question in the host's shadow root, as a pop-up or inline.
    ///
    /// # Errors
    ///
    /// The browser lacks a function, or the page has replaced it.
    pub(crate) fn new(host: &HtmlElement, sink: &Sink) -> Result<Self, JsValue> {
        let document = document().ok_or(JsValue::UNDEFINED)?;
        let popup = options::popup(host);
        let presses = Rc::new(Presses::default());
        let maker = Maker::new(&document, host, sink, &presses);
        let card = Card::new(&maker, host, popup)?;
        let scale = Scale::new(&maker);
        card.body.clone().child(&scale.main);
        let mut listeners = vec![scale.listen(&maker, &card.element), card.isolate()];
        listeners.extend(presses.listen(&card.element, &scale.radios, sink));
        maker.finish(())?;
        let parts = Parts {
            card,
            scale,
            follow_up: OnceCell::new(),
            title: OnceCell::new(),
            change: OnceCell::new(),
        };
        let (host, sink) = (host.clone(), sink.clone());
        let view =
            Self { popup, host, parts, presses, sink, announced: RefCell::default(), _listeners: listeners };
        view.parts.card.show();
        Ok(view)
    }

    /// Whether it is a pop-up.
    pub(crate) fn is_popup(&self) -> bool {
        self.popup
    }

    /// Updates the screen to the state, in this language.
    ///
    /// # Errors
    ///
    /// As [`View::new`].
    pub(crate) fn draw(&self, state: State, texts: &Texts, settings: &Settings) -> Result<(), JsValue> {
        let Parts { card, scale, follow_up, .. } = &self.parts;
        card.words(texts, &settings.language());
        scale.rtl.set(texts::is_rtl(&settings.language()));
        scale.update(state, &texts::question(&self.host, texts), texts);
        match state {
            State::Answering { score, too_long, .. } => {
                let part = self.follow_up()?;
                part.update(&texts::follow_up(&self.host, texts, score.category()), too_long, texts);
                part.set_busy(false);
            }
            State::Sending { .. } => {
                if let Some(part) = follow_up.get() {
                    part.set_busy(true);
                }
            }
            State::Thanked => {
                self.end(&texts.thanks())?;
                self.offer_change(texts)?;
            }
            State::Done { delivery, .. } => {
                self.end(&if delivery.is_refused() { texts.refused() } else { texts.thanks() })?;
            }
            _ => {}
        }
        card.say(&status::text(state, texts));
        Ok(())
    }

    /// Replaces the question by the end.
    fn end(&self, words: &str) -> Result<(), JsValue> {
        let Parts { card, follow_up, title, .. } = &self.parts;
        if title.get().is_none() {
            self.presses.changed();
            let document = document().ok_or(JsValue::UNDEFINED)?;
            let maker = self.maker(&document);
            let end = card.end(&maker);
            if let Some(part) = follow_up.get() {
                part.send.element.remove();
            }
            let _ = title.set(maker.finish(end)?);
        }
        if let Some(title) = title.get() {
            set_text(title, words);
        }
        Ok(())
    }

    /// Offers to change the earlier answer.
    fn offer_change(&self, texts: &Texts) -> Result<(), JsValue> {
        let place = &self.parts.change;
        if place.get().is_none() {
            let document = document().ok_or(JsValue::UNDEFINED)?;
            let maker = self.maker(&document);
            let button = maker.button("done", Action::Change);
            let _ = place.set(maker.finish(button)?);
        }
        if let Some(button) = place.get() {
            self.parts.card.offer(&button.element, &texts.back());
        }
        Ok(())
    }

    fn maker<'a>(&'a self, document: &'a web_sys::Document) -> Maker<'a> {
        Maker::new(document, &self.host, &self.sink, &self.presses)
    }

    /// The part below the scale, made at its first use.
    fn follow_up(&self) -> Result<&FollowUp, JsValue> {
        let place = &self.parts.follow_up;
        if place.get().is_none() {
            let document = document().ok_or(JsValue::UNDEFINED)?;
            let maker = self.maker(&document);
            let part = FollowUp::new(&maker);
            let part = maker.finish(part)?;
            self.presses.changed();
            self.parts.card.add(&part.element, &part.send.element);
            let _ = place.set(part);
        }
        place.get().ok_or(JsValue::UNDEFINED)
    }

    /// The typed texts, cleaned as the collector cleans them.
    pub(crate) fn reply(&self) -> Reply {
        let typed = self.typed();
        Reply::new(&typed.comment, typed.allowed, &typed.how)
    }

    /// The typed texts, unchanged.
    pub(crate) fn typed(&self) -> Typed {
        self.parts.follow_up.get().map(FollowUp::typed).unwrap_or_default()
    }

    /// Puts the typed texts of an earlier view back.
    pub(crate) fn fill(&self, typed: &Typed) {
        if let Some(part) = self.parts.follow_up.get() {
            part.fill(typed);
        }
    }

    /// Announces a pop-up, unless the customer has already found it.
    pub(crate) fn announce_dialog(&self, texts: &Texts) {
        if !self.parts.card.has_focus() {
            let words = join(&[&*texts.dialog(), ": ", &texts::question(&self.host, texts)]);
            self.parts.card.hear(&words);
        }
    }

    /// Announces the follow-up below the scale, unless it has announced the same question before.
    pub(crate) fn announce_follow_up(&self, score: Score, texts: &Texts) {
        let question = texts::follow_up(&self.host, texts, score.category());
        let words = fill(&texts.follow_up_announced(), "question}", &question);
        if *self.announced.borrow() != words {
            self.parts.card.hear(&words);
            self.announced.replace(words);
        }
    }

    /// Removes the announcement: the card shows the same text.
    pub(crate) fn hush(&self) {
        self.parts.card.hear("");
    }

    /// Moves the focus, but never takes it from the page. If an answer arrives late, the focus moves only if
    /// it was in the card when the end replaced the question.
    pub(crate) fn focus(&self, target: Target) {
        let element = match target {
            Target::Scale => self.parts.scale.radios.first().map(|radio| radio.clone().into()),
            Target::Problem => self.parts.follow_up.get().and_then(FollowUp::first_problem),
            Target::Card => self.parts.card.had_focus.get().then(|| self.parts.card.main()).flatten(),
        };
        if let Some(element) = element {
            focus(&element);
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.parts.card.close();
    }
}

/// Moves the focus. An element that can't have it leaves it unchanged.
fn focus(element: &Element) {
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Shows a text in its place, or hides the place if the text is empty.
fn show(place: &Element, text: &str) {
    place.set_hidden(text.is_empty());
    set_text(place, text);
}

/// Sets the text only if it differs: screen readers would read the same text again.
fn set_text(place: &Element, text: &str) {
    if place.text_content().as_deref() != Some(text) {
        place.set_text_content(Some(text));
    }
}
