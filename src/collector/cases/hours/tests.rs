use super::*;
use proptest::prelude::*;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").expect("a zone")
}

fn instant(text: &str) -> i64 {
    let instant: jiff::civil::DateTime = text.parse().expect("an instant");
    instant.to_zoned_datetime(zone()).expect("an instant there").timestamp().as_millisecond()
}

#[track_caller]
fn assert_due(hours: &str, from: &str, within: Within, due: &str) {
    let found = Hours::parse(hours).expect("hours").due(instant(from), within, &zone());
    let shown = Timestamp::from_millisecond(found).expect("an instant").to_zoned_datetime(zone()).to_string();
    assert_eq!(found, instant(due), "{from}, {within:?}: {shown}");
}

const WEEK: &str = "mon-fri 09:00-17:00";

#[test]
fn hours_are_counted_while_the_shop_works() {
    // 2026-03-25 is a Wednesday.
    for (from, due) in [
        ("2026-03-25T10:00", "2026-03-25T12:00"),
        ("2026-03-25T15:00", "2026-03-25T17:00"),
        ("2026-03-25T16:30", "2026-03-26T10:30"),
        ("2026-03-25T17:00", "2026-03-26T11:00"),
        ("2026-03-25T03:00", "2026-03-25T11:00"),
        ("2026-03-27T16:00", "2026-03-30T10:00"),
        ("2026-03-28T12:00", "2026-03-30T11:00"),
    ] {
        assert_due(WEEK, from, Within::Hours(2), due);
    }
}

#[test]
fn days_end_when_the_shop_closes() {
    for (from, within, due) in [
        ("2026-03-25T10:00", 1, "2026-03-26T17:00"),
        ("2026-03-25T20:00", 1, "2026-03-26T17:00"),
        ("2026-03-27T10:00", 1, "2026-03-30T17:00"),
        ("2026-03-28T10:00", 1, "2026-03-30T17:00"),
        ("2026-03-27T10:00", 2, "2026-03-31T17:00"),
    ] {
        assert_due(WEEK, from, Within::Days(within), due);
    }
}

#[test]
fn a_night_in_which_clocks_change_has_the_hours_that_it_has() {
    // In Amsterdam 2026-03-29 has no hour after two, and 2026-10-25 has this hour twice.
    let all = "mon-sun 00:00-24:00";
    assert_due(all, "2026-03-29T01:30", Within::Hours(2), "2026-03-29T04:30");
    assert_due(all, "2026-10-25T01:30", Within::Hours(3), "2026-10-25T03:30");
    assert_due("sun 01:00-03:30", "2026-03-28T12:00", Within::Hours(2), "2026-04-05T01:30");
    assert_due(WEEK, "2026-03-28T23:30", Within::Hours(2), "2026-03-30T11:00");
}

#[test]
fn hours_are_read_and_shown() {
    for text in [WEEK, "mon-thu 08:30-18:00, fri 08:30-12:00, sun 00:00-24:00", "wed 00:00-00:01"] {
        assert_eq!(Hours::parse(text).expect("hours").to_string(), text);
    }
    assert_eq!(Hours::default().to_string(), WEEK);
}

#[test]
fn hours_that_are_none_are_named() {
    for text in [
        "",
        "mon",
        "mon 9-17",
        "mon 09:00",
        "mon 09:00-25:00",
        "mon 09:60-17:00",
        "mon 17:00-09:00",
        "fri-mon 09:00-17:00",
        "mon 09:00-10:00, mon 11:00-12:00",
        "Montag 09:00-17:00",
        "mon 09:00-17:00,",
    ] {
        let why = Hours::parse(text).expect_err(text);
        assert!(why.contains("; "), "{why}");
    }
}

/// Any week with at least one day.
fn hours() -> impl Strategy<Value = Hours> {
    let day = prop::option::of((0..DAY, 1..=DAY).prop_map(|(from, length)| (from, (from + length).min(DAY))));
    let week = prop::array::uniform7(day).prop_map(Hours);
    week.prop_filter("no day", |hours| hours.0.iter().flatten().any(|(from, to)| to - from >= 60))
}

fn zones() -> impl Strategy<Value = TimeZone> {
    let names = vec!["Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC"];
    prop::sample::select(names).prop_map(|name| TimeZone::get(name).expect("a zone"))
}

proptest! {
    #[test]
    fn what_comes_later_is_due_no_sooner_and_everything_in_working_time(
        hours in hours(),
        zone in zones(),
        from in 1_293_840_000_000..1_900_000_000_000_i64,
        later in 0..10 * 24 * HOUR,
    ) {
        for within in [Within::Hours(2), Within::Days(1), Within::Days(2)] {
            let (due, due_later) = (hours.due(from, within, &zone), hours.due(from + later, within, &zone));
            prop_assert!(due > from && due <= due_later, "{due} {due_later}");
            let date = |instant| Timestamp::from_millisecond(instant).expect("an instant").to_zoned_datetime(zone.clone()).date();
            // A day may end at midnight, which belongs to the next day.
            let open = [date(due), date(due - 1)].into_iter().filter_map(|date| hours.on(date, &zone));
            prop_assert!(open.into_iter().any(|(opens, closes)| opens <= due && due <= closes));
        }
    }

    #[test]
    fn hours_come_back_as_they_were_written(hours in hours()) {
        prop_assert_eq!(Hours::parse(&hours.to_string()).expect("hours"), hours);
    }
}
