//! One person's answer, and the checks that it has passed.

mod check;
mod given;
mod wire;

use alloc::string::String;
use alloc::vec::Vec;

use crate::{Problem, Raw, Score};
use check::Checker;

pub use given::{Given, Id};
pub use wire::{Fields, Value};

/// The survey that is only tried out: its answers are checked like any other, and never kept.
pub const TRY_OUT: &str = "try-out";

/// An answer, as far as it has been given. There is no way to hold an invalid
/// one: [`Answer::check`] and [`Answer::given`] make it, and nothing changes it afterwards.
///
/// Control characters in texts are spaces here (but for line breaks in the
/// comment), texts are trimmed, and an empty text is no text.
///
/// Comment and contact of an earlier revision stay until a later one names them. Everything else is as the
/// latest revision has it.
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

/// The visitor's consent to be contacted about the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// How, in the visitor's words: an address, a number; nothing where the shop knows.
    pub how: Option<String>,
}

/// The fields of earlier revisions that this one takes back. It has no value for those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct TakenBack {
    comment: bool,
    contact: bool,
}

impl Answer {
    /// Checks everything that was sent, and names all that is wrong at once.
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

    /// Whether the visitor is done; false while a comment may still follow.
    pub const fn complete(&self) -> bool {
        self.complete
    }

    /// Which survey.
    pub fn survey(&self) -> &str {
        &self.survey
    }

    /// Which point of the customer journey.
    pub fn touchpoint(&self) -> &str {
        &self.touchpoint
    }

    /// The score.
    pub const fn score(&self) -> Score {
        self.score
    }

    /// The visitor's own words.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// The visitor's consent to be contacted; `None` if they gave none.
    pub const fn contact(&self) -> Option<&Contact> {
        self.contact.as_ref()
    }

    /// Whether this revision says what the comment is, be it that there is none any more. One that doesn't
    /// leaves an earlier comment as it was: a visitor who changes the score on a later page sees it no more.
    pub const fn names_comment(&self) -> bool {
        self.comment.is_some() || self.taken_back.comment
    }

    /// Whether this revision consents to be contacted or takes that back.
    pub const fn names_contact(&self) -> bool {
        self.contact.is_some() || self.taken_back.contact
    }

    /// The shop's own pseudonymous id for the customer.
    pub fn customer(&self) -> Option<&str> {
        self.customer.as_deref()
    }

    /// The shop's own properties of the occasion, in its order.
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

    /// When it was given, in milliseconds since 1970 by the visitor's clock.
    pub const fn answered_at(&self) -> Option<u64> {
        self.answered_at
    }

    /// When it was sent, in milliseconds since 1970 by the visitor's clock.
    pub const fn sent_at(&self) -> Option<u64> {
        self.sent_at
    }

    /// When it was given, in milliseconds since 1970 by the receiver's clock:
    /// however wrong the visitor's clock is, the time between giving and
    /// sending is right. Never later than `received_at`.
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
