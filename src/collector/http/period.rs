//! The period of an owner's request: days in the owner's time zone, or instants.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::error::Listed;
use super::query::Query;
use crate::store::Millis;

const TAKES: &str = "a date like 2026-01-31 or a time like 2026-01-31T12:00:00Z";
const ZONES: &str = "a name of the IANA time zone database like Europe/Amsterdam";
/// Every date has the length of this one.
const DATE: &str = "2026-01-31";

/// The period of the requested answers: they are given at or after one instant and before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// At or after this instant; `None` is no bound.
    pub(super) from: Option<Millis>,
    /// Before this instant; `None` is no bound.
    pub(super) to: Option<Millis>,
    /// The name of the time zone of plain dates.
    pub(super) zone: String,
}

impl Period {
    /// Reads `from`, `to` and `tz`. A date is a day in that zone, by default the site's; `to` includes its
    /// day. A day lasts from its first instant to that of the next day: 23 or 25 hours if the clocks change.
    pub(super) fn of(query: &mut Query, of_site: TimeZone) -> Self {
        let zone = query.parse("tz", ZONES, |name| TimeZone::get(name).ok()).unwrap_or(of_site);
        let from = edge(query, "from", &zone, Edge::Start);
        let to = edge(query, "to", &zone, Edge::End);
        if let (Some((from, first)), Some((to, last))) = (&from, &to)
            && from >= to
        {
            let message =
                format!("the period ends before it begins: from is {first}, to is {last}; exchange them");
            query.refuse(Listed::new("from", "after_to", message));
        }
        let zone = zone.iana_name().unwrap_or("UTC").to_owned();
        Self { from: from.map(|(from, _)| from), to: to.map(|(to, _)| to), zone }
    }
}

/// The end of a day that a date stands for.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// The meaning of a parameter.
enum Read {
    At(Millis),
    /// A day without such an instant: the calendar ends with the year 9999.
    Beyond,
}

/// One end of the period, with its text.
fn edge(query: &mut Query, name: &'static str, zone: &TimeZone, edge: Edge) -> Option<(Millis, String)> {
    let mut given = String::new();
    let read = query.parse(name, TAKES, |text| {
        given = text.to_owned();
        instant(text, zone, edge)
    })?;
    match read {
        Read::At(millis) => Some((millis, given)),
        Read::Beyond => {
            let message = format!(
                "{name} is {given}, where the calendar ends; give an earlier day, or leave {name} out for no limit"
            );
            query.refuse(Listed::new(name, "out_of_range", message));
            None
        }
    }
}

/// An instant, or the start or end of a day in this zone; `None` if the text is neither.
fn instant(text: &str, zone: &TimeZone, edge: Edge) -> Option<Read> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(Read::At(timestamp.as_millisecond()));
    }
    // jiff also reads the date of a date-time; only a date alone is valid here.
    let date: Date = text.parse().ok().filter(|_| text.len() == DATE.len())?;
    let first = match edge {
        Edge::Start => Ok(date),
        Edge::End => date.checked_add(1.day()),
    };
    // If midnight doesn't exist, this is the first instant after it; if it occurs twice, the first one.
    let first = first.and_then(|date| date.to_zoned_datetime(zone.clone()));
    Some(first.map_or(Read::Beyond, |first| Read::At(first.timestamp().as_millisecond())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Uri;

    const HOUR: Millis = 3_600_000;

    /// The period, or the code and message of every problem.
    fn period(query: &str) -> Result<Period, Vec<(&'static str, String)>> {
        let uri: Uri = format!("/?{query}").parse().expect("an address");
        let mut query = Query::new(&uri);
        let period = Period::of(&mut query, TimeZone::UTC);
        match query.finish() {
            Ok(()) => Ok(period),
            Err(error) => Err(error.problems().into_iter().map(|one| (one.code, one.message)).collect()),
        }
    }

    #[track_caller]
    fn hours_of(day: &str, zone: &str) -> Millis {
        let period = period(&format!("from={day}&to={day}&tz={zone}")).expect("a period");
        (period.to.expect("an end") - period.from.expect("a start")) / HOUR
    }

    #[test]
    fn without_a_zone_a_day_is_one_of_utc() {
        let day = period("from=1970-01-02&to=1970-01-02").expect("a period");
        assert_eq!((day.from, day.to, day.zone.as_str()), (Some(86_400_000), Some(2 * 86_400_000), "UTC"));
    }

    #[test]
    fn the_day_on_which_clocks_are_put_back_has_25_hours() {
        assert_eq!(hours_of("2026-10-25", "Europe/Amsterdam"), 25);
        assert_eq!(hours_of("2026-03-29", "Europe/Amsterdam"), 23);
        assert_eq!(hours_of("2026-10-26", "Europe/Amsterdam"), 24);
        let day = period("from=2026-10-25&tz=Europe/Amsterdam").expect("a period");
        assert_eq!(
            day.from,
            Some("2026-10-24T22:00:00Z".parse::<Timestamp>().expect("an instant").as_millisecond())
        );
        assert_eq!(day.zone, "Europe/Amsterdam");
    }

    #[test]
    fn a_day_without_a_midnight_begins_with_its_first_instant() {
        // In Beirut the clocks went from 23:59:59 to 01:00:00.
        assert_eq!(hours_of("2020-03-29", "Asia/Beirut"), 23);
        // In Havana they went from 00:59:59 back to 00:00:00: the day has this hour twice.
        assert_eq!(hours_of("2020-11-01", "America/Havana"), 25);
    }

    #[test]
    fn a_instant_has_a_zone_of_its_own() {
        let period = period("from=1970-01-01T01:00:01%2B01:00&tz=Asia/Tokyo").expect("a period");
        assert_eq!((period.from, period.to), (Some(1000), None));
    }

    #[test]
    fn whatever_is_wrong_is_told_in_a_sentence_of_its_own() {
        for (query, code, message) in [
            ("from=1970-01-01T01:00:00", "malformed", "from is \"1970-01-01T01:00:00\"; give a date like"),
            ("from=yesterday", "malformed", "give a date like 2026-01-31 or a time like"),
            ("to=2026-02-30", "malformed", "to is \"2026-02-30\"; give a date"),
            ("to=19700101", "malformed", "give a date"),
            ("tz=Amsterdam", "malformed", "tz is \"Amsterdam\"; give a name of the IANA time zone database"),
            (
                "to=9999-12-31",
                "out_of_range",
                "to is 9999-12-31, where the calendar ends; give an earlier day",
            ),
            ("from=9999-12-31&tz=Europe/Amsterdam", "out_of_range", "or leave from out for no limit"),
            (
                "from=2026-01-03&to=2026-01-02",
                "after_to",
                "from is 2026-01-03, to is 2026-01-02; exchange them",
            ),
            ("from=2026-01-03T00:00:00Z&to=2026-01-03T00:00:00Z", "after_to", "ends before it begins"),
        ] {
            let problems = period(query).expect_err(query);
            let [(told, sentence)] = &problems[..] else { panic!("{query}: {problems:?}") };
            assert_eq!(*told, code, "{query}");
            assert!(sentence.contains(message), "{query}: {sentence}");
        }
    }
}
