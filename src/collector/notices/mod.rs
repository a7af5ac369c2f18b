//! The rules of notices, without I/O: which events a person or program is told of, when, and where.
//!
//! A notice is one rule with one target. For each event that fits, the store writes a row of the outbox.

mod backoff;
mod event;
mod rule;
mod target;
mod when;

use aanrader_survey::Answer;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use backoff::{ATTEMPTS, pause};
pub use event::Event;
pub use rule::{Rule, Scores, Seen};
pub use target::{Secret, Target, Webhook, check_recipients, check_url, new_secret, read_secret};
pub use when::When;

use crate::cases::Hours;

/// How long a score that may still change waits, in milliseconds.
pub const SETTLES: i64 = 60_000;

/// Tells one target of the events that fit one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its name, unique within its site.
    pub name: String,
    /// The events.
    #[serde(default = "Event::of_answers")]
    pub events: Vec<Event>,
    /// The rule for their answers.
    #[serde(default)]
    pub rule: Rule,
    /// When messages are sent.
    #[serde(default)]
    pub when: When,
    /// The hours in which messages are sent, in the shop's time zone; `None` for all hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Where they are sent.
    pub target: Target,
}

/// A notice that may have to be told of an answer or a case: what the store needs to write its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The notice's name.
    pub notice: String,
    /// Whether the answer fits the rule, as far as this revision shows.
    pub fits: bool,
    /// The events that the notice is told of.
    pub events: Vec<Event>,
    /// When the message is due, in milliseconds since 1970.
    pub due_at: i64,
    /// The end of the digest's period; 0 for a message of its own.
    pub period: i64,
}

impl Wanted {
    /// Whether the notice is told of this event.
    pub fn has(&self, event: Event) -> bool {
        self.events.contains(&event)
    }

    /// The event that a changed or new answer is to this notice; `None` if it isn't told.
    ///
    /// `is_known` says that there was an event of this answer before; `is_older` that an older revision added
    /// what the stored one doesn't name, so that only the stored answer shows whether it fits.
    pub fn of_answer(&self, is_known: bool, is_older: bool) -> Option<Event> {
        let fits = self.fits || is_older;
        let event = match is_known {
            false if !fits => return None,
            false if self.has(Event::AnswerCreated) => Event::AnswerCreated,
            _ => Event::AnswerUpdated,
        };
        self.has(event).then_some(event)
    }
}

impl Notice {
    /// What the store has to know about an answer that arrives at this instant; `None` if no event of it can
    /// concern this notice.
    pub fn wants(&self, answer: &Answer, received_at: i64, zone: &TimeZone) -> Option<Wanted> {
        let seen = Seen::posted(answer);
        if !self.rule.concerns(&seen) {
            return None;
        }
        let settled = if answer.complete() { received_at } else { received_at.saturating_add(SETTLES) };
        Some(self.wanted(self.rule.fits(&seen), settled, zone))
    }

    /// What the store has to know about a person's action on a case; `None` if this notice isn't told of it.
    /// Whether its answer fits is decided when the message is made.
    pub fn wants_action(&self, at: i64, zone: &TimeZone) -> Option<Wanted> {
        self.events.contains(&Event::CaseChanged).then(|| self.wanted(true, at, zone))
    }

    fn wanted(&self, fits: bool, ready_at: i64, zone: &TimeZone) -> Wanted {
        let end = self.when.due(ready_at, zone);
        let due_at = self.hours.as_ref().map_or(end, |hours| hours.next(end, zone));
        let period = if self.when.is_digest() { due_at } else { 0 };
        Wanted { notice: self.name.clone(), fits, events: self.events.clone(), due_at, period }
    }
}

#[cfg(test)]
mod tests;
