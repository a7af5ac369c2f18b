//! Reading: what the owner asks for.

use aanrader_survey::{Score, Tally};
use rusqlite::types::{ToSql, Type};
use rusqlite::{Connection, Row};

use crate::store::{Counted, Millis, PageRequest, Stored, StoredContact, TallyFilter};

/// Counts per score are SQL's; what they make is the survey's.
pub(super) fn tallies(connection: &Connection, filter: &TallyFilter) -> rusqlite::Result<Vec<Counted>> {
    let (from, to) = (filter.from.unwrap_or(Millis::MIN), filter.to.unwrap_or(Millis::MAX));
    let mut conditions = Conditions::default();
    conditions.add("answered_at >= ?", &from);
    conditions.add("answered_at < ?", &to);
    conditions.add_some("survey = ?", filter.survey.as_ref());
    let sql = format!(
        "SELECT survey, touchpoint, score, count(*) FROM answers WHERE {}
         GROUP BY survey, touchpoint, score ORDER BY survey, touchpoint, score",
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(conditions.values.as_slice())?;
    let mut counted: Vec<Counted> = Vec::new();
    while let Some(row) = rows.next()? {
        let (survey, touchpoint): (String, String) = (row.get(0)?, row.get(1)?);
        if !counted.last().is_some_and(|last| last.survey == survey && last.touchpoint == touchpoint) {
            counted.push(Counted { survey, touchpoint, tally: Tally::default() });
        }
        if let Some(last) = counted.last_mut() {
            last.tally.add_many(score(row, 2)?, row.get(3)?);
        }
    }
    Ok(counted)
}

/// Answers, newest first; ties are broken by survey and id, so that the order is total.
pub(super) fn page(connection: &Connection, request: &PageRequest) -> rusqlite::Result<Vec<Stored>> {
    let most = request.max_score.map(Score::get);
    let mut conditions = Conditions::default();
    conditions.add_some("survey = ?", request.survey.as_ref());
    conditions.add_some("touchpoint = ?", request.touchpoint.as_ref());
    conditions.add_some("answered_at >= ?", request.from.as_ref());
    conditions.add_some("answered_at < ?", request.to.as_ref());
    conditions.add_some("score <= ?", most.as_ref());
    if let Some(before) = &request.before {
        conditions.add("(first_received_at, survey, id) < (?, ?, ?)", &before.received_at);
        conditions.values.push(&before.survey);
        conditions.values.push(&before.id);
    }
    conditions.values.push(&request.limit);
    let sql = format!(
        "SELECT id, rev, complete, survey, touchpoint, score, comment, contact_allowed, contact_how,
             customer, properties, language, wording, answered_at, first_received_at
         FROM answers WHERE {} ORDER BY first_received_at DESC, survey DESC, id DESC LIMIT ?",
        conditions.sql()
    );
    connection.prepare_cached(&sql)?.query_map(conditions.values.as_slice(), stored)?.collect()
}

/// Conditions that are all to hold, each with its values in the order of its question marks.
#[derive(Default)]
struct Conditions<'a> {
    texts: Vec<&'static str>,
    values: Vec<&'a dyn ToSql>,
}

impl<'a> Conditions<'a> {
    fn add(&mut self, text: &'static str, value: &'a dyn ToSql) {
        self.texts.push(text);
        self.values.push(value);
    }

    fn add_some<T: ToSql>(&mut self, text: &'static str, value: Option<&'a T>) {
        if let Some(value) = value {
            self.add(text, value);
        }
    }

    fn sql(&self) -> String {
        if self.texts.is_empty() { "true".into() } else { self.texts.join(" AND ") }
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let contact_allowed: bool = row.get("contact_allowed")?;
    let how = row.get("contact_how")?;
    Ok(Stored {
        id: row.get("id")?,
        rev: row.get("rev")?,
        complete: row.get("complete")?,
        survey: row.get("survey")?,
        touchpoint: row.get("touchpoint")?,
        score: score(row, 5)?,
        comment: row.get("comment")?,
        contact: contact_allowed.then_some(StoredContact { how }),
        customer: row.get("customer")?,
        properties: properties(row, 10)?,
        language: row.get("language")?,
        wording: row.get("wording")?,
        answered_at: row.get("answered_at")?,
        received_at: row.get("first_received_at")?,
    })
}

fn score(row: &Row<'_>, column: usize) -> rusqlite::Result<Score> {
    let value: u8 = row.get(column)?;
    Score::new(value).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, value.into()))
}

fn properties(row: &Row<'_>, column: usize) -> rusqlite::Result<serde_json::Map<String, serde_json::Value>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}
