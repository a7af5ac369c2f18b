//! Moving from one database to another.

use std::collections::{BTreeMap, HashMap};

use aanrader_survey::limits;
use deadpool_postgres::{Client, Pool};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Transaction};

use super::cases::{TRIES, state, urgency};
use super::reader::score;
use super::{Failure, Postgres, recovery};
use crate::store::moving::There;
use crate::store::{Asking, CaseRecord, EventRecord, Moved, Moving, Pending, SiteId};

/// The key of an answer within its site.
type Key = (String, String);

async fn records(client: &Client, site: &str, answers: &[Key]) -> Result<Vec<CaseRecord>, Failure> {
    let (surveys, ids): (Vec<&str>, Vec<&str>) =
        answers.iter().map(|(survey, id)| (survey.as_str(), id.as_str())).unzip();
    let sql =
        "SELECT survey, id, version, state, urgency, due_at, owner, cause, lowest, opened_at, told_at, solved
        FROM cases WHERE site = $1 AND (survey, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))";
    let cases = client.query(sql, &[&site, &surveys, &ids]).await?;
    let mut cases: BTreeMap<Key, CaseRecord> =
        cases.iter().map(|row| case(row).map(|case| (case.key(), case))).collect::<Result<_, _>>()?;
    // An event that came after the case was read is of a later version, and isn't part of it.
    let sql = "SELECT survey, id, version, at, who, what, text FROM case_events
        WHERE site = $1 AND (survey, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
        ORDER BY survey, id, version";
    for row in client.query(sql, &[&site, &surveys, &ids]).await? {
        let (key, event) = ((row.try_get(0)?, row.try_get(1)?), event(&row)?);
        if let Some(case) = cases.get_mut(&key).filter(|case| event.version <= case.version) {
            case.events.push(event);
        }
    }
    Ok(cases.into_values().collect())
}

fn case(row: &Row) -> Result<CaseRecord, Failure> {
    let owner: String = row.try_get(6)?;
    Ok(CaseRecord {
        survey: row.try_get(0)?,
        id: row.try_get(1)?,
        version: row.try_get(2)?,
        state: state(row.try_get(3)?)?,
        urgency: urgency(row.try_get(4)?)?,
        due_at: row.try_get(5)?,
        owner: Some(owner).filter(|owner| !owner.is_empty()),
        cause: row.try_get(7)?,
        lowest: score(row, 8)?,
        opened_at: row.try_get(9)?,
        told_at: row.try_get(10)?,
        solved: row.try_get(11)?,
        events: Vec::new(),
    })
}

fn event(row: &Row) -> Result<EventRecord, Failure> {
    let who: String = row.try_get(4)?;
    Ok(EventRecord {
        version: row.try_get(2)?,
        at: row.try_get(3)?,
        who: Some(who).filter(|who| !who.is_empty()),
        what: row.try_get(5)?,
        text: row.try_get(6)?,
    })
}

/// Stores cases in one transaction, in the order of their keys: it locks each answer, then its case, as the writers
/// of answers do.
async fn put_all(workers: &Pool, site: &str, records: &[CaseRecord]) -> Result<Vec<Moved>, Failure> {
    let mut sorted: Vec<&CaseRecord> = records.iter().collect();
    sorted.sort_by(|one, other| (&one.survey, &one.id).cmp(&(&other.survey, &other.id)));
    for _ in 1..TRIES {
        match try_put(workers, site, &sorted).await {
            Err(failure) if failure.passes() => tokio::time::sleep(super::PAUSE).await,
            outcome => return Ok(in_order(records, &outcome?)),
        }
    }
    Ok(in_order(records, &try_put(workers, site, &sorted).await?))
}

fn in_order(records: &[CaseRecord], moved: &HashMap<Key, Moved>) -> Vec<Moved> {
    records.iter().map(|record| moved.get(&record.key()).copied().unwrap_or(Moved::NoAnswer)).collect()
}

async fn try_put(
    workers: &Pool,
    site: &str,
    records: &[&CaseRecord],
) -> Result<HashMap<Key, Moved>, Failure> {
    let mut client = workers.get().await?;
    let transaction = client.transaction().await?;
    let mut moved = HashMap::new();
    for record in records {
        moved.insert(record.key(), put(&transaction, site, record).await?);
    }
    transaction.commit().await?;
    let keys = records.iter().map(|record| (site, record.survey.as_str(), record.id.as_str()));
    recovery::settle(&client, &keys.collect()).await?;
    Ok(moved)
}

/// Touchpoint and score are those of the answer that is stored here.
const WRITE: &str = "
    INSERT INTO cases AS c (site, survey, id, version, state, closed, urgency, due_at, owner, cause, touchpoint,
        score, lowest, opened_at, told_at, solved)
    SELECT site, survey, id, $4::bigint, $5::smallint, $6::boolean, $7::smallint, $8::bigint, $9::text, $10::text,
        touchpoint, score, least(score, $11::smallint), $12::bigint, $13::bigint, $14::boolean
    FROM answers WHERE site = $1 AND survey = $2 AND id = $3 AND rev < $15::bigint
    ON CONFLICT (site, survey, id) DO UPDATE SET version = excluded.version, state = excluded.state,
        closed = excluded.closed, urgency = excluded.urgency, due_at = excluded.due_at, owner = excluded.owner,
        cause = excluded.cause, touchpoint = excluded.touchpoint, score = excluded.score, lowest = excluded.lowest,
        opened_at = excluded.opened_at, told_at = excluded.told_at, solved = excluded.solved";

/// A case that stays has the touchpoint and score of its answer, which may have just been moved.
const FOLLOW: &str = "
    UPDATE cases AS c SET touchpoint = a.touchpoint, score = a.score, lowest = least(c.lowest, a.score)
    FROM answers AS a WHERE a.site = c.site AND a.survey = c.survey AND a.id = c.id
        AND c.site = $1 AND c.survey = $2 AND c.id = $3 AND (c.touchpoint, c.score) <> (a.touchpoint, a.score)";

/// The lock on the answer keeps it from being erased meanwhile, and that on the case from being worked on.
async fn put(transaction: &Transaction<'_>, site: &str, record: &CaseRecord) -> Result<Moved, Failure> {
    let CaseRecord { survey, id, .. } = record;
    let sql = "SELECT rev FROM answers WHERE site = $1 AND survey = $2 AND id = $3 FOR SHARE";
    let answer = transaction.query_opt(sql, &[&site, survey, id]).await?;
    let sql = "SELECT version FROM cases WHERE site = $1 AND survey = $2 AND id = $3 FOR UPDATE";
    let case = transaction.query_opt(sql, &[&site, survey, id]).await?;
    let version = case.map(|row| row.try_get(0)).transpose()?;
    let there = answer.map(|row| row.try_get(0).map(|rev| There { rev, version })).transpose()?;
    let moved = Moved::of(record.version, there);
    if !moved.is_written() {
        transaction.execute(FOLLOW, &[&site, survey, id]).await?;
        return Ok(moved);
    }
    let values: [&(dyn ToSql + Sync); 15] = [
        &site,
        survey,
        id,
        &record.version,
        &i16::from(record.state.number()),
        &record.state.is_closed(),
        &i16::from(record.urgency.rank()),
        &record.due_at,
        &record.owner.as_deref().unwrap_or_default(),
        &record.cause,
        &i16::from(record.lowest.get()),
        &record.opened_at,
        &record.told_at,
        &record.solved,
        &i64::from(limits::REV),
    ];
    transaction.execute(WRITE, &values).await?;
    let sql = "DELETE FROM case_events WHERE site = $1 AND survey = $2 AND id = $3";
    transaction.execute(sql, &[&site, survey, id]).await?;
    put_events(transaction, site, record).await?;
    Ok(moved)
}

async fn put_events(transaction: &Transaction<'_>, site: &str, record: &CaseRecord) -> Result<(), Failure> {
    let sql = "INSERT INTO case_events (site, survey, id, version, at, who, what, text)
        SELECT $1, $2, $3, e.* FROM unnest($4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[]) AS e";
    let events = &record.events;
    let versions: Vec<i64> = events.iter().map(|event| event.version).collect();
    let times: Vec<i64> = events.iter().map(|event| event.at).collect();
    let people: Vec<&str> = events.iter().map(|event| event.who.as_deref().unwrap_or_default()).collect();
    let whats: Vec<&str> = events.iter().map(|event| event.what.as_str()).collect();
    let texts: Vec<Option<&str>> = events.iter().map(|event| event.text.as_deref()).collect();
    let values: [&(dyn ToSql + Sync); 8] =
        [&site, &record.survey, &record.id, &versions, &times, &people, &whats, &texts];
    transaction.execute(sql, &values).await?;
    Ok(())
}

const RAISE: &str = "
    INSERT INTO askings AS a (site, survey, day, touchpoint, wording, mode, shown, closed, scored, commented)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (site, survey, day, touchpoint, wording, mode) DO UPDATE SET
        shown = greatest(a.shown, excluded.shown), closed = greatest(a.closed, excluded.closed),
        scored = greatest(a.scored, excluded.scored), commented = greatest(a.commented, excluded.commented)";

async fn raise(workers: &Pool, site: &str, askings: &[Asking]) -> Result<(), Failure> {
    let mut client = workers.get().await?;
    let transaction = client.transaction().await?;
    for asking in askings {
        let Asking { survey, day, touchpoint, wording, mode, counts: [shown, closed, scored, commented] } =
            asking;
        let values: [&(dyn ToSql + Sync); 10] =
            [&site, survey, day, touchpoint, wording, mode, shown, closed, scored, commented];
        transaction.execute(RAISE, &values).await?;
    }
    Ok(transaction.commit().await?)
}

impl Moving for Postgres {
    fn case_records(&self, site: SiteId, answers: Vec<Key>) -> Pending<'_, Vec<CaseRecord>> {
        self.read(move |client| async move { records(&client, site.as_str(), &answers).await })
    }

    fn put_case_records(&self, site: SiteId, records: Vec<CaseRecord>) -> Pending<'_, Vec<Moved>> {
        Box::pin(async move { put_all(&self.workers, site.as_str(), &records).await.map_err(Failure::told) })
    }

    fn raise_askings(&self, site: SiteId, askings: Vec<Asking>) -> Pending<'_, ()> {
        Box::pin(async move { raise(&self.workers, site.as_str(), &askings).await.map_err(Failure::told) })
    }

    fn secrets(&self, site: SiteId) -> Pending<'_, Vec<(String, String)>> {
        self.read(move |client| async move {
            let sql = "SELECT name, value FROM secrets WHERE site = $1 ORDER BY name";
            let rows = client.query(sql, &[&site.as_str()]).await?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
        })
    }

    fn weeks(&self, site: SiteId) -> Pending<'_, Vec<String>> {
        self.read(move |client| async move {
            let sql = "SELECT week FROM weekly_mails WHERE site = $1 ORDER BY week";
            let rows = client.query(sql, &[&site.as_str()]).await?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
        })
    }
}
