//! What moves from one database to another beside the answers: cases with their history, counters, secrets.

use aanrader_survey::Score;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Asking, Happening, Millis, Pending, SiteId};
use crate::cases::{State, Urgency};

/// A case with its history, without its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // Each is explained where `Case` and `CaseFigures` have it.
pub struct CaseRecord {
    pub survey: String,
    pub id: String,
    #[serde(deserialize_with = "version")]
    pub version: i64,
    pub state: State,
    pub urgency: Urgency,
    pub due_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The customer's lowest score.
    #[serde(deserialize_with = "score")]
    pub lowest: Score,
    pub opened_at: Millis,
    /// When the customer was told last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Millis>,
    /// The customer's answer to "is it solved?".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved: Option<bool>,
    /// The history, the oldest first.
    #[serde(default)]
    pub events: Vec<EventRecord>,
}

/// An event of a case, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// The version that it made.
    #[serde(deserialize_with = "version")]
    pub version: i64,
    /// When.
    pub at: Millis,
    /// The person; `None` for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The name of the action.
    pub what: String,
    /// The text of a note or mail, the name of a cause, two scores, or the customer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl CaseRecord {
    /// The key of its answer within the site.
    pub fn key(&self) -> (String, String) {
        (self.survey.clone(), self.id.clone())
    }

    /// Checks the history, because one wrong event would make the case unreadable.
    ///
    /// # Errors
    ///
    /// The event, its problem and what it may be.
    pub fn check(&self) -> Result<(), String> {
        let mut last = 0;
        for (place, event) in self.events.iter().enumerate() {
            let EventRecord { version, what, text, .. } = event;
            if *version <= last || *version > self.version {
                return Err(format!(
                    "events[{place}].version is {version}; give ascending versions up to the case's, {}",
                    self.version
                ));
            }
            if Happening::parse(what, text.clone()).is_none() {
                return Err(format!(
                    "events[{place}].what is {what:?} with the text {text:?}, which no collector writes"
                ));
            }
            last = *version;
        }
        Ok(())
    }
}

fn score<'de, D: Deserializer<'de>>(from: D) -> Result<Score, D::Error> {
    let number = u8::deserialize(from)?;
    Score::new(number).ok_or_else(|| serde::de::Error::custom(format!("{number} is no score from 0 to 10")))
}

fn version<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let number = i64::deserialize(from)?;
    if number >= 1 { Ok(number) } else { Err(serde::de::Error::custom(format!("{number} is below 1"))) }
}

/// What became of a case that was moved here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It is new here.
    New,
    /// It replaces an earlier version.
    Updated,
    /// This version is here already.
    Known,
    /// A later version is here, and stays.
    Later,
    /// Its answer was erased here, so the case stays away, too.
    Erased,
    /// Its answer isn't here.
    NoAnswer,
}

/// An answer and a case of the target, as far as they decide what becomes of a moved case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct There {
    /// The answer's revision.
    pub(crate) rev: i64,
    /// The case's version.
    pub(crate) version: Option<i64>,
}

impl Moved {
    /// What becomes of a case of that version.
    pub(crate) fn of(version: i64, there: Option<There>) -> Self {
        match there {
            None => Self::NoAnswer,
            Some(There { rev, .. }) if rev >= i64::from(aanrader_survey::limits::REV) => Self::Erased,
            Some(There { version: None, .. }) => Self::New,
            Some(There { version: Some(known), .. }) if known < version => Self::Updated,
            Some(There { version: Some(known), .. }) if known == version => Self::Known,
            Some(_) => Self::Later,
        }
    }

    /// Whether the case is written.
    pub(crate) fn is_written(self) -> bool {
        matches!(self, Self::New | Self::Updated)
    }
}

/// The operations of moving from one database to another.
pub trait Moving: Send + Sync {
    /// The cases of these answers, by survey and id, in any order.
    fn case_records(&self, site: SiteId, answers: Vec<(String, String)>) -> Pending<'_, Vec<CaseRecord>>;

    /// Stores cases, each with its complete history; the same number of outcomes. Nobody is told of them. A case
    /// never replaces one with the same or a later version. Each case must be there only once.
    fn put_case_records(&self, site: SiteId, records: Vec<CaseRecord>) -> Pending<'_, Vec<Moved>>;

    /// Raises counters of the question that are lower.
    fn raise_askings(&self, site: SiteId, askings: Vec<Asking>) -> Pending<'_, ()>;

    /// The names and values of a site's secrets.
    fn secrets(&self, site: SiteId) -> Pending<'_, Vec<(String, String)>>;

    /// The Mondays of the weeks whose mail was written.
    fn weeks(&self, site: SiteId) -> Pending<'_, Vec<String>>;
}
