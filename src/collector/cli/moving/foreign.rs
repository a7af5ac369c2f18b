//! Tables that other tools export: which column is what, and a row as an answer. What isn't sure is asked.

use aanrader_survey::Raw;
use clap::Args;
use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::store::Millis;

/// What a table of another tool is read as.
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
    score: Option<String>,
    /// The column with the comments
    #[arg(long = "comment-column", value_name = "NAME")]
    comment: Option<String>,
    /// The column that says when an answer was given
    #[arg(long = "time-column", value_name = "NAME")]
    time: Option<String>,
    /// How it says so, such as %d/%m/%Y %H:%M, if it isn't like 2026-01-31 12:00:00
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<String>,
    /// The column with the other tool's id of an answer
    #[arg(long = "id-column", value_name = "NAME")]
    id: Option<String>,
    /// The column with the customer; no customer is read if none is named
    #[arg(long = "customer-column", value_name = "NAME")]
    customer: Option<String>,
}

/// The places of the columns.
pub(super) struct Places {
    score: usize,
    comment: Option<usize>,
    time: usize,
    format: Option<String>,
    id: Option<usize>,
    customer: Option<usize>,
}

/// What Delighted, Formbricks, SurveyMonkey, Typeform and tables made by hand call the columns.
const SCORES: [&str; 6] = ["score", "nps", "nps score", "nps_score", "rating", "recommendation"];
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
    /// Finds the columns, or says which flag settles what isn't sure.
    pub(super) fn find(&self, head: &StringRecord) -> anyhow::Result<Places> {
        let sure = |named: &Option<String>, names: &[&str], flag, what| {
            let found = find(head, named.as_deref(), names, flag)?;
            found.ok_or_else(|| {
                let all: Vec<_> = head.iter().collect();
                anyhow::anyhow!("no column holds {what} for sure; name it with {flag}: {}", all.join(" | "))
            })
        };
        let maybe = |named: &Option<String>, names: &[&str], flag| find(head, named.as_deref(), names, flag);
        Ok(Places {
            score: sure(&self.score, &SCORES, "--score-column", "the scores")?,
            comment: maybe(&self.comment, &COMMENTS, "--comment-column")?,
            time: sure(&self.time, &TIMES, "--time-column", "the moments")?,
            format: self.time_format.clone(),
            id: maybe(&self.id, &IDS, "--id-column")?,
            customer: maybe(&self.customer, &[], "--customer-column")?,
        })
    }
}

/// The column that was named, or the first of the known names; a question that asks for a recommendation
/// holds scores, too.
fn find(
    head: &StringRecord,
    named: Option<&str>,
    names: &[&str],
    flag: &str,
) -> anyhow::Result<Option<usize>> {
    let is = |cell: &str, name: &str| cell.trim().eq_ignore_ascii_case(name);
    if let Some(named) = named {
        let place = head.iter().position(|cell| is(cell, named));
        let all: Vec<_> = head.iter().collect();
        return place.map(Some).ok_or_else(|| {
            anyhow::anyhow!("{flag}: there is no column {named:?}; there are {}", all.join(" | "))
        });
    }
    let of = |name: &&str| {
        let mut places = head.iter().enumerate().filter(|(_, cell)| is(cell, name)).map(|(place, _)| place);
        places.next().map(|first| (first, places.next().is_some()))
    };
    match names.iter().find_map(of) {
        Some((_, true)) => {
            anyhow::bail!("two columns have the same name; rename one, or name another with {flag}")
        }
        found => Ok(found.map(|(place, _)| place).or_else(|| question(head, names))),
    }
}

/// The one column whose head asks how likely it is, where scores are looked for.
fn question(head: &StringRecord, names: &[&str]) -> Option<usize> {
    if names != SCORES {
        return None;
    }
    let asks = |cell: &str| {
        cell.to_lowercase().contains("how likely") || cell.to_lowercase().contains("hoe waarschijnlijk")
    };
    let mut places = head.iter().enumerate().filter(|(_, cell)| asks(cell)).map(|(place, _)| place);
    let first = places.next();
    first.filter(|_| places.next().is_none())
}

/// A row as an answer and when it was given; `None` for one without a score, which is no answer.
pub(super) fn row(
    columns: &Columns,
    places: &Places,
    record: &StringRecord,
) -> Result<Option<(Raw, Millis)>, String> {
    let get = |place: Option<usize>| {
        place.and_then(|place| record.get(place)).map(str::trim).filter(|cell| !cell.is_empty())
    };
    let Some(score) = get(Some(places.score)) else { return Ok(None) };
    let number: f64 = score.parse().map_err(|_| format!("the score {score:?} is no number"))?;
    let time = get(Some(places.time)).ok_or("there is no moment")?;
    let at = moment(time, places.format.as_deref())?;
    let text = |name: &str, value: &str| (name.to_owned(), Raw::Text(value.to_owned()));
    let mut fields = vec![
        text("id", &id(columns, get(places.id), record)),
        ("rev".to_owned(), Raw::Number(1.0)),
        ("complete".to_owned(), Raw::Bool(true)),
        text("survey", &columns.survey),
        text("touchpoint", &columns.touchpoint),
        ("score".to_owned(), Raw::Number(number)),
    ];
    fields.extend(get(places.comment).map(|comment| text("comment", comment)));
    fields.extend(get(places.customer).map(|customer| text("customer", customer)));
    Ok(Some((Raw::Map(fields), at)))
}

/// The same row has the same id each time, so that reading it again changes nothing: it is made of the
/// other tool's id, or of the whole row if there is none.
fn id(columns: &Columns, id: Option<&str>, record: &StringRecord) -> String {
    let mut hash = Sha256::new();
    hash.update(columns.survey.as_bytes());
    match id {
        Some(id) => hash.update(id.as_bytes()),
        None => record.iter().for_each(|cell| {
            hash.update([0]);
            hash.update(cell.as_bytes());
        }),
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A moment, in UTC unless it says otherwise.
pub(super) fn moment(text: &str, format: Option<&str>) -> Result<Millis, String> {
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
        None => {
            let text =
                text.strip_suffix(" UTC").map_or_else(|| text.to_owned(), |moment| format!("{moment}Z"));
            text.parse::<Timestamp>().ok().or_else(|| utc(text.parse::<DateTime>().ok()?))
        }
    };
    found.map(Timestamp::as_millisecond).ok_or_else(|| {
        format!("the moment {text:?} can't be read; say how it is written with --time-format, such as %d/%m/%Y %H:%M")
    })
}
