//! One `<aanrader-survey>`: runs the flow, and carries out its effects.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use aanrader_dom::{Listener, Timeout, document};
use aanrader_survey::{Effect, Event, Raw, Refusal, State, Target, wording_id};
use web_sys::HtmlElement;

use crate::events;
use crate::options::Options;
use crate::outbox::{self, News, Watcher};
use crate::sheet::Sheet;
use crate::storage::{self, Record};
use crate::texts::Texts;
use crate::view::View;

/// How long a score that was chosen by keyboard has to be left alone before it
/// is saved: time enough to press an arrow again.
const REST_MILLIS: i32 = 1_000;

/// How long a pop-up is on the screen before it is announced: a screen reader has to know the place
/// where it is said before it listens there; and how long the words stay.
const ANNOUNCE_MILLIS: [i32; 2] = [500, 5_000];

/// One element's survey.
pub(crate) struct Element(Rc<Inner>);

struct Inner {
    me: Weak<Inner>,
    host: HtmlElement,
    texts: Texts,
    collector: String,
    options: RefCell<Options>,
    state: RefCell<State>,
    sheet: RefCell<Option<Sheet>>,
    view: RefCell<Option<View>>,
    listeners: RefCell<Vec<Listener>>,
    appearing: RefCell<Option<Timeout>>,
    resting: RefCell<Option<Timeout>>,
}

impl Element {
    pub(crate) fn new(host: HtmlElement, texts: Texts, collector: String) -> Self {
        let options = RefCell::new(Options::read(&host));
        Self(Rc::new_cyclic(|me| Inner {
            me: me.clone(),
            host,
            texts,
            collector,
            options,
            state: RefCell::new(State::Waiting),
            sheet: RefCell::new(None),
            view: RefCell::new(None),
            listeners: RefCell::default(),
            appearing: RefCell::new(None),
            resting: RefCell::new(None),
        }))
    }

    /// Asks in so many milliseconds; again, if the element comes back into the page.
    pub(crate) fn connect(&self, millis: f64) {
        outbox::wake();
        self.0.listeners.replace(self.0.listen());
        if millis > 0.0 {
            let show = self.0.later(Inner::show);
            self.0.appearing.replace(Timeout::new(millis as i32, show));
        } else {
            self.0.show();
        }
    }

    /// Stops everything but the delivery of what was answered. What is on the screen stays as it is,
    /// with all that was typed: the element may only be on its way to another place.
    pub(crate) fn disconnect(&self) {
        self.0.appearing.take();
        self.0.listeners.take();
        self.0.rest();
    }

    /// Reads the attributes again, and asks the question anew if they have changed.
    pub(crate) fn change(&self) {
        let options = Options::read(&self.0.host);
        // A framework may set what is already so; and what somebody is typing is not thrown away.
        let before = self.0.options.replace(options);
        let changed = before != *self.0.options.borrow();
        if changed && matches!(*self.0.state.borrow(), State::Question { .. }) {
            self.0.remove_view();
            self.0.draw();
        }
    }
}

impl Inner {
    /// Asks, or shows again what was on the screen when the element left the page.
    fn show(&self) {
        let waiting = matches!(*self.state.borrow(), State::Waiting);
        if waiting {
            self.handle(Event::Show);
            return self.announce_in(ANNOUNCE_MILLIS[0]);
        }
        if let Some(view) = self.view.borrow().as_ref() {
            view.pop_up();
        }
        self.draw();
    }

    fn announce_in(&self, millis: i32) {
        let announce = self.later(|me| {
            if me.view.borrow().as_ref().is_some_and(|view| view.announce(&me.texts)) {
                me.announce_in(ANNOUNCE_MILLIS[1]);
            }
        });
        self.appearing.replace(Timeout::new(millis, announce));
    }

    /// What is listened to while the element is in the page.
    fn listen(&self) -> Vec<Listener> {
        // The database takes a moment to open: it is to be open when a score is chosen.
        let on_act = |kind| Listener::new(&self.host, kind, |_| storage::open());
        let rest = self.later(Self::rest);
        let on_leave = document().map(|d| Listener::new(&d, "visibilitychange", move |_| rest()));
        ["pointerdown", "keydown"].map(on_act).into_iter().chain(on_leave).collect()
    }

    /// A call to this survey, unless it is gone by then.
    fn later(&self, call: fn(&Self)) -> impl Fn() + 'static {
        let me = self.me.clone();
        move || {
            if let Some(inner) = me.upgrade() {
                call(&inner);
            }
        }
    }

    /// Whatever is chosen by keyboard when its time is up, or the question or the page is left, is meant.
    fn rest(&self) {
        if self.resting.take().is_some() {
            self.handle(Event::Rested);
        }
    }

    fn remove_view(&self) {
        // Somebody who takes the element out while it is being drawn finds it borrowed;
        // then it is out of the page anyway, and goes with the element.
        let view = self.view.try_borrow_mut().map(|mut view| view.take());
        drop(view);
    }

    /// Takes the flow one event further. No borrow is held while the page is
    /// told: a listener of the page may take this element out.
    fn handle(&self, event: Event) {
        if matches!(event, Event::Dismiss) {
            self.rest();
        }
        let rules = self.options.borrow().rules;
        let state = self.state.replace(State::Waiting);
        let (state, effects) = state.on(&event, rules);
        self.state.replace(state);
        if let (Event::Reply(reply), Some(sheet)) = (event, self.sheet.borrow_mut().as_mut()) {
            sheet.reply(reply);
        }
        self.draw();
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Post { complete } => self.revise(complete, outbox::put),
            Effect::Keep => self.revise(false, outbox::keep),
            Effect::Rest => {
                let rested = self.later(Self::rest);
                self.resting.replace(Timeout::new(REST_MILLIS, rested));
            }
            Effect::Tell(notice) => {
                // Built first, sent when nothing is borrowed any more.
                let event = events::event(&self.options.borrow(), notice);
                if let Some(event) = event {
                    let _ = self.host.dispatch_event(&event);
                }
            }
            Effect::Focus(target) => self.focus(target),
        }
    }

    fn focus(&self, target: Target) {
        if let Some(view) = self.view.borrow().as_ref() {
            view.focus(target);
        }
    }

    /// Draws the state. The view is made when it is first needed.
    fn draw(&self) {
        if !self.host.is_connected() {
            return;
        }
        let me = self.me.clone();
        let options = self.options.borrow();
        let Ok(mut view) = self.view.try_borrow_mut() else { return };
        if view.is_none() && !matches!(*self.state.borrow(), State::Waiting | State::Closed) {
            let sink = move |event| {
                if let Some(inner) = me.upgrade() {
                    inner.handle(event);
                }
            };
            *view = View::new(&self.host, &options, &self.texts, Rc::new(sink));
        }
        if let Some(view) = view.as_mut() {
            view.draw(&self.state.borrow(), &options, &self.texts);
        }
    }

    /// What does not change from one revision to the next.
    fn fields(&self) -> Vec<(String, Raw)> {
        let options = self.options.borrow();
        let mut fields = options.fields();
        let question = self.texts.question(&options);
        let wording = wording_id(&[&question, &self.texts.get("low"), &self.texts.get("high")]);
        fields.push(("language".into(), Raw::Text(self.texts.language.clone())));
        fields.push(("wording".into(), Raw::Text(wording)));
        fields
    }

    /// Puts the next revision of the answer into the outbox, to be sent or only to be kept.
    fn revise(&self, complete: bool, into_outbox: fn(Record, Watcher)) {
        let Some(record) = self.next_record(complete) else {
            return self.handle(Event::Refused(Refusal::Answer));
        };
        let me = self.me.clone();
        let watcher = move |news| {
            if let Some(inner) = me.upgrade() {
                inner.handle(match news {
                    News::Stored => Event::Stored,
                    News::Kept(keeping) => Event::Kept(keeping),
                    News::Refused(refusal) => Event::Refused(refusal),
                });
            }
        };
        into_outbox(record, Rc::new(watcher));
    }

    /// `None` where the browser can't make an id, or the answer fails its own checks.
    fn next_record(&self, complete: bool) -> Option<Record> {
        let score = self.state.borrow().score()?;
        let fields = self.fields();
        let mut sheet = self.sheet.borrow_mut();
        if sheet.is_none() {
            *sheet = Sheet::new();
        }
        sheet.as_mut()?.revise(&self.collector, score, complete, fields).ok()
    }
}
