//! One `<aanrader-survey>`: runs the flow, and carries out its effects.
//!
//! **Invariant:** it holds its host weakly, and the host's nodes only while the host is in the page. So
//! removing the element from the page frees everything.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use aanrader_dom::{Listener, Timeout, document};
use aanrader_survey::{Delivery, Effects, Event, Id, Notice, Reply, Save, State, Target};
use js_sys::WeakRef;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::draft::Draft;
use crate::events;
use crate::options::{self, About};
use crate::outbox::{self, Told, Urgency};
use crate::texts::{self, Settings, Texts};
use crate::view::{Action, Sink, Typed, View};

/// How long a score that was chosen by keyboard rests before it is saved: time enough to press an arrow
/// again.
const REST_MILLIS: i32 = 1_000;
/// How long a pop-up is on the screen before it is announced: a screen reader must know the live region
/// before it listens to it.
const ANNOUNCE_MILLIS: i32 = 500;
/// How long the text of an announcement stays.
const HUSH_MILLIS: i32 = 5_000;

/// One element's survey.
pub(crate) struct Element {
    me: Weak<Self>,
    host: WeakRef,
    texts: RefCell<Texts>,
    settings: RefCell<Settings>,
    state: Cell<State>,
    /// The customer's earlier answer, until the first choice changes it.
    earlier: RefCell<Option<Earlier>>,
    /// The draft, from the first choice on.
    draft: RefCell<Option<Draft>>,
    /// The view, while the element is in the page.
    view: RefCell<Option<Rc<View>>>,
    /// The text that was typed before the element left the page.
    typed: RefCell<Typed>,
    /// Runs until the chosen score has rested.
    rest: RefCell<Option<Timeout>>,
    /// Runs until an announcement begins, or is removed.
    speech: RefCell<Option<Timeout>>,
    /// Listens for the customer leaving the page.
    leaving: RefCell<Option<Listener>>,
}

/// An answer from before this element, and its subject.
struct Earlier {
    id: Id,
    rev: u32,
    about: About,
}

/// Tells an element the outcome of its answer, as long as the element has that answer.
struct Teller(Weak<Element>);

impl Told for Teller {
    fn delivered(&self, delivery: Delivery) {
        if let Some(element) = self.0.upgrade() {
            element.handle(Event::Delivered(delivery));
        }
    }
}

impl Element {
    /// The survey of this host. It doesn't ask yet.
    pub(crate) fn new(host: &HtmlElement, texts: Texts, settings: Settings) -> Rc<Self> {
        options::check(host);
        let rev = settings.rev();
        let earlier = settings.id().map(|id| Earlier { id: id.into(), rev, about: About::of(host) });
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            host: WeakRef::new(host),
            texts: RefCell::new(texts),
            settings: RefCell::new(settings),
            state: Cell::new(State::Waiting),
            earlier: RefCell::new(earlier),
            draft: RefCell::default(),
            view: RefCell::default(),
            typed: RefCell::default(),
            rest: RefCell::default(),
            speech: RefCell::default(),
            leaving: RefCell::default(),
        })
    }

    /// Asks, or thanks for an earlier answer. If the element has left the page before, shows the same screen
    /// again.
    pub(crate) fn connect(&self) {
        let me = self.me.clone();
        let left = move |_| {
            if let Some(me) = me.upgrade() {
                me.rested();
            }
        };
        self.leaving.replace(document().map(|document| Listener::new(&document, "visibilitychange", left)));
        match self.state.get() {
            State::Waiting if self.earlier.borrow().is_some() => self.handle(Event::Thank),
            State::Waiting => self.handle(Event::Show),
            _ => self.draw(),
        }
    }

    /// Stops everything except the delivery of the answer, and lets go of the page. The element may only be
    /// moving to another place, so it keeps the typed texts.
    pub(crate) fn disconnect(&self) {
        self.rested();
        self.leaving.take();
        self.speech.take();
        self.close_view();
    }

    /// Takes the question off the screen for good, on the page's behalf.
    pub(crate) fn close(&self) {
        self.disconnect();
        self.handle(Event::Close);
    }

    /// The page has changed the element's attributes.
    pub(crate) fn changed(&self) {
        let Some(host) = self.host() else { return };
        options::check(&host);
        let now = About::of(&host);
        let another = self.draft.borrow().as_ref().is_some_and(|draft| *draft.about() != now)
            || self.earlier.borrow().as_ref().is_some_and(|earlier| earlier.about != now);
        if another {
            self.restart();
        } else {
            self.draw();
        }
    }

    /// The page's language has changed; the typed texts stay.
    pub(crate) fn translate(&self, texts: Texts, settings: Settings) {
        self.texts.replace(texts);
        self.settings.replace(settings);
        self.draw();
    }

    /// Starts over for another customer, survey or touchpoint. A chosen score is sent; typed texts leave the
    /// screen.
    fn restart(&self) {
        self.rested();
        self.close_view();
        self.typed.take();
        self.draft.take();
        self.earlier.take();
        if !matches!(self.state.replace(State::Waiting), State::Waiting) {
            self.handle(Event::Show);
        }
    }

    /// Advances the flow by one event. It borrows nothing while it tells the page, because a listener of the
    /// page may remove this element.
    fn handle(&self, event: Event) {
        let Some(host) = self.host() else { return };
        if matches!(event, Event::Dismiss(_)) {
            self.rested();
        }
        let (state, effects) = self.state.get().on(event, options::rules(&host));
        self.state.set(state);
        if matches!(event, Event::Choose(..)) && state.score().is_some() {
            self.choose(&host);
        }
        self.draw();
        self.carry_out(&host, effects);
    }

    fn carry_out(&self, host: &HtmlElement, effects: Effects) {
        if effects.announce {
            self.announce_follow_up();
        }
        if let Some(notice) = effects.tell {
            let about = self.about(host);
            match notice {
                Notice::Show => self.count(host, &about, "shown"),
                Notice::Score(_) => self.count(host, &about, "scored"),
                Notice::Dismiss(_) => self.count(host, &about, "closed"),
                _ => {}
            }
            events::tell(host, &about, notice);
        }
        if effects.rest {
            self.rest.replace(self.later(REST_MILLIS, Self::rested));
        }
        if let Some(save) = effects.save {
            self.save(save);
        }
        if let Some(target) = effects.focus {
            self.focus(target);
        }
    }

    /// The subject of the draft, or of the current attributes.
    fn about(&self, host: &HtmlElement) -> About {
        let about = self.draft.borrow().as_ref().map(|draft| draft.about().clone());
        about.unwrap_or_else(|| About::of(host))
    }

    /// Counts what became of the question.
    fn count(&self, host: &HtmlElement, about: &About, what: &str) {
        let wording = texts::wording(host, &self.texts.borrow());
        self.settings.borrow().count(host, what, &about.survey, &about.touchpoint, &wording);
    }

    fn host(&self) -> Option<HtmlElement> {
        self.host.deref().map(JsCast::unchecked_into)
    }

    fn view(&self) -> Option<Rc<View>> {
        self.view.borrow().clone()
    }

    fn focus(&self, target: Target) {
        if let Some(view) = self.view() {
            view.focus(target);
        }
    }

    /// Calls `then` after `millis`, unless the element is gone by then.
    fn later(&self, millis: i32, then: fn(&Self)) -> Option<Timeout> {
        let me = self.me.clone();
        Timeout::new(millis, move || {
            if let Some(me) = me.upgrade() {
                then(&me);
            }
        })
    }

    /// Updates the screen to the state.
    fn draw(&self) {
        let Some(host) = self.host() else { return };
        let state = self.state.get();
        if matches!(state, State::Waiting | State::Closed { .. }) {
            return self.close_view();
        }
        if !host.is_connected() {
            return;
        }
        if let Err(error) = self.draw_in(&host, state) {
            // The page has replaced a function that the view needs. The screen stays as it is.
            web_sys::console::warn_2(&JsValue::from("aanrader-survey:"), &error);
        }
    }

    fn draw_in(&self, host: &HtmlElement, state: State) -> Result<(), JsValue> {
        let (texts, settings) = (self.texts.borrow().clone(), self.settings.borrow().clone());
        if self.view().is_some_and(|view| view.is_popup() != options::popup(host)) {
            self.close_view();
        }
        if let Some(view) = self.view() {
            return view.draw(state, &texts, &settings);
        }
        let view = Rc::new(View::new(host, &self.sink())?);
        self.view.replace(Some(view.clone()));
        view.draw(state, &texts, &settings)?;
        view.fill(&self.typed.borrow());
        if view.is_popup() {
            self.speech.replace(self.later(ANNOUNCE_MILLIS, Self::announce_dialog));
        }
        Ok(())
    }

    fn close_view(&self) {
        if let Some(view) = self.view() {
            self.typed.replace(view.typed());
        }
        // Dropping the view gives the focus back, which may run the page's listeners. So the borrow ends
        // first.
        let view = self.view.take();
        drop(view);
    }

    fn announce_dialog(&self) {
        if let Some(view) = self.view()
            && matches!(self.state.get(), State::Asking { .. })
        {
            view.announce_dialog(&self.texts.borrow());
            self.speech.replace(self.later(HUSH_MILLIS, Self::hush));
        }
    }

    fn announce_follow_up(&self) {
        if let (Some(view), Some(score)) = (self.view(), self.state.get().score()) {
            view.announce_follow_up(score, &self.texts.borrow());
            self.speech.replace(self.later(HUSH_MILLIS, Self::hush));
        }
    }

    fn hush(&self) {
        if let Some(view) = self.view() {
            view.hush();
        }
    }

    /// Makes a score that was chosen by keyboard final: its time is up, or the customer leaves the question or
    /// the page.
    fn rested(&self) {
        if self.rest.take().is_some() {
            self.handle(Event::Rested);
        }
    }

    /// The callbacks of the view.
    fn sink(&self) -> Sink {
        let me = self.me.clone();
        Rc::new(move |action| {
            if let Some(me) = me.upgrade() {
                me.act(action);
            }
        })
    }

    /// Handles the customer's actions.
    fn act(&self, action: Action) {
        match action {
            // The database takes a while to open. Opening it now has it ready when the customer chooses a
            // score.
            Action::Touch => outbox::open(),
            Action::Choose(score, input) => self.handle(Event::Choose(score, input)),
            Action::Send => {
                let too_long = self.view().map(|view| view.reply().too_long());
                self.handle(Event::Send(too_long.unwrap_or_default()));
            }
            Action::Change => {
                self.close_view();
                self.handle(Event::Change);
            }
            Action::Dismiss(wish) => self.handle(Event::Dismiss(wish)),
        }
    }

    /// The answer's id and its revision so far.
    pub(crate) fn answer(&self) -> String {
        self.draft.borrow().as_ref().map(Draft::name).unwrap_or_default()
    }

    /// Notes the time and the texts of the choice.
    fn choose(&self, host: &HtmlElement) {
        let mut draft = self.draft.borrow_mut();
        if draft.is_none() {
            let earlier = self.earlier.take().map(|Earlier { id, rev, .. }| (id, rev));
            // A browser without randomness can make no id; `save` reports it.
            *draft = Draft::new(host, earlier, Rc::new(Teller(self.me.clone()))).ok();
        }
        if let Some(draft) = draft.as_mut() {
            draft.choose(host, &self.texts.borrow(), &self.settings.borrow());
        }
    }

    /// Puts the answer's next revision into the outbox, to be sent or only kept.
    fn save(&self, save: Save) {
        let Some(score) = self.state.get().score() else { return };
        let complete = save == Save::Complete;
        let reply = match self.view() {
            Some(view) if complete => view.reply(),
            _ => Reply::default(),
        };
        if !reply.comment().is_empty()
            && let Some(host) = self.host()
        {
            self.count(&host, &self.about(&host), "commented");
        }
        let revision = self.draft.borrow_mut().as_mut().map(|draft| {
            draft
                .revise(score, complete, reply)
                .map(|answer| (answer, draft.signature().to_owned(), draft.told()))
        });
        let urgency = if save == Save::Keep { Urgency::Keep } else { Urgency::Send };
        match revision {
            Some(Some((answer, signature, told))) => {
                let endpoint = self.settings.borrow().endpoint();
                outbox::put(&answer, &signature, &endpoint, urgency, told);
            }
            // The draft has no id, or the collector would refuse the answer.
            _ => self.handle(Event::Delivered(Delivery::Refused)),
        }
    }
}
