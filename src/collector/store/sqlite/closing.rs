//! Closing the loop: causes, customers' answers, figures.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::Sqlite;
use super::cases::{COLUMNS, case, state_of};
use crate::notices::Event;
use crate::store::{Asked, Case, CaseFigures, Closing, Millis, Pending, SAID, Said, Saying, SiteId, Week};

fn add(connection: &Connection, site: &str, name: &str, at: Millis) -> rusqlite::Result<()> {
    let sql = "INSERT INTO causes (site, name, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    connection.execute(sql, params![site, name, at]).map(drop)
}

fn remove(connection: &Connection, site: &str, name: &str) -> rusqlite::Result<bool> {
    Ok(connection.execute("DELETE FROM causes WHERE site = ?1 AND name = ?2", [site, name])? == 1)
}

fn rename(
    connection: &mut Connection,
    site: &str,
    (from, to): (&str, &str),
    at: Millis,
) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !remove(&transaction, site, from)? {
        return Ok(false);
    }
    add(&transaction, site, to, at)?;
    transaction.execute("UPDATE cases SET cause = ?3 WHERE site = ?1 AND cause = ?2", [site, from, to])?;
    transaction.commit()?;
    Ok(true)
}

fn of_cause(connection: &Connection, site: &str, cause: &str, limit: u32) -> rusqlite::Result<Vec<Case>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT site, survey, id FROM cases INDEXED BY cases_of_cause
             WHERE site = ?1 AND cause = ?2 AND closed = 0 ORDER BY urgency, due_at, survey, id LIMIT ?3) AS k
         JOIN cases AS c ON c.site = k.site AND c.survey = k.survey AND c.id = k.id
         JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
         ORDER BY c.urgency, c.due_at, c.survey, c.id"
    );
    connection.prepare_cached(&sql)?.query_map(params![site, cause, limit], case)?.collect()
}

/// Locks before it reads, so that no other change comes between.
fn say(connection: &mut Connection, saying: &Saying) -> rusqlite::Result<Said> {
    let Saying { key, solved, text, at, due_at } = saying;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (site, survey, id) = (key.site.as_str(), &key.survey, &key.id);
    let sql = "SELECT version, state, solved FROM cases WHERE site = ?1 AND survey = ?2 AND id = ?3";
    let kept = transaction.query_row(sql, params![site, survey, id], |row| {
        Ok(Asked { version: row.get(0)?, state: state_of(1, row.get(1)?)?, solved: row.get(2)? })
    });
    let Some(kept) = kept.optional()? else { return Ok(Said::Gone) };
    let Some(next) = kept.after(*solved) else { return Ok(Said::Already) };
    let due_at = (next != kept.state).then_some(due_at);
    let sql =
        "UPDATE cases SET version = ?4, state = ?5, closed = ?6, solved = ?7, due_at = coalesce(?8, due_at)
        WHERE site = ?1 AND survey = ?2 AND id = ?3";
    let (version, state, closed) = (kept.version + 1, next.number(), next.is_closed());
    transaction.execute(sql, params![site, survey, id, version, state, closed, solved, due_at])?;
    let sql = "INSERT INTO case_events (site, survey, id, version, at, who, what, text)
        VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7)";
    transaction.execute(sql, params![site, survey, id, version, at, SAID[usize::from(*solved)], text])?;
    transaction.commit()?;
    Ok(Said::Recorded)
}

fn open_week(connection: &mut Connection, week: &Week) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Week { site, name, monday, to, at } = week;
    let sql = "INSERT INTO weekly_mails (site, week, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    if transaction.execute(sql, params![site.as_str(), monday, at])? == 0 {
        return Ok(false);
    }
    for to in to {
        let sql = "INSERT INTO outbox (site, notice, survey, id, event, number, at, period, due_at, leased, failed, state)
            VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 0, ?6, 0, 0, 0) ON CONFLICT DO NOTHING";
        transaction.execute(sql, params![site.as_str(), name, to, monday, Event::CaseChanged.name(), at])?;
    }
    transaction.commit()?;
    Ok(true)
}

/// Counts cases from an index alone.
const FIGURES: &str = "
    SELECT count(*), count(*) FILTER (WHERE lowest <= 6),
        count(*) FILTER (WHERE lowest <= 6 AND (solved IS 1 OR score > lowest OR recovered)),
        count(*) FILTER (WHERE closed = 1 OR due_at < ?3),
        count(*) FILTER (WHERE closed = 1 AND told_at <= due_at),
        count(*) FILTER (WHERE solved IS 1), count(*) FILTER (WHERE solved IS 0)
    FROM cases INDEXED BY cases_by_opening WHERE site = ?1 AND opened_at >= ?2";

/// The sites with rows of the outbox that wait under a name.
const WAITING: &str = "
    SELECT id FROM (SELECT id FROM sites UNION SELECT 'default') AS s WHERE EXISTS (
        SELECT 1 FROM outbox AS o WHERE o.site = s.id AND o.notice = ?1 AND o.state = 0 AND o.due_at <= ?2)
    ORDER BY id";

impl Closing for Sqlite {
    fn add_cause(&self, site: SiteId, name: String, at: Millis) -> Pending<'_, ()> {
        self.change(move |connection| Ok(add(connection, site.as_str(), &name, at)?))
    }

    fn rename_cause(&self, site: SiteId, from: String, to: String, at: Millis) -> Pending<'_, bool> {
        self.change(move |connection| Ok(rename(connection, site.as_str(), (&from, &to), at)?))
    }

    fn remove_cause(&self, site: SiteId, name: String) -> Pending<'_, bool> {
        self.change(move |connection| Ok(remove(connection, site.as_str(), &name)?))
    }

    fn of_cause(&self, site: SiteId, cause: String, limit: u32) -> Pending<'_, Vec<Case>> {
        self.read(move |connection| of_cause(connection, site.as_str(), &cause, limit))
    }

    fn say(&self, saying: Saying) -> Pending<'_, Said> {
        self.change(move |connection| Ok(say(connection, &saying)?))
    }

    fn waiting(&self, name: &'static str, now: Millis) -> Pending<'_, Vec<SiteId>> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(WAITING)?;
            let sites = statement.query_map(params![name, now], |row| row.get::<_, String>(0))?;
            // Every stored id was checked when it was stored.
            let sites = sites.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(sites.iter().filter_map(|site| SiteId::parse(site)).collect())
        })
    }

    fn has_week(&self, site: SiteId, monday: String) -> Pending<'_, bool> {
        self.read(move |connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM weekly_mails WHERE site = ?1 AND week = ?2)";
            connection.prepare_cached(sql)?.query_row([site.as_str(), &monday], |row| row.get(0))
        })
    }

    fn open_week(&self, week: Week) -> Pending<'_, bool> {
        self.change(move |connection| Ok(open_week(connection, &week)?))
    }

    fn solved_between(&self, site: SiteId, from: Millis, to: Millis) -> Pending<'_, Option<Case>> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM cases AS c
                 JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
                 WHERE c.site = ?1 AND c.closed = 1 AND c.told_at >= ?2 AND c.told_at < ?3
                 ORDER BY c.solved IS 1 DESC, c.told_at DESC LIMIT 1"
            );
            connection.prepare_cached(&sql)?.query_row(params![site.as_str(), from, to], case).optional()
        })
    }

    fn figures(&self, site: SiteId, from: Millis, now: Millis) -> Pending<'_, CaseFigures> {
        self.read(move |connection| {
            connection.prepare_cached(FIGURES)?.query_row(params![site.as_str(), from, now], |row| {
                Ok(CaseFigures {
                    opened: row.get(0)?,
                    detractors: row.get(1)?,
                    recovered: row.get(2)?,
                    due: row.get(3)?,
                    in_time: row.get(4)?,
                    solved: row.get(5)?,
                    unsolved: row.get(6)?,
                })
            })
        })
    }

    fn secret(&self, site: SiteId, name: &'static str, proposed: String) -> Pending<'_, String> {
        self.change(move |connection| {
            let of = params![site.as_str(), name, proposed];
            let sql = "INSERT INTO secrets (site, name, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            connection.execute(sql, of)?;
            let sql = "SELECT value FROM secrets WHERE site = ?1 AND name = ?2";
            Ok(connection.query_row(sql, [site.as_str(), name], |row| row.get(0))?)
        })
    }
}
