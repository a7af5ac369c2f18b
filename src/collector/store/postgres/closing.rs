//! Closing the loop: causes, customers' answers, figures.

use deadpool_postgres::Client;
use tokio_postgres::Row;

use super::cases::{COLUMNS, TRIES, case, state};
use super::{Failure, Postgres};
use crate::notices::Event;
use crate::store::{Asked, Case, CaseFigures, Closing, Millis, Pending, SAID, Said, Saying, SiteId, Week};

/// Renames a cause with one statement: in the list, and in the cases.
const RENAME: &str = "
    WITH gone AS (DELETE FROM causes WHERE site = $1 AND name = $2 RETURNING site),
    come AS (
        INSERT INTO causes (site, name, created_at) SELECT site, $3, $4::bigint FROM gone
        ON CONFLICT (site, name) DO NOTHING
    ), changed AS (
        UPDATE cases SET cause = $3 WHERE site = $1 AND cause = $2 AND EXISTS (SELECT 1 FROM gone)
    )
    SELECT count(*) FROM gone";

/// Changes a case that still has that version, and its history.
const SAY: &str = "
    WITH changed AS (
        UPDATE cases SET version = $4::bigint + 1, state = $5, closed = $6, solved = $7,
            due_at = coalesce($8, due_at)
        WHERE site = $1 AND survey = $2 AND id = $3 AND version = $4::bigint
        RETURNING site, survey, id, version
    )
    INSERT INTO case_events (site, survey, id, version, at, who, what, text)
    SELECT site, survey, id, version, $9::bigint, '', $10::text, $11::text FROM changed";

/// Reads the case, and writes it if it still has the same version.
async fn say(client: &Client, saying: &Saying) -> Result<Said, Failure> {
    let Saying { key, solved, text, at, due_at } = saying;
    let (site, survey, id) = (key.site.as_str(), &key.survey, &key.id);
    for _ in 0..TRIES {
        let sql = "SELECT version, state, solved FROM cases WHERE site = $1 AND survey = $2 AND id = $3";
        let Some(row) = client.query_opt(sql, &[&site, survey, id]).await? else { return Ok(Said::Gone) };
        let kept =
            Asked { version: row.try_get(0)?, state: state(row.try_get(1)?)?, solved: row.try_get(2)? };
        let Some(next) = kept.after(*solved) else { return Ok(Said::Already) };
        let due_at = (next != kept.state).then_some(due_at);
        let state = i16::from(next.number());
        let what = SAID[usize::from(*solved)];
        let changed = client
            .execute(
                SAY,
                &[
                    &site,
                    survey,
                    id,
                    &kept.version,
                    &state,
                    &next.is_closed(),
                    &solved,
                    &due_at,
                    &at,
                    &what,
                    &text,
                ],
            )
            .await?;
        if changed == 1 {
            return Ok(Said::Recorded);
        }
    }
    Err(Failure::Data("a case that changes all the time".into()))
}

/// Writes a week's row and those of the outbox with one statement; 0 if the week was there.
const OPEN_WEEK: &str = "
    WITH opened AS (
        INSERT INTO weekly_mails (site, week, at) VALUES ($1, $3, $5)
        ON CONFLICT (site, week) DO NOTHING RETURNING site
    ), sent AS (
        INSERT INTO outbox (site, notice, survey, id, event, number, at, period, due_at, leased, failed, state)
        SELECT site, $2, recipient, $3, $6, 0, $5, 0, $5, 0, 0, 0 FROM opened, unnest($4::text[]) AS recipient
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM opened";

/// Counts cases from an index alone.
const FIGURES: &str = "
    SELECT count(*), count(*) FILTER (WHERE lowest <= 6),
        count(*) FILTER (WHERE lowest <= 6 AND (solved IS TRUE OR score > lowest OR recovered)),
        count(*) FILTER (WHERE closed OR due_at < $3),
        count(*) FILTER (WHERE closed AND told_at <= due_at),
        count(*) FILTER (WHERE solved IS TRUE), count(*) FILTER (WHERE solved IS FALSE)
    FROM cases WHERE site = $1 AND opened_at >= $2";

fn figures(row: &Row) -> Result<CaseFigures, Failure> {
    let number = |column: usize| Ok::<_, Failure>(row.try_get::<_, i64>(column)?.unsigned_abs());
    Ok(CaseFigures {
        opened: number(0)?,
        detractors: number(1)?,
        recovered: number(2)?,
        due: number(3)?,
        in_time: number(4)?,
        solved: number(5)?,
        unsolved: number(6)?,
    })
}

/// The sites with rows of the outbox that wait under a name.
const WAITING: &str = "
    SELECT id FROM (SELECT id FROM sites UNION SELECT 'default') AS s WHERE EXISTS (
        SELECT 1 FROM outbox AS o WHERE o.site = s.id AND o.notice = $1 AND o.state = 0 AND o.due_at <= $2)
    ORDER BY id";

impl Closing for Postgres {
    fn add_cause(&self, site: SiteId, name: String, at: Millis) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let sql = "INSERT INTO causes (site, name, created_at) VALUES ($1, $2, $3)
                ON CONFLICT (site, name) DO NOTHING";
            client.execute(sql, &[&site.as_str(), &name, &at]).await?;
            Ok(())
        })
    }

    fn rename_cause(&self, site: SiteId, from: String, to: String, at: Millis) -> Pending<'_, bool> {
        self.read(move |client| async move {
            let row = client.query_one(RENAME, &[&site.as_str(), &from, &to, &at]).await?;
            Ok(row.try_get::<_, i64>(0)? == 1)
        })
    }

    fn remove_cause(&self, site: SiteId, name: String) -> Pending<'_, bool> {
        self.read(move |client| async move {
            let sql = "DELETE FROM causes WHERE site = $1 AND name = $2";
            Ok(client.execute(sql, &[&site.as_str(), &name]).await? == 1)
        })
    }

    fn of_cause(&self, site: SiteId, cause: String, limit: u32) -> Pending<'_, Vec<Case>> {
        self.read(move |client| async move {
            let sql = format!(
                "SELECT {COLUMNS} FROM (SELECT site, survey, id FROM cases
                     WHERE site = $1 AND cause = $2 AND NOT closed
                     ORDER BY urgency, due_at, survey, id LIMIT $3) AS k
                 JOIN cases AS c ON c.site = k.site AND c.survey = k.survey AND c.id = k.id
                 JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
                 ORDER BY c.urgency, c.due_at, c.survey, c.id"
            );
            let rows = client.query(&sql, &[&site.as_str(), &cause, &i64::from(limit)]).await?;
            rows.iter().map(case).collect()
        })
    }

    fn say(&self, saying: Saying) -> Pending<'_, Said> {
        self.read(move |client| async move { say(&client, &saying).await })
    }

    fn waiting(&self, name: &'static str, now: Millis) -> Pending<'_, Vec<SiteId>> {
        self.read(move |client| async move {
            let rows = client.query(WAITING, &[&name, &now]).await?;
            let site = |row: &Row| SiteId::try_from(row.try_get::<_, String>(0)?).map_err(Failure::Data);
            rows.iter().map(site).collect()
        })
    }

    fn has_week(&self, site: SiteId, monday: String) -> Pending<'_, bool> {
        self.read(move |client| async move {
            let sql = "SELECT EXISTS (SELECT 1 FROM weekly_mails WHERE site = $1 AND week = $2)";
            Ok(client.query_one(sql, &[&site.as_str(), &monday]).await?.try_get(0)?)
        })
    }

    fn open_week(&self, week: Week) -> Pending<'_, bool> {
        self.read(move |client| async move {
            let Week { site, name, monday, to, at } = &week;
            let event = Event::CaseChanged.name();
            let row = client.query_one(OPEN_WEEK, &[&site.as_str(), name, monday, to, at, &event]).await?;
            Ok(row.try_get::<_, i64>(0)? == 1)
        })
    }

    fn solved_between(&self, site: SiteId, from: Millis, to: Millis) -> Pending<'_, Option<Case>> {
        self.read(move |client| async move {
            let sql = format!(
                "SELECT {COLUMNS} FROM cases AS c
                 JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
                 WHERE c.site = $1 AND c.closed AND c.told_at >= $2 AND c.told_at < $3
                 ORDER BY c.solved IS TRUE DESC, c.told_at DESC LIMIT 1"
            );
            let row = client.query_opt(&sql, &[&site.as_str(), &from, &to]).await?;
            row.as_ref().map(case).transpose()
        })
    }

    fn figures(&self, site: SiteId, from: Millis, now: Millis) -> Pending<'_, CaseFigures> {
        self.read(move |client| async move {
            figures(&client.query_one(FIGURES, &[&site.as_str(), &from, &now]).await?)
        })
    }

    fn secret(&self, site: SiteId, name: &'static str, proposed: String) -> Pending<'_, String> {
        self.read(move |client| async move {
            let sql = "INSERT INTO secrets (site, name, value) VALUES ($1, $2, $3)
                ON CONFLICT (site, name) DO NOTHING";
            client.execute(sql, &[&site.as_str(), &name, &proposed]).await?;
            let sql = "SELECT value FROM secrets WHERE site = $1 AND name = $2";
            Ok(client.query_one(sql, &[&site.as_str(), &name]).await?.try_get(0)?)
        })
    }
}
