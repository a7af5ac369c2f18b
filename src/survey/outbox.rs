//! The outbox as a state machine: what becomes of answers on their way to the collector.
//!
//! ```text
//!            put: Keep          put: Send, due, turn
//!  (nothing) ────────→ Resting ──────────────────────→ Underway ─Stored, Refused→ (gone)
//!      └──adopt──→ Queued ─────────────turn──────────────↗ │ └─PageRefused→ Barred
//!                     ↖──────wake────── Waiting ←──Later────┘
//! ```
//! [`Outbox::on`] takes what has happened and returns what is to be done about it. The driver carries
//! that out and reports back; clock, randomness, storage and network are the driver's.
//!
//! The rules: an answer is kept on the device before it is sent. It leaves the device only after the
//! collector's receipt for this very revision or a newer one, or, set aside with the reason, after its
//! refusal. Each answer has at most one attempt underway; what an earlier page left behind is sent one
//! answer after the other. A failed attempt is repeated after a pause with full jitter, and no sooner
//! than the collector asked for.

mod judge;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::Delivery;

pub use judge::{FOREIGN_ORIGIN, INTERRUPTED, Said, judge};

/// The longest pause that is drawn by lot, in milliseconds.
const LONGEST_PAUSE_MILLIS: u32 = 300_000;
/// The pause of the first failure is a random share of this, in milliseconds; each further one doubles it.
const FIRST_PAUSE_MILLIS: u32 = 2_000;
/// The longest that the collector is believed, in seconds: a day, as long as any page lives.
const LONGEST_WAIT_SECONDS: u32 = 86_400;

/// How many revisions are remembered that the collector has decided about: more than one visitor gives while the
/// device is read.
const SETTLED: usize = 16;

/// One revision of an answer, as the driver has it. A clone is the same revision.
pub trait Revision: Clone {
    /// The answer's id.
    fn id(&self) -> &str;
    /// The revision, from 1 up.
    fn rev(&self) -> u32;
}

/// How soon a revision is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Not yet: the visitor is still choosing. The next page sends it, if this one doesn't.
    Keep,
    /// At once.
    Send,
}

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The collector has given its receipt.
    Stored,
    /// The collector can never take this revision; why, in its words.
    Refused(String),
    /// The collector takes nothing from this page.
    PageRefused,
    /// No answer of the collector's: try again, no sooner than after so many seconds.
    Later(u32),
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<R> {
    /// The visitor has given a revision.
    Put(R, Urgency),
    /// The device has taken this revision.
    Kept(R),
    /// This revision was found on the device.
    Adopt(R),
    /// There is new reason to try: the network is back, or the page is looked at again.
    Wake,
    /// The pause is over.
    Due(Pause<R>),
    /// An attempt with that revision has come to this. The number, drawn at random from 0 up to 1, is the
    /// share of the pause that is waited.
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
    /// Take this very revision off the device.
    Forget(R),
    /// Take it off the device, and keep it aside with the reason.
    SetAside(R, String),
    /// Tell the element that waits for this revision's fate.
    Tell(R, Delivery),
}

/// A pause before the next attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Pause<R> {
    revision: R,
    /// Which failure it follows: a pause that another attempt has overtaken means nothing.
    failures: u32,
    /// How long, in milliseconds.
    pub millis: u32,
}

/// The answers on their way, the latest revision of each.
#[derive(Clone, Debug)]
pub struct Outbox<R> {
    /// In the order in which they came in.
    entries: Vec<Entry<R>>,
    /// The latest revisions that the collector has decided about. What was read from the device just before
    /// that is no new answer.
    settled: Vec<R>,
    /// The answer, by its id, whose turn it is among those that are sent one after the other.
    turn: Option<String>,
}

#[derive(Clone, Debug)]
struct Entry<R> {
    latest: R,
    /// Whether the device has the latest revision.
    kept: bool,
    /// Attempts with the latest revision that have failed.
    failures: u32,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Only kept.
    Resting,
    /// To be sent in its turn.
    Queued,
    /// An attempt is being made with this revision, and perhaps one with the latest is to follow.
    Underway { rev: u32, again: bool },
    /// An attempt has failed; the collector may have asked for time.
    Waiting { asked: bool },
    /// The collector takes nothing from this page; another one may be let in.
    Barred,
}

impl<R: Revision> Default for Outbox<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Revision> Outbox<R> {
    /// An outbox with nothing in it.
    pub const fn new() -> Self {
        Self { entries: Vec::new(), settled: Vec::new(), turn: None }
    }

    /// The effects of an event, in this order. An event that means nothing now changes nothing.
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

    /// The next of those that are sent one after the other: an attempt is to be made with it. `None` while
    /// the one before is underway, and at the end.
    pub fn take_turn(&mut self) -> Option<R> {
        if self.turn.is_some() {
            return None;
        }
        let next = self.entries.iter_mut().find(|entry| entry.stage == Stage::Queued)?;
        self.turn = Some(next.latest.id().into());
        Some(next.begin())
    }

    /// Whether nothing is on its way.
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
            // An element that said "only this page has it" hears the better news.
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
        if self.turn.as_deref() == Some(sent.id()) {
            self.turn = None;
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

    /// A newer revision has come in meanwhile: what became of the older one interests nobody any more.
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

    /// The collector has decided about the latest revision.
    fn remove(&mut self, revision: &R) {
        self.settled.retain(|it| it.id() != revision.id());
        if self.settled.len() >= SETTLED {
            self.settled.remove(0);
        }
        self.settled.push(revision.clone());
        self.entries.retain(|entry| entry.latest.id() != revision.id());
    }

    /// Puts a revision in, or in the place of an older one. Its stage is the older one's.
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

/// Exponential backoff with full jitter: a random share of 2 s, 4 s, 8 s … up to 5 minutes, on top of
/// what the collector asked for. In milliseconds.
fn pause_millis(failures: u32, at_least_seconds: u32, random: f64) -> u32 {
    let most = LONGEST_PAUSE_MILLIS.min(FIRST_PAUSE_MILLIS << failures.min(10));
    at_least_seconds.min(LONGEST_WAIT_SECONDS) * 1_000 + (f64::from(most) * random) as u32
}

#[cfg(test)]
mod tests;
