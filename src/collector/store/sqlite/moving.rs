//! Moving from one database to another.

use aanrader_survey::limits;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params, params};

use super::Sqlite;
use super::cases::{state_of, urgency};
use super::reader::score;
use crate::store::moving::There;
use crate::store::{Asking, CaseRecord, EventRecord, Moved, Moving, Pending, SiteId};

fn record(
    connection: &Connection,
    site: &str,
    (survey, id): &(String, String),
) -> rusqlite::Result<Option<CaseRecord>> {
    let key = [site, survey, id];
    let sql =
        "SELECT survey, id, version, state, urgency, due_at, owner, cause, lowest, opened_at, told_at, solved
        FROM cases WHERE site = ?1 AND survey = ?2 AND id = ?3";
    let case = connection.prepare_cached(sql)?.query_row(key, case).optional()?;
    let Some(mut case) = case else { return Ok(None) };
    let sql = "SELECT version, at, who, what, text FROM case_events
        WHERE site = ?1 AND survey = ?2 AND id = ?3 ORDER BY version";
    case.events = connection.prepare_cached(sql)?.query_map(key, event)?.collect::<rusqlite::Result<_>>()?;
    Ok(Some(case))
}

fn case(row: &Row<'_>) -> rusqlite::Result<CaseRecord> {
    let owner: String = row.get(6)?;
    Ok(CaseRecord {
        survey: row.get(0)?,
        id: row.get(1)?,
        version: row.get(2)?,
        state: state_of(3, row.get(3)?)?,
        urgency: urgency(row, 4)?,
        due_at: row.get(5)?,
        owner: Some(owner).filter(|owner| !owner.is_empty()),
        cause: row.get(7)?,
        lowest: score(row, 8)?,
        opened_at: row.get(9)?,
        told_at: row.get(10)?,
        solved: row.get(11)?,
        events: Vec::new(),
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<EventRecord> {
    let who: String = row.get(2)?;
    Ok(EventRecord {
        version: row.get(0)?,
        at: row.get(1)?,
        who: Some(who).filter(|who| !who.is_empty()),
        what: row.get(3)?,
        text: row.get(4)?,
    })
}

/// Touchpoint and score are those of the answer that is stored here.
const WRITE: &str = "
    INSERT INTO cases (site, survey, id, version, state, closed, urgency, due_at, owner, cause, touchpoint, score,
        lowest, opened_at, told_at, solved)
    SELECT site, survey, id, :version, :state, :closed, :urgency, :due_at, :owner, :cause, touchpoint, score,
        min(score, :lowest), :opened_at, :told_at, :solved
    FROM answers WHERE site = :site AND survey = :survey AND id = :id AND rev < :rev
    ON CONFLICT DO UPDATE SET version = excluded.version, state = excluded.state, closed = excluded.closed,
        urgency = excluded.urgency, due_at = excluded.due_at, owner = excluded.owner, cause = excluded.cause,
        touchpoint = excluded.touchpoint, score = excluded.score, lowest = excluded.lowest,
        opened_at = excluded.opened_at, told_at = excluded.told_at, solved = excluded.solved";

/// A case that stays has the touchpoint and score of its answer, which may have just been moved.
const FOLLOW: &str = "
    UPDATE cases SET touchpoint = a.touchpoint, score = a.score, lowest = min(lowest, a.score)
    FROM answers AS a WHERE a.site = cases.site AND a.survey = cases.survey AND a.id = cases.id
        AND cases.site = ?1 AND cases.survey = ?2 AND cases.id = ?3
        AND (cases.touchpoint, cases.score) <> (a.touchpoint, a.score)";

fn put(connection: &Connection, site: &str, record: &CaseRecord) -> rusqlite::Result<Moved> {
    let CaseRecord { survey, id, .. } = record;
    let key = [site, survey, id];
    let sql = "SELECT a.rev, c.version FROM answers AS a
        LEFT JOIN cases AS c ON c.site = a.site AND c.survey = a.survey AND c.id = a.id
        WHERE a.site = ?1 AND a.survey = ?2 AND a.id = ?3";
    let there = |row: &Row<'_>| Ok(There { rev: row.get(0)?, version: row.get(1)? });
    let there = connection.prepare_cached(sql)?.query_row(key, there).optional()?;
    let moved = Moved::of(record.version, there);
    if !moved.is_written() {
        connection.prepare_cached(FOLLOW)?.execute(key)?;
        return Ok(moved);
    }
    connection.prepare_cached(WRITE)?.execute(named_params! {
        ":site": site,
        ":survey": survey,
        ":id": id,
        ":rev": limits::REV,
        ":version": record.version,
        ":state": record.state.number(),
        ":closed": record.state.is_closed(),
        ":urgency": record.urgency.rank(),
        ":due_at": record.due_at,
        ":owner": record.owner.as_deref().unwrap_or_default(),
        ":cause": record.cause,
        ":lowest": record.lowest.get(),
        ":opened_at": record.opened_at,
        ":told_at": record.told_at,
        ":solved": record.solved,
    })?;
    let sql = "DELETE FROM case_events WHERE site = ?1 AND survey = ?2 AND id = ?3";
    connection.prepare_cached(sql)?.execute(key)?;
    let sql = "INSERT INTO case_events (site, survey, id, version, at, who, what, text)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    for EventRecord { version, at, who, what, text } in &record.events {
        let who = who.as_deref().unwrap_or_default();
        connection.prepare_cached(sql)?.execute(params![site, survey, id, version, at, who, what, text])?;
    }
    Ok(moved)
}

const RAISE: &str = "
    INSERT INTO askings (site, survey, day, touchpoint, wording, mode, shown, closed, scored, commented)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT DO UPDATE SET shown = max(shown, excluded.shown), closed = max(closed, excluded.closed),
        scored = max(scored, excluded.scored), commented = max(commented, excluded.commented)";

fn raise(connection: &Connection, site: &str, asking: &Asking) -> rusqlite::Result<()> {
    let Asking { survey, day, touchpoint, wording, mode, counts: [shown, closed, scored, commented] } =
        asking;
    let values = params![site, survey, day, touchpoint, wording, mode, shown, closed, scored, commented];
    connection.prepare_cached(RAISE)?.execute(values).map(drop)
}

impl Moving for Sqlite {
    fn case_records(&self, site: SiteId, answers: Vec<(String, String)>) -> Pending<'_, Vec<CaseRecord>> {
        self.read(move |connection| {
            let snapshot = connection.unchecked_transaction()?;
            let records = answers.iter().map(|key| record(&snapshot, site.as_str(), key));
            records.filter_map(Result::transpose).collect()
        })
    }

    fn put_case_records(&self, site: SiteId, records: Vec<CaseRecord>) -> Pending<'_, Vec<Moved>> {
        self.change(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let moved = records.iter().map(|record| put(&transaction, site.as_str(), record));
            let moved = moved.collect::<rusqlite::Result<_>>()?;
            transaction.commit()?;
            Ok(moved)
        })
    }

    fn raise_askings(&self, site: SiteId, askings: Vec<Asking>) -> Pending<'_, ()> {
        self.change(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            askings.iter().try_for_each(|asking| raise(&transaction, site.as_str(), asking))?;
            Ok(transaction.commit()?)
        })
    }

    fn secrets(&self, site: SiteId) -> Pending<'_, Vec<(String, String)>> {
        self.read(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT name, value FROM secrets WHERE site = ?1 ORDER BY name")?;
            statement.query_map([site.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    fn weeks(&self, site: SiteId) -> Pending<'_, Vec<String>> {
        self.read(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT week FROM weekly_mails WHERE site = ?1 ORDER BY week")?;
            statement.query_map([site.as_str()], |row| row.get(0))?.collect()
        })
    }
}
