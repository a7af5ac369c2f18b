//! The rules of cases, without I/O: which answer opens one, how urgent it is and when it is due, whose it is,
//! and what may be done to it next.
//!
//! A case belongs to one answer and is known by it. It is closed only when the customer knows what was done.

mod hours;
mod progress;
mod settings;

use aanrader_survey::{Care, Score};

pub use hours::{Hours, Within};
pub use progress::{Action, State};
pub use settings::Settings;

/// How urgent a case is; the smaller one is worked first. Within one urgency, the one that is due first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// A low score.
    Care(Care),
    /// A score of 7 or more, with consent to be contacted.
    Asked,
    /// The customer has changed the answer, and it asks for nothing any more.
    Settled,
}

impl Urgency {
    /// Every one of them, the most urgent first.
    pub const ALL: [Self; 6] = [
        Self::Care(Care::Rescue),
        Self::Care(Care::WinBack),
        Self::Care(Care::Listen),
        Self::Care(Care::Ask),
        Self::Asked,
        Self::Settled,
    ];

    /// What an answer of that score asks for, with or without consent to be contacted.
    pub fn of(score: Score, contact: bool) -> Self {
        match Care::of(score) {
            Some(care) => Self::Care(care),
            None if contact => Self::Asked,
            None => Self::Settled,
        }
    }

    /// Whether an answer of this urgency opens a case.
    pub fn opens(self) -> bool {
        self != Self::Settled
    }

    /// Its place in the order, which is what is stored.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Care(care) => care.priority() - 1,
            Self::Asked => 4,
            Self::Settled => 5,
        }
    }

    /// The one of that place.
    pub fn from_rank(rank: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.rank() == rank)
    }

    /// Within how much of the shop's time the customer is to hear from it.
    pub const fn within(self) -> Within {
        match self {
            Self::Care(Care::Rescue) => Within::Hours(2),
            Self::Care(Care::WinBack) => Within::Days(1),
            Self::Care(Care::Listen | Care::Ask) | Self::Asked | Self::Settled => Within::Days(2),
        }
    }
}

/// What the rules say of an answer: what its case has, if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How urgent it is.
    pub urgency: Urgency,
    /// When the customer is to have heard from the shop, in milliseconds since 1970.
    pub due_at: i64,
    /// Whose it is by rule, until somebody takes it.
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
