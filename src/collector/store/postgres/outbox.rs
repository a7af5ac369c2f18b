//! Notices and the outbox, which several collectors share.

use deadpool_postgres::{Client, Transaction};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::reader::stored;
use super::{Failure, Postgres};
use crate::notices::{Event, Notice};
use crate::store::{
    Act, Delivery, DeliveryState, Finish, Health, How, Lease, LogRequest, Millis, NoticeRecord, Outbox,
    Pending, Received, Replay, RowKey, Settled, SiteId,
};

/// An answer of a batch that was stored, and whether it only added what a newer revision doesn't name.
pub(super) struct Written<'a> {
    pub(super) received: &'a Received,
    pub(super) is_older: bool,
}

/// The notices of a batch of answers, in columns.
#[derive(Default)]
struct Columns<'a> {
    site: Vec<&'a str>,
    notice: Vec<&'a str>,
    survey: Vec<&'a str>,
    id: Vec<&'a str>,
    number: Vec<i64>,
    at: Vec<Millis>,
    period: Vec<Millis>,
    due_at: Vec<Millis>,
    /// The names of the events if there was none of this answer before, and if there was; empty for none.
    first: Vec<&'static str>,
    later: Vec<&'static str>,
    opened: Vec<bool>,
    changed: Vec<bool>,
}

impl<'a> Columns<'a> {
    fn of(written: &[Written<'a>]) -> Self {
        let mut columns = Self::default();
        for Written { received, is_older } in written {
            for wanted in &received.wanted {
                let (site, survey, id) = received.key();
                let event = |is_known| wanted.of_answer(is_known, *is_older).map_or("", Event::name);
                columns.site.push(site);
                columns.notice.push(&wanted.notice);
                columns.survey.push(survey);
                columns.id.push(id);
                columns.number.push(received.answer.rev().into());
                columns.at.push(received.received_at);
                columns.period.push(wanted.period);
                columns.due_at.push(wanted.due_at);
                columns.first.push(event(false));
                columns.later.push(event(true));
                columns.opened.push(wanted.has(Event::CaseOpened));
                columns.changed.push(wanted.has(Event::CaseChanged));
            }
        }
        columns
    }
}

/// Rows that wait for their first attempt become due earlier; the others get new rows. The first row of an
/// answer is its creation, whatever the revision.
const ADD: &str = "
WITH w AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[], $9::text[], $10::text[], $11::boolean[], $12::boolean[])
    AS w (site, notice, survey, id, number, at, period, due_at, first, later, opened, changed)
), hurried AS (
    UPDATE outbox AS o SET due_at = least(o.due_at, w.due_at) FROM w
    WHERE o.site = w.site AND o.notice = w.notice AND o.survey = w.survey AND o.id = w.id
        AND o.event IN ('answer.created', 'answer.updated', 'case.opened') AND o.state = 0 AND o.leased = 0
    RETURNING o.site, o.notice, o.survey, o.id, o.event
), told AS (
    SELECT w.*, CASE WHEN EXISTS (SELECT 1 FROM outbox AS o
        WHERE o.site = w.site AND o.notice = w.notice AND o.survey = w.survey AND o.id = w.id
            AND o.event IN ('answer.created', 'answer.updated')) THEN later ELSE first END AS event
    FROM w WHERE NOT EXISTS (SELECT 1 FROM hurried AS h
        WHERE h.site = w.site AND h.notice = w.notice AND h.survey = w.survey AND h.id = w.id
            AND h.event <> 'case.opened')
), events AS (
    SELECT site, notice, survey, id, event, number, at, period, due_at FROM told WHERE event <> ''
    UNION ALL
    SELECT w.site, w.notice, w.survey, w.id, 'case.opened', 1, w.at, w.period, w.due_at
    FROM w JOIN cases AS c ON c.site = w.site AND c.survey = w.survey AND c.id = w.id
    WHERE w.opened AND c.opened_at = w.at
    UNION ALL
    SELECT w.site, w.notice, w.survey, w.id, 'case.changed', e.version, w.at, w.period, w.due_at
    FROM w JOIN case_events AS e ON e.site = w.site AND e.survey = w.survey AND e.id = w.id
    WHERE w.changed AND e.at = w.at AND e.what = 'score'
)
INSERT INTO outbox (site, notice, survey, id, event, number, at, period, due_at, leased, failed, state)
SELECT site, notice, survey, id, event, number, at, period, due_at, 0, 0, 0 FROM events
ORDER BY site, notice, survey, id, event, number ON CONFLICT DO NOTHING";

/// Writes the rows of the answers that a batch has stored, in its transaction.
pub(super) async fn told_later(
    transaction: &Transaction<'_>,
    written: &[Written<'_>],
) -> Result<(), tokio_postgres::Error> {
    let c = Columns::of(written);
    if c.site.is_empty() {
        return Ok(());
    }
    let values: [&(dyn ToSql + Sync); 12] = [
        &c.site, &c.notice, &c.survey, &c.id, &c.number, &c.at, &c.period, &c.due_at, &c.first, &c.later,
        &c.opened, &c.changed,
    ];
    let statement = transaction.prepare_cached(ADD).await?;
    transaction.execute(&statement, &values).await.map(drop)
}

/// The notices that are told of a person's action, in columns: names, due instants, periods.
pub(super) fn of_action(act: &Act) -> (Vec<&str>, Vec<Millis>, Vec<Millis>) {
    let wanted = act.wanted.iter().filter(|wanted| wanted.has(Event::CaseChanged));
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for wanted in wanted {
        columns.0.push(wanted.notice.as_str());
        columns.1.push(wanted.due_at);
        columns.2.push(wanted.period);
    }
    columns
}

const COLUMNS: &str =
    "o.site, o.notice, o.survey, o.id, o.event, o.number, o.at, o.period, o.due_at, o.leased,
    o.failed, o.state, o.said, o.ended_at";

/// Rows that another worker holds at this instant are skipped.
async fn lease(client: &Client, lease: &Lease) -> Result<Vec<Delivery>, Failure> {
    let Lease { site, notice, now, until, limit } = lease;
    let sql = format!(
        "WITH due AS (
             SELECT site, notice, survey, id, event, number FROM outbox
             WHERE site = $1 AND notice = $2 AND state = 0 AND due_at <= $3 ORDER BY due_at LIMIT $5
             FOR UPDATE SKIP LOCKED
         )
         UPDATE outbox AS o SET leased = o.leased + 1, due_at = $4 FROM due AS d
         WHERE o.site = d.site AND o.notice = d.notice AND o.survey = d.survey AND o.id = d.id AND o.event = d.event
             AND o.number = d.number
         RETURNING {COLUMNS}"
    );
    let statement = client.prepare_cached(&sql).await?;
    let rows = client.query(&statement, &[&site.as_str(), notice, now, until, &i64::from(*limit)]).await?;
    rows.iter().map(delivery).collect()
}

async fn finish(client: &Client, finish: &Finish) -> Result<(), Failure> {
    const MINE: &str = "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
            AS m (site, notice, survey, id, event, number, leased)
        WHERE o.site = m.site AND o.notice = m.notice AND o.survey = m.survey AND o.id = m.id AND o.event = m.event
            AND o.number = m.number AND o.leased = m.leased AND o.state = 0";
    let keys = finish.rows.iter().map(|(key, _)| key);
    let site: Vec<_> = keys.clone().map(|key| key.site.as_str()).collect();
    let notice: Vec<_> = keys.clone().map(|key| key.notice.as_str()).collect();
    let survey: Vec<_> = keys.clone().map(|key| key.survey.as_str()).collect();
    let id: Vec<_> = keys.clone().map(|key| key.id.as_str()).collect();
    let event: Vec<_> = keys.clone().map(|key| key.event.name()).collect();
    let number: Vec<_> = keys.map(|key| key.number).collect();
    let leased: Vec<_> = finish.rows.iter().map(|(_, leased)| *leased).collect();
    let mine: [&(dyn ToSql + Sync); 7] = [&site, &notice, &survey, &id, &event, &number, &leased];
    let (failed, state, due_at, said) = match &finish.how {
        How::Dropped => {
            let sql = format!("DELETE FROM outbox AS o USING {}", MINE.trim_start_matches("FROM "));
            let statement = client.prepare_cached(&sql).await?;
            client.execute(&statement, &mine).await?;
            return Ok(());
        }
        How::Delivered(said) => (0i64, DeliveryState::Delivered, finish.at, Some(said)),
        How::Renewed(until) => (0, DeliveryState::Waiting, *until, None),
        How::Again(due_at, said) => (1, DeliveryState::Waiting, *due_at, Some(said)),
        How::Failed(said) => (1, DeliveryState::Failed, finish.at, Some(said)),
    };
    let sql = format!(
        "UPDATE outbox AS o SET failed = failed + $8::bigint, state = $9, due_at = $10, said = coalesce($11, said), ended_at = $12 {MINE}"
    );
    let ended_at = (state != DeliveryState::Waiting).then_some(finish.at);
    let number = state.number();
    let mut values: Vec<&(dyn ToSql + Sync)> = mine.to_vec();
    values.extend([&failed as &(dyn ToSql + Sync), &number, &due_at, &said, &ended_at]);
    let statement = client.prepare_cached(&sql).await?;
    client.execute(&statement, &values).await?;
    Ok(())
}

fn delivery(row: &Row) -> Result<Delivery, Failure> {
    let (site, event, failed): (String, String, i64) =
        (row.try_get("site")?, row.try_get("event")?, row.try_get("failed")?);
    let state: i16 = row.try_get("state")?;
    Ok(Delivery {
        key: RowKey {
            site: SiteId::try_from(site).map_err(Failure::Data)?,
            notice: row.try_get("notice")?,
            survey: row.try_get("survey")?,
            id: row.try_get("id")?,
            event: Event::parse(&event).ok_or_else(|| Failure::Data(format!("an event {event:?}")))?,
            number: row.try_get("number")?,
        },
        at: row.try_get("at")?,
        period: row.try_get("period")?,
        due_at: row.try_get("due_at")?,
        leased: row.try_get("leased")?,
        failed: failed.try_into().unwrap_or(u32::MAX),
        state: DeliveryState::from_number(state)
            .ok_or_else(|| Failure::Data(format!("a delivery in state {state}")))?,
        said: row.try_get("said")?,
        ended_at: row.try_get("ended_at")?,
    })
}

pub(super) async fn notices(client: &Client) -> Result<Vec<NoticeRecord>, Failure> {
    let sql = "SELECT site, name, settings, failing_since, off_since, error FROM notices ORDER BY site, name";
    let mut found = Vec::new();
    for row in client.query(sql, &[]).await? {
        let (site, name, settings): (String, String, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let site = SiteId::try_from(site).map_err(Failure::Data)?;
        let (failing_since, off_since, error) = (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
        let health = Health { failing_since, off_since, error };
        found.extend(NoticeRecord::read(site, &name, &settings, health));
    }
    Ok(found)
}

async fn settled(client: &Client, key: &RowKey) -> Result<Option<Settled>, Failure> {
    let sql = "SELECT id, rev, complete, survey, touchpoint, score, comment, contact_allowed, contact_how, customer,
            properties, language, wording, answered_at, received_at, unverified_rev IS NOT NULL AS unverified,
            EXISTS (SELECT 1 FROM outbox AS o WHERE o.site = $1 AND o.notice = $4 AND o.survey = $2 AND o.id = $3
                AND o.event IN ('answer.created', 'answer.updated') AND o.state = 1) AS told
        FROM answers WHERE site = $1 AND survey = $2 AND id = $3";
    let statement = client.prepare_cached(sql).await?;
    let values: [&(dyn ToSql + Sync); 4] = [&key.site.as_str(), &key.survey, &key.id, &key.notice];
    let Some(row) = client.query_opt(&statement, &values).await? else { return Ok(None) };
    Ok(Some(Settled { answer: stored(&row)?, told: row.try_get("told")? }))
}

async fn replay(client: &Client, replay: &Replay) -> Result<u64, Failure> {
    let sql = "UPDATE outbox SET state = 0, failed = 0, due_at = $4, ended_at = NULL
        WHERE site = $1 AND notice = $2 AND (state <> 0 OR failed > 0) AND ($3::text IS NULL OR id = $3) AND at >= $5 AND at < $6";
    let (from, to) = (replay.from.unwrap_or(Millis::MIN), replay.to.unwrap_or(Millis::MAX));
    Ok(client
        .execute(sql, &[&replay.site.as_str(), &replay.notice, &replay.id, &replay.now, &from, &to])
        .await?)
}

impl Outbox for Postgres {
    fn put_notice(&self, site: SiteId, notice: Notice) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let settings =
                serde_json::to_string(&notice).map_err(|error| Failure::Data(error.to_string()))?;
            let sql = "INSERT INTO notices (site, name, settings) VALUES ($1, $2, $3)
                ON CONFLICT (site, name) DO UPDATE
                SET settings = excluded.settings, failing_since = NULL, off_since = NULL, error = NULL";
            client.execute(sql, &[&site.as_str(), &notice.name, &settings]).await?;
            Ok(())
        })
    }

    fn remove_notice(&self, site: SiteId, name: String) -> Pending<'_, bool> {
        self.read(move |client| async move {
            let sql = "DELETE FROM notices WHERE site = $1 AND name = $2";
            let removed = client.execute(sql, &[&site.as_str(), &name]).await?;
            let sql = "DELETE FROM outbox WHERE site = $1 AND notice = $2";
            client.execute(sql, &[&site.as_str(), &name]).await?;
            Ok(removed == 1)
        })
    }

    fn put_health(&self, site: SiteId, name: String, health: Health) -> Pending<'_, ()> {
        self.send(move |client| async move {
            let sql = "UPDATE notices SET failing_since = $3, off_since = $4, error = $5 WHERE site = $1 AND name = $2";
            let Health { failing_since, off_since, error } = &health;
            client.execute(sql, &[&site.as_str(), &name, failing_since, off_since, error]).await?;
            Ok(())
        })
    }

    fn due(&self, now: Millis) -> Pending<'_, Vec<(SiteId, String)>> {
        self.send(move |client| async move {
            let sql = "SELECT site, name FROM notices AS n WHERE off_since IS NULL AND EXISTS (
                    SELECT 1 FROM outbox AS o
                    WHERE o.site = n.site AND o.notice = n.name AND o.state = 0 AND o.due_at <= $1)
                ORDER BY site, name";
            let statement = client.prepare_cached(sql).await?;
            let rows = client.query(&statement, &[&now]).await?;
            let read = |row: &Row| {
                let site: String = row.try_get(0)?;
                Ok((SiteId::try_from(site).map_err(Failure::Data)?, row.try_get(1)?))
            };
            rows.iter().map(read).collect()
        })
    }

    fn lease(&self, of: Lease) -> Pending<'_, Vec<Delivery>> {
        self.send(move |client| async move { lease(&client, &of).await })
    }

    fn finish(&self, of: Finish) -> Pending<'_, ()> {
        self.send(move |client| async move { finish(&client, &of).await })
    }

    fn settled(&self, key: RowKey) -> Pending<'_, Option<Settled>> {
        self.send(move |client| async move { settled(&client, &key).await })
    }

    fn log(&self, request: LogRequest) -> Pending<'_, Vec<Delivery>> {
        self.read(move |client| async move {
            let sql = format!(
                "SELECT {COLUMNS} FROM outbox AS o WHERE site = $1 AND ($2::text IS NULL OR notice = $2)
                 ORDER BY at DESC LIMIT $3"
            );
            let values: [&(dyn ToSql + Sync); 3] =
                [&request.site.as_str(), &request.notice, &i64::from(request.limit)];
            client.query(&sql, &values).await?.iter().map(delivery).collect()
        })
    }

    fn replay(&self, of: Replay) -> Pending<'_, u64> {
        self.read(move |client| async move { replay(&client, &of).await })
    }

    fn forget(&self, before: Millis) -> Pending<'_, u64> {
        self.work(move |client| async move {
            Ok(client.execute("DELETE FROM outbox WHERE at < $1", &[&before]).await?)
        })
    }
}
