//! Reads tallies and answers for the owner.

use std::collections::BTreeMap;
use std::ops::Range;

use aanrader_survey::Score;
use rusqlite::types::{ToSql, Type};
use rusqlite::{Connection, Row};

use crate::store::period::Parts;
use crate::store::plan::{self, Plan, SOON};
use crate::store::{Counted, Millis, PageRequest, Stored, StoredContact, TallyFilter};

/// The counts of each score, by survey and touchpoint: of all answers and of unverified ones.
type Counts = BTreeMap<(String, String), [[i64; 2]; Score::COUNT]>;

/// Adds the tallies of whole days and the answers between them and the period's ends, all of one snapshot.
pub(super) fn tallies(connection: &Connection, filter: &TallyFilter) -> rusqlite::Result<Vec<Counted>> {
    let snapshot = connection.unchecked_transaction()?;
    let parts = Parts::of(filter.from, filter.to);
    let mut counts = Counts::new();
    add_days(&snapshot, filter, &parts.days, &mut counts)?;
    for (edge, sign) in &parts.edges {
        add_edge(&snapshot, filter, edge, (*sign, ALL), &mut counts)?;
        add_edge(&snapshot, filter, edge, (*sign, UNVERIFIED), &mut counts)?;
    }
    let count = |n: i64| u64::try_from(n).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, n));
    let mut counted = Vec::new();
    for ((survey, touchpoint), scores) in counts {
        for (score, [all, unverified]) in Score::all().zip(scores).filter(|(_, [all, _])| *all != 0) {
            let n = [count(all)?, count(unverified)?];
            Counted::add(&mut counted, survey.clone(), touchpoint.clone(), score, n);
        }
    }
    Ok(counted)
}

/// Reads the rows in the order of surveys and touchpoints. Adding them up here is four times as fast as in
/// SQL.
fn add_days(
    connection: &Connection,
    filter: &TallyFilter,
    days: &Range<i64>,
    counts: &mut Counts,
) -> rusqlite::Result<()> {
    let site = filter.site.as_str();
    let mut conditions = Conditions::default();
    conditions.add("site = ?", &site);
    conditions.add_some("survey = ?", filter.survey.as_ref());
    conditions.add("day >= ?", &days.start);
    conditions.add("day < ?", &days.end);
    let sql =
        format!("SELECT survey, touchpoint, score, n, unverified FROM tallies WHERE {}", conditions.sql());
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(conditions.values.as_slice())?;
    let (mut of, mut scores) = ((String::new(), String::new()), Default::default());
    while let Some(row) = rows.next()? {
        let (survey, touchpoint) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        if of.0 != survey || of.1 != touchpoint {
            let before = std::mem::replace(&mut of, (survey.to_owned(), touchpoint.to_owned()));
            add(counts, before, &std::mem::take(&mut scores));
        }
        let [all, unverified]: &mut [i64; 2] = &mut scores[usize::from(score(row, 2)?.get())];
        *all += row.get::<_, i64>(3)?;
        *unverified += row.get::<_, i64>(4)?;
    }
    add(counts, of, &scores);
    Ok(())
}

/// Adds the counts of a touchpoint, if there are any.
fn add(counts: &mut Counts, of: (String, String), scores: &[[i64; 2]; Score::COUNT]) {
    if scores.as_flattened().iter().any(|count| *count != 0) {
        let into = counts.entry(of).or_default();
        into.as_flattened_mut().iter_mut().zip(scores.as_flattened()).for_each(|(sum, count)| *sum += count);
    }
}

/// A kind of answers at a period's edge: its index, its condition, and the place of its counts.
type Which = (&'static str, &'static str, usize);
const ALL: Which = ("answers_by_moment", "", 0);
const UNVERIFIED: Which = ("answers_unverified", " AND unverified_rev IS NOT NULL", 1);

/// Counts the answers themselves, and adds or subtracts them.
fn add_edge(
    connection: &Connection,
    filter: &TallyFilter,
    edge: &Range<Millis>,
    (sign, (index, condition, place)): (i64, Which),
    counts: &mut Counts,
) -> rusqlite::Result<()> {
    let site = filter.site.as_str();
    let mut conditions = Conditions::default();
    conditions.add("site = ?", &site);
    conditions.add_some("survey = ?", filter.survey.as_ref());
    conditions.add("answered_at >= ?", &edge.start);
    conditions.add("answered_at < ?", &edge.end);
    let sql = format!(
        "SELECT survey, touchpoint, score, count(*) FROM answers INDEXED BY {index} WHERE {}{condition}
         GROUP BY survey, touchpoint, score",
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(conditions.values.as_slice())?;
    while let Some(row) = rows.next()? {
        let scores = counts.entry((row.get(0)?, row.get(1)?)).or_default();
        scores[usize::from(score(row, 2)?.get())][place] += sign * row.get::<_, i64>(3)?;
    }
    Ok(())
}

/// Answers, newest first; ties are broken by survey and id, so that the order is total.
pub(super) fn page(connection: &Connection, request: &PageRequest) -> rusqlite::Result<Vec<Stored>> {
    match Plan::of(request, fitting(connection, request)?) {
        Plan::Empty => Ok(Vec::new()),
        Plan::ByTime => list(connection, request, "answers_by_moment", ""),
        Plan::ByArrival => list(connection, request, by_arrival(request), ""),
        Plan::SoonBefore(instant) => {
            let soon = format!(" AND received_at < {instant} AND received_at - answered_at <= {SOON}");
            let late = format!(" AND received_at - answered_at > {SOON}");
            Ok(plan::merge(
                list(connection, request, by_arrival(request), &soon)?,
                list(connection, request, "answers_delayed", &late)?,
                request.limit,
            ))
        }
    }
}

/// The largest possible number of answers for a page.
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
             customer, properties, language, wording, answered_at, received_at, unverified_rev IS NOT NULL AS unverified
         FROM answers INDEXED BY {index} WHERE {}{more}
         ORDER BY received_at DESC, survey DESC, id DESC LIMIT ?",
        conditions.sql()
    );
    connection.prepare(&sql)?.query_map(conditions.values.as_slice(), stored)?.collect()
}

/// The index whose order lets a page be read with few other rows. SQLite can't choose it without statistics,
/// which a growing database lacks.
fn by_arrival(request: &PageRequest) -> &'static str {
    match (&request.customer, &request.touchpoint, &request.survey) {
        (Some(_), _, _) => "answers_of_customer",
        (_, Some(_), _) => "answers_of_touchpoint",
        (_, _, Some(_)) => "answers_of_survey",
        _ => "answers_by_arrival",
    }
}

/// Conditions that must all hold, each with its values in the order of its question marks.
#[derive(Default)]
pub(super) struct Conditions<'a> {
    texts: Vec<&'static str>,
    pub(super) values: Vec<&'a dyn ToSql>,
}

impl<'a> Conditions<'a> {
    pub(super) fn add(&mut self, text: &'static str, value: &'a dyn ToSql) {
        self.texts.push(text);
        self.values.push(value);
    }

    pub(super) fn add_some<T: ToSql>(&mut self, text: &'static str, value: Option<&'a T>) {
        if let Some(value) = value {
            self.add(text, value);
        }
    }

    pub(super) fn sql(&self) -> String {
        self.texts.join(" AND ")
    }
}

pub(super) fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
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
        unverified: row.get("unverified")?,
        properties: properties(row, 10)?,
        language: row.get("language")?,
        wording: row.get("wording")?,
        answered_at: row.get("answered_at")?,
        received_at: row.get("received_at")?,
    })
}

pub(super) fn score(row: &Row<'_>, column: usize) -> rusqlite::Result<Score> {
    let value: u8 = row.get(column)?;
    Score::new(value).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, value.into()))
}

fn properties(row: &Row<'_>, column: usize) -> rusqlite::Result<serde_json::Map<String, serde_json::Value>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}
