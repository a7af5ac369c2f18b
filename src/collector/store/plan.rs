//! Plans a page of answers, so that the search reads few answers outside it.
//!
//! A page is in the order of arrival, and may be limited to a period in which answers were given. The tallies
//! tell at once the largest possible number of matching answers. If it is zero, nothing is read. If it is
//! small, the answers are found by their time of answering, and sorted. If it is large, they are read in the
//! order of arrival, beginning with the arrivals at the period's end: nearly all answers arrive within [`SOON`]
//! of being given, and the others are in an index of their own.

use super::period::{DAY, day};
use super::{Millis, PageRequest, Stored};

/// Only answers out of the outbox of a browser, and imported ones, take longer to arrive. The longer this is, the
/// more arrivals outside the period are read.
pub(crate) const SOON: Millis = DAY;

/// This many answers are found by their time of answering and sorted in a few milliseconds.
const FEW: i64 = 10_000;

/// The way to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// No answer matches.
    Empty,
    /// By the time of answering, then sorted.
    ByTime,
    /// In the order of arrival.
    ByArrival,
    /// In the order of arrival, the ones before this instant that arrived soon; the late ones separately.
    SoonBefore(Millis),
}

impl Plan {
    /// The way to a page, if at most this many answers match it, ignoring its start in the list.
    pub(crate) fn of(request: &PageRequest, fitting: i64) -> Self {
        match (request.from, request.to) {
            _ if fitting == 0 => Self::Empty,
            (None, None) => Self::ByArrival,
            _ if fitting <= FEW => Self::ByTime,
            (_, Some(to)) => Self::SoonBefore(to.saturating_add(SOON)),
            (Some(_), None) => Self::ByArrival,
        }
    }
}

/// The days of UTC that overlap a period.
pub(crate) fn days(request: &PageRequest) -> (i64, i64) {
    let first = request.from.map_or(i64::MIN, day);
    let last = request.to.map_or(i64::MAX, |to| day(to.saturating_sub(1)));
    (first, last)
}

/// Merges two lists, newest first, into one page.
pub(crate) fn merge(mut soon: Vec<Stored>, late: Vec<Stored>, limit: u32) -> Vec<Stored> {
    soon.extend(late);
    soon.sort_by(|one, other| {
        let key = |stored: &Stored| (stored.received_at, stored.survey.clone(), stored.id.clone());
        key(other).cmp(&key(one))
    });
    soon.truncate(limit as usize);
    soon
}
