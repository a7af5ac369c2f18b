//! Cases and sessions.

use deadpool_postgres::Client;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::reader::{Conditions, score, stored};
use super::{Failure, Postgres, outbox};
use crate::cases::{Action, State, Urgency};
use crate::store::{
    Act, Acted, Case, CaseEvent, CaseFilter, CaseKey, Cases, Happening, Kept, Millis, Owned, Pending, Place,
    Session, SiteId,
};

/// An answer with its case.
pub(super) const COLUMNS: &str = "
    a.id, a.rev, a.complete, a.survey, a.touchpoint, a.score, a.comment, a.contact_allowed, a.contact_how,
    a.customer, a.properties, a.language, a.wording, a.answered_at, a.received_at,
    a.unverified_rev IS NOT NULL AS unverified,
    c.lowest, c.state, c.urgency, c.due_at, c.owner, c.cause, c.opened_at, c.version";

async fn list(
    client: &Client,
    filter: &CaseFilter,
    after: Option<&Place>,
    limit: u32,
) -> Result<Vec<Case>, Failure> {
    let (site, limit) = (filter.site.as_str(), i64::from(limit));
    let number = filter.score.map(|score| i16::from(score.get()));
    let nobody = String::new();
    let owner = match &filter.owned {
        Owned::ByAnybody => None,
        Owned::ByNobody => Some(&nobody),
        Owned::By(person) => Some(person),
    };
    let rank = after.map(|place| i16::from(place.urgency.rank()));
    let mut conditions = Conditions {
        texts: vec!["site = $1".into(), "closed = $2".into()],
        values: vec![&site, &filter.closed],
    };
    conditions.add_some("owner =", owner);
    conditions.add_some("due_at <", filter.due_before.as_ref());
    conditions.add_some("touchpoint =", filter.touchpoint.as_ref());
    conditions.add_some("score =", number.as_ref());
    if let Some((place, rank)) = after.zip(rank.as_ref()) {
        let first = conditions.values.len() + 1;
        let marks = format!("${first}, ${}, ${}, ${}", first + 1, first + 2, first + 3);
        conditions.texts.push(format!("(urgency, due_at, survey, id) > ({marks})"));
        let values: [&(dyn ToSql + Sync); 4] = [rank, &place.due_at, &place.survey, &place.id];
        conditions.values.extend(values);
    }
    conditions.values.push(&limit);
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT site, survey, id FROM cases WHERE {}
             ORDER BY urgency, due_at, survey, id LIMIT ${}) AS k
         JOIN cases AS c ON c.site = k.site AND c.survey = k.survey AND c.id = k.id
         JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
         ORDER BY c.urgency, c.due_at, c.survey, c.id",
        conditions.texts.join(" AND "),
        conditions.values.len()
    );
    client.query(&sql, &conditions.values).await?.iter().map(case).collect()
}

async fn one(client: &Client, key: &CaseKey) -> Result<Option<(Case, Vec<CaseEvent>)>, Failure> {
    let CaseKey { site, survey, id } = key;
    let site = site.as_str();
    let sql = format!(
        "SELECT {COLUMNS} FROM cases AS c
         JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
         WHERE c.site = $1 AND c.survey = $2 AND c.id = $3"
    );
    let Some(row) = client.query_opt(&sql, &[&site, survey, id]).await? else { return Ok(None) };
    let case = case(&row)?;
    // Events that arrived after the case was read appear at the next read.
    let sql = "SELECT version, at, who, what, text FROM case_events
        WHERE site = $1 AND survey = $2 AND id = $3 AND version <= $4 ORDER BY version";
    let events = client.query(sql, &[&site, survey, id, &case.version]).await?;
    Ok(Some((case, events.iter().map(event).collect::<Result<_, _>>()?)))
}

pub(super) fn case(row: &Row) -> Result<Case, Failure> {
    let owner: String = row.try_get("owner")?;
    Ok(Case {
        answer: stored(row)?,
        lowest: score(row, 16)?,
        state: state(row.try_get("state")?)?,
        urgency: urgency(row.try_get("urgency")?)?,
        due_at: row.try_get("due_at")?,
        owner: Some(owner).filter(|owner| !owner.is_empty()),
        cause: row.try_get("cause")?,
        opened_at: row.try_get("opened_at")?,
        version: row.try_get("version")?,
    })
}

pub(super) fn state(number: i16) -> Result<State, Failure> {
    let state = u8::try_from(number).ok().and_then(State::from_number);
    state.ok_or_else(|| Failure::Data(format!("a state of {number}")))
}

pub(super) fn urgency(rank: i16) -> Result<Urgency, Failure> {
    let urgency = u8::try_from(rank).ok().and_then(Urgency::from_rank);
    urgency.ok_or_else(|| Failure::Data(format!("an urgency of {rank}")))
}

fn event(row: &Row) -> Result<CaseEvent, Failure> {
    let (who, what): (String, String) = (row.try_get(2)?, row.try_get(3)?);
    let happening = Happening::parse(&what, row.try_get(4)?);
    Ok(CaseEvent {
        version: row.try_get(0)?,
        at: row.try_get(1)?,
        who: Some(who).filter(|who| !who.is_empty()),
        what: happening.ok_or_else(|| Failure::Data(format!("a case with {what:?}")))?,
    })
}

/// How often a note is tried if other changes come first.
pub(super) const TRIES: u32 = 100;

/// Reads the case, and writes it if it still has the same version. So one of several concurrent actions comes
/// first.
async fn act(client: &Client, act: &Act) -> Result<Acted, Failure> {
    for _ in 0..TRIES {
        let CaseKey { site, survey, id } = &act.key;
        let sql =
            "SELECT version, state, owner, cause FROM cases WHERE site = $1 AND survey = $2 AND id = $3";
        let Some(row) = client.query_opt(sql, &[&site.as_str(), survey, id]).await? else {
            return Ok(Acted::Gone);
        };
        let kept = Kept {
            version: row.try_get(0)?,
            state: state(row.try_get(1)?)?,
            owner: row.try_get(2)?,
            cause: row.try_get(3)?,
        };
        let next = match kept.after(act) {
            Ok(next) => next,
            Err(why) => return Ok(why),
        };
        if change(client, act, &next).await? {
            return Ok(Acted::Done);
        }
        if act.version.is_some() {
            return Ok(Acted::Changed);
        }
    }
    Ok(Acted::Changed)
}

const CHANGE: &str = "
    WITH changed AS (
        UPDATE cases SET version = $4::bigint, state = $5, closed = $6, owner = $7, cause = $8,
        told_at = CASE WHEN $11::text = $14::text THEN $9::bigint ELSE told_at END
        WHERE site = $1 AND survey = $2 AND id = $3 AND version = $4::bigint - 1
        RETURNING site, survey, id, version, cause
    ), named AS (
        INSERT INTO causes (site, name, created_at) SELECT site, cause, $9::bigint FROM changed
        WHERE $11::text = $13::text AND cause IS NOT NULL ON CONFLICT (site, name) DO NOTHING
    ), noticed AS (
        INSERT INTO outbox (site, notice, survey, id, event, number, at, period, due_at, leased, failed, state)
        SELECT c.site, w.notice, c.survey, c.id, 'case.changed', c.version, $9::bigint, w.period, w.due_at, 0, 0, 0
        FROM changed AS c, unnest($15::text[], $16::bigint[], $17::bigint[]) AS w (notice, due_at, period)
        ON CONFLICT DO NOTHING
    )
    INSERT INTO case_events (site, survey, id, version, at, who, what, text)
    SELECT site, survey, id, version, $9::bigint, $10::text, $11::text, $12::text FROM changed";

/// Changes the case, its history and the site's causes with one statement; false if the version has changed
/// meanwhile.
async fn change(client: &Client, act: &Act, next: &Kept) -> Result<bool, Failure> {
    let CaseKey { site, survey, id } = &act.key;
    let state = i16::from(next.state.number());
    let (notices, due_at, periods) = outbox::of_action(act);
    let changed = client
        .execute(
            CHANGE,
            &[
                &site.as_str(),
                survey,
                id,
                &next.version,
                &state,
                &next.state.is_closed(),
                &next.owner,
                &next.cause,
                &act.at,
                &act.who,
                &act.action.name(),
                &act.text,
                &Action::Cause.name(),
                &Action::Tell.name(),
                &notices,
                &due_at,
                &periods,
            ],
        )
        .await?;
    Ok(changed == 1)
}

impl Cases for Postgres {
    fn cases(&self, filter: CaseFilter, after: Option<Place>, limit: u32) -> Pending<'_, Vec<Case>> {
        self.read(move |client| async move { list(&client, &filter, after.as_ref(), limit).await })
    }

    fn case(&self, key: CaseKey) -> Pending<'_, Option<(Case, Vec<CaseEvent>)>> {
        self.read(move |client| async move { one(&client, &key).await })
    }

    fn act(&self, what: Act) -> Pending<'_, Acted> {
        self.read(move |client| async move { act(&client, &what).await })
    }

    fn causes(&self, site: SiteId) -> Pending<'_, Vec<String>> {
        self.read(move |client| async move {
            let sql = "SELECT name FROM causes WHERE site = $1 ORDER BY name";
            let rows = client.query(sql, &[&site.as_str()]).await?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
        })
    }

    fn put_session(&self, session: Session, now: Millis) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let site = Session::site_key(session.site.as_ref());
            client
                .execute("DELETE FROM sessions WHERE site = $1 AND expires_at < $2", &[&site, &now])
                .await?;
            let sql = "INSERT INTO sessions (site, hash, token_hash, expires_at) VALUES ($1, $2, $3, $4)";
            let Session { hash, token_hash, expires_at, .. } = &session;
            client.execute(sql, &[&site, hash, token_hash, expires_at]).await?;
            Ok(())
        })
    }

    fn session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, Option<Session>> {
        self.read(move |client| async move {
            let sql = "SELECT token_hash, expires_at FROM sessions WHERE site = $1 AND hash = $2";
            let kept = client.query_opt(sql, &[&Session::site_key(site.as_ref()), &hash]).await?;
            let session = |row: Row| {
                let (token_hash, expires_at) = (row.try_get(0)?, row.try_get(1)?);
                Ok(Session { site, hash, token_hash, expires_at })
            };
            kept.map(session).transpose()
        })
    }

    fn end_session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let sql = "DELETE FROM sessions WHERE site = $1 AND hash = $2";
            client.execute(sql, &[&Session::site_key(site.as_ref()), &hash]).await?;
            Ok(())
        })
    }
}
