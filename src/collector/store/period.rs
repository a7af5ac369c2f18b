//! Splits a period in any time zone into parts. Tallies exist for each day of UTC. Between each end of a
//! period and the nearest midnight of UTC, the answers themselves are counted: half a day's at most for each
//! end. So a day in Amsterdam is as exact as one in UTC.

use std::ops::Range;

use super::Millis;

/// A day, in milliseconds.
pub(crate) const DAY: Millis = 86_400_000;

/// A period as a sum: the tallies of whole days, plus or minus individually counted answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Whole days of UTC, since 1970.
    pub(crate) days: Range<i64>,
    /// Ranges of instants whose answers are counted, each with its sign.
    pub(crate) edges: Vec<(Range<Millis>, i64)>,
}

impl Parts {
    /// The parts of a period; an absent bound is unlimited.
    pub(crate) fn of(from: Option<Millis>, to: Option<Millis>) -> Self {
        let mut parts = Self { days: i64::MIN..i64::MAX, edges: Vec::new() };
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Self { days: 0..0, edges: Vec::new() };
        }
        if let Some(from) = from {
            parts.days.start = nearest(from);
            parts.edge(from, parts.days.start.saturating_mul(DAY));
        }
        if let Some(to) = to {
            parts.days.end = nearest(to);
            parts.edge(parts.days.end.saturating_mul(DAY), to);
        }
        parts
    }

    /// Adds the range between two instants; a backward one is subtracted.
    fn edge(&mut self, from: Millis, to: Millis) {
        match from.cmp(&to) {
            std::cmp::Ordering::Less => self.edges.push((from..to, 1)),
            std::cmp::Ordering::Greater => self.edges.push((to..from, -1)),
            std::cmp::Ordering::Equal => {}
        }
    }
}

/// The day of an instant.
pub(crate) const fn day(instant: Millis) -> i64 {
    instant.div_euclid(DAY)
}

/// The day whose beginning is nearest to an instant.
const fn nearest(instant: Millis) -> i64 {
    day(instant.saturating_add(DAY / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How often the parts count an answer given at that instant.
    fn times(parts: &Parts, instant: Millis) -> i64 {
        let edges = parts.edges.iter().filter(|(edge, _)| edge.contains(&instant));
        i64::from(parts.days.contains(&day(instant))) + edges.map(|(_, sign)| sign).sum::<i64>()
    }

    proptest! {
        #[test]
        fn every_answer_of_a_period_is_counted_once_and_no_other(
            from in prop::option::of(0..5 * DAY), to in prop::option::of(0..5 * DAY), instant in 0..5 * DAY,
        ) {
            let within = from.is_none_or(|from| instant >= from) && to.is_none_or(|to| instant < to);
            prop_assert_eq!(times(&Parts::of(from, to), instant), i64::from(within));
        }

        #[test]
        fn no_end_of_a_period_counts_more_than_half_a_day(from in 0..5 * DAY, to in 0..5 * DAY) {
            let parts = Parts::of(Some(from), Some(to));
            prop_assert!(parts.edges.iter().all(|(edge, _)| edge.end - edge.start <= DAY / 2));
        }
    }

    #[test]
    fn whole_days_are_read_and_nothing_is_counted() {
        assert_eq!(Parts::of(Some(DAY), Some(3 * DAY)), Parts { days: 1..3, edges: Vec::new() });
        assert_eq!(Parts::of(None, None).edges, []);
    }
}
