//! The shop's working hours, and the instants at which cases are due by them.

use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::Within;

/// The names of the days, from Monday on.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The minutes of a day.
const DAY: i64 = 24 * 60;

/// How many days are searched for working time: each week holds some, though a change of clocks may skip a
/// day.
const HORIZON: u32 = 60;

/// The working hours of a shop, one stretch a day; at least one day has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours([Option<(i64, i64)>; 7]);

impl Default for Hours {
    /// Monday to Friday, nine to five.
    fn default() -> Self {
        let day = Some((9 * 60, 17 * 60));
        Self([day, day, day, day, day, None, None])
    }
}

impl Hours {
    /// Reads hours such as `mon-fri 09:00-17:00, sat 10:00-14:00`.
    ///
    /// # Errors
    ///
    /// The problem.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut hours = Self([None; 7]);
        for part in text.split(',').map(str::trim) {
            let wrong =
                || format!("{part:?} is no hours; give them like mon-fri 09:00-17:00, sat 10:00-14:00");
            let (days, times) = part.split_once(' ').ok_or_else(wrong)?;
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let (first, last) = day(first).zip(day(last)).ok_or_else(wrong)?;
            let (from, to) = times.trim().split_once('-').ok_or_else(wrong)?;
            let (from, to) = minutes(from).zip(minutes(to)).ok_or_else(wrong)?;
            if from >= to || first > last {
                return Err(format!("{part:?} ends before it begins; the week is from mon to sun"));
            }
            for one in &mut hours.0[first..=last] {
                if one.replace((from, to)).is_some() {
                    return Err(format!("{part:?} names a day that has hours already; give each day once"));
                }
            }
        }
        Ok(hours)
    }

    /// The due time of a task that begins at `from`, both in milliseconds since 1970.
    ///
    /// An instant outside the calendar is due at once.
    pub fn due(&self, from: i64, within: Within, zone: &TimeZone) -> i64 {
        self.find(from, within, zone).unwrap_or(from)
    }

    /// The first instant at or after `from` in which the shop works, both in milliseconds since 1970.
    ///
    /// An instant outside the calendar is returned as it is.
    pub fn next(&self, from: i64, zone: &TimeZone) -> i64 {
        self.first(from, zone).unwrap_or(from)
    }

    fn first(&self, from: i64, zone: &TimeZone) -> Option<i64> {
        let mut date = Timestamp::from_millisecond(from).ok()?.to_zoned_datetime(zone.clone()).date();
        for _ in 0..HORIZON {
            let hours = self.on(date, zone).filter(|(opens, closes)| from.max(*opens) < *closes);
            if let Some((opens, _)) = hours {
                return Some(from.max(opens));
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    fn find(&self, from: i64, within: Within, zone: &TimeZone) -> Option<i64> {
        let mut date = Timestamp::from_millisecond(from).ok()?.to_zoned_datetime(zone.clone()).date();
        let first = date;
        let mut left = within;
        for _ in 0..HORIZON {
            if let Some((opens, closes)) = self.on(date, zone) {
                left = match left {
                    Within::Hours(hours) if closes > from => {
                        // From here on, the remaining time is counted in milliseconds.
                        return self.after(date, from.max(opens), hours * 3_600_000, zone);
                    }
                    Within::Days(days) if date > first => Within::Days(days.saturating_sub(1)),
                    same => same,
                };
                if left == Within::Days(0) {
                    return Some(closes);
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    /// The instant after `left` milliseconds of working time, from an instant in working time.
    fn after(&self, mut date: Date, mut from: i64, mut left: i64, zone: &TimeZone) -> Option<i64> {
        for _ in 0..HORIZON {
            if let Some((opens, closes)) = self.on(date, zone) {
                from = from.max(opens);
                if from + left <= closes {
                    return Some(from + left);
                }
                left -= (closes - from).max(0);
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    /// The start and end of the working hours on a day. If clocks change during them, they are longer or
    /// shorter.
    fn on(&self, date: Date, zone: &TimeZone) -> Option<(i64, i64)> {
        let (from, to) = self.0[usize::try_from(date.weekday().to_monday_zero_offset()).ok()?]?;
        let at = |minutes: i64| {
            let instant = date.to_datetime(Time::midnight()).checked_add(minutes.minutes()).ok()?;
            Some(instant.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond())
        };
        at(from).zip(at(to))
    }
}

fn day(name: &str) -> Option<usize> {
    DAYS.iter().position(|day| *day == name.trim())
}

/// The minutes since midnight; `24:00` is the end of the day.
fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = 0;
        let mut comma = "";
        while first < DAYS.len() {
            let last = (first..DAYS.len()).take_while(|day| self.0[*day] == self.0[first]).last();
            let last = last.unwrap_or(first);
            if let Some((from, to)) = self.0[first] {
                f.write_str(comma)?;
                f.write_str(DAYS[first])?;
                if last > first {
                    write!(f, "-{}", DAYS[last])?;
                }
                write!(f, " {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)?;
                comma = ", ";
            }
            first = last + 1;
        }
        Ok(())
    }
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests;
