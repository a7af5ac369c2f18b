//! One `<aanrader-survey>`: runs the flow, and carries out its effects.
//!
//! **Invariant:** nothing here holds the host or anything in it, nor the function that holds all this,
//! but weakly: an element that the page has thrown away takes it all with it.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use aanrader_survey::{Delivery, Event, Input, Save, Score, State};
use js_sys::{Function, WeakRef};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::js;
use crate::sheet::Sheet;
use crate::storage;
use crate::texts::Texts;
use crate::view::{Doing, View};
use crate::{events, options, outbox};

/// How long a score that was chosen by keyboard has to be left alone before it
/// is saved: time enough to press an arrow again.
const REST_MILLIS: i32 = 1_000;

/// How long a pop-up is on the screen before it is announced: a screen reader has to know the place
/// where it is said before it listens there; and how long the words stay.
const ANNOUNCE_MILLIS: [i32; 2] = [500, 5_000];

/// One element's survey.
pub(crate) struct Element {
    me: Weak<Element>,
    host: WeakRef,
    /// What the browser calls: for every event, and when the time is up.
    call: OnceCell<WeakRef>,
    texts: Texts,
    collector: String,
    state: Cell<State>,
    sheet: RefCell<Option<Sheet>>,
    view: View,
    /// Until the question is announced, or the chosen score is saved; 0 if nothing is waited for.
    timer: Cell<i32>,
    /// Whether the next choice is made by pointer. A screen reader's click has no
    /// pointer behind it, and neither has an arrow key.
    pointed: Cell<bool>,
}

impl Element {
    /// The function that is all that JavaScript knows of it.
    pub(crate) fn start(host: &HtmlElement, texts: Texts, collector: String) -> Function {
        options::check(host);
        let survey = Rc::new_cyclic(|me| Self {
            me: me.clone(),
            host: WeakRef::new(host),
            call: OnceCell::new(),
            texts,
            collector,
            state: Cell::new(State::Waiting),
            sheet: RefCell::default(),
            view: View::default(),
            timer: Cell::new(0),
            pointed: Cell::new(false),
        });
        let me = survey.clone();
        let call: Function = js::callback(move |what| {
            me.hear(&what);
            JsValue::UNDEFINED
        })
        .into_js_value()
        .unchecked_into();
        let _ = survey.call.set(WeakRef::new(&call));
        call
    }

    /// Asks; or shows again what was on the screen when the element left the page.
    fn connect(&self) {
        outbox::wake();
        if let Some(call) = self.call() {
            js::listen(&js::document(), "visibilitychange", &call);
            js::listen(&js::viewport(), "resize", &call);
        }
        self.show();
    }

    /// Stops everything but the delivery of what was answered. What is on the screen stays as it is,
    /// with all that was typed: the element may only be on its way to another place.
    fn disconnect(&self) {
        if let Some(call) = self.call() {
            js::call_with(&js::document(), "removeEventListener", &"visibilitychange".into(), &call);
            js::call_with(&js::viewport(), "removeEventListener", &"resize".into(), &call);
        }
        self.rest();
        self.stop();
        self.view.let_go();
    }

    /// Takes the question off the screen for good, though the visitor has not closed it.
    fn close(&self) {
        self.disconnect();
        self.handle(Event::Close);
    }

    /// Asks the question anew; what somebody is typing is not thrown away.
    fn change(&self, host: &HtmlElement) {
        options::check(host);
        if matches!(self.state.get(), State::Question { .. }) {
            self.view.remove(host);
            self.draw();
        }
    }

    /// Takes the flow one event further. No borrow is held while the page is
    /// told: a listener of the page may take this element out.
    pub(crate) fn handle(&self, event: Event) {
        let Some(host) = self.host() else { return };
        if matches!(event, Event::Dismiss(_)) {
            self.rest();
        }
        let (state, effects) = self.state.get().on(event, options::rules(&host));
        self.state.set(state);
        self.draw();
        if let Some(notice) = effects.tell {
            events::tell(&host, notice);
        }
        if let Some(save) = effects.save {
            self.save(&host, save);
        }
        if let Some(target) = effects.focus {
            self.view.focus(&host, target);
        }
    }

    fn host(&self) -> Option<HtmlElement> {
        held(&self.host)
    }

    fn call(&self) -> Option<Function> {
        held(self.call.get()?)
    }

    fn show(&self) {
        if matches!(self.state.get(), State::Waiting) {
            self.handle(Event::Show);
            self.wait(ANNOUNCE_MILLIS[0]);
        } else {
            self.draw();
        }
    }

    fn draw(&self) {
        if let Some((host, call)) = self.host().zip(self.call())
            && js::is(&host, "isConnected")
        {
            self.view.draw(&host, self.state.get(), &self.texts, &call);
        }
    }

    /// Starts the timer anew.
    fn wait(&self, millis: i32) {
        self.stop();
        if let Some(call) = self.call() {
            self.timer.set(js::set_timeout(&call, millis, &JsValue::UNDEFINED));
        }
    }

    /// Stops the timer; says whether it was running.
    fn stop(&self) -> bool {
        let timer = self.timer.replace(0);
        js::clear_timeout(timer);
        timer != 0
    }

    /// Whatever is chosen by keyboard when its time is up, or the question or the page is left, is meant.
    fn rest(&self) {
        if !matches!(self.state.get(), State::Waiting) && self.stop() {
            self.handle(Event::Rested);
        }
    }

    /// What the element's class says, an event of the browser, or nothing when the time is up.
    fn hear(&self, what: &JsValue) {
        let Some(host) = self.host() else { return };
        if let Some(closed) = what.as_f64() {
            return if closed > 0.0 { self.close() } else { self.connect() };
        }
        if let Some(changed) = what.as_bool() {
            return if changed { self.change(&host) } else { self.disconnect() };
        }
        match &*js::text(what, "type") {
            "visibilitychange" => self.rest(),
            "" => {
                self.rest();
                if self.view.announce(&host, &self.texts) {
                    self.wait(ANNOUNCE_MILLIS[1]);
                }
            }
            "resize" => self.view.resize(&host),
            kind => {
                if let Some(doing) = self.view.doing(&host, kind, what, &self.texts) {
                    self.act(doing);
                }
            }
        }
    }

    /// What the visitor does.
    fn act(&self, doing: Doing) {
        match doing {
            // The database takes a moment to open: it is to be open when a score is chosen.
            Doing::Touch { scale } => {
                self.pointed.set(scale);
                storage::open();
            }
            Doing::Key(value) => {
                storage::open();
                if let Some(score) = Score::new(value) {
                    self.handle(Event::Choose(score, Input::Keyboard));
                }
            }
            Doing::Choose(value) => {
                let input = if self.pointed.take() { Input::Pointer } else { Input::Keyboard };
                if let Some(score) = Score::new(value) {
                    self.handle(Event::Choose(score, input));
                }
            }
            Doing::Reply(reply) => {
                let too_long = reply.too_long();
                if let Some(sheet) = self.sheet.borrow_mut().as_mut() {
                    sheet.reply = reply;
                }
                self.handle(Event::Reply(too_long));
            }
            Doing::Flow(event) => self.handle(event),
        }
    }

    /// Puts the next revision of the answer into the outbox, to be sent or only to be kept.
    fn save(&self, host: &HtmlElement, save: Save) {
        if save == Save::Keep {
            self.wait(REST_MILLIS);
        }
        let record = self.next_record(host, save == Save::Complete);
        match record.zip(self.me.upgrade()) {
            Some((record, me)) if save == Save::Keep => outbox::keep(record, me),
            Some((record, me)) => outbox::put(record, me),
            // The browser can't make an id.
            None => self.handle(Event::Delivered(Delivery::Refused)),
        }
    }

    fn next_record(&self, host: &HtmlElement, complete: bool) -> Option<storage::Record> {
        let score = self.state.get().score()?;
        let mut sheet = self.sheet.borrow_mut();
        if sheet.is_none() {
            *sheet = Sheet::new();
        }
        Some(sheet.as_mut()?.revise(&self.collector, score, complete, host, &self.texts))
    }
}

/// What it refers to, if that is still there.
fn held<T: JsCast>(reference: &WeakRef) -> Option<T> {
    js::some(js::run(reference, "deref"))
}
