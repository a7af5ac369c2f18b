//! Cases and sessions.

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params, params};

use aanrader_survey::Score;

use super::Sqlite;
use super::outbox;
use super::reader::{Conditions, score, stored};
use crate::cases::{Action, State, Urgency, Verdict};
use crate::store::{
    Act, Acted, Case, CaseEvent, CaseFilter, CaseKey, Cases, Happening, Kept, Millis, Owned, Pending, Place,
    Received, SCORED, Session, SiteId,
};

/// Opens the case of a new answer, if it needs one.
pub(super) fn open(connection: &Connection, received: &Received) -> rusqlite::Result<()> {
    let Some(verdict) = received.verdict.as_ref().filter(|verdict| verdict.urgency.opens()) else {
        return Ok(());
    };
    write(connection, OPEN, received, (verdict, received.answer.score(), verdict.urgency)).map(drop)
}

/// Updates the case of a changed answer, or opens one, by the stored answer.
pub(super) fn follow(connection: &Connection, received: &Received, was: u8) -> rusqlite::Result<()> {
    let Some(verdict) = &received.verdict else { return Ok(()) };
    let key = <[&str; 3]>::from(received.key());
    let sql = "SELECT score, contact_allowed FROM answers WHERE site = ?1 AND survey = ?2 AND id = ?3";
    let kept = connection.prepare_cached(sql)?;
    let (now, contact) = { kept }.query_row(key, |row| Ok((score(row, 0)?, row.get(1)?)))?;
    let urgency = Urgency::of(now, contact);
    let is_followed = write(connection, FOLLOW, received, (verdict, now, urgency))? == 1;
    if !is_followed && !urgency.opens() {
        return Ok(());
    }
    if !is_followed {
        write(connection, OPEN, received, (verdict, now, urgency))?;
    }
    if now.get() != was {
        let sql = "INSERT INTO case_events (site, survey, id, version, at, who, what, text)
            SELECT site, survey, id, version, ?4, '', ?5, ?6 FROM cases WHERE site = ?1 AND survey = ?2 AND id = ?3";
        let text = format!("{was} {}", now.get());
        let values = params![key[0], key[1], key[2], received.received_at, SCORED, text];
        connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}

const OPEN: &str = "
    INSERT OR FAIL INTO cases (site, survey, id, version, state, closed, urgency, due_at, owner, touchpoint, score,
        lowest, opened_at)
    VALUES (:site, :survey, :id, 1, 0, 0, :urgency, :due_at, :owner, :touchpoint, :score, :score, :at)
    ON CONFLICT DO NOTHING";

/// Until somebody takes it, a case is as urgent as the current answer. Afterwards its urgency only rises. A
/// lower score reopens a closed case.
const FOLLOW: &str = "
    UPDATE OR FAIL cases SET
        version = version + (score <> :score),
        urgency = CASE WHEN state = 0 OR urgency > :urgency THEN :urgency ELSE urgency END,
        due_at = CASE
            WHEN state = 4 AND score > :score THEN :due_at
            WHEN urgency > :urgency THEN min(due_at, :due_at)
            WHEN state = 0 AND urgency < :urgency THEN max(due_at, :due_at)
            ELSE due_at END,
        state = CASE WHEN state = 4 AND score > :score THEN 5 ELSE state END,
        closed = closed AND score <= :score,
        owner = CASE WHEN owner = '' THEN :owner ELSE owner END,
        touchpoint = :touchpoint, score = :score, lowest = min(lowest, :score), opened_at = min(opened_at, :at)
    WHERE site = :site AND survey = :survey AND id = :id";

fn write(
    connection: &Connection,
    sql: &str,
    received: &Received,
    (verdict, score, urgency): (&Verdict, Score, Urgency),
) -> rusqlite::Result<usize> {
    let (site, survey, id) = received.key();
    connection.prepare_cached(sql)?.execute(named_params! {
        ":site": site,
        ":survey": survey,
        ":id": id,
        ":urgency": urgency.rank(),
        ":due_at": verdict.due_at,
        ":owner": verdict.owner.as_deref().unwrap_or_default(),
        ":touchpoint": received.answer.touchpoint(),
        ":score": score.get(),
        ":at": received.received_at,
    })
}

/// An answer with its case.
pub(super) const COLUMNS: &str = "
    a.id, a.rev, a.complete, a.survey, a.touchpoint, a.score, a.comment, a.contact_allowed, a.contact_how,
    a.customer, a.properties, a.language, a.wording, a.answered_at, a.received_at,
    a.unverified_rev IS NOT NULL AS unverified,
    c.lowest, c.state, c.urgency, c.due_at, c.owner, c.cause, c.opened_at, c.version";

fn list(
    connection: &Connection,
    filter: &CaseFilter,
    after: Option<&Place>,
    limit: u32,
) -> rusqlite::Result<Vec<Case>> {
    let (site, score) = (filter.site.as_str(), filter.score.map(Score::get));
    let rank = after.map(|place| place.urgency.rank());
    let mut conditions = Conditions::default();
    conditions.add("site = ?", &site);
    conditions.add("closed = ?", &filter.closed);
    let index = match &filter.owned {
        Owned::ByAnybody => "cases_by_urgency",
        Owned::ByNobody => {
            conditions.add("owner = ?", &"");
            "cases_of_owner"
        }
        Owned::By(person) => {
            conditions.add("owner = ?", person);
            "cases_of_owner"
        }
    };
    conditions.add_some("due_at < ?", filter.due_before.as_ref());
    conditions.add_some("touchpoint = ?", filter.touchpoint.as_ref());
    conditions.add_some("score = ?", score.as_ref());
    if let Some((place, rank)) = after.zip(rank.as_ref()) {
        conditions.add("(urgency, due_at, survey, id) > (?, ?, ?, ?)", rank);
        conditions.values.extend([&place.due_at as &dyn rusqlite::ToSql, &place.survey, &place.id]);
    }
    conditions.values.push(&limit);
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT site, survey, id FROM cases INDEXED BY {index} WHERE {}
             ORDER BY urgency, due_at, survey, id LIMIT ?) AS k
         JOIN cases AS c ON c.site = k.site AND c.survey = k.survey AND c.id = k.id
         JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
         ORDER BY c.urgency, c.due_at, c.survey, c.id",
        conditions.sql()
    );
    connection.prepare_cached(&sql)?.query_map(conditions.values.as_slice(), case)?.collect()
}

fn one(connection: &Connection, key: &CaseKey) -> rusqlite::Result<Option<(Case, Vec<CaseEvent>)>> {
    // One transaction, so that the case and its history are of one snapshot.
    let snapshot = connection.unchecked_transaction()?;
    let of = params![key.site.as_str(), key.survey, key.id];
    let sql = format!(
        "SELECT {COLUMNS} FROM cases AS c
         JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
         WHERE c.site = ?1 AND c.survey = ?2 AND c.id = ?3"
    );
    let Some(case) = snapshot.prepare_cached(&sql)?.query_row(of, case).optional()? else { return Ok(None) };
    let sql = "SELECT version, at, who, what, text FROM case_events
        WHERE site = ?1 AND survey = ?2 AND id = ?3 ORDER BY version";
    let events = snapshot.prepare_cached(sql)?.query_map(of, event)?.collect::<rusqlite::Result<_>>()?;
    Ok(Some((case, events)))
}

pub(super) fn case(row: &Row<'_>) -> rusqlite::Result<Case> {
    let (state, owner): (u8, String) = (row.get("state")?, row.get("owner")?);
    Ok(Case {
        answer: stored(row)?,
        lowest: score(row, 16)?,
        state: state_of(17, state)?,
        urgency: urgency(row, 18)?,
        due_at: row.get("due_at")?,
        owner: Some(owner).filter(|owner| !owner.is_empty()),
        cause: row.get("cause")?,
        opened_at: row.get("opened_at")?,
        version: row.get("version")?,
    })
}

pub(super) fn state_of(column: usize, number: u8) -> rusqlite::Result<State> {
    State::from_number(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number.into()))
}

pub(super) fn urgency(row: &Row<'_>, column: usize) -> rusqlite::Result<Urgency> {
    let rank: u8 = row.get(column)?;
    Urgency::from_rank(rank).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, rank.into()))
}

fn event(row: &Row<'_>) -> rusqlite::Result<CaseEvent> {
    let (who, what): (String, String) = (row.get(2)?, row.get(3)?);
    let what = Happening::parse(&what, row.get(4)?)
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(3, what, rusqlite::types::Type::Text))?;
    Ok(CaseEvent {
        version: row.get(0)?,
        at: row.get(1)?,
        who: Some(who).filter(|who| !who.is_empty()),
        what,
    })
}

/// Locks before it reads, so that no other change comes between.
fn act(connection: &mut Connection, act: &Act) -> rusqlite::Result<Acted> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let CaseKey { site, survey, id } = &act.key;
    let site = site.as_str();
    let sql = "SELECT version, state, owner, cause FROM cases WHERE site = ?1 AND survey = ?2 AND id = ?3";
    let kept = transaction.query_row(sql, params![site, survey, id], |row| {
        let state = state_of(1, row.get(1)?)?;
        Ok(Kept { version: row.get(0)?, state, owner: row.get(2)?, cause: row.get(3)? })
    });
    let Some(kept) = kept.optional()? else { return Ok(Acted::Gone) };
    let next = match kept.after(act) {
        Ok(next) => next,
        Err(why) => return Ok(why),
    };
    let (state, closed) = (next.state.number(), next.state.is_closed());
    let told_at = (act.action == Action::Tell).then_some(act.at);
    let sql = "UPDATE cases SET version = ?4, state = ?5, closed = ?6, owner = ?7, cause = ?8,
            told_at = coalesce(?9, told_at)
        WHERE site = ?1 AND survey = ?2 AND id = ?3";
    transaction.execute(
        sql,
        params![site, survey, id, next.version, state, closed, next.owner, next.cause, told_at],
    )?;
    let sql = "INSERT INTO case_events (site, survey, id, version, at, who, what, text)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let what = act.action.name();
    transaction.execute(sql, params![site, survey, id, next.version, act.at, act.who, what, act.text])?;
    if let Some(cause) = act.text.as_ref().filter(|_| act.action == Action::Cause) {
        let sql = "INSERT INTO causes (site, name, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        transaction.execute(sql, params![site, cause, act.at])?;
    }
    outbox::told_of_action(&transaction, act, next.version)?;
    transaction.commit()?;
    Ok(Acted::Done)
}

impl Cases for Sqlite {
    fn cases(&self, filter: CaseFilter, after: Option<Place>, limit: u32) -> Pending<'_, Vec<Case>> {
        self.read(move |connection| list(connection, &filter, after.as_ref(), limit))
    }

    fn case(&self, key: CaseKey) -> Pending<'_, Option<(Case, Vec<CaseEvent>)>> {
        self.read(move |connection| one(connection, &key))
    }

    fn act(&self, what: Act) -> Pending<'_, Acted> {
        self.change(move |connection| Ok(act(connection, &what)?))
    }

    fn causes(&self, site: SiteId) -> Pending<'_, Vec<String>> {
        self.read(move |connection| {
            let sql = "SELECT name FROM causes WHERE site = ?1 ORDER BY name";
            connection.prepare_cached(sql)?.query_map([site.as_str()], |row| row.get(0))?.collect()
        })
    }

    fn put_session(&self, session: Session, now: Millis) -> Pending<'_, ()> {
        self.change(move |connection| {
            let site = Session::site_key(session.site.as_ref());
            connection
                .execute("DELETE FROM sessions WHERE site = ?1 AND expires_at < ?2", params![site, now])?;
            let sql = "INSERT INTO sessions (site, hash, token_hash, expires_at) VALUES (?1, ?2, ?3, ?4)";
            let Session { hash, token_hash, expires_at, .. } = &session;
            connection.execute(sql, params![site, hash, token_hash, expires_at])?;
            Ok(())
        })
    }

    fn session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, Option<Session>> {
        self.read(move |connection| {
            let sql = "SELECT token_hash, expires_at FROM sessions WHERE site = ?1 AND hash = ?2";
            let of = [Session::site_key(site.as_ref()), &hash];
            let kept = connection.prepare_cached(sql)?.query_row(of, |row| Ok((row.get(0)?, row.get(1)?)));
            let kept = kept.optional()?;
            Ok(kept.map(|(token_hash, expires_at)| Session { site, hash, token_hash, expires_at }))
        })
    }

    fn end_session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, ()> {
        self.change(move |connection| {
            let of = [Session::site_key(site.as_ref()), &hash];
            connection.execute("DELETE FROM sessions WHERE site = ?1 AND hash = ?2", of)?;
            Ok(())
        })
    }
}
