//! Where answers are kept. Handlers know this trait only; an engine lives in a folder of its own.

pub mod sqlite;

#[cfg(test)]
mod suite;

use std::pin::Pin;

use aanrader_survey::{Answer, Score, Tally};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// What an engine will reply.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place that keeps answers.
pub trait Store: Send + Sync {
    /// Keeps an answer. `Ok` means that it is committed and survives a crash.
    ///
    /// The highest revision of an id wins whole; an older or equal one changes nothing.
    fn save(&self, received: Received) -> Pending<'_, Saved>;

    /// Counts scores per survey and touchpoint, in the order of their names.
    fn tallies(&self, filter: TallyFilter) -> Pending<'_, Vec<Counted>>;

    /// One page of answers, newest first.
    fn page(&self, request: PageRequest) -> Pending<'_, Vec<Stored>>;

    /// Whether the place answers.
    fn ping(&self) -> Pending<'_, ()>;

    /// Finishes what was accepted and lets go; everything after it fails.
    fn close(&self) -> Pending<'_, ()>;
}

/// An answer that has come in.
#[derive(Clone, Debug)]
pub struct Received {
    /// What was answered.
    pub answer: Answer,
    /// When it was given, by the collector's clock.
    pub answered_at: Millis,
    /// When this revision came in.
    pub received_at: Millis,
}

impl Received {
    /// An answer that comes in at this moment.
    pub fn at(answer: Answer, received_at: Millis) -> Self {
        let answered_at = answer.answered_at_by(received_at.try_into().unwrap_or(0));
        Self { answer, answered_at: answered_at.try_into().unwrap_or(received_at), received_at }
    }
}

/// What became of an answer that is now kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Its id was new.
    New,
    /// Its id was known; `rev` is the revision that is kept now.
    Known {
        /// The highest revision so far.
        rev: u32,
    },
}

/// Which answers to count; `None` is no bound.
#[derive(Clone, Debug, Default)]
pub struct TallyFilter {
    /// This survey only.
    pub survey: Option<String>,
    /// Given at or after this moment.
    pub from: Option<Millis>,
    /// Given before this moment.
    pub to: Option<Millis>,
}

/// The scores of one touchpoint of one survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The survey.
    pub survey: String,
    /// The touchpoint.
    pub touchpoint: String,
    /// Its scores.
    pub tally: Tally,
}

/// Which answers to list.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// This survey only.
    pub survey: Option<String>,
    /// This touchpoint only.
    pub touchpoint: Option<String>,
    /// Given at or after this moment.
    pub from: Option<Millis>,
    /// Given before this moment.
    pub to: Option<Millis>,
    /// This score or a lower one.
    pub max_score: Option<Score>,
    /// Only what comes after this place in the list.
    pub before: Option<Cursor>,
    /// At most so many answers.
    pub limit: u32,
}

/// A place in the list of answers, newest first. It rests on when an answer
/// first came in, which no later revision changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the answer first came in.
    pub received_at: Millis,
    /// The answer's survey.
    pub survey: String,
    /// The answer's id.
    pub id: String,
}

impl Cursor {
    /// The text that a client hands back. Neither part can hold a dot.
    pub fn encode(&self) -> String {
        format!("{}.{}.{}", self.received_at, self.survey, self.id)
    }

    /// The place that a text stands for; `None` if [`Cursor::encode`] never made it.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let received_at = parts.next()?.parse().ok()?;
        let (survey, id) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        parts.next().is_none().then_some(Self { received_at, survey, id })
    }
}

/// An answer as it is kept.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // Each is explained where `Answer` has it.
pub struct Stored {
    pub id: String,
    pub rev: u32,
    pub complete: bool,
    pub survey: String,
    pub touchpoint: String,
    pub score: Score,
    pub comment: Option<String>,
    pub contact: Option<StoredContact>,
    pub customer: Option<String>,
    /// A JSON object of texts.
    pub properties: serde_json::Map<String, serde_json::Value>,
    pub language: Option<String>,
    pub wording: Option<String>,
    /// When it was given, by the collector's clock.
    pub answered_at: Millis,
    /// When its first revision came in.
    pub received_at: Millis,
}

/// The visitor's leave to be contacted.
#[derive(Clone, Debug)]
pub struct StoredContact {
    /// How, in the visitor's words.
    pub how: Option<String>,
}

impl Stored {
    /// The place of this answer in the list.
    pub fn cursor(&self) -> Cursor {
        Cursor { received_at: self.received_at, survey: self.survey.clone(), id: self.id.clone() }
    }
}

/// Why an engine could not do what it was asked. Its text is for the log, not for a reply.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// More has come in than can be kept up with.
    #[error("the queue is full")]
    Busy,
    /// The engine failed.
    #[error("{0}")]
    Unavailable(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_out() {
        let cursor = Cursor { received_at: 12, survey: "a-b".into(), id: "3f0e".into() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }

    #[test]
    fn a_text_that_is_no_cursor_is_refused() {
        for text in ["", "1", "1.a", "x.a.b", "1.a.b.c"] {
            assert_eq!(Cursor::decode(text), None, "{text}");
        }
    }
}
