//! The days, weeks or months of a chart, by the shop's clock.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use crate::store::{DAY, Millis};

/// The length of one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::http) enum By {
    Day,
    #[default]
    Week,
    Month,
}

impl By {
    pub(in crate::http) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its name in addresses and texts.
    pub(in crate::http) const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub(in crate::http) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// How many periods are shown. The later half is compared with the earlier half.
    const fn count(self) -> i32 {
        match self {
            Self::Day => 60,
            Self::Week => 52,
            Self::Month => 24,
        }
    }

    fn span(self, times: i32) -> Span {
        match self {
            Self::Day => times.days(),
            Self::Week => times.weeks(),
            Self::Month => times.months(),
        }
    }

    /// The first day of the period that a day belongs to. Weeks begin on Monday.
    fn first_of(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => {
                let since = i32::from(day.weekday().since(Weekday::Monday));
                day.checked_sub(since.days()).unwrap_or(day)
            }
            Self::Month => day.first_of_month(),
        }
    }
}

/// Consecutive periods, the last of which has begun and not ended.
#[derive(Clone, Debug)]
pub(in crate::http) struct Buckets {
    pub(in crate::http) by: By,
    /// The first day of each, and the first day after the last one.
    pub(in crate::http) days: Vec<Date>,
    /// The instants at which these days begin.
    pub(in crate::http) instants: Vec<Millis>,
}

impl Buckets {
    /// The periods up to an instant.
    pub(in crate::http) fn up_to(now: Millis, by: By, zone: &TimeZone) -> Self {
        let today = day_of(now, zone);
        let last = by.first_of(today);
        let days: Vec<Date> =
            (1 - by.count()..=1).filter_map(|place| last.checked_add(by.span(place)).ok()).collect();
        let instants = days.iter().map(|day| begins(*day, zone)).collect();
        Self { by, days, instants }
    }

    /// The number of periods.
    pub(in crate::http) fn len(&self) -> usize {
        self.days.len().saturating_sub(1)
    }

    /// Where the later half begins.
    pub(in crate::http) fn half(&self) -> usize {
        self.len() / 2
    }

    /// Where a day lies on the axis: 0 at the first period's beginning, 1 at the second's; `None` if it is outside.
    pub(in crate::http) fn place(&self, day: Date) -> Option<f64> {
        let after = self.days.partition_point(|first| *first <= day);
        let (before, next) = (*self.days.get(after.checked_sub(1)?)?, *self.days.get(after)?);
        let days = |from: Date, to: Date| f64::from(to.since(from).map_or(0, |span| span.get_days()));
        Some((after - 1) as f64 + days(before, day) / days(before, next).max(1.0))
    }
}

/// The day of an instant.
pub(in crate::http) fn day_of(instant: Millis, zone: &TimeZone) -> Date {
    Timestamp::from_millisecond(instant).unwrap_or_default().to_zoned_datetime(zone.clone()).date()
}

/// The first instant of a day.
fn begins(day: Date, zone: &TimeZone) -> Millis {
    let first = day.to_zoned_datetime(zone.clone());
    first.map_or(0, |first| first.timestamp().as_millisecond())
}

/// The date of a day of UTC, in days since 1970.
pub(in crate::http) fn date(day: i64) -> Date {
    day_of(day.saturating_mul(DAY), &TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Millis {
        text.parse::<Timestamp>().expect("an instant").as_millisecond()
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first_by_the_shops_clock() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let now = instant("2026-03-31T22:30:00Z");
        let weeks = Buckets::up_to(now, By::Week, &zone);
        assert_eq!((weeks.len(), weeks.half()), (52, 26));
        let texts: Vec<String> = weeks.days[50..].iter().map(Date::to_string).collect();
        assert_eq!(texts, ["2026-03-23", "2026-03-30", "2026-04-06"]);
        // Summer time begins in the night to 29 March: that week has 167 hours.
        assert_eq!(weeks.instants[51] - weeks.instants[50], 7 * DAY - DAY / 24);
        assert_eq!(weeks.instants[51], instant("2026-03-29T22:00:00Z"));
        let months = Buckets::up_to(now, By::Month, &zone);
        assert_eq!((months.len(), months.days[23].to_string()), (24, "2026-04-01".into()));
        assert_eq!(months.days[0].to_string(), "2024-05-01");
    }

    #[test]
    fn a_day_has_its_place_between_the_beginnings_of_periods() {
        let weeks = Buckets::up_to(instant("2026-04-01T12:00:00Z"), By::Week, &TimeZone::UTC);
        let place = |text: &str| weeks.place(text.parse().expect("a date"));
        assert_eq!(place("2026-03-30"), Some(51.0));
        assert_eq!(place("2026-03-23"), Some(50.0));
        assert!((place("2026-03-24").expect("inside") - 50.142).abs() < 0.001);
        assert_eq!((place("2026-04-06"), place("2020-01-01")), (None, None));
    }
}
