//! The rules of cases, without I/O: which answer opens a case, its urgency, due time and owner, and the
//! next possible actions.
//!
//! A case belongs to one answer and has its id. It is closed only after the customer knows what was done.

mod hours;
mod progress;
mod settings;
mod within;

use aanrader_survey::{FollowUp, Score};
use serde::{Deserialize, Serialize};

pub use hours::Hours;
pub use progress::{Action, State};
pub use settings::{CAUSE_CHARS, Settings, Steps};
pub use within::Within;

/// The urgency of a case; the smaller one comes first. Among equally urgent cases, the one due first comes
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Urgency {
    /// A low score.
    Low(FollowUp),
    /// A score of 7 or more, with consent to be contacted.
    Asked,
    /// The customer has changed the answer, which no longer asks for a follow-up.
    Settled,
}

impl Urgency {
    /// All urgencies, the highest first.
    pub const ALL: [Self; 6] = [
        Self::Low(FollowUp::Rescue),
        Self::Low(FollowUp::WinBack),
        Self::Low(FollowUp::Listen),
        Self::Low(FollowUp::Ask),
        Self::Asked,
        Self::Settled,
    ];

    /// The urgency of an answer with that score, with or without consent to be contacted.
    pub fn of(score: Score, contact: bool) -> Self {
        match FollowUp::of(score) {
            Some(kind) => Self::Low(kind),
            None if contact => Self::Asked,
            None => Self::Settled,
        }
    }

    /// Whether an answer of this urgency opens a case.
    pub fn opens(self) -> bool {
        self != Self::Settled
    }

    /// Its rank, which is stored.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Low(kind) => kind.priority() - 1,
            Self::Asked => 4,
            Self::Settled => 5,
        }
    }

    /// The urgency with that rank.
    pub fn from_rank(rank: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.rank() == rank)
    }

    /// The shop's time limit for contacting the customer.
    pub const fn within(self) -> Within {
        match self {
            Self::Low(FollowUp::Rescue) => Within::Hours(2),
            Self::Low(FollowUp::WinBack) => Within::Days(1),
            Self::Low(FollowUp::Listen | FollowUp::Ask) | Self::Asked | Self::Settled => Within::Days(2),
        }
    }
}

impl TryFrom<u8> for Urgency {
    type Error = String;

    fn try_from(rank: u8) -> Result<Self, String> {
        Self::from_rank(rank).ok_or_else(|| format!("{rank} is no urgency; give 0, the most urgent, to 5"))
    }
}

impl From<Urgency> for u8 {
    fn from(urgency: Urgency) -> Self {
        urgency.rank()
    }
}

/// The outcome of the rules for an answer: the properties of its case, if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How urgent it is.
    pub urgency: Urgency,
    /// The instant by which the shop contacts the customer, in milliseconds since 1970.
    pub due_at: i64,
    /// The owner by rule, until a person takes the case.
    pub owner: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_the_score_the_more_urgent_and_from_7_on_only_who_may_be_contacted() {
        let of =
            |contact| Score::all().map(move |score| Urgency::of(score, contact).rank()).collect::<Vec<_>>();
        assert_eq!(of(false), [0, 0, 0, 1, 1, 2, 3, 5, 5, 5, 5]);
        assert_eq!(of(true), [0, 0, 0, 1, 1, 2, 3, 4, 4, 4, 4]);
        let opens = Score::all().filter(|score| Urgency::of(*score, false).opens()).count();
        assert_eq!(opens, 7);
    }

    #[test]
    fn the_stored_order_is_the_order() {
        assert!(Urgency::ALL.is_sorted());
        for urgency in Urgency::ALL {
            assert_eq!(Urgency::from_rank(urgency.rank()), Some(urgency));
        }
        assert_eq!(Urgency::from_rank(6), None);
    }
}
