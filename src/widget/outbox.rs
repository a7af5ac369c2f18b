//! Answers, kept until the collector has them.
//!
//! An answer is kept on the device before it is sent, and forgotten only when
//! the collector has said that it is stored. What is left over from an earlier
//! page is sent from the next one.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use aanrader_dom::{Listener, Timeout};
use aanrader_survey::Keeping;

use crate::delivery::{self, Outcome};
use crate::storage;

/// What somebody who waits for an answer's fate is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The collector has stored it.
    Stored,
    /// It could not be sent yet.
    Kept(Keeping),
    /// The collector will not take it.
    Refused(aanrader_survey::Refusal),
}

/// Whoever waits for an answer's fate.
pub(crate) type Watcher = Rc<dyn Fn(News)>;

/// An answer on its way.
struct Entry {
    id: String,
    url: String,
    body: String,
    keeping: Keeping,
    /// Attempts that have failed since this revision was put in.
    failures: u32,
    underway: bool,
    retry: Option<Timeout>,
    watcher: Option<Watcher>,
}

/// The page's outbox: one for all surveys in it.
#[derive(Default)]
struct Outbox {
    entries: RefCell<Vec<Entry>>,
    listeners: OnceCell<[Option<Listener>; 2]>,
}

thread_local! {
    static OUTBOX: Outbox = Outbox::default();
}

/// Keeps the latest revision of an answer and sends it; the watcher hears what
/// comes of this revision, not of earlier ones.
pub(crate) fn put(id: &str, url: &str, body: &str, watcher: Watcher) {
    let kept = storage::keep(id, &stored(url, body));
    let entry = Entry {
        id: id.into(),
        url: url.into(),
        body: body.into(),
        keeping: if kept { Keeping::Device } else { Keeping::Page },
        failures: 0,
        underway: false,
        retry: None,
        watcher: Some(watcher),
    };
    add(entry);
    send(id);
}

/// Sends what an earlier page left behind, now and whenever the network comes
/// back or the page is looked at again.
pub(crate) fn wake() {
    OUTBOX.with(|outbox| {
        outbox.listeners.get_or_init(|| {
            let window = web_sys::window();
            let document = aanrader_dom::document();
            [
                window.map(|target| Listener::new(&target, "online", |_| wake())),
                document.map(|target| Listener::new(&target, "visibilitychange", |_| wake())),
            ]
        });
    });
    for (id, value) in storage::kept() {
        let known = with(&id, |_| ()).is_some();
        if let (false, Some((url, body))) = (known, value.split_once('\n')) {
            add(Entry {
                id,
                url: url.into(),
                body: body.into(),
                keeping: Keeping::Device,
                failures: 0,
                underway: false,
                retry: None,
                watcher: None,
            });
        }
    }
    let ids: Vec<String> =
        OUTBOX.with(|outbox| outbox.entries.borrow().iter().map(|e| e.id.clone()).collect());
    for id in ids {
        send(&id);
    }
}

/// How an entry is written to the device.
fn stored(url: &str, body: &str) -> String {
    [url, "\n", body].concat()
}

/// Puts an entry in, or a newer revision in the place of an older one.
fn add(entry: Entry) {
    OUTBOX.with(|outbox| {
        let mut entries = outbox.entries.borrow_mut();
        match entries.iter_mut().find(|e| e.id == entry.id) {
            // An attempt that is underway with the older revision goes on; see `settle`.
            Some(old) => *old = Entry { underway: old.underway, ..entry },
            None => entries.push(entry),
        }
    });
}

/// What `f` says of the entry, if there is one.
fn with<T>(id: &str, f: impl FnOnce(&mut Entry) -> T) -> Option<T> {
    OUTBOX.with(|outbox| outbox.entries.borrow_mut().iter_mut().find(|e| e.id == id).map(f))
}

fn remove(id: &str) {
    OUTBOX.with(|outbox| outbox.entries.borrow_mut().retain(|e| e.id != id));
}

/// Makes an attempt, unless one is underway.
fn send(id: &str) {
    let start = |entry: &mut Entry| {
        entry.retry = None;
        let idle = !std::mem::replace(&mut entry.underway, true);
        idle.then(|| (entry.id.clone(), entry.url.clone(), entry.body.clone()))
    };
    if let Some(Some((id, url, body))) = with(id, start) {
        wasm_bindgen_futures::spawn_local(async move {
            let outcome = delivery::attempt(&url, &body).await;
            settle(&id, &body, outcome);
        });
    }
}

/// What an attempt with that body means for the entry as it is now.
fn settle(id: &str, body: &str, outcome: Outcome) {
    let Some((current, watcher)) = with(id, |entry| {
        entry.underway = false;
        (entry.body == body, entry.watcher.clone())
    }) else {
        return;
    };
    if !current {
        // A newer revision has come in meanwhile; what became of this one no longer matters.
        return send(id);
    }
    let news = match outcome {
        Outcome::Stored => {
            finish(id);
            News::Stored
        }
        Outcome::Refused(refusal) => {
            finish(id);
            News::Refused(refusal)
        }
        Outcome::Later(seconds) => postpone(id, seconds),
    };
    if let Some(watcher) = watcher {
        watcher(news);
    }
}

/// Forgets an answer that is stored, or never will be.
fn finish(id: &str) {
    if let Some(value) = with(id, |entry| stored(&entry.url, &entry.body)) {
        storage::forget(id, &value);
    }
    remove(id);
}

fn postpone(id: &str, at_least_seconds: u32) -> News {
    let keeping = with(id, |entry| {
        let millis = wait_millis(entry.failures, at_least_seconds, js_sys::Math::random());
        entry.failures += 1;
        let id = entry.id.clone();
        entry.retry = Timeout::new(millis, move || send(&id));
        entry.keeping
    });
    News::Kept(keeping.unwrap_or(Keeping::Page))
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
