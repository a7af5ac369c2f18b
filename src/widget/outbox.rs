//! Answers, kept until the collector has them.
//!
//! An answer is kept on the device before it is sent, and forgotten only when
//! the collector has said that it is stored. What is left over from an earlier
//! page is sent from the next one.

use std::cell::RefCell;
use std::rc::Rc;

use aanrader_survey::{Delivery, Event};
use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use crate::delivery::{self, Outcome};
use crate::element::Element;
use crate::js::{self, Callback, Pending};
use crate::storage::{self, Record};

#[wasm_bindgen]
extern "C" {
    // web-sys knows locks only as an unstable interface.
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &Object, then: &Function) -> Result<JsValue, JsValue>;
}

/// An answer on its way.
struct Entry {
    record: Record,
    /// Where it is kept.
    kept: Delivery,
    /// Attempts that have failed since this revision was put in.
    failures: u32,
    underway: bool,
    /// When the next attempt is made: a timer's number, 0 if there is none.
    retry: i32,
    /// The collector has said how long that is to wait.
    asked_to_wait: bool,
    /// Whoever waits for the answer's fate.
    survey: Option<Rc<Element>>,
    /// Hears what comes of the attempt that is underway.
    heard: Option<Callback>,
}

/// What all surveys in the page share.
struct Page {
    entries: Vec<Entry>,
    /// What is to be sent one after the other.
    queue: Vec<String>,
    /// Hears the page's events, and the timers of retries.
    on_event: Option<Callback>,
    /// Takes the next out of the queue.
    on_turn: Option<Callback>,
}

thread_local! {
    static PAGE: RefCell<Page> = const {
        RefCell::new(Page { entries: Vec::new(), queue: Vec::new(), on_event: None, on_turn: None })
    };
}

/// Keeps the latest revision of an answer without sending it yet; the survey
/// hears what comes of this revision, not of earlier ones.
pub(crate) fn keep(record: Record, survey: Rc<Element>) {
    let kept = storage::keep(&record);
    add(record, if kept { Delivery::Kept } else { Delivery::KeptInPage }, Some(survey));
}

/// Keeps the latest revision of an answer, and sends it.
pub(crate) fn put(record: Record, survey: Rc<Element>) {
    let id = record.id().to_owned();
    keep(record, survey);
    attempt(&id);
}

/// Sends what an earlier page left behind, now and whenever the network comes
/// back or the page is looked at again.
pub(crate) fn wake() {
    listen();
    storage::look();
}

/// All that is kept has been adopted: it is sent one after the other, and in one tab. A collector
/// that has just come back is not to be run over.
pub(crate) fn looked() {
    let turn = PAGE.with_borrow_mut(|page| {
        // Whoever need not wait because the collector said so, in the order in which they came in.
        page.queue.clear();
        for entry in page.entries.iter().rev() {
            if entry.retry == 0 || !entry.asked_to_wait {
                page.queue.push(entry.record.id().to_owned());
            }
        }
        let turn = page.on_turn.get_or_insert_with(|| js::callback(|lock| take_turn(&lock)));
        js::function(turn).clone()
    });
    let locks = js::get(&js::get(&js::window(), "navigator"), "locks");
    if locks.is_object() {
        let options = js::object(&[("ifAvailable", &JsValue::TRUE)]);
        let _ = locks.unchecked_ref::<Locks>().request("aanrader-outbox", &options, &turn);
    } else {
        // Pages without TLS have no locks.
        take_turn(&locks);
    }
}

/// Sends the next in the queue. A lock that is null is one that another tab has.
fn take_turn(lock: &JsValue) -> JsValue {
    while !lock.is_null() {
        let Some(id) = PAGE.with_borrow_mut(|page| page.queue.pop()) else { break };
        if let Some(settled) = attempt(&id) {
            let turn = PAGE.with_borrow(|page| page.on_turn.as_ref().map(|turn| js::function(turn).clone()));
            return turn.map_or(settled.clone(), |turn| settled.then(&turn, &turn));
        }
    }
    JsValue::UNDEFINED
}

fn listen() {
    PAGE.with_borrow_mut(|page| {
        if page.on_event.is_none() {
            let callback = js::callback(|what| {
                // A retry's timer says of which answer; anything else is an event.
                match what.as_string() {
                    Some(id) => drop(attempt(&id)),
                    None => wake(),
                }
                JsValue::UNDEFINED
            });
            js::listen(&js::window(), "online", js::function(&callback));
            js::listen(&js::document(), "visibilitychange", js::function(&callback));
            page.on_event = Some(callback);
        }
    });
}

/// Takes in what is kept on the device, unless this page has as new a revision.
pub(crate) fn adopt(record: Record) {
    if with(record.id(), |entry| entry.record.rev() >= record.rev()) != Some(true) {
        add(record, Delivery::Kept, None);
    }
}

/// Puts a revision in, or in the place of an older one.
fn add(record: Record, kept: Delivery, survey: Option<Rc<Element>>) {
    let mut entry = Entry {
        record,
        kept,
        failures: 0,
        underway: false,
        retry: 0,
        asked_to_wait: false,
        survey,
        heard: None,
    };
    // An attempt that is underway with the older revision goes on; see `settle`.
    if let Some(old) = remove(entry.record.id()) {
        js::clear_timeout(old.retry);
        entry.underway = old.underway;
        entry.heard = old.heard;
    }
    PAGE.with_borrow_mut(|page| page.entries.push(entry));
}

fn remove(id: &str) -> Option<Entry> {
    PAGE.with_borrow_mut(|page| {
        let at = page.entries.iter().position(|entry| entry.record.id() == id)?;
        Some(page.entries.remove(at))
    })
}

/// What `f` says of the entry, if there is one.
fn with<T>(id: &str, f: impl FnOnce(&mut Entry) -> T) -> Option<T> {
    PAGE.with_borrow_mut(|page| page.entries.iter_mut().find(|entry| entry.record.id() == id).map(f))
}

/// Makes an attempt with the latest revision, unless one is underway; returns when it has settled.
fn attempt(id: &str) -> Option<Pending> {
    let record = with(id, |entry| {
        js::clear_timeout(entry.retry);
        entry.retry = 0;
        (!std::mem::replace(&mut entry.underway, true)).then(|| entry.record.clone())
    })??;
    let Ok(reply) = delivery::post(record.url(), record.body()) else {
        settle(&record, Outcome::Later(0));
        return None;
    };
    let heard = js::callback(move |reply| {
        settle(&record, delivery::outcome(reply));
        JsValue::UNDEFINED
    });
    let function = js::function(&heard);
    let settled = reply.unchecked_ref::<Pending>().then(function, function).unchecked_into();
    with(id, |entry| entry.heard.replace(heard));
    Some(settled)
}

/// What an attempt with that revision means for the entry as it is now. If a newer revision has
/// come in meanwhile, that one is sent, and what became of this one no longer matters.
fn settle(sent: &Record, outcome: Outcome) {
    let Some((latest, survey)) = with(sent.id(), |entry| {
        entry.underway = false;
        (entry.record == *sent, entry.survey.clone())
    }) else {
        return;
    };
    if !latest {
        attempt(sent.id());
        return;
    }
    let news = match outcome {
        Outcome::Later(seconds) => postpone(sent.id(), seconds),
        Outcome::Settled(delivery) => {
            match delivery {
                Delivery::Stored => storage::stored(sent),
                Delivery::Refused => storage::set_aside(sent),
                // Only the page was refused: the answer stays on the device, as the shop may yet let it in.
                _ => {}
            }
            remove(sent.id());
            delivery
        }
    };
    if let Some(survey) = survey {
        survey.handle(Event::Delivered(news));
    }
}

fn postpone(id: &str, at_least_seconds: u32) -> Delivery {
    let on_event = PAGE.with_borrow(|page| page.on_event.as_ref().map(|call| js::function(call).clone()));
    let kept = with(id, |entry| {
        let millis = wait_millis(entry.failures, at_least_seconds, js_sys::Math::random());
        entry.failures += 1;
        entry.asked_to_wait = at_least_seconds > 0;
        entry.retry = on_event.map_or(0, |call| js::set_timeout(&call, millis, &JsValue::from_str(id)));
        entry.kept
    });
    kept.unwrap_or(Delivery::KeptInPage)
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
