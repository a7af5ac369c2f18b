//! The two ends of a period, as parameters name them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::query::Query;
use crate::store::Millis;

const TAKES: &str = "a date like 2026-01-31 or a moment like 2026-01-31T12:00:00Z";

/// `from`: at or after this moment.
pub(super) fn from(query: &mut Query) -> Option<Millis> {
    query.parse("from", TAKES, |text| moment(text, Edge::Start))
}

/// `to`: before this moment; a date is the whole day.
pub(super) fn to(query: &mut Query) -> Option<Millis> {
    query.parse("to", TAKES, |text| moment(text, Edge::End))
}

/// Which end of a day a date stands for.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// A moment, or the start or end of a day in UTC.
fn moment(text: &str, edge: Edge) -> Option<Millis> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    // jiff's dates also read the date of a date-time; only a date alone is meant here.
    let date: Date = text.parse().ok().filter(|_| text.len() == "2026-01-31".len())?;
    let day = match edge {
        Edge::Start => date,
        Edge::End => date.checked_add(1.day()).ok()?,
    };
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_first_moment_from_and_its_last_to() {
        assert_eq!(moment("1970-01-02", Edge::Start), Some(86_400_000));
        assert_eq!(moment("1970-01-02", Edge::End), Some(2 * 86_400_000));
    }

    #[test]
    fn a_moment_has_a_zone() {
        assert_eq!(moment("1970-01-01T01:00:01+01:00", Edge::End), Some(1000));
        for text in ["1970-01-01T01:00:00", "yesterday", "1970-13-01", "1970", "19700101"] {
            assert_eq!(moment(text, Edge::Start), None, "{text}");
        }
    }
}
