//! When messages are due.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit, ZonedDateTime};
use serde::{Deserialize, Serialize};

/// The hour in the shop's time zone at which daily and weekly digests are sent.
const MORNING: i8 = 7;

/// When messages are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// One message for each event, at once.
    #[default]
    Now,
    /// One message for all events of an hour.
    Hourly,
    /// One message a day, at seven in the morning.
    Daily,
    /// One message a week, on Monday at seven in the morning.
    Weekly,
}

impl When {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Now, Self::Hourly, Self::Daily, Self::Weekly];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// Reads its name.
    ///
    /// # Errors
    ///
    /// The problem.
    pub fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|when| when.name() == name);
        found.ok_or_else(|| format!("{name:?} is no time; give now, hourly, daily or weekly"))
    }

    /// Whether one message tells of several events.
    pub const fn is_digest(self) -> bool {
        !matches!(self, Self::Now)
    }

    /// When a message about an event of this instant is sent, in milliseconds since 1970. An instant outside the
    /// calendar is due at once.
    pub fn due(self, from: i64, zone: &TimeZone) -> i64 {
        let there = Timestamp::from_millisecond(from).map(|instant| instant.to_zoned_datetime(zone.clone()));
        let end = there.ok().and_then(|there| self.end(&there));
        end.map_or(from, |end| end.timestamp().as_millisecond())
    }

    /// The first end of a period after this instant.
    fn end(self, from: &ZonedDateTime) -> Option<ZonedDateTime> {
        let morning = Time::new(MORNING, 0, 0, 0).ok()?;
        let is_morning_of =
            |day: jiff::civil::Date| day.to_datetime(morning).to_zoned_datetime(from.time_zone().clone());
        match self {
            Self::Now => None,
            Self::Hourly => {
                // Rounded in absolute time, so that the hour that clocks repeat has two ends.
                let hour = from
                    .round(jiff::ZonedDateTimeRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Floor));
                hour.ok()?.checked_add(1.hour()).ok()
            }
            Self::Daily => {
                let today = is_morning_of(from.date()).ok()?;
                if today > *from { Some(today) } else { is_morning_of(from.date().tomorrow().ok()?).ok() }
            }
            Self::Weekly => {
                let today = is_morning_of(from.date()).ok()?;
                if from.weekday() == Weekday::Monday && today > *from {
                    return Some(today);
                }
                is_morning_of(from.date().nth_weekday(1, Weekday::Monday).ok()?).ok()
            }
        }
    }
}
