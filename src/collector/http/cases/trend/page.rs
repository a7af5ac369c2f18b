//! The page: what is asked for, the number, the chart, the signs of change, and all of it as a table.

use aanrader_survey::{Tally, shown};
use maud::{Markup, html};

use super::all::{All, rises, sign_text};
use super::groups::Groups;
use super::names::Names;
use super::rates::Rates;
use super::wordings::Wordings;
use super::{groups, marks, rates, wordings};
use crate::http::trend::buckets::By;
use crate::http::trend::chart::Chart;
use crate::http::trend::figures;
use crate::store::{Counted, Mark, MarkKind};

/// From this NPS on, the number is very good.
const VERY_GOOD: i32 = 30;

/// Texts for days, weeks and months.
const NAMES: [&str; 3] = ["trend_day", "trend_week", "trend_month"];
const NOW: [&str; 3] = ["trend_now_day", "trend_now_week", "trend_now_month"];
const BARS: [&str; 3] = ["trend_bars_day", "trend_bars_week", "trend_bars_month"];

/// A survey's touchpoints, sorted.
pub(super) fn touchpoints<'a>(counted: &'a [Counted], survey: Option<&str>) -> Vec<&'a str> {
    let of_survey = counted.iter().filter(|one| Some(one.survey.as_str()) == survey);
    of_survey.map(|one| one.touchpoint.as_str()).collect()
}

/// The content of the page.
pub(super) fn main(
    all: &All<'_>,
    marks: &[Mark],
    (groups, rates, (wordings, names)): (&Groups, &Rates, (&Wordings, &Names)),
    problem: Option<&'static str>,
) -> Markup {
    html! {
        h1 { (all.say("trend")) }
        p.lead { (all.say("trend_lead")) }
        @if let Some(problem) = problem { p.problem #problem role="alert" { (all.say(problem)) } }
        (filter_form(all))
        @if all.counted.is_empty() {
            p.none { (all.say("trend_empty")) }
        } @else {
            (headline(all, wordings))
            (figure(all, marks))
            (signs(all))
            (groups::section(all, groups, marks))
            (wordings::section(all, wordings, names))
            (rates::section(all, rates, names))
            (marks::section(all, marks))
            (table(all))
        }
    }
}

fn filter_form(all: &All<'_>) -> Markup {
    let asked = all.asked;
    let mut surveys: Vec<&str> = all.counted.iter().map(|one| one.survey.as_str()).collect();
    surveys.dedup();
    html! {
        form.period.which method="get" action=(asked.here.at("/trend")) aria-label=(all.say("trend_filter")) {
            @if asked.names_site { input type="hidden" name="site" value=(asked.site); }
            div {
                label for="survey" { (all.say("case_survey")) }
                select #survey name="survey" {
                    @for survey in surveys {
                        option value=(survey) selected[asked.survey.as_deref() == Some(survey)] { (survey) }
                    }
                }
            }
            div {
                label for="touchpoint" { (all.say("case_touchpoint")) }
                select #touchpoint name="touchpoint" {
                    option value="" { (all.say("trend_all")) }
                    @for touchpoint in touchpoints(all.counted, asked.survey.as_deref()) {
                        option value=(touchpoint) selected[asked.touchpoint.as_deref() == Some(touchpoint)] { (touchpoint) }
                    }
                }
            }
            div {
                label for="by" { (all.say("trend_by")) }
                select #by name="by" {
                    @for (by, name) in By::ALL.into_iter().zip(NAMES) {
                        option value=(by.name()) selected[asked.by == by] { (all.say(name)) }
                    }
                }
            }
            (groups::choice(all))
            p.actions { button.main { (all.say("case_show")) } }
        }
    }
}

/// The number of the later half, and how it differs from the earlier one.
fn headline(all: &All<'_>, wordings: &Wordings) -> Markup {
    let texts = all.asked.here.texts;
    let [before, now] = all.line.halves();
    let compared = figures::compared(texts, &now, &before);
    html! {
        section.panel aria-labelledby="now" {
            div.headline {
                h2.nps #now {
                    span.name { "NPS, " (all.say_by(NOW)) }
                    strong { (now.nps().map_or_else(|| "–".into(), |nps| shown::score(&nps))) }
                }
                p.interval { (now.nps().map_or_else(|| all.say("trend_no_answers").into(), |nps| figures::interval(texts, &nps))) }
                p.reading { (compared.unwrap_or_else(|| all.say("trend_nothing_before").into())) }
                @if now.nps().is_some_and(|nps| nps.is_of_few()) { p.reading { (all.say("trend_few")) } }
                (wordings::pooled(all, wordings))
            }
        }
    }
}

fn figure(all: &All<'_>, marks: &[Mark]) -> Markup {
    let [before, now] = all.line.halves();
    let texts = all.asked.here.texts;
    let says = texts.with(
        "trend_chart_says",
        &[("now", &figures::nps(texts, &now)), ("before", &figures::nps(texts, &before))],
    );
    let skipped = all.line.tallies.iter().take_while(|tally| tally.n() == 0).count();
    let skipped = skipped.min(all.buckets.half());
    let chart = Chart {
        id: "chart",
        title: all.say("trend_chart"),
        says: &says,
        tallies: &all.line.tallies[skipped..],
        labels: &labels(all, skipped),
        lines: &lines(marks),
        marks: &verticals(all, marks, skipped),
        half: Some(all.buckets.half() - skipped),
    };
    html! {
        figure.panel.trend {
            div.scroll role="group" tabindex="0" aria-label=(all.say("trend_chart")) { (chart.markup()) }
            figcaption { (legend(all, marks)) }
        }
    }
}

/// The labels of the axis: months, or the days of a short chart.
fn labels(all: &All<'_>, skipped: usize) -> Vec<(usize, String)> {
    let texts = all.asked.here.texts;
    let days = all.buckets.days.iter().enumerate().skip(skipped).take(all.buckets.len() - skipped);
    let all_labels = days.filter_map(|(place, day)| {
        let place = place - skipped;
        match all.buckets.by {
            By::Day => place.is_multiple_of(10).then(|| (place, figures::day(texts, *day, false))),
            By::Week => (day.day() <= 7).then(|| (place, figures::month(texts, *day).to_owned())),
            By::Month => (day.month() % 3 == 1)
                .then(|| (place, format!("{} {}", figures::month(texts, *day), day.year()))),
        }
    });
    // The last one would stand beyond the edge.
    let last = all.buckets.len() - skipped;
    all_labels.filter(|(place, _)| last - place >= last / 20).collect()
}

/// The horizontal lines: very good, a target, those of others.
fn lines(marks: &[Mark]) -> Vec<(&'static str, i32)> {
    let own = marks.iter().filter_map(|mark| match mark.kind {
        MarkKind::Target(nps) => Some(("target", nps)),
        MarkKind::Benchmark(nps) => Some(("benchmark", nps)),
        MarkKind::Note(_) | MarkKind::Archived(_) | MarkKind::Wording(_) => None,
    });
    std::iter::once(("good", VERY_GOOD)).chain(own).collect()
}

/// The vertical lines: notes by their letters, and signs of change.
fn verticals(all: &All<'_>, marks: &[Mark], skipped: usize) -> Vec<(&'static str, f64, String)> {
    let place =
        |day| all.buckets.place(day).map(|place| place - skipped as f64).filter(|place| *place >= 0.0);
    let notes = notes(all, marks)
        .into_iter()
        .enumerate()
        .filter_map(|(number, (day, _))| place(day).map(|place| ("note", place, letter(number))));
    let signs = all.line.changes.iter().filter_map(|sign| {
        let arrow = if rises(sign) { "▲" } else { "▼" };
        place(sign.from).map(|place| ("sign", place, arrow.to_owned()))
    });
    notes.chain(signs).collect()
}

/// The notes within the chart, in the order of their days.
fn notes<'a>(all: &All<'_>, marks: &'a [Mark]) -> Vec<(jiff::civil::Date, &'a str)> {
    let note = |mark: &'a Mark| match &mark.kind {
        MarkKind::Note(day) => Some((day.parse().ok()?, mark.text.as_str())),
        _ => None,
    };
    let mut notes: Vec<(jiff::civil::Date, &str)> = marks.iter().filter_map(note).collect();
    notes.retain(|(day, _)| all.buckets.place(*day).is_some());
    notes.sort();
    notes
}

/// A, B, …; after Z, numbers.
fn letter(number: usize) -> String {
    let letter =
        u8::try_from(number).ok().filter(|number| *number < 26).map(|number| char::from(b'A' + number));
    letter.map_or_else(|| (number + 1).to_string(), String::from)
}

fn legend(all: &All<'_>, marks: &[Mark]) -> Markup {
    let texts = all.asked.here.texts;
    html! {
        ul.legend {
            li.key-band { (all.say("trend_key_band")) }
            li.key-bars { (all.say_by(BARS)) }
            li.key-now { (all.say_by(NOW)) }
            li.key-good { (all.say("trend_key_good")) }
            @for mark in marks {
                @match mark.kind {
                    MarkKind::Target(nps) => li.key-target { (all.say("trend_target")) " " (shown::signed(nps)) },
                    MarkKind::Benchmark(nps) => li.key-benchmark { (mark.text) " " (shown::signed(nps)) },
                    MarkKind::Note(_) | MarkKind::Archived(_) | MarkKind::Wording(_) => {}
                }
            }
            @for (number, (day, text)) in notes(all, marks).into_iter().enumerate() {
                li.key-note { strong { (letter(number)) } " " (figures::day(texts, day, true)) ": " (text) }
            }
            @if !all.line.changes.is_empty() { li.key-sign { (all.say("trend_key_sign")) } }
        }
    }
}

fn signs(all: &All<'_>) -> Markup {
    html! {
        section.panel aria-labelledby="signs" {
            h2 #signs { (all.say("trend_signs")) }
            @if all.line.changes.is_empty() { p { (all.say("trend_no_signs")) } }
            ul.signs { @for sign in &all.line.changes { li { (sign_text(all, sign)) } } }
            p.hint { (all.say("trend_signs_hint")) }
        }
    }
}

/// The same as the chart, newest first.
fn table(all: &All<'_>) -> Markup {
    let texts = all.asked.here.texts;
    let rows = all.buckets.days.iter().zip(&all.line.tallies).rev();
    let row = |tally: &Tally| {
        let nps = tally.nps();
        let range = |nps: aanrader_survey::Nps| figures::range(texts, nps.low(), nps.high());
        (nps.map_or_else(|| "–".into(), |nps| shown::score(&nps)), nps.map_or_else(|| "–".into(), range))
    };
    html! {
        section.panel aria-labelledby="table" {
            h2 #table { (all.say("trend_table")) }
            div.scroll role="group" tabindex="0" aria-labelledby="table" {
                table {
                    thead { tr {
                        th scope="col" { (all.say_by(NAMES)) }
                        th scope="col" { "NPS" }
                        th scope="col" { (all.say("trend_interval_name")) }
                        th scope="col" { "n" }
                    } }
                    tbody {
                        @for (day, tally) in rows {
                            @let (score, range) = row(tally);
                            tr {
                                th scope="row" { (name(all, *day)) }
                                td { (score) } td { (range) } td { (figures::count(texts, tally.n())) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The name of a period by its first day.
fn name(all: &All<'_>, day: jiff::civil::Date) -> String {
    let texts = all.asked.here.texts;
    match all.buckets.by {
        By::Month => format!("{} {}", figures::month(texts, day), day.year()),
        By::Day | By::Week => figures::day(texts, day, true),
    }
}
