//! The outbox as a state machine: it decides when each answer is sent, kept or dropped.
//!
//! ```text
//!            put: Keep          put: Send, due, next
//!  (nothing) ────────→ Resting ──────────────────────→ Underway ─Stored, Refused→ (gone)
//!      └──adopt──→ Queued ─────────────next──────────────↗ │ └─PageRefused→ Barred
//!                     ↖──────wake────── Waiting ←──Later────┘
//! ```
//! [`Outbox::on`] takes an event and returns its effects. The driver carries them out and reports back. Clock,
//! randomness, storage and network belong to the driver.
//!
//! The rules: the device keeps an answer before it is sent. It forgets the answer only after the collector's
//! receipt for exactly this revision or a newer one. After a refusal it sets the answer aside with the reason.
//! Each answer has at most one attempt underway. Answers of an earlier page are sent one after the other. A
//! failed attempt is repeated after a pause with full jitter, and no sooner than the collector asked for.

mod judge;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::Delivery;

pub use judge::{FOREIGN_ORIGIN, INTERRUPTED, Said, judge};

/// The longest random pause, in milliseconds.
const LONGEST_PAUSE_MILLIS: u32 = 300_000;
/// The pause after the first failure is a random share of this, in milliseconds; each further failure doubles
/// it.
const FIRST_PAUSE_MILLIS: u32 = 2_000;
/// The longest `Retry-After` that the outbox follows, in seconds: a day, as long as any page lives.
const LONGEST_WAIT_SECONDS: u32 = 86_400;

/// How many settled revisions the outbox remembers: more than one customer gives while the device is read.
const SETTLED: usize = 16;

/// One revision of an answer, in the driver's form. A clone is the same revision.
pub trait Revision: Clone {
    /// The answer's id.
    fn id(&self) -> &str;
    /// The revision, from 1 up.
    fn rev(&self) -> u32;
}

/// How soon a revision is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Not yet: the customer is still choosing. This page sends it later, or the next page does.
    Keep,
    /// At once.
    Send,
}

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The collector has given its receipt.
    Stored,
    /// The collector refuses this revision for good; the reason, in its words.
    Refused(String),
    /// The collector accepts nothing from this page.
    PageRefused,
    /// No answer from the collector: try again, no sooner than after this many seconds.
    Later(u32),
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<R> {
    /// The customer has given a revision.
    Put(R, Urgency),
    /// The device has taken this revision.
    Kept(R),
    /// This revision was found on the device.
    Adopt(R),
    /// There is new reason to try: the network is back, or the customer looks at the page again.
    Wake,
    /// The pause is over.
    Due(Pause<R>),
    /// An attempt with this revision had this outcome. The number, random from 0 up to 1, is the share of the
    /// pause to wait.
    Settled(R, Outcome, f64),
}

/// An effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect<R> {
    /// Write it to the device, and report [`Event::Kept`].
    Keep(R),
    /// Make one attempt, and report [`Event::Settled`].
    Send(R),
    /// Report [`Event::Due`] when that pause is over.
    Wait(Pause<R>),
    /// Take exactly this revision off the device.
    Forget(R),
    /// Take it off the device, and set it aside with the reason.
    SetAside(R, String),
    /// Tell the element that waits for this revision's outcome.
    Tell(R, Delivery),
}

/// A pause before the next attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Pause<R> {
    revision: R,
    /// The number of the failure before it: a pause that another attempt has overtaken has no effect.
    failures: u32,
    /// The length, in milliseconds.
    pub millis: u32,
}

/// The answers on their way, each with its latest revision.
#[derive(Clone, Debug)]
pub struct Outbox<R> {
    /// In order of arrival.
    entries: Vec<Entry<R>>,
    /// The latest revisions that the collector has decided about. A revision that was read from the device
    /// just before the decision is no new answer.
    settled: Vec<R>,
    /// The id of the answer that is being sent out of the queue.
    current: Option<String>,
}

#[derive(Clone, Debug)]
struct Entry<R> {
    latest: R,
    /// Whether the device has the latest revision.
    kept: bool,
    /// How many attempts with the latest revision have failed.
    failures: u32,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Only kept.
    Resting,
    /// Queued.
    Queued,
    /// An attempt with this revision is underway. `again` asks for another one, with the latest revision.
    Underway { rev: u32, again: bool },
    /// An attempt has failed; the collector may have asked for time.
    Waiting { asked: bool },
    /// The collector accepts nothing from this page; it may accept another page.
    Barred,
}

impl<R: Revision> Default for Outbox<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Revision> Outbox<R> {
    /// An empty outbox.
    pub const fn new() -> Self {
        Self { entries: Vec::new(), settled: Vec::new(), current: None }
    }

    /// The effects of an event, in this order. An event without meaning now changes nothing.
    pub fn on(&mut self, event: Event<R>) -> Vec<Effect<R>> {
        match event {
            Event::Put(revision, urgency) => self.put(revision, urgency),
            Event::Kept(revision) => self.kept(&revision),
            Event::Adopt(revision) => self.adopt(revision),
            Event::Wake => self.wake(),
            Event::Due(pause) => self.due(&pause),
            Event::Settled(revision, outcome, random) => self.settled(revision, outcome, random),
        }
    }

    /// The next answer of the queue, for one attempt. `None` while the previous one is underway, and at the
    /// end.
    pub fn take_next(&mut self) -> Option<R> {
        if self.current.is_some() {
            return None;
        }
        let next = self.entries.iter_mut().find(|entry| entry.stage == Stage::Queued)?;
        self.current = Some(next.latest.id().into());
        Some(next.begin())
    }

    /// Whether the outbox is empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn put(&mut self, revision: R, urgency: Urgency) -> Vec<Effect<R>> {
        if self.find(&revision).is_some_and(|entry| entry.latest.rev() >= revision.rev()) {
            return vec![];
        }
        let entry = self.take_in(revision.clone(), false);
        let mut effects = vec![Effect::Keep(revision)];
        match (entry.stage, urgency) {
            (Stage::Underway { rev, again }, _) => {
                entry.stage = Stage::Underway { rev, again: again || urgency == Urgency::Send };
            }
            (_, Urgency::Send) => effects.push(Effect::Send(entry.begin())),
            (Stage::Queued, Urgency::Keep) => {}
            (_, Urgency::Keep) => entry.stage = Stage::Resting,
        }
        effects
    }

    fn kept(&mut self, revision: &R) -> Vec<Effect<R>> {
        let Some(entry) = self.find(revision) else { return vec![] };
        if entry.latest.rev() != revision.rev() || entry.kept {
            return vec![];
        }
        entry.kept = true;
        match entry.stage {
            // An element that showed "only this page has it" now learns that the device has it.
            Stage::Waiting { .. } => vec![Effect::Tell(entry.latest.clone(), Delivery::Kept)],
            _ => vec![],
        }
    }

    fn adopt(&mut self, revision: R) -> Vec<Effect<R>> {
        if let Some(entry) = self.find(&revision)
            && entry.latest.rev() >= revision.rev()
        {
            let is_latest = entry.latest.rev() == revision.rev();
            entry.kept |= is_latest;
            return if is_latest || !entry.kept { vec![] } else { vec![Effect::Forget(revision)] };
        }
        let is_same = |it: &R| it.id() == revision.id() && it.rev() >= revision.rev();
        if self.settled.iter().any(is_same) {
            return vec![Effect::Forget(revision)];
        }
        let entry = self.take_in(revision, true);
        entry.stage = match entry.stage {
            Stage::Underway { rev, .. } => Stage::Underway { rev, again: true },
            _ => Stage::Queued,
        };
        vec![]
    }

    fn wake(&mut self) -> Vec<Effect<R>> {
        for entry in &mut self.entries {
            if entry.stage == (Stage::Waiting { asked: false }) {
                entry.stage = Stage::Queued;
            }
        }
        vec![]
    }

    fn due(&mut self, pause: &Pause<R>) -> Vec<Effect<R>> {
        let Some(entry) = self.find(&pause.revision) else { return vec![] };
        let is_waiting = matches!(entry.stage, Stage::Waiting { .. })
            && entry.latest.rev() == pause.revision.rev()
            && entry.failures == pause.failures;
        if is_waiting { vec![Effect::Send(entry.begin())] } else { vec![] }
    }

    fn settled(&mut self, sent: R, outcome: Outcome, random: f64) -> Vec<Effect<R>> {
        if self.current.as_deref() == Some(sent.id()) {
            self.current = None;
        }
        let Some(entry) = self.find(&sent) else { return vec![] };
        match entry.stage {
            Stage::Underway { rev, again } if rev == sent.rev() => {
                if entry.latest.rev() == rev {
                    self.settled_latest(sent, outcome, random)
                } else {
                    Self::settled_older(entry, sent, &outcome, again)
                }
            }
            _ => vec![],
        }
    }

    /// A newer revision has arrived meanwhile, so the outcome of the older one no longer matters.
    fn settled_older(entry: &mut Entry<R>, sent: R, outcome: &Outcome, again: bool) -> Vec<Effect<R>> {
        let mut effects = vec![];
        if *outcome == Outcome::Stored {
            effects.push(Effect::Forget(sent));
        }
        entry.stage = Stage::Resting;
        if again {
            effects.push(Effect::Send(entry.begin()));
        }
        effects
    }

    fn settled_latest(&mut self, sent: R, outcome: Outcome, random: f64) -> Vec<Effect<R>> {
        match outcome {
            Outcome::Stored => {
                self.remove(&sent);
                vec![Effect::Forget(sent.clone()), Effect::Tell(sent, Delivery::Stored)]
            }
            Outcome::Refused(why) => {
                self.remove(&sent);
                vec![Effect::SetAside(sent.clone(), why), Effect::Tell(sent, Delivery::Refused)]
            }
            Outcome::PageRefused => {
                if let Some(entry) = self.find(&sent) {
                    entry.stage = Stage::Barred;
                }
                vec![Effect::Tell(sent, Delivery::PageRefused)]
            }
            Outcome::Later(seconds) => self.find(&sent).map_or_else(Vec::new, |it| it.wait(seconds, random)),
        }
    }

    fn find(&mut self, revision: &R) -> Option<&mut Entry<R>> {
        self.entries.iter_mut().find(|entry| entry.latest.id() == revision.id())
    }

    /// Removes a revision that the collector has decided about.
    fn remove(&mut self, revision: &R) {
        self.settled.retain(|it| it.id() != revision.id());
        if self.settled.len() >= SETTLED {
            self.settled.remove(0);
        }
        self.settled.push(revision.clone());
        self.entries.retain(|entry| entry.latest.id() != revision.id());
    }

    /// Adds a revision, or replaces an older one and keeps its stage.
    fn take_in(&mut self, revision: R, kept: bool) -> &mut Entry<R> {
        let known = self.entries.iter().position(|entry| entry.latest.id() == revision.id());
        let at = known.unwrap_or(self.entries.len());
        let stage = self.entries.get(at).map_or(Stage::Resting, |entry| entry.stage);
        let entry = Entry { latest: revision, kept, failures: 0, stage };
        if known.is_some() {
            self.entries[at] = entry;
        } else {
            self.entries.push(entry);
        }
        &mut self.entries[at]
    }
}

impl<R: Revision> Entry<R> {
    /// Begins an attempt with the latest revision.
    fn begin(&mut self) -> R {
        self.stage = Stage::Underway { rev: self.latest.rev(), again: false };
        self.latest.clone()
    }

    fn wait(&mut self, at_least_seconds: u32, random: f64) -> Vec<Effect<R>> {
        let millis = pause_millis(self.failures, at_least_seconds, random);
        self.failures = self.failures.saturating_add(1);
        self.stage = Stage::Waiting { asked: at_least_seconds > 0 };
        let pause = Pause { revision: self.latest.clone(), failures: self.failures, millis };
        let delivery = if self.kept { Delivery::Kept } else { Delivery::KeptInPage };
        vec![Effect::Wait(pause), Effect::Tell(self.latest.clone(), delivery)]
    }
}

/// Exponential backoff with full jitter: a random share of 2 s, 4 s, 8 s … up to 5 minutes, plus the time
/// that the collector asked for. In milliseconds.
fn pause_millis(failures: u32, at_least_seconds: u32, random: f64) -> u32 {
    let most = LONGEST_PAUSE_MILLIS.min(FIRST_PAUSE_MILLIS << failures.min(10));
    at_least_seconds.min(LONGEST_WAIT_SECONDS) * 1_000 + (f64::from(most) * random) as u32
}

#[cfg(test)]
mod tests;
