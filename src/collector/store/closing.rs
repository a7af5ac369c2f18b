//! Closing the loop: the causes of a site, what customers say about their cases, and the figures about both.

use super::{Case, CaseKey, Millis, Pending, SiteId};
use crate::cases::State;

/// How often cases of a period ended well. Each part is a number of cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseFigures {
    /// Cases that were opened in the period.
    pub opened: u64,
    /// Those of customers who gave 0 to 6.
    pub detractors: u64,
    /// Of these: the customer says that it is solved, or gave a higher score later.
    pub recovered: u64,
    /// Cases whose customer was told, or that are overdue.
    pub due: u64,
    /// Of these: told by the due instant.
    pub in_time: u64,
    /// The customer says that it is solved.
    pub solved: u64,
    /// The customer says that it is not.
    pub unsolved: u64,
}

/// A customer's answer to "is it solved?".
#[derive(Clone, Debug)]
pub struct Saying {
    /// The case.
    pub key: CaseKey,
    /// Whether it is solved.
    pub solved: bool,
    /// The customer's words.
    pub text: Option<String>,
    /// The time.
    pub at: Millis,
    /// When the case is due if the answer reopens it.
    pub due_at: Millis,
}

/// The outcome of a customer's answer to "is it solved?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is recorded; a "no" has reopened a case that was solved or told.
    Recorded,
    /// The customer has said the same before; nothing changed.
    Already,
    /// There is no such case.
    Gone,
}

/// A week whose mail is to be written.
#[derive(Clone, Debug)]
pub struct Week {
    /// The site.
    pub site: SiteId,
    /// The name under which the rows are in the outbox.
    pub name: &'static str,
    /// Its Monday, such as `2026-11-23`.
    pub monday: String,
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// The current time.
    pub at: Millis,
}

/// The operations of closing the loop.
pub trait Closing: Send + Sync {
    /// Adds a cause to a site's list; one that is there stays.
    fn add_cause(&self, site: SiteId, name: String, at: Millis) -> Pending<'_, ()>;

    /// Renames a cause, also in the cases that name it. If there is one with the new name, both become one.
    /// Returns whether there was one.
    fn rename_cause(&self, site: SiteId, from: String, to: String, at: Millis) -> Pending<'_, bool>;

    /// Removes a cause from a site's list. Cases keep the name. Returns whether there was one.
    fn remove_cause(&self, site: SiteId, name: String) -> Pending<'_, bool>;

    /// The cases of a cause that are not closed, the most urgent first.
    fn of_cause(&self, site: SiteId, cause: String, limit: u32) -> Pending<'_, Vec<Case>>;

    /// Records what a customer says about a case.
    fn say(&self, saying: Saying) -> Pending<'_, Said>;

    /// The sites with rows of the outbox that are due under that name, which is not one of a notice.
    fn waiting(&self, name: &'static str, now: Millis) -> Pending<'_, Vec<SiteId>>;

    /// Whether the mail of the week that begins on that Monday has been written.
    fn has_week(&self, site: SiteId, monday: String) -> Pending<'_, bool>;

    /// Writes the rows of the outbox for a week, one for each recipient; false if that was done before.
    fn open_week(&self, week: Week) -> Pending<'_, bool>;

    /// The case whose customer was told last in a period; one whose customer says that it is solved comes first.
    fn solved_between(&self, site: SiteId, from: Millis, to: Millis) -> Pending<'_, Option<Case>>;

    /// The figures of cases that were opened at or after an instant.
    fn figures(&self, site: SiteId, from: Millis, now: Millis) -> Pending<'_, CaseFigures>;

    /// The site's secret of that name, the same for all collectors. If there is none yet, it is the proposed
    /// one from now on.
    fn secret(&self, site: SiteId, name: &'static str, proposed: String) -> Pending<'_, String>;
}

/// The parts of a case that a customer's answer depends on and may change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) version: i64,
    pub(crate) state: State,
    pub(crate) solved: Option<bool>,
}

impl Asked {
    /// The state after the customer's answer; `None` if it changes nothing.
    pub(crate) fn after(self, solved: bool) -> Option<State> {
        let reopens = !solved && matches!(self.state, State::Solved | State::Told);
        match reopens {
            true => Some(State::Reopened),
            false if self.solved == Some(solved) => None,
            false => Some(self.state),
        }
    }
}
