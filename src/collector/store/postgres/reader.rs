//! Reads tallies and answers for the owner.

use aanrader_survey::Score;
use deadpool_postgres::Client;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::Failure;
use crate::store::period::Parts;
use crate::store::plan::{self, Plan, SOON};
use crate::store::{Counted, PageRequest, Stored, StoredContact, TallyFilter};

/// The condition for unverified answers, which have an index of their own.
const MARKED: &str = " AND unverified_rev IS NOT NULL";

/// Adds the tallies of whole days and the answers between them and the period's ends.
pub(super) async fn tallies(client: &Client, filter: &TallyFilter) -> Result<Vec<Counted>, Failure> {
    // In PostgreSQL a sum of bigint is a numeric, which is several times slower; a double is exact up to
    // 2^53.
    let parts = Parts::of(filter.from, filter.to);
    let site = filter.site.as_str();
    let mut values: Vec<&(dyn ToSql + Sync)> =
        vec![&site, &parts.days.start, &parts.days.end, &filter.survey];
    let mut sql =
        "SELECT survey, touchpoint, score, sum(n::float8)::bigint, sum(unverified::float8)::bigint FROM (
        SELECT survey, touchpoint, score, n, unverified FROM tallies
        WHERE site = $1 AND day >= $2 AND day < $3 AND ($4::text IS NULL OR survey = $4)"
            .to_owned();
    for (edge, sign) in &parts.edges {
        let first = values.len() + 1;
        for (counts, condition) in [("count(*) * $sign, 0", ""), ("0, count(*) * $sign", MARKED)] {
            let counts = counts.replace("$sign", &format!("${}", first + 2));
            sql.push_str(&format!(
                " UNION ALL SELECT survey, touchpoint, score, {counts} FROM answers
                  WHERE site = $1 AND answered_at >= ${first} AND answered_at < ${}
                  AND ($4::text IS NULL OR survey = $4){condition} GROUP BY survey, touchpoint, score",
                first + 1
            ));
        }
        values.extend([&edge.start as &(dyn ToSql + Sync), &edge.end, sign]);
    }
    sql.push_str(") AS parts GROUP BY 1, 2, 3 HAVING sum(n::float8) <> 0 ORDER BY 1, 2, 3");
    let statement = client.prepare_cached(&sql).await?;
    let mut counted = Vec::new();
    for row in client.query(&statement, &values).await? {
        let n = [count(&row, 3)?, count(&row, 4)?];
        Counted::add(&mut counted, row.try_get(0)?, row.try_get(1)?, score(&row, 2)?, n);
    }
    Ok(counted)
}

/// Answers, newest first; ties are broken by survey and id, so that the order is total.
pub(super) async fn page(client: &Client, request: &PageRequest) -> Result<Vec<Stored>, Failure> {
    let arrival = "received_at";
    match Plan::of(request, fitting(client, request).await?) {
        Plan::Empty => Ok(Vec::new()),
        // No index has this order, so PostgreSQL finds the answers first, and sorts them then.
        Plan::ByTime => list(client, request, "received_at + 0", "").await,
        Plan::ByArrival => list(client, request, arrival, "").await,
        Plan::SoonBefore(instant) => {
            let soon = format!(" AND received_at < {instant} AND received_at - answered_at <= {SOON}");
            let late = format!(" AND received_at - answered_at > {SOON}");
            let (soon, late) = (
                list(client, request, arrival, &soon).await?,
                list(client, request, "received_at + 0", &late).await?,
            );
            Ok(plan::merge(soon, late, request.limit))
        }
    }
}

/// The largest possible number of answers for a page.
async fn fitting(client: &Client, request: &PageRequest) -> Result<i64, Failure> {
    let most = request.max_score.map(|score| i16::from(score.get()));
    let (site, (first, last)) = (request.site.as_str(), plan::days(request));
    let sql = "SELECT coalesce(sum(n), 0)::bigint FROM tallies
        WHERE site = $1 AND ($2::text IS NULL OR survey = $2) AND ($3::text IS NULL OR touchpoint = $3)
        AND ($4::smallint IS NULL OR score <= $4) AND day >= $5 AND day <= $6";
    let statement = client.prepare_cached(sql).await?;
    let row = client
        .query_one(&statement, &[&site, &request.survey, &request.touchpoint, &most, &first, &last])
        .await?;
    Ok(row.try_get(0)?)
}

async fn list(
    client: &Client,
    request: &PageRequest,
    order: &str,
    more: &str,
) -> Result<Vec<Stored>, Failure> {
    let most = request.max_score.map(|score| i16::from(score.get()));
    let (site, limit) = (request.site.as_str(), i64::from(request.limit));
    let mut conditions = Conditions { texts: vec!["site = $1".into()], values: vec![&site] };
    conditions.add_some("survey =", request.survey.as_ref());
    conditions.add_some("touchpoint =", request.touchpoint.as_ref());
    conditions.add_some("customer =", request.customer.as_ref());
    conditions.add_some("answered_at >=", request.from.as_ref());
    conditions.add_some("answered_at <", request.to.as_ref());
    conditions.add_some("score <=", most.as_ref());
    if let Some(before) = &request.before {
        let first = conditions.values.len() + 1;
        let (second, third) = (first + 1, first + 2);
        conditions.texts.push(format!("(received_at, survey, id) < (${first}, ${second}, ${third})"));
        let values: [&(dyn ToSql + Sync); 3] = [&before.received_at, &before.survey, &before.id];
        conditions.values.extend(values);
    }
    conditions.values.push(&limit);
    let sql = format!(
        "SELECT id, rev, complete, survey, touchpoint, score, comment, contact_allowed, contact_how,
             customer, properties, language, wording, answered_at, received_at, unverified_rev IS NOT NULL AS unverified
         FROM answers WHERE {}{more} ORDER BY {order} DESC, survey DESC, id DESC LIMIT ${}",
        conditions.texts.join(" AND "),
        conditions.values.len()
    );
    client.query(&sql, &conditions.values).await?.iter().map(stored).collect()
}

/// Conditions that must all hold, and the values of their placeholders.
pub(super) struct Conditions<'a> {
    pub(super) texts: Vec<String>,
    pub(super) values: Vec<&'a (dyn ToSql + Sync)>,
}

impl<'a> Conditions<'a> {
    pub(super) fn add_some<T: ToSql + Sync>(&mut self, text: &str, value: Option<&'a T>) {
        if let Some(value) = value {
            self.values.push(value);
            self.texts.push(format!("{text} ${}", self.values.len()));
        }
    }
}

pub(super) fn stored(row: &Row) -> Result<Stored, Failure> {
    let contact_allowed: bool = row.try_get("contact_allowed")?;
    let (how, rev): (_, i64) = (row.try_get("contact_how")?, row.try_get("rev")?);
    let properties: String = row.try_get("properties")?;
    Ok(Stored {
        id: row.try_get("id")?,
        rev: rev.try_into().map_err(|_| Failure::Data(format!("revision {rev}")))?,
        complete: row.try_get("complete")?,
        survey: row.try_get("survey")?,
        touchpoint: row.try_get("touchpoint")?,
        score: score(row, 5)?,
        comment: row.try_get("comment")?,
        contact: contact_allowed.then_some(StoredContact { how }),
        customer: row.try_get("customer")?,
        unverified: row.try_get("unverified")?,
        properties: serde_json::from_str(&properties).map_err(|error| Failure::Data(error.to_string()))?,
        language: row.try_get("language")?,
        wording: row.try_get("wording")?,
        answered_at: row.try_get("answered_at")?,
        received_at: row.try_get("received_at")?,
    })
}

pub(super) fn count(row: &Row, column: usize) -> Result<u64, Failure> {
    count_of(row.try_get(column)?)
}

pub(super) fn count_of(n: i64) -> Result<u64, Failure> {
    u64::try_from(n).map_err(|_| Failure::Data(format!("a tally of {n} answers")))
}

pub(super) fn score(row: &Row, column: usize) -> Result<Score, Failure> {
    score_of(row.try_get(column)?)
}

pub(super) fn score_of(value: i16) -> Result<Score, Failure> {
    let score = u8::try_from(value).ok().and_then(Score::new);
    score.ok_or_else(|| Failure::Data(format!("a score of {value}")))
}
