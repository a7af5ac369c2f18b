//! One customer's answer, after its checks.

mod check;
mod given;
mod wire;

use alloc::string::String;
use alloc::vec::Vec;

use crate::{Problem, Raw, Score};
use check::Checker;

pub use given::{Given, Id};
pub use wire::{Fields, Value};

/// The survey for trials: the collector checks its answers like all others, but never stores them.
pub const TRY_OUT: &str = "try-out";

/// An answer as given so far. An invalid one can't exist: only [`Answer::check`] and [`Answer::given`] make
/// answers, and an answer never changes.
///
/// Texts are trimmed, and their control characters are spaces, except line breaks in the comment. An empty
/// text counts as absent.
///
/// Comment and contact of an earlier revision stay until a later revision names them. All other fields are
/// those of the latest revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    id: String,
    rev: u32,
    complete: bool,
    survey: String,
    touchpoint: String,
    score: Score,
    comment: Option<String>,
    contact: Option<Contact>,
    taken_back: TakenBack,
    customer: Option<String>,
    properties: Vec<(String, String)>,
    language: Option<String>,
    wording: Option<String>,
    answered_at: Option<u64>,
    sent_at: Option<u64>,
}

/// The customer's consent to be contacted about the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// How to contact the customer, in their own words: an address or a number. `None` if the shop already
    /// knows.
    pub how: Option<String>,
}

/// The fields of earlier revisions that this revision takes back. They have no value here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct TakenBack {
    comment: bool,
    contact: bool,
}

impl Answer {
    /// Checks all that was sent, and names every problem at once.
    ///
    /// # Errors
    ///
    /// Every problem, in the order of the fields on the wire; never an empty list.
    pub fn check(raw: &Raw) -> Result<Self, Vec<Problem>> {
        Checker::new(raw).answer()
    }

    /// The idempotency key: a UUID of version 4, lower case.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The revision, from 1 up.
    pub const fn rev(&self) -> u32 {
        self.rev
    }

    /// Whether the customer is done; false while a comment may still follow.
    pub const fn complete(&self) -> bool {
        self.complete
    }

    /// The survey's id.
    pub fn survey(&self) -> &str {
        &self.survey
    }

    /// The touchpoint's id: a point of the customer journey.
    pub fn touchpoint(&self) -> &str {
        &self.touchpoint
    }

    /// The score.
    pub const fn score(&self) -> Score {
        self.score
    }

    /// The comment, in the customer's own words.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// The customer's consent to be contacted; `None` if they gave none.
    pub const fn contact(&self) -> Option<&Contact> {
        self.contact.as_ref()
    }

    /// Whether this revision names the comment, if only to say that there is none. Otherwise an earlier
    /// comment stays: a customer who changes the score on a later page no longer sees it.
    pub const fn names_comment(&self) -> bool {
        self.comment.is_some() || self.taken_back.comment
    }

    /// Whether this revision names the contact: it gives consent or takes it back.
    pub const fn names_contact(&self) -> bool {
        self.contact.is_some() || self.taken_back.contact
    }

    /// The shop's own pseudonymous id for the customer.
    pub fn customer(&self) -> Option<&str> {
        self.customer.as_deref()
    }

    /// The shop's own properties of the occasion, in the shop's order.
    pub fn properties(&self) -> &[(String, String)] {
        &self.properties
    }

    /// The language that was shown.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// The id of the wording that was shown (see [`crate::wording_id`]).
    pub fn wording(&self) -> Option<&str> {
        self.wording.as_deref()
    }

    /// The time of answering, in milliseconds since 1970 by the customer's clock.
    pub const fn answered_at(&self) -> Option<u64> {
        self.answered_at
    }

    /// The time of sending, in milliseconds since 1970 by the customer's clock.
    pub const fn sent_at(&self) -> Option<u64> {
        self.sent_at
    }

    /// The time of answering, in milliseconds since 1970 by the receiver's clock, and never later than
    /// `received_at`. However wrong the customer's clock is, the time between answering and sending is right.
    pub fn answered_at_by(&self, received_at: u64) -> u64 {
        match (self.answered_at, self.sent_at) {
            (Some(answered), Some(sent)) => received_at.saturating_sub(sent.saturating_sub(answered)),
            (Some(answered), None) => answered.min(received_at),
            (None, _) => received_at,
        }
    }
}

#[cfg(test)]
mod tests;
