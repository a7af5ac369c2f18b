//! Reading: what the owner asks for.

use aanrader_survey::Score;
use rusqlite::types::{ToSql, Type};
use rusqlite::{Connection, Row};

use crate::store::period::Parts;
use crate::store::plan::{self, Plan, SOON};
use crate::store::{Counted, PageRequest, Stored, StoredContact, TallyFilter};

/// The tallies of the whole days, and the answers of what lies between them and the period's ends.
pub(super) fn tallies(connection: &Connection, filter: &TallyFilter) -> rusqlite::Result<Vec<Counted>> {
    let parts = Parts::of(filter.from, filter.to);
    let site = filter.site.as_str();
    let of_survey = if filter.survey.is_some() { "AND survey = :survey" } else { "" };
    let days = format!(
        "SELECT survey, touchpoint, score, n FROM tallies
         WHERE site = :site AND day >= :first AND day < :last {of_survey}"
    );
    let edges = (0..parts.edges.len()).map(|edge| {
        format!(
            " UNION ALL SELECT survey, touchpoint, score, count(*) * :sign{edge} FROM answers
              WHERE site = :site AND answered_at >= :from{edge} AND answered_at < :to{edge} {of_survey}
              GROUP BY survey, touchpoint, score"
        )
    });
    let sql = format!(
        "SELECT survey, touchpoint, score, sum(n) FROM ({days}{}) GROUP BY 1, 2, 3
         HAVING sum(n) <> 0 ORDER BY 1, 2, 3",
        edges.collect::<String>()
    );
    let mut values: Vec<(&str, &dyn ToSql)> =
        vec![(":site", &site), (":first", &parts.days.start), (":last", &parts.days.end)];
    if let Some(survey) = &filter.survey {
        values.push((":survey", survey));
    }
    const NAMES: [[&str; 3]; 2] = [[":from0", ":to0", ":sign0"], [":from1", ":to1", ":sign1"]];
    for ((edge, sign), names) in parts.edges.iter().zip(NAMES) {
        values.extend([(names[0], &edge.start as &dyn ToSql), (names[1], &edge.end), (names[2], sign)]);
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(values.as_slice())?;
    let mut counted = Vec::new();
    while let Some(row) = rows.next()? {
        Counted::add(&mut counted, row.get(0)?, row.get(1)?, score(row, 2)?, row.get(3)?);
    }
    Ok(counted)
}

/// Answers, newest first; ties are broken by survey and id, so that the order is total.
pub(super) fn page(connection: &Connection, request: &PageRequest) -> rusqlite::Result<Vec<Stored>> {
    match Plan::of(request, fitting(connection, request)?) {
        Plan::Empty => Ok(Vec::new()),
        Plan::ByMoment => list(connection, request, "answers_by_moment", ""),
        Plan::ByArrival => list(connection, request, by_arrival(request), ""),
        Plan::SoonBefore(moment) => {
            let soon = format!(" AND received_at < {moment} AND received_at - answered_at <= {SOON}");
            let late = format!(" AND received_at - answered_at > {SOON}");
            Ok(plan::merge(
                list(connection, request, by_arrival(request), &soon)?,
                list(connection, request, "answers_late", &late)?,
                request.limit,
            ))
        }
    }
}

/// How many answers there are at most that fit a page.
fn fitting(connection: &Connection, request: &PageRequest) -> rusqlite::Result<i64> {
    let (most, (first, last)) = (request.max_score.map(Score::get), plan::days(request));
    let site = request.site.as_str();
    let mut conditions = Conditions::default();
    conditions.add("site = ?", &site);
    conditions.add_some("survey = ?", request.survey.as_ref());
    conditions.add_some("touchpoint = ?", request.touchpoint.as_ref());
    conditions.add_some("score <= ?", most.as_ref());
    conditions.add("day >= ?", &first);
    conditions.add("day <= ?", &last);
    let sql = format!("SELECT coalesce(sum(n), 0) FROM tallies WHERE {}", conditions.sql());
    connection.prepare_cached(&sql)?.query_row(conditions.values.as_slice(), |row| row.get(0))
}

fn list(
    connection: &Connection,
    request: &PageRequest,
    index: &str,
    more: &str,
) -> rusqlite::Result<Vec<Stored>> {
    let most = request.max_score.map(Score::get);
    let site = request.site.as_str();
    let mut conditions = Conditions::default();
    conditions.add("site = ?", &site);
    conditions.add_some("survey = ?", request.survey.as_ref());
    conditions.add_some("touchpoint = ?", request.touchpoint.as_ref());
    conditions.add_some("customer = ?", request.customer.as_ref());
    conditions.add_some("answered_at >= ?", request.from.as_ref());
    conditions.add_some("answered_at < ?", request.to.as_ref());
    conditions.add_some("score <= ?", most.as_ref());
    if let Some(before) = &request.before {
        conditions.add("(received_at, survey, id) < (?, ?, ?)", &before.received_at);
        conditions.values.push(&before.survey);
        conditions.values.push(&before.id);
    }
    conditions.values.push(&request.limit);
    let sql = format!(
        "SELECT id, rev, complete, survey, touchpoint, score, comment, contact_allowed, contact_how,
             customer, properties, language, wording, answered_at, received_at
         FROM answers INDEXED BY {index} WHERE {}{more}
         ORDER BY received_at DESC, survey DESC, id DESC LIMIT ?",
        conditions.sql()
    );
    connection.prepare(&sql)?.query_map(conditions.values.as_slice(), stored)?.collect()
}

/// The index in whose order a page is found without walking past what it doesn't ask for. Without
/// statistics, which a growing database has none of, SQLite can't tell.
fn by_arrival(request: &PageRequest) -> &'static str {
    match (&request.customer, &request.touchpoint, &request.survey) {
        (Some(_), _, _) => "answers_of_customer",
        (_, Some(_), _) => "answers_of_touchpoint",
        (_, _, Some(_)) => "answers_of_survey",
        _ => "answers_by_arrival",
    }
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
        self.texts.join(" AND ")
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
        received_at: row.get("received_at")?,
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
