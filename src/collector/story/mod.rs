//! A year of made-up answers of the demo shop, with a story in them: in March it changed its carrier.
//!
//! The same day always gives the same year. Nothing here is about a real customer.

mod random;
mod texts;

use aanrader_survey::{Answer, Raw};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::json;

use crate::cases::Settings;
use crate::store::{Asking, DAY, Mark, MarkKind, Millis, Received};
use random::Random;

/// The survey of the demo shop.
const SURVEY: &str = "shop";

/// The time zone of the demo shop.
pub const ZONE: &str = "Europe/Amsterdam";

/// The property by which the story's answers are grouped.
pub const GROUP: &str = "agent";

/// The cause that the shop names for its cases about deliveries.
pub const CAUSE: &str = "bezorger";

/// How many days before today the cases of answers are still open.
pub const OPEN_DAYS: i64 = 12;

/// The days of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plot {
    /// The first day with answers.
    pub begins: Date,
    /// The day of the new carrier: the first of March.
    pub carrier: Date,
    /// The day on which customers could choose a second carrier.
    pub choice: Date,
    /// Today.
    pub ends: Date,
}

impl Plot {
    /// The story that is told on a day. March has passed long enough ago to be seen in the answers.
    pub fn told_on(today: Date) -> Self {
        let year = if today.day_of_year() < 60 + 35 { today.year() - 1 } else { today.year() };
        let carrier = Date::constant(year, 3, 1);
        let choice = carrier.saturating_add(15.weeks());
        let begins = today.saturating_sub(364.days()).min(carrier.saturating_sub(13.weeks()));
        Self { begins, carrier, choice, ends: today }
    }
}

/// A point of the customer journey: its name, answers a day, and shares of promoters and detractors.
struct Point {
    name: &'static str,
    a_day: f64,
    promoters: f64,
    detractors: f64,
}

const POINTS: [Point; 4] = [
    Point { name: "account", a_day: 5.0, promoters: 0.56, detractors: 0.13 },
    Point { name: "checkout", a_day: 4.0, promoters: 0.52, detractors: 0.16 },
    Point { name: "delivery", a_day: 8.0, promoters: 0.58, detractors: 0.12 },
    Point { name: "service", a_day: 3.0, promoters: 0.54, detractors: 0.19 },
];

const AGENTS: [&str; 6] = ["Anna", "Bram", "Dewi", "Eva", "Joris", "Samira"];

/// All answers of the story up to an instant, oldest first.
pub fn answers(plot: Plot, now: Millis) -> Vec<Received> {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    let wording = texts::wording();
    let mut random = Random::of(2_026);
    let mut answers = Vec::new();
    for day in days(plot) {
        for point in &POINTS {
            for _ in 0..random.poisson(point.a_day) {
                let score = score(point, day, plot, &mut random);
                let at = instant(day, &zone, &mut random);
                answers.extend(answer(point, &wording, score, at, &mut random).filter(|_| at < now));
            }
        }
    }
    answers.sort_by_key(|received| received.received_at);
    answers
}

fn days(plot: Plot) -> impl Iterator<Item = Date> {
    plot.begins.series(1.day()).take_while(move |day| *day <= plot.ends)
}

/// A score by the shares of its point. The new carrier costs half of its promoters; the choice of another one wins
/// most of them back.
fn score(point: &Point, day: Date, plot: Plot, random: &mut Random) -> u8 {
    let (promoters, detractors) = match point.name {
        "delivery" if (plot.carrier..plot.choice).contains(&day) => (0.32, 0.42),
        "delivery" if day >= plot.choice => (0.52, 0.17),
        _ => (point.promoters, point.detractors),
    };
    let at = random.next();
    if at < promoters {
        if random.next() < 0.55 { 9 } else { 10 }
    } else if at < promoters + detractors {
        [0, 1, 2, 3, 4, 5, 5, 6, 6, 6][random.below(10)]
    } else {
        [7, 8, 8][random.below(3)]
    }
}

/// An instant of a day on which people look at their mail.
fn instant(day: Date, zone: &TimeZone, random: &mut Random) -> Millis {
    let minutes = 8 * 60 + i64::try_from(random.below(14 * 60)).unwrap_or(0);
    let begins = day.to_zoned_datetime(zone.clone()).map_or(0, |first| first.timestamp().as_millisecond());
    begins + minutes * 60_000 + i64::try_from(random.below(60_000)).unwrap_or(0)
}

fn answer(point: &Point, wording: &str, score: u8, at: Millis, random: &mut Random) -> Option<Received> {
    let (id, customer) = (random.id(), format!("c-{}", 1_000 + random.below(4_000)));
    let comment = texts::comment(point.name, score, random);
    let mut sent = json!({
        "id": id, "rev": 1, "complete": true, "survey": SURVEY, "touchpoint": point.name, "score": score,
        "customer": customer, "language": "nl", "wording": wording, "comment": comment,
    });
    if point.name == "service" {
        sent["properties"] = json!({ GROUP: AGENTS[random.below(AGENTS.len())] });
    }
    if score <= 6 && comment.is_some() && random.next() < 0.5 {
        sent["contact"] = json!({ "allowed": true, "how": format!("{customer}@klant.example") });
    }
    // It can't fail: the story is made of what answers may hold, as its test shows.
    let raw: Raw = serde_json::from_value(sent).ok()?;
    Some(Received::at(Answer::check(&raw).ok()?, at).grouped_by(&[GROUP.to_owned()]))
}

/// Whether an answer of the story opens a case: all recent ones do, and those that said what went wrong with the
/// carrier.
pub fn opens_case(received: &Received, plot: Plot, now: Millis) -> bool {
    let answer = &received.answer;
    let is_recent = received.received_at > now - OPEN_DAYS * DAY;
    let day = Timestamp::from_millisecond(received.received_at)
        .unwrap_or_default()
        .to_zoned_datetime(TimeZone::UTC)
        .date();
    let is_about_it = answer.touchpoint() == "delivery" && (plot.carrier..plot.choice).contains(&day);
    is_recent || (is_about_it && answer.score().get() <= 2 && answer.comment().is_some())
}

/// The same answer with its case.
pub fn judged(received: Received, cases: &Settings) -> Received {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    let verdict = cases.judge(&received.answer, received.received_at, &zone);
    received.judged(verdict)
}

/// The notes and lines of the story's chart.
pub fn marks(plot: Plot, now: Millis) -> Vec<Mark> {
    let kinds = [
        MarkKind::Note(plot.carrier.to_string()),
        MarkKind::Note(plot.choice.to_string()),
        MarkKind::Target(40),
    ];
    let mark = |(number, (kind, text)): (usize, (MarkKind, &String))| Mark {
        id: format!("story-{number}"),
        kind,
        text: text.clone(),
        who: "Sanne".to_owned(),
        made_at: now,
    };
    kinds.into_iter().zip(texts::about("notes")).enumerate().map(mark).collect()
}

/// How often the question was shown in the story.
pub fn askings(plot: Plot) -> Vec<Asking> {
    let wording = texts::wording();
    let mut random = Random::of(42);
    let mut askings = Vec::new();
    for day in days(plot) {
        for (point, mode, factor) in [("account", "inline", 12.0), ("delivery", "popup", 7.0)] {
            let Some(of) = POINTS.iter().find(|of| of.name == point) else { continue };
            let scored = random.poisson(of.a_day);
            let counts = [
                scored + random.poisson(of.a_day * (factor - 1.0)),
                if mode == "popup" { random.poisson(of.a_day * 4.5) } else { 0 },
                scored,
                random.poisson(of.a_day * 0.35).min(scored),
            ];
            let since = day.since(Date::constant(1970, 1, 1)).map_or(0, |since| since.get_days());
            askings.push(Asking {
                survey: SURVEY.to_owned(),
                day: since.into(),
                touchpoint: point.to_owned(),
                wording: wording.clone(),
                mode: mode.to_owned(),
                counts: counts.map(|count| i64::try_from(count).unwrap_or(0)),
            });
        }
    }
    askings
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Tally;

    fn plot() -> Plot {
        Plot::told_on(Date::constant(2026, 11, 27))
    }

    #[test]
    fn the_story_has_a_march_that_has_passed_whenever_it_is_told() {
        assert_eq!(
            (plot().carrier, plot().begins),
            (Date::constant(2026, 3, 1), Date::constant(2025, 11, 28))
        );
        for (today, year) in
            [("2027-01-10", 2026), ("2027-04-01", 2026), ("2027-04-06", 2027), ("2028-12-31", 2028)]
        {
            let plot = Plot::told_on(today.parse().expect("a date"));
            assert_eq!(plot.carrier.year(), year, "{today}");
            assert!(plot.begins < plot.carrier && plot.choice > plot.carrier);
        }
    }

    #[test]
    fn the_same_day_gives_the_same_year_and_deliveries_fall_in_march() {
        let now = Timestamp::from_second(1_796_000_000).expect("an instant").as_millisecond();
        let all = answers(plot(), now);
        assert_eq!(all.len(), answers(plot(), now).len());
        assert_eq!(all[100].answer.id(), answers(plot(), now)[100].answer.id());
        assert!((6_500..8_500).contains(&all.len()), "{}", all.len());
        let day = |at: Millis| {
            Timestamp::from_millisecond(at).expect("an instant").to_zoned_datetime(TimeZone::UTC).date()
        };
        let nps = |point: &str, from: Date, to: Date| {
            let of = all
                .iter()
                .filter(|one| one.answer.touchpoint() == point && (from..to).contains(&day(one.received_at)));
            of.map(|one| one.answer.score()).collect::<Tally>().nps().expect("answers").score()
        };
        let plot = plot();
        let before = nps("delivery", plot.begins, plot.carrier);
        let (bad, after) =
            (nps("delivery", plot.carrier, plot.choice), nps("delivery", plot.choice, plot.ends));
        assert!(before > 35.0 && bad < 5.0 && after > 20.0, "{before} {bad} {after}");
        assert!(
            (nps("account", plot.begins, plot.carrier) - nps("account", plot.carrier, plot.ends)).abs()
                < 15.0
        );
    }
}
