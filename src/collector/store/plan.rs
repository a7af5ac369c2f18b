//! How a page of answers is found without walking past more than it holds.
//!
//! A page is in the order of arrival, and may be of a period in which answers were given. The tallies tell at
//! once how many answers there are at most that fit. If there are none, nothing is looked for. If there are few,
//! they are found by the moment at which they were given, and sorted. If there are many, they are walked through
//! in the order of arrival, beginning where the period's last answers came in: an answer comes in within
//! [`SOON`] of being given, or else stands in an index of its own.

use super::period::{DAY, day};
use super::{Millis, PageRequest, Stored};

/// An answer comes in within 31 days: later ones count as given when they came in. Answers of before that rule,
/// and imported ones, may have taken longer.
pub(crate) const SOON: Millis = 31 * DAY;

/// So many answers are found by their moments and sorted in a few milliseconds.
const FEW: i64 = 10_000;

/// The way to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// There is nothing.
    Empty,
    /// By the moments at which answers were given; then they are sorted.
    ByMoment,
    /// In the order of arrival.
    ByArrival,
    /// In the order of arrival, those that came in before this moment and soon; and the late ones by themselves.
    SoonBefore(Millis),
}

impl Plan {
    /// The way to a page that at most so many answers fit, whatever came before it.
    pub(crate) fn of(request: &PageRequest, fitting: i64) -> Self {
        match (request.from, request.to) {
            _ if fitting == 0 => Self::Empty,
            (None, None) => Self::ByArrival,
            _ if fitting <= FEW => Self::ByMoment,
            (_, Some(to)) => Self::SoonBefore(to.saturating_add(SOON)),
            (Some(_), None) => Self::ByArrival,
        }
    }
}

/// The days of UTC that a period touches.
pub(crate) fn days(request: &PageRequest) -> (i64, i64) {
    let first = request.from.map_or(i64::MIN, day);
    let last = request.to.map_or(i64::MAX, |to| day(to.saturating_sub(1)));
    (first, last)
}

/// Two lists, newest first, as one page.
pub(crate) fn merge(mut soon: Vec<Stored>, late: Vec<Stored>, limit: u32) -> Vec<Stored> {
    soon.extend(late);
    soon.sort_by(|one, other| {
        let key = |stored: &Stored| (stored.received_at, stored.survey.clone(), stored.id.clone());
        key(other).cmp(&key(one))
    });
    soon.truncate(limit as usize);
    soon
}
