//! What can be told.

use serde::{Deserialize, Serialize};

/// An event of an answer or a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Event {
    /// The first message about an answer.
    #[serde(rename = "answer.created")]
    AnswerCreated,
    /// The customer changed an answer after the first message about it.
    #[serde(rename = "answer.updated")]
    AnswerUpdated,
    /// An answer opened a case.
    #[serde(rename = "case.opened")]
    CaseOpened,
    /// A person worked on a case, or the customer changed its score.
    #[serde(rename = "case.changed")]
    CaseChanged,
}

impl Event {
    /// All events.
    pub const ALL: [Self; 4] =
        [Self::AnswerCreated, Self::AnswerUpdated, Self::CaseOpened, Self::CaseChanged];

    /// The events of answers, the default of a notice.
    pub fn of_answers() -> Vec<Self> {
        vec![Self::AnswerCreated, Self::AnswerUpdated]
    }

    /// Its name in messages and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnswerCreated => "answer.created",
            Self::AnswerUpdated => "answer.updated",
            Self::CaseOpened => "case.opened",
            Self::CaseChanged => "case.changed",
        }
    }

    /// The event with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }

    /// Whether it is about a case.
    pub const fn is_of_case(self) -> bool {
        matches!(self, Self::CaseOpened | Self::CaseChanged)
    }
}
