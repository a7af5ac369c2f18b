//! One `<aanrader-survey>`: runs the flow, and carries out its effects.
//!
//! **Invariant:** nothing here holds the host or anything in it, nor the function that holds all this,
//! but weakly: an element that the page has thrown away takes it all with it.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use aanrader_survey::{Delivery, Event, Input, Save, Score, Screen, State};
use wasm_bindgen::JsValue;

use crate::js::{self, Value};
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
    host: JsValue,
    /// What the browser calls: for every event, and when the time is up.
    call: OnceCell<JsValue>,
    texts: Texts,
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
    pub(crate) fn start(host: Value, texts: Texts) -> Value {
        options::check(host);
        let survey = Rc::new(Self {
            host: js::weak(host),
            call: OnceCell::new(),
            texts,
            state: Cell::default(),
            sheet: RefCell::default(),
            view: View::default(),
            timer: Cell::new(0),
            pointed: Cell::new(false),
        });
        let me = survey.clone();
        let call = js::function(Box::new(move |what| {
            me.hear(what);
            Value::UNDEFINED
        }));
        let _ = survey.call.set(js::weak(call));
        call
    }

    /// Asks; or shows again what was on the screen when the element left the page.
    fn connect(self: &Rc<Self>) {
        self.listen("addEventListener");
        self.show();
    }

    /// Stops everything but the delivery of what was answered. What is on the screen stays as it is,
    /// with all that was typed: the element may only be on its way to another place.
    fn disconnect(self: &Rc<Self>) {
        self.listen("removeEventListener");
        self.rest();
        self.stop();
        self.view.let_go();
    }

    /// Begins or ends to hear what happens to the page.
    fn listen(&self, method: &str) {
        let call = self.call();
        js::call_with(js::document(), method, "visibilitychange".into(), call);
        js::call_with(js::page("visualViewport"), method, "resize".into(), call);
    }

    /// Takes the question off the screen for good, though the visitor has not closed it.
    fn close(self: &Rc<Self>) {
        self.disconnect();
        self.handle(Event::Close);
    }

    /// Asks the question anew; what somebody is typing is not thrown away.
    fn change(self: &Rc<Self>, host: Value) {
        options::check(host);
        if self.state.get().screen() == Screen::Question {
            self.view.remove(host);
            self.draw();
        }
    }

    /// Takes the flow one event further. No borrow is held while the page is
    /// told: a listener of the page may take this element out.
    pub(crate) fn handle(self: &Rc<Self>, event: Event) {
        let host = self.host();
        if !host.is() {
            return;
        }
        if matches!(event, Event::Dismiss(_)) {
            self.rest();
        }
        let (state, effects) = self.state.get().on(event, options::rules(host));
        self.state.set(state);
        self.draw();
        if let Some(notice) = effects.tell {
            events::tell(host, notice);
        }
        if let Some(save) = effects.save {
            self.save(host, save);
        }
        if let Some(target) = effects.focus {
            self.view.focus(host, target);
        }
    }

    fn host(&self) -> Value {
        js::strong(&self.host)
    }

    fn call(&self) -> Value {
        self.call.get().map_or(Value::UNDEFINED, js::strong)
    }

    fn is_waiting(&self) -> bool {
        self.state.get().screen() == Screen::Waiting
    }

    fn show(self: &Rc<Self>) {
        if self.is_waiting() {
            self.handle(Event::Show);
            self.wait(ANNOUNCE_MILLIS[0]);
        } else {
            self.draw();
        }
    }

    fn draw(&self) {
        let host = self.host();
        if js::is(host, "isConnected") {
            self.view.draw(host, self.state.get(), &self.texts, self.call());
        }
    }

    /// Starts the timer anew.
    fn wait(&self, millis: i32) {
        self.stop();
        self.timer.set(js::set_timeout(self.call(), millis));
    }

    /// Stops the timer; says whether it was running.
    fn stop(&self) -> bool {
        let timer = self.timer.replace(0);
        js::clear_timeout(timer);
        timer != 0
    }

    /// Whatever is chosen by keyboard when its time is up, or the question or the page is left, is meant.
    fn rest(self: &Rc<Self>) {
        if !self.is_waiting() && self.stop() {
            self.handle(Event::Rested);
        }
    }

    /// What the element's class says, an event of the browser, or nothing when the time is up.
    fn hear(self: &Rc<Self>, what: Value) {
        let host = self.host();
        if !host.is() {
            return;
        }
        let said = what.number();
        if !said.is_nan() {
            return match said as u8 {
                0 => self.connect(),
                1 => self.close(),
                2 => self.disconnect(),
                _ => self.change(host),
            };
        }
        match &*js::text(what, "type") {
            "visibilitychange" => self.rest(),
            "" => {
                self.rest();
                if self.view.announce(host, &self.texts) {
                    self.wait(ANNOUNCE_MILLIS[1]);
                }
            }
            "resize" => self.view.resize(host),
            kind => {
                if let Some(doing) = self.view.doing(host, kind, what, &self.texts) {
                    self.act(doing);
                }
            }
        }
    }

    /// What the visitor does.
    fn act(self: &Rc<Self>, doing: Doing) {
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
            Doing::Reply => {
                let reply = View::reply(self.host());
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
    fn save(self: &Rc<Self>, host: Value, save: Save) {
        if save == Save::Keep {
            self.wait(REST_MILLIS);
        }
        match self.next_record(host, save == Save::Complete) {
            Some(record) => outbox::put(record, self.clone(), save != Save::Keep),
            // The browser can't make an id.
            None => self.handle(Event::Delivered(Delivery::Refused)),
        }
    }

    fn next_record(&self, host: Value, complete: bool) -> Option<storage::Record> {
        let score = self.state.get().score()?;
        let mut sheet = self.sheet.borrow_mut();
        if sheet.is_none() {
            *sheet = Sheet::new();
        }
        Some(sheet.as_mut()?.revise(score, complete, host, &self.texts))
    }
}
