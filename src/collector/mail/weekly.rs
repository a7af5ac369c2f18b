//! The weekly mail: the number, what became of the question, what is most urgent, and what was solved.
//!
//! It tells of the week that ended on Monday, by the shop's calendar. The first collector that adds the week's row to
//! the database writes a row of the outbox for each recipient, in the same transaction.

use aanrader_survey::{Nps, Tally, shown};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{Letter, Part};
use crate::cases::Settings;
use crate::email::Email;
use crate::store::{
    Asking, Case, CaseFilter, DAY, Engine, Millis, Series, SiteId, StoreError, TallyFilter, Week, message_id,
};
use crate::texts::Texts;
use crate::trend::Share;

/// The name under which these mails are in the outbox. No notice can have it.
pub const WEEKLY: &str = "@weekly";

/// The hour on Monday from which the mail is due.
const HOUR: i8 = 7;

/// How many urgent cases it names, and how many characters of a comment.
const URGENT: u32 = 3;
const EXCERPT: usize = 80;

/// The week that was over at `at`: its Monday, and its first instant and end in milliseconds since 1970.
fn week(at: Millis, zone: &TimeZone) -> Option<(Date, Millis, Millis)> {
    let there = Timestamp::from_millisecond(at).ok()?.to_zoned_datetime(zone.clone());
    // Before seven on Monday it is still the week before.
    let date = there.checked_sub(HOUR.hours()).ok()?.date();
    let monday = date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).ok()?;
    period(monday.checked_sub(7.days()).ok()?, zone)
}

/// The week that begins on that Monday.
fn period(monday: Date, zone: &TimeZone) -> Option<(Date, Millis, Millis)> {
    let start = |date: Date| Some(date.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond());
    Some((monday, start(monday)?, start(monday.checked_add(7.days()).ok()?)?))
}

/// Writes the rows of the outbox for a site, if it is time and no collector has done it. A week in which nobody
/// answered has no mail.
///
/// # Errors
///
/// The store's error.
pub async fn open(
    store: &dyn Engine,
    site: &SiteId,
    settings: &Settings,
    zone: &TimeZone,
    at: Millis,
) -> Result<bool, StoreError> {
    let Some((monday, from, end)) = week(at, zone).filter(|_| !settings.weekly.is_empty()) else {
        return Ok(false);
    };
    if store.has_week(site.clone(), monday.to_string()).await? {
        return Ok(false);
    }
    let filter = TallyFilter { site: site.clone(), survey: None, from: Some(from), to: Some(end) };
    let answers: u64 = store.tallies(filter).await?.iter().map(|counted| counted.tally.n()).sum();
    let recipients = if answers == 0 { Vec::new() } else { settings.weekly.clone() };
    let to = recipients.iter().map(ToString::to_string).collect();
    store.open_week(Week { site: site.clone(), name: WEEKLY, monday: monday.to_string(), to, at }).await
}

/// What the mail of a week tells.
struct Told {
    surveys: Vec<(String, Tally)>,
    askings: Vec<Asking>,
    urgent: Vec<Case>,
    solved: Option<Case>,
}

/// The letter to one recipient; `None` if the row isn't one of this version's.
///
/// # Errors
///
/// The store's error.
pub async fn letter(
    store: &dyn Engine,
    site: &SiteId,
    (settings, zone): (&Settings, &TimeZone),
    (monday, to): (&str, &str),
    address: Option<&str>,
) -> Result<Option<Letter>, StoreError> {
    let found = monday.parse().ok().and_then(|monday| period(monday, zone)).zip(Email::parse(to).ok());
    let Some(((monday, from, end), to)) = found else { return Ok(None) };
    let told = read(store, site, from, end).await?;
    let texts = Texts::in_language(settings.language.as_deref().unwrap_or("en"));
    let last = monday.checked_add(6.days()).unwrap_or(monday);
    let values = [("from", monday.to_string()), ("to", last.to_string())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut parts = vec![Part::Text(texts.with("weekly_week", &values))];
    parts.extend(told.parts(texts));
    if let Some(address) = address {
        let query = if site.is_default() { String::new() } else { format!("?site={site}") };
        parts.push(Part::Link(texts.get("mail_cases").to_owned(), format!("{address}/cases{query}")));
    }
    parts.push(Part::Small(texts.get("weekly_why").to_owned()));
    Ok(Some(Letter {
        id: message_id(&format!("weekly\n{site}\n{monday}\n{to}")),
        at: end,
        sender: None,
        name: settings.shop.clone(),
        to,
        reply_to: None,
        subject: texts.with("weekly_subject", &values),
        language: texts.language().to_owned(),
        parts,
        is_personal: false,
    }))
}

async fn read(store: &dyn Engine, site: &SiteId, from: Millis, end: Millis) -> Result<Told, StoreError> {
    let filter = TallyFilter { site: site.clone(), survey: None, from: Some(from), to: Some(end) };
    let mut surveys: Vec<(String, Tally)> = Vec::new();
    for counted in store.tallies(filter).await? {
        match surveys.iter_mut().find(|(survey, _)| *survey == counted.survey) {
            Some((_, tally)) => tally.merge(&counted.tally),
            None => surveys.push((counted.survey, counted.tally)),
        }
    }
    let series = Series { site: site.clone(), ..Series::default() };
    let open = CaseFilter { site: site.clone(), ..CaseFilter::default() };
    Ok(Told {
        surveys,
        askings: store.askings(series, from.div_euclid(DAY), (end - 1).div_euclid(DAY)).await?,
        urgent: store.cases(open, None, URGENT).await?,
        solved: store.solved_between(site.clone(), from, end).await?,
    })
}

impl Told {
    fn parts(&self, texts: &Texts) -> Vec<Part> {
        let numbers =
            self.surveys.iter().filter_map(|(survey, tally)| Some(number(texts, survey, tally.nps()?)));
        let mut parts = vec![Part::List(numbers.collect())];
        // Shops that count no askings have no rates.
        let sum = |which: usize| self.askings.iter().map(|asking| asking.counts[which]).sum::<i64>();
        let rates = [("weekly_response", sum(2), sum(0)), ("weekly_comments", sum(3), sum(2))];
        let rates: Vec<_> =
            rates.iter().filter_map(|(key, part, total)| rate(texts, key, *part, *total)).collect();
        if !rates.is_empty() {
            parts.push(Part::List(rates));
        }
        if !self.urgent.is_empty() {
            parts.push(Part::Text(texts.get("weekly_urgent").to_owned()));
            parts.push(Part::List(self.urgent.iter().map(|case| line(texts, case)).collect()));
        }
        if let Some(case) = &self.solved {
            parts.push(Part::Text(texts.get("weekly_solved").to_owned()));
            parts.push(Part::List(vec![line(texts, case)]));
        }
        parts
    }
}

/// A survey's number, never without its interval and n.
fn number(texts: &Texts, survey: &str, nps: Nps) -> String {
    let end = |value: f64| shown::signed(Nps::shown_end(value));
    let values = [
        ("survey", survey.to_owned()),
        ("score", shown::score(&nps)),
        ("low", end(nps.low())),
        ("high", end(nps.high())),
        ("n", nps.n().to_string()),
    ];
    texts.with("weekly_number", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

fn rate(texts: &Texts, key: &str, part: i64, total: i64) -> Option<String> {
    let share = Share::of(part, total)?;
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let values = [
        ("share", percent(share.value)),
        ("low", percent(share.low)),
        ("high", percent(share.high)),
        ("total", total.to_string()),
    ];
    Some(texts.with(key, &values.each_ref().map(|(name, value)| (*name, value.as_str()))))
}

fn line(texts: &Texts, case: &Case) -> String {
    let comment = case.answer.comment.as_deref().unwrap_or(texts.get("case_no_comment"));
    let excerpt: String = comment.chars().take(EXCERPT).collect();
    let more = if comment.chars().nth(EXCERPT).is_some() { "…" } else { "" };
    format!("{}/10, {}: {excerpt}{more}", case.answer.score.get(), case.answer.touchpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_is_the_one_that_ended_on_monday_from_seven_in_the_morning_on() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let of = |text: &str| {
            let at: jiff::civil::DateTime = text.parse().expect("a time");
            let at = at.to_zoned_datetime(zone.clone()).expect("there").timestamp().as_millisecond();
            week(at, &zone).expect("a week").0.to_string()
        };
        // 2026-03-30 is a Monday, the day after the clocks changed.
        for (at, monday) in [
            ("2026-03-30T06:59", "2026-03-16"),
            ("2026-03-30T07:00", "2026-03-23"),
            ("2026-04-05T23:00", "2026-03-23"),
            ("2026-04-06T08:00", "2026-03-30"),
        ] {
            assert_eq!(of(at), monday, "{at}");
        }
        let (_, from, end) = period("2026-03-23".parse().expect("a date"), &zone).expect("a week");
        assert_eq!(end - from, 7 * DAY - 3_600_000, "an hour shorter");
    }
}
