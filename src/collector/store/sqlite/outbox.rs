//! Notices and the outbox. The writer's thread makes all changes, so that they share its commits.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::Sqlite;
use super::reader::stored;
use crate::notices::{Event, Notice, Wanted};
use crate::store::{
    Act, CaseKey, Delivery, DeliveryState, Finish, Health, How, Lease, LogRequest, Millis, NoticeRecord,
    Outbox, Pending, Received, Replay, RowKey, Settled, SiteId,
};

/// Writes the rows of an answer that was stored, in its transaction. `is_older` says that it only added what
/// the stored revision doesn't name; then the rule is checked when the message is made.
pub(super) fn told_later(
    connection: &Connection,
    received: &Received,
    is_older: bool,
) -> rusqlite::Result<()> {
    for wanted in &received.wanted {
        let told = Told { connection, received, wanted };
        if !told.hurry(&[Event::AnswerCreated, Event::AnswerUpdated])? {
            told.of_answer(is_older)?;
        }
        told.hurry(&[Event::CaseOpened])?;
        told.of_case()?;
    }
    Ok(())
}

struct Told<'a> {
    connection: &'a Connection,
    received: &'a Received,
    wanted: &'a Wanted,
}

impl Told<'_> {
    /// Whether a row of these events still waits for its first attempt. It is now due as soon as this one.
    fn hurry(&self, events: &[Event]) -> rusqlite::Result<bool> {
        let (site, survey, id) = self.received.key();
        let sql = "UPDATE outbox SET due_at = min(due_at, ?6)
            WHERE site = ?1 AND notice = ?2 AND survey = ?3 AND id = ?4 AND event = ?5 AND state = 0 AND leased = 0";
        let mut found = 0;
        for event in events {
            let values = params![site, self.wanted.notice, survey, id, event.name(), self.wanted.due_at];
            found += self.connection.prepare_cached(sql)?.execute(values)?;
        }
        Ok(found > 0)
    }

    /// The first row of an answer is its creation, whatever the revision.
    fn of_answer(&self, is_older: bool) -> rusqlite::Result<()> {
        let (site, survey, id) = self.received.key();
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox
            WHERE site = ?1 AND notice = ?2 AND survey = ?3 AND id = ?4 AND event IN ('answer.created', 'answer.updated'))";
        let values = params![site, self.wanted.notice, survey, id];
        let is_known = self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
        let Some(event) = self.wanted.of_answer(is_known, is_older) else { return Ok(()) };
        self.write("SELECT :number", event, self.received.answer.rev().into())
    }

    /// A case that this revision opened, or changed by its score.
    fn of_case(&self) -> rusqlite::Result<()> {
        let at = self.received.received_at;
        if self.wanted.has(Event::CaseOpened) {
            let opened = "SELECT 1 FROM cases WHERE site = :site AND survey = :survey AND id = :id AND opened_at = :number";
            self.write(opened, Event::CaseOpened, at)?;
        }
        if self.wanted.has(Event::CaseChanged) {
            let changed =
                "SELECT version FROM case_events WHERE site = :site AND survey = :survey AND id = :id
                AND at = :number AND what = 'score'";
            self.write(changed, Event::CaseChanged, at)?;
        }
        Ok(())
    }

    /// Writes the rows with the numbers that `numbers` selects.
    fn write(&self, numbers: &str, event: Event, number: i64) -> rusqlite::Result<()> {
        let (site, survey, id) = self.received.key();
        let at = self.received.received_at;
        insert(self.connection, (site, survey, id), self.wanted, event, (numbers, number), at)
    }
}

fn insert(
    connection: &Connection,
    (site, survey, id): (&str, &str, &str),
    wanted: &Wanted,
    event: Event,
    (numbers, number): (&str, i64),
    at: Millis,
) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT INTO outbox (site, notice, survey, id, event, number, at, period, due_at, leased, failed, state)
         SELECT :site, :notice, :survey, :id, :event, n.*, :at, :period, :due_at, 0, 0, 0 FROM ({numbers}) AS n
         WHERE true ON CONFLICT DO NOTHING"
    );
    let values = named_params! {
        ":site": site, ":notice": wanted.notice, ":survey": survey, ":id": id, ":event": event.name(),
        ":number": number, ":at": at, ":period": wanted.period, ":due_at": wanted.due_at,
    };
    connection.prepare_cached(&sql)?.execute(values).map(drop)
}

/// Writes the rows of a person's action, in its transaction.
pub(super) fn told_of_action(connection: &Connection, act: &Act, version: i64) -> rusqlite::Result<()> {
    let CaseKey { site, survey, id } = &act.key;
    for wanted in act.wanted.iter().filter(|wanted| wanted.has(Event::CaseChanged)) {
        let key = (site.as_str(), survey.as_str(), id.as_str());
        insert(connection, key, wanted, Event::CaseChanged, ("SELECT :number", version), act.at)?;
    }
    Ok(())
}

fn lease(connection: &Connection, lease: &Lease) -> rusqlite::Result<Vec<Delivery>> {
    let Lease { site, notice, now, until, limit } = lease;
    let sql = format!(
        "UPDATE outbox SET leased = leased + 1, due_at = ?4
         WHERE (site, notice, survey, id, event, number) IN (
             SELECT site, notice, survey, id, event, number FROM outbox INDEXED BY outbox_due
             WHERE site = ?1 AND notice = ?2 AND state = 0 AND due_at <= ?3 ORDER BY due_at LIMIT ?5)
         RETURNING {COLUMNS}"
    );
    let values = params![site.as_str(), notice, now, until, limit];
    connection.prepare_cached(&sql)?.query_map(values, delivery)?.collect()
}

fn finish(connection: &Connection, finish: &Finish) -> rusqlite::Result<()> {
    const MINE: &str = "site = ?1 AND notice = ?2 AND survey = ?3 AND id = ?4 AND event = ?5 AND number = ?6
        AND leased = ?7 AND state = 0";
    for (key, leased) in &finish.rows {
        let RowKey { site, notice, survey, id, event, number } = key;
        let (site, event) = (site.as_str(), event.name());
        let (failed, state, due_at, said) = match &finish.how {
            How::Dropped => {
                let sql = format!("DELETE FROM outbox WHERE {MINE}");
                let values = params![site, notice, survey, id, event, number, leased];
                connection.prepare_cached(&sql)?.execute(values)?;
                continue;
            }
            How::Delivered(said) => (0, DeliveryState::Delivered, finish.at, Some(said)),
            How::Renewed(until) => (0, DeliveryState::Waiting, *until, None),
            How::Again(due_at, said) => (1, DeliveryState::Waiting, *due_at, Some(said)),
            How::Failed(said) => (1, DeliveryState::Failed, finish.at, Some(said)),
        };
        let sql = format!(
            "UPDATE outbox SET failed = failed + ?8, state = ?9, due_at = ?10, said = coalesce(?11, said), ended_at = ?12 WHERE {MINE}"
        );
        let ended_at = (state != DeliveryState::Waiting).then_some(finish.at);
        connection.prepare_cached(&sql)?.execute(params![
            site,
            notice,
            survey,
            id,
            event,
            number,
            leased,
            failed,
            state.number(),
            due_at,
            said,
            ended_at
        ])?;
    }
    Ok(())
}

const COLUMNS: &str =
    "site, notice, survey, id, event, number, at, period, due_at, leased, failed, state, said, ended_at";

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let (event, state): (String, i16) = (row.get("event")?, row.get("state")?);
    let event =
        Event::parse(&event).ok_or_else(|| rusqlite::Error::InvalidColumnType(4, event, Type::Text))?;
    let state = DeliveryState::from_number(state)
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(11, state.into()))?;
    Ok(Delivery {
        key: RowKey {
            site: site(row.get("site")?)?,
            notice: row.get("notice")?,
            survey: row.get("survey")?,
            id: row.get("id")?,
            event,
            number: row.get("number")?,
        },
        at: row.get("at")?,
        period: row.get("period")?,
        due_at: row.get("due_at")?,
        leased: row.get("leased")?,
        failed: row.get("failed")?,
        state,
        said: row.get("said")?,
        ended_at: row.get("ended_at")?,
    })
}

fn site(text: String) -> rusqlite::Result<SiteId> {
    SiteId::try_from(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

pub(super) fn notices(connection: &Connection) -> rusqlite::Result<Vec<NoticeRecord>> {
    let sql = "SELECT site, name, settings, failing_since, off_since, error FROM notices ORDER BY site, name";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let (of, name, settings): (_, String, String) = (site(row.get(0)?)?, row.get(1)?, row.get(2)?);
        let health = Health { failing_since: row.get(3)?, off_since: row.get(4)?, error: row.get(5)? };
        Ok(NoticeRecord::read(of, &name, &settings, health))
    })?;
    rows.filter_map(Result::transpose).collect()
}

fn settled(connection: &Connection, key: &RowKey) -> rusqlite::Result<Option<Settled>> {
    let sql = "SELECT id, rev, complete, survey, touchpoint, score, comment, contact_allowed, contact_how, customer,
            properties, language, wording, answered_at, received_at, unverified_rev IS NOT NULL AS unverified,
            EXISTS (SELECT 1 FROM outbox AS o WHERE o.site = ?1 AND o.notice = ?4 AND o.survey = ?2 AND o.id = ?3
                AND o.event IN ('answer.created', 'answer.updated') AND o.state = 1) AS told
        FROM answers WHERE site = ?1 AND survey = ?2 AND id = ?3";
    let values = params![key.site.as_str(), key.survey, key.id, key.notice];
    let read = |row: &Row<'_>| Ok(Settled { answer: stored(row)?, told: row.get("told")? });
    connection.prepare_cached(sql)?.query_row(values, read).optional()
}

fn replay(connection: &Connection, replay: &Replay) -> rusqlite::Result<u64> {
    let sql = "UPDATE outbox SET state = 0, failed = 0, due_at = :now, ended_at = NULL
        WHERE site = :site AND notice = :notice AND (state <> 0 OR failed > 0) AND (:id IS NULL OR id = :id)
            AND at >= :from AND at < :to";
    let changed = connection.prepare_cached(sql)?.execute(named_params! {
        ":site": replay.site.as_str(), ":notice": replay.notice, ":id": replay.id, ":now": replay.now,
        ":from": replay.from.unwrap_or(Millis::MIN), ":to": replay.to.unwrap_or(Millis::MAX),
    })?;
    Ok(changed as u64)
}

impl Outbox for Sqlite {
    fn put_notice(&self, site: SiteId, notice: Notice) -> Pending<'_, ()> {
        self.change(move |connection| {
            let settings = serde_json::to_string(&notice)?;
            let sql = "INSERT INTO notices (site, name, settings) VALUES (?1, ?2, ?3)
                ON CONFLICT DO UPDATE SET settings = excluded.settings, failing_since = NULL, off_since = NULL, error = NULL";
            connection.execute(sql, params![site.as_str(), notice.name, settings])?;
            Ok(())
        })
    }

    fn remove_notice(&self, site: SiteId, name: String) -> Pending<'_, bool> {
        self.change(move |connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "DELETE FROM outbox WHERE site = ?1 AND notice = ?2",
                params![site.as_str(), name],
            )?;
            let sql = "DELETE FROM notices WHERE site = ?1 AND name = ?2";
            let removed = transaction.execute(sql, params![site.as_str(), name])?;
            transaction.commit()?;
            Ok(removed == 1)
        })
    }

    fn put_health(&self, site: SiteId, name: String, health: Health) -> Pending<'_, ()> {
        self.write(move |connection| {
            let sql = "UPDATE notices SET failing_since = ?3, off_since = ?4, error = ?5 WHERE site = ?1 AND name = ?2";
            let Health { failing_since, off_since, error } = &health;
            connection.execute(sql, params![site.as_str(), name, failing_since, off_since, error]).map(drop)
        })
    }

    fn due(&self, now: Millis) -> Pending<'_, Vec<(SiteId, String)>> {
        self.read(move |connection| {
            let sql = "SELECT site, name FROM notices AS n WHERE off_since IS NULL AND EXISTS (
                    SELECT 1 FROM outbox AS o WHERE o.site = n.site AND o.notice = n.name AND o.state = 0 AND o.due_at <= ?1)
                ORDER BY site, name";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map([now], |row| Ok((site(row.get(0)?)?, row.get(1)?)))?.collect()
        })
    }

    fn lease(&self, of: Lease) -> Pending<'_, Vec<Delivery>> {
        self.write(move |connection| lease(connection, &of))
    }

    fn finish(&self, of: Finish) -> Pending<'_, ()> {
        self.write(move |connection| finish(connection, &of))
    }

    fn settled(&self, key: RowKey) -> Pending<'_, Option<Settled>> {
        self.read(move |connection| settled(connection, &key))
    }

    fn log(&self, request: LogRequest) -> Pending<'_, Vec<Delivery>> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM outbox INDEXED BY outbox_by_time
                 WHERE site = ?1 AND (?2 IS NULL OR notice = ?2) ORDER BY at DESC LIMIT ?3"
            );
            let values = params![request.site.as_str(), request.notice, request.limit];
            connection.prepare_cached(&sql)?.query_map(values, delivery)?.collect()
        })
    }

    fn replay(&self, of: Replay) -> Pending<'_, u64> {
        self.change(move |connection| Ok(replay(connection, &of)?))
    }

    fn forget(&self, before: Millis) -> Pending<'_, u64> {
        self.change(move |connection| {
            Ok(connection.execute("DELETE FROM outbox WHERE at < ?1", [before])? as u64)
        })
    }
}
