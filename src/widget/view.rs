//! Draws the flow's state into the element's shadow root.
//!
//! Elements are made one by one, never from HTML text, and the styles are an
//! adopted sheet: that is what a strict content security policy lets through.

mod end;
mod follow_up;
mod question;

use std::cell::Cell;
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener, document};
use aanrader_survey::{Delivery, Event, Keeping, Refusal, Score, State, Target};
use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{
    CssStyleSheet, Document, Element, FocusEvent, HtmlElement, KeyboardEvent, ShadowRoot, ShadowRootInit,
    ShadowRootMode,
};

use crate::options::Options;
use crate::texts::{Texts, digits};
use end::End;
use follow_up::FollowUp;
use question::Question;

/// Where what the visitor does goes.
pub(crate) type Sink = Rc<dyn Fn(Event)>;

/// The survey as it is on the screen. Takes itself off it when dropped.
pub(crate) struct View {
    root: ShadowRoot,
    card: Element,
    /// The part of the card that the next screen replaces.
    body: Element,
    /// What is said politely; always there, so that a screen reader listens to it.
    status: Element,
    /// Where those who do not see a pop-up hear of it.
    heard: Option<Element>,
    screen: Screen,
    /// Whether the focus was in the screen that this one has replaced.
    had_focus: bool,
    /// Where the focus was before it came into the card.
    came_from: Rc<Cell<Option<Element>>>,
    sink: Sink,
    _listeners: Vec<Listener>,
}

enum Screen {
    Blank,
    Question(Question),
    FollowUp(FollowUp),
    End(End),
}

/// What a screen is made with.
struct Maker<'a> {
    document: Document,
    /// Stands in for an element that a page with a broken `createElement` does
    /// not give us. Better an odd card in such a page than an exception.
    spare: Element,
    options: &'a Options,
    texts: &'a Texts,
    sink: &'a Sink,
}

impl Maker<'_> {
    fn element(&self, tag: &str) -> Element {
        self.document.create_element(tag).unwrap_or_else(|_| self.spare.clone())
    }

    /// An element of that class, which is also the name of its part.
    fn part(&self, tag: &str, name: &str) -> Element {
        self.element(tag).attr("class", name).attr("part", name)
    }

    fn input(&self, kind: &str) -> Element {
        self.element("input").attr("type", kind)
    }

    fn button(&self, kind: &str, part: &str, text: &str) -> Element {
        self.part("button", part).attr("type", kind).text(&self.texts.get(text))
    }

    /// A place for an error, hidden until there is one. It describes what the focus goes to then: that is
    /// how it is heard, once.
    fn error(&self, id: &str) -> Element {
        self.part("p", "error").attr("id", id).attr("hidden", "")
    }

    /// A form with a group in it that can take the focus, named by its legend.
    fn form(&self, question: &str) -> (Element, Element) {
        let legend = self.part("legend", "question").attr("id", "question").text(question);
        let main = self.element("fieldset").attr("class", "main").attr("tabindex", "-1").child(&legend);
        (self.element("form").attr("novalidate", "").child(&main), main)
    }

    /// Sends an event of the flow whenever the element has this one, which goes no further.
    fn on(&self, target: &Element, kind: &'static str, event: fn() -> Event) -> Listener {
        let sink = self.sink.clone();
        Listener::new(target, kind, move |dom| {
            dom.prevent_default();
            sink(event());
        })
    }
}

impl View {
    /// An empty card in the host's shadow root; `None` where the browser has none.
    pub(crate) fn new(host: &HtmlElement, options: &Options, texts: &Texts, sink: Sink) -> Option<Self> {
        let document = document()?;
        let card = document.create_element("div").ok()?;
        let maker = Maker { document, spare: card.clone(), options, texts, sink: &sink };
        let card = card.attr("class", "card").attr("part", "card");
        let card = card.attr("lang", &texts.language).attr("dir", texts.direction());
        let came_from = Rc::new(Cell::new(None));
        let mut listeners = Vec::new();
        let heard = options.popup.then(|| maker.element("p").attr("class", "heard").attr("role", "status"));
        if options.popup {
            let close = maker.button("button", "close", "close").text("✕");
            let close = close.attr("aria-label", &texts.get("close"));
            listeners.push(maker.on(&close, "click", || Event::Dismiss));
            listeners.push(on_escape(&card, &sink));
            listeners.push(on_focus(&card, came_from.clone()));
            let dialog = card.clone().attr("popover", "manual").attr("role", "dialog");
            dialog.attr("aria-label", &texts.get("dialog")).child(&close);
        }
        let body = maker.element("div");
        let status = maker.part("p", "status").attr("role", "status");
        let root = match host.shadow_root() {
            Some(root) => root,
            None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?,
        };
        adopt_styles(&root);
        if options.popup {
            listeners.extend(on_viewport(&root));
        }
        let whole = card.clone().child(&body).child(&status);
        heard.iter().for_each(|heard| drop(whole.append_child(heard)));
        root.append_child(&whole).ok()?;
        let screen = Screen::Blank;
        let view = Self {
            root,
            card,
            body,
            status,
            heard,
            screen,
            had_focus: false,
            came_from,
            sink,
            _listeners: listeners,
        };
        view.pop_up();
        Some(view)
    }

    /// Puts a pop-up above the page; it goes from there whenever the element leaves the page.
    pub(crate) fn pop_up(&self) {
        // An inline card is no popover. Where none are known, a pop-up stands fixed all the same.
        let _ = self.card.unchecked_ref::<HtmlElement>().show_popover();
    }

    /// Brings the screen up to date with the state.
    pub(crate) fn draw(&mut self, state: &State, options: &Options, texts: &Texts) {
        let Some(document) = document() else { return };
        let sink = self.sink.clone();
        let maker = Maker { document, spare: self.body.clone(), options, texts, sink: &sink };
        match (state, &self.screen) {
            (State::Question { .. }, Screen::Question(_))
            | (State::FollowUp { .. } | State::Sending { .. }, Screen::FollowUp(_))
            | (State::Thanks { .. } | State::Refused { .. }, Screen::End(_)) => {}
            (State::Waiting | State::Closed, _) => return self.close(),
            _ => self.turn_to(state, &maker),
        }
        match &self.screen {
            Screen::Question(question) => question.update(state, texts),
            Screen::FollowUp(follow_up) => follow_up.update(state, texts),
            Screen::End(end) => end.update(state, texts),
            Screen::Blank => {}
        }
        self.say(&status_text(state, texts));
    }

    /// Replaces the screen by the one that the state needs.
    fn turn_to(&mut self, state: &State, maker: &Maker<'_>) {
        let (element, screen) = match state {
            State::Question { .. } => {
                let (element, question) = Question::new(maker);
                (element, Screen::Question(question))
            }
            State::FollowUp { score, .. } | State::Sending { score } => {
                let (element, follow_up) = FollowUp::new(maker, *score);
                (element, Screen::FollowUp(follow_up))
            }
            _ => {
                let (element, end) = End::new(maker);
                (element, Screen::End(end))
            }
        };
        self.had_focus = self.root.active_element().is_some();
        self.body.set_text_content(None);
        let _ = self.body.append_child(&element);
        self.screen = screen;
    }

    /// Says that a pop-up is there, unless the visitor has found it; the next time, takes the words back,
    /// for they stand in the card anyway. True if it has said so.
    pub(crate) fn announce(&self, texts: &Texts) -> bool {
        let Some(heard) = &self.heard else { return false };
        let said = heard.has_child_nodes() || self.root.active_element().is_some();
        let question = self.body.query_selector("legend").ok().flatten().filter(|_| !said);
        let question = question.and_then(|question| question.text_content());
        let text = question.map(|question| [&*texts.get("dialog"), ": ", &question].concat());
        heard.set_text_content(text.as_deref());
        !said
    }

    /// Says it once: the same text again would be read again.
    fn say(&self, text: &str) {
        if self.status.text_content().as_deref() != Some(text) {
            self.status.set_text_content(Some(text));
        }
    }

    /// Moves the focus, but never takes it from the page. What was pressed in here moves it at once, also
    /// where a button that is pressed does not get the focus; an answer arrives whenever it does, and
    /// moves it only if it is in here still.
    pub(crate) fn focus(&self, target: Target) {
        let late = matches!(self.screen, Screen::End(_));
        if late && !self.had_focus && self.root.active_element().is_none() {
            return;
        }
        let element = match (target, &self.screen) {
            (Target::Scale, Screen::Question(question)) => question.first(),
            (Target::Problem, Screen::FollowUp(follow_up)) => follow_up.first_problem(),
            _ => self.body.query_selector(".main").ok().flatten(),
        };
        focus(element);
    }

    /// Takes the card off the screen, and gives the focus back if it was in there.
    fn close(&mut self) {
        let focused = self.root.active_element().is_some();
        self.screen = Screen::Blank;
        self.card.remove();
        if focused {
            focus(self.came_from.take());
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.close();
    }
}

fn focus(element: Option<Element>) {
    if let Some(element) = element {
        // Every element that can have had the focus, or is given it here, has this method.
        let _ = element.unchecked_ref::<HtmlElement>().focus();
    }
}

/// The styles of every survey, adopted: a `<style>` would need the page's leave.
fn adopt_styles(root: &ShadowRoot) {
    // Where sheets can't be made, the question is plain but it works.
    if let Ok(sheet) = CssStyleSheet::new() {
        let _ = sheet.replace_sync(include_str!(concat!(env!("OUT_DIR"), "/style.css")));
        root.set_adopted_style_sheets(&Array::of1(&sheet));
    }
}

/// Esc closes the pop-up from inside, and is then nobody else's; unless the page has taken it before.
fn on_escape(card: &Element, sink: &Sink) -> Listener {
    let sink = sink.clone();
    Listener::new(card, "keydown", move |event| {
        let escape =
            event.dyn_ref::<KeyboardEvent>().is_some_and(|e| e.key() == "Escape" && !e.is_composing());
        if escape && !event.default_prevented() {
            event.stop_propagation();
            event.prevent_default();
            sink(Event::Dismiss);
        }
    })
}

/// Remembers where the focus was before it came into the card.
fn on_focus(card: &Element, came_from: Rc<Cell<Option<Element>>>) -> Listener {
    let inside = card.clone();
    Listener::new(card, "focusin", move |event| {
        let from = event.dyn_ref::<FocusEvent>().and_then(FocusEvent::related_target);
        if let Some(from) = from.and_then(|from| from.dyn_into::<Element>().ok())
            && !inside.contains(Some(&from))
        {
            came_from.set(Some(from));
        }
    })
}

/// Keeps the pop-up clear of an on-screen keyboard, which covers the page rather than making it smaller:
/// a sheet of its own says how far down one can see. Whoever has zoomed in by fingers sees a part of that.
fn on_viewport(root: &ShadowRoot) -> Option<Listener> {
    let viewport = web_sys::window()?.visual_viewport()?;
    let (root, sheet, seen) = (root.clone(), CssStyleSheet::new().ok()?, viewport.clone());
    root.adopted_style_sheets().push(&sheet);
    Some(Listener::new(&viewport, "resize", move |_| {
        let bottom = seen.offset_top() + seen.height() * seen.scale();
        let _ = sheet.replace_sync(&[".card{--seen:", &digits(bottom as usize), "px}"].concat());
        if let Some(focused) = root.active_element() {
            focused.scroll_into_view_with_bool(false);
        }
    }))
}

/// What is said politely about how far the answer has come.
fn status_text(state: &State, texts: &Texts) -> String {
    match state {
        State::Question { chosen: Some(score), delivery, .. } => delivery_text(*score, *delivery, texts),
        State::FollowUp { score, delivery, .. } => delivery_text(*score, *delivery, texts),
        State::Sending { .. } => texts.get("sending"),
        State::Thanks { kept: None, .. } => texts.get("sent"),
        State::Thanks { kept: Some(keeping), .. } => kept_text(*keeping, texts),
        State::Refused { refusal, .. } => refused_text(*refusal, texts),
        State::Question { .. } | State::Waiting | State::Closed => String::new(),
    }
}

fn delivery_text(score: Score, delivery: Delivery, texts: &Texts) -> String {
    match delivery {
        Delivery::Unsent | Delivery::Underway => String::new(),
        Delivery::Stored => texts.with("saved", "score", &digits(score.get().into())),
        Delivery::Kept(keeping) => kept_text(keeping, texts),
        Delivery::Refused(refusal) => refused_text(refusal, texts),
    }
}

fn kept_text(keeping: Keeping, texts: &Texts) -> String {
    texts.get(match keeping {
        Keeping::Device => "kept",
        Keeping::Page => "kept_page",
    })
}

fn refused_text(refusal: Refusal, texts: &Texts) -> String {
    texts.get(match refusal {
        Refusal::Origin => "refused_origin",
        Refusal::Answer => "refused_answer",
    })
}
