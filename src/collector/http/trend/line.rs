//! Reads the number of consecutive periods, and the signs of change among their days.

use aanrader_survey::Tally;
use jiff::civil::Date;

use super::buckets::{Buckets, date};
use crate::store::{DAY, Days, Series, StoreError, Trends, periods};
use crate::trend::{self, Change};

/// Signs of change are looked for in so many days.
const LOOK_BACK: i64 = 400;

/// The number over time.
#[derive(Clone, Debug)]
pub(in crate::http) struct Line {
    /// The tally of each period.
    pub(in crate::http) tallies: Vec<Tally>,
    /// The signs of change, by day of UTC.
    pub(in crate::http) changes: Vec<Sign>,
}

/// A sign of change.
#[derive(Clone, Debug)]
pub(in crate::http) struct Sign {
    /// Its likeliest first day.
    pub(in crate::http) from: Date,
    /// The answers before and after it.
    pub(in crate::http) change: Change,
}

impl Line {
    /// Reads it. `series` is the number of series among which this one is looked at.
    pub(in crate::http) async fn read(
        store: &dyn Trends,
        of: Series,
        buckets: &Buckets,
        series: usize,
    ) -> Result<Self, StoreError> {
        let (Some(first), Some(last)) = (buckets.instants.first(), buckets.instants.last()) else {
            return Ok(Self { tallies: Vec::new(), changes: Vec::new() });
        };
        let from = (*first - DAY).min(*last - LOOK_BACK * DAY);
        let days = store.days(of.clone(), from..*last + DAY).await?;
        let tallies = periods(store, of, &buckets.instants, &days).await?;
        Ok(Self { tallies, changes: signs(&days, series) })
    }

    /// The answers of the earlier and of the later half.
    pub(in crate::http) fn halves(&self) -> [Tally; 2] {
        let (earlier, later) = self.tallies.split_at(self.tallies.len() / 2);
        [earlier, later].map(sum)
    }
}

/// All answers of some tallies.
pub(in crate::http) fn sum(tallies: &[Tally]) -> Tally {
    let mut sum = Tally::default();
    tallies.iter().for_each(|tally| sum.merge(tally));
    sum
}

/// The signs of change among days, of which those without answers may be missing.
pub(in crate::http) fn signs(days: &Days, series: usize) -> Vec<Sign> {
    let Some((first, last)) = days.keys().next().zip(days.keys().last()) else { return Vec::new() };
    let first = (*first).max(last - LOOK_BACK);
    let tallies: Vec<Tally> =
        (first..=*last).map(|day| days.get(&day).copied().unwrap_or_default()).collect();
    let sign = |change: Change| {
        let day = first + i64::try_from(change.first).unwrap_or(0);
        Sign { from: date(day), change }
    };
    trend::changes(&tallies, series).into_iter().map(sign).collect()
}
