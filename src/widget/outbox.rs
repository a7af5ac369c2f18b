//! Answers, kept until the collector has them.
//!
//! An answer is kept on the device before it is sent, and forgotten only when
//! the collector has said that it is stored. What is left over from an earlier
//! page is sent from the next one.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use aanrader_dom::{Listener, Timeout};
use aanrader_survey::{Keeping, Refusal};
use wasm_bindgen_futures::spawn_local;

use crate::delivery::{self, Outcome};
use crate::lock;
use crate::storage::{self, Record};

/// What somebody who waits for an answer's fate is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The collector has stored it.
    Stored,
    /// It could not be sent yet.
    Kept(Keeping),
    /// The collector will not take it.
    Refused(Refusal),
}

/// Whoever waits for an answer's fate.
pub(crate) type Watcher = Rc<dyn Fn(News)>;

/// An answer on its way.
struct Entry {
    record: Record,
    keeping: Keeping,
    /// Attempts that have failed since this revision was put in.
    failures: u32,
    underway: bool,
    retry: Option<Timeout>,
    /// The collector has said how long that is to wait.
    asked_to_wait: bool,
    watcher: Option<Watcher>,
}

impl Entry {
    fn new(record: Record, keeping: Keeping, watcher: Option<Watcher>) -> Self {
        Self { record, keeping, failures: 0, underway: false, retry: None, asked_to_wait: false, watcher }
    }
}

/// The page's outbox: one for all surveys in it.
#[derive(Default)]
struct Outbox {
    entries: RefCell<Vec<Entry>>,
    listeners: OnceCell<Vec<Listener>>,
}

thread_local! {
    static OUTBOX: Outbox = Outbox::default();
}

/// Keeps the latest revision of an answer without sending it yet; the watcher
/// hears what comes of this revision, not of earlier ones.
pub(crate) fn keep(record: Record, watcher: Watcher) {
    let kept = storage::keep(&record);
    let keeping = if kept { Keeping::Device } else { Keeping::Page };
    add(Entry::new(record, keeping, Some(watcher)));
}

/// Keeps the latest revision of an answer, and sends it.
pub(crate) fn put(record: Record, watcher: Watcher) {
    let id = record.id.clone();
    keep(record, watcher);
    send(&id);
}

/// Sends what an earlier page left behind, now and whenever the network comes
/// back or the page is looked at again.
pub(crate) fn wake() {
    OUTBOX.with(|outbox| {
        outbox.listeners.get_or_init(|| {
            let (window, document) = (web_sys::window(), aanrader_dom::document());
            let online = window.map(|target| Listener::new(&target, "online", |_| wake()));
            let seen = document.map(|target| Listener::new(&target, "visibilitychange", |_| wake()));
            online.into_iter().chain(seen).collect()
        });
    });
    storage::kept().into_iter().for_each(adopt);
    spawn_local(async {
        storage::kept_in_database().await.into_iter().for_each(adopt);
        // One after the other, and in one tab: a collector that has just come
        // back is not to be run over.
        lock::alone(async {
            for id in OUTBOX.with(|outbox| due(&outbox.entries.borrow())) {
                deliver(&id).await;
            }
        });
    });
}

/// The ids of all that need not wait because the collector said so, in the order in which they came in.
fn due(entries: &[Entry]) -> Vec<String> {
    let due = entries.iter().filter(|entry| entry.retry.is_none() || !entry.asked_to_wait);
    due.map(|entry| entry.record.id.clone()).collect()
}

/// Takes in what is kept on the device, unless this page has as new a revision.
fn adopt(record: Record) {
    if with(&record.id, |entry| entry.record.rev >= record.rev) != Some(true) {
        add(Entry::new(record, Keeping::Device, None));
    }
}

/// Puts an entry in, or a newer revision in the place of an older one.
fn add(entry: Entry) {
    OUTBOX.with(|outbox| {
        let mut entries = outbox.entries.borrow_mut();
        match entries.iter_mut().find(|e| e.record.id == entry.record.id) {
            // An attempt that is underway with the older revision goes on; see `settle`.
            Some(old) => *old = Entry { underway: old.underway, ..entry },
            None => entries.push(entry),
        }
    });
}

/// What `f` says of the entry, if there is one.
fn with<T>(id: &str, f: impl FnOnce(&mut Entry) -> T) -> Option<T> {
    OUTBOX.with(|outbox| outbox.entries.borrow_mut().iter_mut().find(|e| e.record.id == id).map(f))
}

/// Makes an attempt in the background.
fn send(id: &str) {
    let id = id.to_string();
    spawn_local(async move { deliver(&id).await });
}

/// Makes attempts until the latest revision has had one, unless one is underway.
async fn deliver(id: &str) {
    let start = |entry: &mut Entry| {
        entry.retry = None;
        let idle = !std::mem::replace(&mut entry.underway, true);
        idle.then(|| entry.record.clone())
    };
    while let Some(Some(record)) = with(id, start) {
        let outcome = delivery::attempt(&record.url, &record.body).await;
        if settle(&record, outcome) {
            break;
        }
    }
}

/// What an attempt with that revision means for the entry as it is now; false if
/// a newer revision has come in meanwhile, and what became of this one no longer matters.
fn settle(sent: &Record, outcome: Outcome) -> bool {
    let now = with(&sent.id, |entry| {
        entry.underway = false;
        (entry.record == *sent, entry.watcher.clone())
    });
    let Some((true, watcher)) = now else { return now.is_none() };
    let news = match outcome {
        Outcome::Stored => {
            storage::forget(sent);
            News::Stored
        }
        Outcome::Refused(Refusal::Answer) => {
            storage::set_aside(sent);
            News::Refused(Refusal::Answer)
        }
        // It stays on the device: the shop may yet let this page in.
        Outcome::Refused(refusal) => News::Refused(refusal),
        Outcome::Later(seconds) => postpone(&sent.id, seconds),
    };
    if !matches!(news, News::Kept(_)) {
        OUTBOX.with(|outbox| outbox.entries.borrow_mut().retain(|e| e.record.id != sent.id));
    }
    if let Some(watcher) = watcher {
        watcher(news);
    }
    true
}

fn postpone(id: &str, at_least_seconds: u32) -> News {
    let keeping = with(id, |entry| {
        let millis = wait_millis(entry.failures, at_least_seconds, js_sys::Math::random());
        entry.failures += 1;
        entry.asked_to_wait = at_least_seconds > 0;
        let id = id.to_string();
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
