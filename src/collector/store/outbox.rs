//! The outbox and the notices in their stored form, and the operations on them.
//!
//! A row of the outbox holds ids only. Its message is made when it is sent, so an answer that was erased
//! meanwhile isn't sent.

use sha2::{Digest, Sha256};

use super::{CaseKey, Millis, Pending, SiteId, Stored};
use crate::notices::{Event, Notice};

/// The name under which mails to customers are in the outbox. No notice has it.
pub const CUSTOMER: &str = "@customer";

/// A notice in its stored form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRecord {
    /// Its site.
    pub site: SiteId,
    /// Its settings.
    pub notice: Notice,
    /// How its deliveries go.
    pub health: Health,
}

impl NoticeRecord {
    /// Reads a stored notice; `None` if its settings are those of a newer collector.
    pub(crate) fn read(site: SiteId, name: &str, settings: &str, health: Health) -> Option<Self> {
        match serde_json::from_str(settings) {
            Ok(notice) => Some(Self { site, notice, health }),
            Err(error) => {
                tracing::warn!(%site, name, %error, "a notice can't be read; nothing is sent for it");
                None
            }
        }
    }
}

/// How the deliveries of a notice go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Since when every attempt has failed.
    pub failing_since: Option<Millis>,
    /// Since when nothing is sent, because the receiver wants no more.
    pub off_since: Option<Millis>,
    /// The latest error.
    pub error: Option<String>,
}

/// The key of a row: an event of an answer or its case, and the notice that is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowKey {
    /// The site.
    pub site: SiteId,
    /// The notice's name.
    pub notice: String,
    /// The answer's survey.
    pub survey: String,
    /// The answer's id.
    pub id: String,
    /// The event.
    pub event: Event,
    /// The revision of the answer, or the version of the case.
    pub number: i64,
}

impl RowKey {
    /// The answer's key, which is also that of its case.
    pub fn of(&self) -> CaseKey {
        CaseKey { site: self.site.clone(), survey: self.survey.clone(), id: self.id.clone() }
    }

    /// The id of the event. It is the same in every attempt and for every receiver.
    pub fn event_id(&self) -> String {
        let Self { site, survey, id, event, number, .. } = self;
        message_id(&format!("{site}\n{survey}\n{id}\n{}\n{number}", event.name()))
    }
}

/// The id of a message about these parts.
pub(crate) fn message_id(parts: &str) -> String {
    let digits = Sha256::digest(parts.as_bytes());
    let hex = digits[..16].iter().map(|byte| format!("{byte:02x}"));
    format!("msg_{}", hex.collect::<String>())
}

/// The state of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its first or next attempt.
    Waiting,
    /// The receiver has it.
    Delivered,
    /// All attempts failed.
    Failed,
}

impl State {
    /// Its number, which is stored.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The state with that number.
    pub fn from_number(number: i16) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Failed].into_iter().find(|state| state.number() == number)
    }
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its key.
    pub key: RowKey,
    /// When the event happened.
    pub at: Millis,
    /// The end of the digest's period; 0 for a message of its own.
    pub period: Millis,
    /// When it is due.
    pub due_at: Millis,
    /// How often it was leased. A worker whose lease has ended has a smaller number.
    pub leased: i64,
    /// The number of failed attempts.
    pub failed: u32,
    /// Its state.
    pub state: State,
    /// The latest error, or the status of the reply.
    pub said: Option<String>,
    /// When it reached its state.
    pub ended_at: Option<Millis>,
}

/// A request for rows that are due.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The site.
    pub site: SiteId,
    /// The notice.
    pub notice: String,
    /// The current time.
    pub now: Millis,
    /// Until when nobody else gets them.
    pub until: Millis,
    /// The largest number of rows.
    pub limit: u32,
}

/// What became of leased rows.
#[derive(Clone, Debug)]
pub struct Finish {
    /// The rows, with the number of their lease.
    pub rows: Vec<(RowKey, i64)>,
    /// The time.
    pub at: Millis,
    /// The outcome.
    pub how: How,
}

/// The outcome of an attempt.
///
/// [`How::Renewed`] is none yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The receiver has it; with the status of its reply.
    Delivered(String),
    /// It failed, and is due again at this instant.
    Again(Millis, String),
    /// The attempt is still under way: the lease now ends at this time.
    Renewed(Millis),
    /// It failed for the last time.
    Failed(String),
    /// The event doesn't concern the notice after all: the row is deleted.
    Dropped,
}

/// Which rows to list, the newest first.
#[derive(Clone, Debug)]
pub struct LogRequest {
    /// The site.
    pub site: SiteId,
    /// This notice only.
    pub notice: Option<String>,
    /// The largest number of rows.
    pub limit: u32,
}

/// Which rows to send again: those that were delivered, and those that have failed at least once. `None` is no bound.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// The site.
    pub site: SiteId,
    /// The notice.
    pub notice: String,
    /// The events of the answer with this id only, and of its case.
    pub id: Option<String>,
    /// Events at or after this instant.
    pub from: Option<Millis>,
    /// Events before this instant.
    pub to: Option<Millis>,
    /// The current time.
    pub now: Millis,
}

/// An answer as it is stored, and whether an earlier event of it was sent to the same notice.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The answer.
    pub answer: Stored,
    /// Whether the notice has already been told of it.
    pub told: bool,
}

/// Changes of notices, and the outbox with the events that they are told of.
pub trait Outbox: Send + Sync {
    /// Adds a notice, or replaces the settings of the one with this name and switches it on.
    fn put_notice(&self, site: SiteId, notice: Notice) -> Pending<'_, ()>;

    /// Removes a notice and its rows; false if there is none.
    fn remove_notice(&self, site: SiteId, name: String) -> Pending<'_, bool>;

    /// Stores how the deliveries of a notice go.
    fn put_health(&self, site: SiteId, name: String, health: Health) -> Pending<'_, ()>;

    /// The sites and names of the notices with rows that are due.
    fn due(&self, now: Millis) -> Pending<'_, Vec<(SiteId, String)>>;

    /// Leases rows that are due, the oldest first. Nobody else gets them until the lease ends.
    fn lease(&self, lease: Lease) -> Pending<'_, Vec<Delivery>>;

    /// Stores the outcome of an attempt. A row that somebody else has leased meanwhile stays as it is.
    fn finish(&self, finish: Finish) -> Pending<'_, ()>;

    /// The answer of a row; `None` if there is none.
    fn settled(&self, key: RowKey) -> Pending<'_, Option<Settled>>;

    /// The newest rows of a site.
    fn log(&self, request: LogRequest) -> Pending<'_, Vec<Delivery>>;

    /// Makes rows due again that were delivered or have failed; returns their number.
    fn replay(&self, replay: Replay) -> Pending<'_, u64>;

    /// Deletes the rows of events before this instant; returns their number.
    fn forget(&self, before: Millis) -> Pending<'_, u64>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_one_id_for_all_receivers_and_another_for_every_revision() {
        let key = RowKey {
            site: SiteId::default(),
            notice: "a".into(),
            survey: "s".into(),
            id: "3f0e".into(),
            event: Event::AnswerCreated,
            number: 1,
        };
        let other = RowKey { notice: "b".into(), ..key.clone() };
        assert_eq!(key.event_id(), other.event_id());
        assert_ne!(key.event_id(), RowKey { number: 2, ..key.clone() }.event_id());
        assert!(key.event_id().starts_with("msg_") && key.event_id().len() == 36);
        for state in [State::Waiting, State::Delivered, State::Failed] {
            assert_eq!(State::from_number(state.number()), Some(state));
        }
    }
}
