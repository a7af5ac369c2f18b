//! Reads tables of other tools: finds the role of each column, and makes an answer of a row. It finds the
//! column of scores by all evidence, as the preview page does, and asks if it isn't sure.

use std::io::{self, BufRead, IsTerminal, Write};

use aanrader_scores::{Grid, Reason, Row};
use aanrader_survey::Raw;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::store::Millis;

/// How another tool's table is read.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Columns {
    /// The survey that a table of another tool answers
    #[arg(long = "as-survey", value_name = "SURVEY", default_value = "imported")]
    pub(super) survey: String,
    /// The touchpoint that a table of another tool answers
    #[arg(long = "as-touchpoint", value_name = "TOUCHPOINT", default_value = "imported")]
    pub(super) touchpoint: String,
    /// The column with the scores, 0 to 10
    #[arg(long = "score-column", value_name = "NAME")]
    pub(super) score: Option<String>,
    /// The column with the comments
    #[arg(long = "comment-column", value_name = "NAME")]
    pub(super) comment: Option<String>,
    /// The column that says when an answer was given
    #[arg(long = "time-column", value_name = "NAME")]
    time: Option<String>,
    /// How it says so, such as %d/%m/%Y %H:%M, if it isn't like 2026-01-31 12:00:00
    #[arg(long, value_name = "FORMAT")]
    pub(super) time_format: Option<String>,
    /// The column with the other tool's id of an answer
    #[arg(long = "id-column", value_name = "NAME")]
    id: Option<String>,
    /// The column with the customer; no customer is read if none is named
    #[arg(long = "customer-column", value_name = "NAME")]
    customer: Option<String>,
}

/// The places of the columns.
#[derive(Debug)]
pub(super) struct Places {
    score: usize,
    comment: Option<usize>,
    time: usize,
    format: Option<String>,
    id: Option<usize>,
    customer: Option<usize>,
}

/// The names of the other columns in Delighted, Formbricks, SurveyMonkey, Typeform and handmade tables.
const COMMENTS: [&str; 5] = ["comment", "comments", "feedback", "reason", "open-ended response"];
const TIMES: [&str; 12] = [
    "created at",
    "created_at",
    "updated at",
    "submitted at",
    "submit date (utc)",
    "submit date",
    "date created",
    "end date",
    "timestamp",
    "time",
    "date",
    "answered_at",
];
const IDS: [&str; 6] = ["response id", "response_id", "respondent id", "id", "#", "no."];

impl Columns {
    /// Finds the columns; `ask` receives a question about the scores and the columns to choose from.
    ///
    /// # Errors
    ///
    /// A doubt, and the flag that settles it.
    pub(super) fn find(
        &self,
        grid: &Grid,
        ask: impl FnOnce(&str, &[String]) -> Option<usize>,
    ) -> anyhow::Result<Places> {
        let maybe = |named: &Option<String>, names: &[&str], flag| find(grid, named.as_deref(), names, flag);
        let time = maybe(&self.time, &TIMES, "--time-column")?;
        let time = time
            .ok_or_else(|| unsure("no column says for sure when an answer was given", "--time-column", grid));
        let score = match maybe(&self.score, &[], "--score-column")?.or_else(|| grid.score_place()) {
            Some(place) => place,
            None => {
                let question = grid.reading.to_string();
                let chosen = ask(&question, &grid.names).filter(|place| *place < grid.names.len());
                chosen.ok_or_else(|| unsure(&question, "--score-column", grid))?
            }
        };
        Ok(Places {
            score,
            comment: maybe(&self.comment, &COMMENTS, "--comment-column")?,
            time: time?,
            format: self.time_format.clone(),
            id: maybe(&self.id, &IDS, "--id-column")?,
            customer: maybe(&self.customer, &[], "--customer-column")?,
        })
    }
}

impl Places {
    /// The columns and their roles, for the operator to check.
    pub(super) fn told(&self, grid: &Grid) -> String {
        let name = |place: usize| grid.names.get(place).map_or("", |name| name.trim());
        let maybe = |place: Option<usize>, flag: &str| match place {
            Some(place) => format!("{:?}", name(place)),
            None => format!("none ({flag} names one)"),
        };
        let number = self.score + 1;
        format!(
            "scores: {:?} (column {number}); when: {:?}; comments: {}; ids: {}; customers: {}",
            name(self.score),
            name(self.time),
            maybe(self.comment, "--comment-column"),
            maybe(self.id, "--id-column"),
            maybe(self.customer, "--customer-column"),
        )
    }
}

fn unsure(what: &str, flag: &str, grid: &Grid) -> anyhow::Error {
    let what = what.trim_end_matches('.');
    anyhow::anyhow!("{what}; name the column with {flag}: {}", grid.names.join(" | "))
}

/// The named column, by its heading or its number from 1 on; without a name, the first with a known heading.
fn find(grid: &Grid, named: Option<&str>, names: &[&str], flag: &str) -> anyhow::Result<Option<usize>> {
    let Some(named) = named else {
        let Some((name, place)) = names.iter().find_map(|name| Some((name, grid.place(name)?))) else {
            return Ok(None);
        };
        let same = grid.names.iter().filter(|heading| heading.trim().eq_ignore_ascii_case(name)).count();
        anyhow::ensure!(same == 1, "{same} columns are called {name:?}; name one by its number with {flag}");
        return Ok(Some(place));
    };
    let number = || named.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < grid.names.len());
    let place = grid.place(named).or_else(number);
    let all = || grid.names.join(" | ");
    place
        .map(Some)
        .ok_or_else(|| anyhow::anyhow!("{flag}: there is no column {named:?}; there are {}", all()))
}

/// Asks the person at the terminal which column holds the scores; `None` without a terminal.
pub(super) fn ask(question: &str, names: &[String]) -> Option<usize> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    let mut err = io::stderr().lock();
    let mut said = writeln!(err, "{question}");
    for (place, name) in names.iter().enumerate() {
        said = said.and_then(|()| writeln!(err, "{:>4}  {name}", place + 1));
    }
    said.and_then(|()| write!(err, "Number of the column with the scores: ")).ok()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).ok()?;
    line.trim().parse::<usize>().ok()?.checked_sub(1)
}

/// A row as an answer with the time of answering; `None` for a row without a score, which is no answer.
pub(super) fn row(columns: &Columns, places: &Places, row: &Row) -> Result<Option<(Raw, Millis)>, String> {
    let get =
        |place: Option<usize>| place.map(|place| row.cell(place).trim()).filter(|cell| !cell.is_empty());
    let score = match row.score(places.score) {
        Ok(score) => score,
        Err(Reason::Empty) => return Ok(None),
        Err(Reason::TooManyCells) => {
            return Err("it has more cells than the other lines, so it isn't clear which is the score".into());
        }
        Err(_) => return Err(format!("{:?} is no score from 0 to 10", row.cell(places.score))),
    };
    let time = get(Some(places.time)).ok_or("the time of the answer is empty")?;
    let at = instant(time, places.format.as_deref())?;
    let text = |name: &str, value: &str| (name.to_owned(), Raw::Text(value.to_owned()));
    let mut fields = vec![
        text("id", &id(columns, get(places.id), row)),
        ("rev".to_owned(), Raw::Number(1.0)),
        ("complete".to_owned(), Raw::Bool(true)),
        text("survey", &columns.survey),
        text("touchpoint", &columns.touchpoint),
        ("score".to_owned(), Raw::Number(score.get().into())),
    ];
    fields.extend(get(places.comment).map(|comment| text("comment", comment)));
    fields.extend(get(places.customer).map(|customer| text("customer", customer)));
    Ok(Some((Raw::Map(fields), at)))
}

/// An id made from the other tool's id, or from the entire row if there is none. The same row always gets the
/// same id, so reading it again changes nothing.
fn id(columns: &Columns, id: Option<&str>, row: &Row) -> String {
    let mut hash = Sha256::new();
    hash.update(columns.survey.as_bytes());
    match id {
        Some(id) => hash.update(id.as_bytes()),
        None => row.cells.iter().for_each(|cell| {
            hash.update([0]);
            hash.update(cell.as_bytes());
        }),
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// An instant, in UTC unless the text names another zone.
pub(super) fn instant(text: &str, format: Option<&str>) -> Result<Millis, String> {
    let utc = |civil: DateTime| civil.to_zoned_datetime(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let found = match format {
        Some(format) => {
            let parsed = jiff::fmt::strtime::parse(format, text).ok();
            parsed.and_then(|parsed| {
                let timestamp = parsed.to_timestamp().ok();
                let day =
                    || parsed.to_date().ok().map(|date| date.to_datetime(jiff::civil::Time::midnight()));
                timestamp.or_else(|| utc(parsed.to_datetime().ok().or_else(day)?))
            })
        }
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => since_1970(text),
        None => {
            let text =
                text.strip_suffix(" UTC").map_or_else(|| text.to_owned(), |instant| format!("{instant}Z"));
            text.parse::<Timestamp>().ok().or_else(|| utc(text.parse::<DateTime>().ok()?))
        }
    };
    found.map(Timestamp::as_millisecond).ok_or_else(|| {
        format!("the time {text:?} can't be read; say how it is written with --time-format, such as %d/%m/%Y %H:%M")
    })
}

/// Seconds or milliseconds since 1970, told apart by the number of digits: those of 2001 to 2286.
fn since_1970(digits: &str) -> Option<Timestamp> {
    let number = digits.parse().ok()?;
    match digits.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}
