//! Answers, kept until the collector has them.
//!
//! An answer is kept on the device before it is sent, and forgotten only when
//! the collector has said that it is stored. What is left over from an earlier
//! page is sent from the next one.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use aanrader_survey::{Answer, Delivery};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::delivery::{self, Outcome};
use crate::js::{self, Value};
use crate::storage::{self, Record};

/// Hears what has come of an answer.
pub(crate) trait Told {
    /// The latest revision has come so far.
    fn delivered(&self, delivery: Delivery);
}

/// How soon a revision is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// The device keeps it; the visitor is still choosing.
    Keep,
    /// It is kept and sent.
    Send,
}

/// An answer on its way.
struct Entry {
    record: Record,
    /// Where it is kept.
    kept: Delivery,
    /// Attempts that have failed since this revision was put in.
    failures: Cell<u32>,
    /// Whether an attempt is underway, with this revision or with an older one.
    underway: Cell<bool>,
    /// When the next attempt is made: a timer's number, 0 if there is none.
    retry: Cell<i32>,
    /// The collector has said how long that is to wait.
    asked_to_wait: Cell<bool>,
    /// Whether it is to be sent in its turn.
    queued: Cell<bool>,
    /// Whoever waits for the answer's fate.
    survey: Option<Weak<dyn Told>>,
}

/// What all surveys in the page share.
struct Page {
    /// What is to be sent, the latest revision of each answer.
    entries: RefCell<Vec<Rc<Entry>>>,
    listening: Cell<bool>,
    /// Sends the next one.
    turn: OnceCell<JsValue>,
}

thread_local! {
    static PAGE: Page = const {
        Page {
            entries: RefCell::new(Vec::new()),
            listening: Cell::new(false),
            turn: OnceCell::new(),
        }
    };
}

/// Opens the database, so that it is open when there is something to keep.
pub(crate) fn open() {
    js::turn(&|| {
        storage::open();
        Value::UNDEFINED
    });
}

/// Sends what an earlier page left behind, now and whenever the network comes
/// back or the page is looked at again.
pub(crate) fn wake() {
    js::turn(&wake_now);
}

/// Keeps the latest revision of an answer, and sends it if it is to go now; `told` hears what comes of
/// this revision, not of earlier ones.
pub(crate) fn put(answer: &Answer, endpoint: &str, urgency: Urgency, told: Weak<dyn Told>) {
    let Ok(object) = answer.serialize(&Serializer::new().serialize_maps_as_objects(true)) else { return };
    let Some(body) = js_sys::JSON::stringify(&object).ok().and_then(|body| body.as_string()) else { return };
    let record = Record::new(answer.id(), answer.rev(), endpoint, &body);
    js::turn(&|| {
        let kept = if storage::keep(&record) { Delivery::Kept } else { Delivery::KeptInPage };
        let entry = add(record.clone(), kept, Some(told.clone()));
        if urgency == Urgency::Send {
            attempt(&entry);
        }
        Value::UNDEFINED
    });
}

fn wake_now() -> Value {
    if !PAGE.with(|page| page.listening.replace(true)) {
        let wake = js::function(Box::new(|_| wake_now()));
        js::listen(js::window(), "online", wake);
        js::listen(js::document(), "visibilitychange", wake);
    }
    storage::look();
    Value::UNDEFINED
}

/// All that is kept has been adopted: it is sent one after the other, and in one tab. A collector
/// that has just come back is not to be run over.
pub(crate) fn looked() {
    // Whoever need not wait because the collector said so, in the order in which they came in; but not what
    // its survey only keeps so far, while the visitor is still choosing.
    find(|entry| {
        let is_sent = entry.survey.is_none() || entry.failures.get() > 0;
        entry.queued.set(is_sent && (entry.retry.get() == 0 || !entry.asked_to_wait.get()));
        false
    });
    let locks = js::get(js::page("navigator"), "locks");
    if locks.is() {
        let options = js::parse("{\"ifAvailable\":true}");
        let turn = turn();
        js::call_with_3(locks, "request", ["aanrader-outbox".into(), options, turn]);
    } else {
        // Pages without TLS have no locks.
        take_turn(true.into());
    }
}

fn turn() -> Value {
    PAGE.with(|page| js::once(&page.turn, take_turn))
}

/// Sends the next in the queue. A lock that is null is one that another tab has.
fn take_turn(lock: Value) -> Value {
    while lock.is() {
        let Some(next) = find(|entry| entry.queued.take()) else { break };
        let settled = attempt(&next);
        if settled.is() {
            let turn = turn();
            return js::call_with(settled, "then", turn, turn);
        }
    }
    Value::UNDEFINED
}

/// Takes in what is kept on the device, unless this page has as new a revision.
pub(crate) fn adopt(record: Record) {
    if latest(&record).is_none_or(|entry| entry.record.rev() < record.rev()) {
        add(record, Delivery::Kept, None);
    }
}

/// Puts a revision in, or in the place of an older one. An attempt that is underway with the older one
/// goes on; see [`settle`].
fn add(record: Record, kept: Delivery, survey: Option<Weak<dyn Told>>) -> Rc<Entry> {
    let old = latest(&record);
    if let Some(old) = &old {
        remove(old);
        js::clear_timeout(old.retry.get());
    }
    let entry = Rc::new(Entry {
        record,
        kept,
        failures: Cell::new(0),
        underway: Cell::new(old.as_ref().is_some_and(|old| old.underway.get())),
        retry: Cell::new(0),
        asked_to_wait: Cell::new(false),
        queued: Cell::new(old.is_some_and(|old| old.queued.get())),
        survey,
    });
    PAGE.with(|page| page.entries.borrow_mut().push(entry.clone()));
    entry
}

fn remove(old: &Rc<Entry>) {
    PAGE.with(|page| {
        let mut entries = page.entries.borrow_mut();
        if let Some(at) = entries.iter().position(|entry| Rc::ptr_eq(entry, old)) {
            entries.remove(at);
        }
    });
}

/// The latest revision of that answer.
fn latest(record: &Record) -> Option<Rc<Entry>> {
    find(|entry| entry.record.id() == record.id())
}

/// The first answer that it says so of, in the order in which they came in.
fn find(is: impl Fn(&Entry) -> bool) -> Option<Rc<Entry>> {
    PAGE.with(|page| page.entries.borrow().iter().find(|entry| is(entry)).cloned())
}

/// Makes an attempt with the latest revision, unless one is underway; returns the promise that it settles.
fn attempt(latest: &Rc<Entry>) -> Value {
    js::clear_timeout(latest.retry.take());
    if latest.underway.replace(true) {
        return Value::UNDEFINED;
    }
    let reply = delivery::post(latest.record.url(), latest.record.body());
    // The function may be there for a while after it was called, what it holds may not.
    let sent = Cell::new(Some(latest.clone()));
    let heard = js::function(Box::new(move |reply| {
        if let Some(sent) = sent.take() {
            settle(&sent, delivery::outcome(reply));
        }
        // So that the next in the queue has its turn.
        true.into()
    }));
    js::call_with(reply, "then", heard, heard)
}

/// What an attempt with that revision means for the answer as it is now. If a newer revision has
/// come in meanwhile, that one is sent, and what became of this one no longer matters.
fn settle(sent: &Rc<Entry>, outcome: Outcome) {
    let Some(latest) = latest(&sent.record) else { return };
    latest.underway.set(false);
    if !Rc::ptr_eq(&latest, sent) {
        attempt(&latest);
        return;
    }
    let news = match outcome {
        Outcome::Later(seconds) => postpone(&latest, seconds),
        Outcome::Settled(delivery) => {
            match delivery {
                Delivery::Stored => storage::stored(&sent.record),
                Delivery::Refused => storage::set_aside(&sent.record),
                // Only the page was refused: the answer stays on the device, as the shop may yet let it in.
                _ => {}
            }
            remove(sent);
            delivery
        }
    };
    if let Some(survey) = sent.survey.as_ref().and_then(Weak::upgrade) {
        survey.delivered(news);
    }
}

fn postpone(entry: &Rc<Entry>, at_least_seconds: u32) -> Delivery {
    let random = js::run(js::page("Math"), "random").number();
    let millis = wait_millis(entry.failures.get(), at_least_seconds, random);
    entry.failures.set(entry.failures.get() + 1);
    entry.asked_to_wait.set(at_least_seconds > 0);
    let (kept, later) = (entry.kept, entry.clone());
    entry.retry.set(js::set_timeout(js::function(Box::new(move |_| attempt(&later))), millis));
    kept
}

/// Exponential backoff with full jitter: a random share of 2 s, 4 s, 8 s … up to
/// 5 minutes, on top of what the collector asked for. In milliseconds.
fn wait_millis(failures: u32, at_least_seconds: u32, random: f64) -> i32 {
    let most = 300_000.min(2_000 << failures.min(10));
    // A day is as long as any page lives; beyond it a timer would overflow.
    let least = at_least_seconds.min(86_400) as i32 * 1_000;
    least + (f64::from(most) * random) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_five_minutes_and_are_jittered_in_full() {
        assert_eq!(wait_millis(0, 0, 0.0), 0);
        assert_eq!(wait_millis(0, 0, 0.5), 1_000);
        assert_eq!(wait_millis(3, 0, 0.5), 8_000);
        assert_eq!(wait_millis(30, 0, 1.0), 300_000);
    }

    #[test]
    fn no_attempt_comes_sooner_than_the_collector_asked_for() {
        assert_eq!(wait_millis(0, 7, 0.0), 7_000);
        assert_eq!(wait_millis(0, u32::MAX, 0.0), 86_400_000);
    }
}
