//! Writes a batch of answers and their tallies with one statement, so no answer is ever stored but not
//! counted.

use std::collections::{BTreeMap, HashMap, HashSet};

use deadpool_postgres::GenericClient;
use tokio_postgres::Statement;
use tokio_postgres::types::{ToSql, Type};

use super::chosen::{Chosen, Key, chosen};
use super::outbox::{self, Written};
use super::recovery;
use crate::store::{Millis, Received, Saved, grouped_text};

/// The keys are sorted and unique, so that batches of several collectors take their locks in the same order:
/// first on answers, then on tallies.
const SAVE: &str = "
WITH incoming AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::text[],
        $7::smallint[], $8::text[], $9::boolean[], $10::text[], $11::text[], $12::text[], $13::text[],
        $14::text[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[],
        $21::smallint[], $22::bigint[], $23::text[], $24::text[])
    AS i (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed, contact_how, customer,
        properties, language, wording, answered_at, received_at, changed_at, unverified_rev, comment_rev,
        contact_rev, urgency, due_at, owner, grouped)
), saved AS (
    INSERT INTO answers AS a (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed,
        contact_how, customer, properties, language, wording, answered_at, received_at, changed_at, unverified_rev,
        comment_rev, contact_rev, grouped, grouped_rev)
    SELECT site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed, contact_how, customer,
        properties, language, wording, answered_at, received_at, changed_at, unverified_rev, comment_rev, contact_rev,
        grouped, CASE WHEN grouped IS NOT NULL THEN rev END
    FROM incoming ORDER BY site COLLATE \"C\", survey COLLATE \"C\", id COLLATE \"C\"
    ON CONFLICT (site, survey, id) DO UPDATE SET
        was_touchpoint = a.touchpoint, was_day = a.answered_at / 86400000, was_score = a.score,
        was_unverified = a.unverified_rev IS NOT NULL, was_grouped = a.grouped,
        grouped = excluded.grouped, grouped_rev = excluded.grouped_rev,
        rev = excluded.rev, complete = excluded.complete, touchpoint = excluded.touchpoint,
        score = excluded.score, customer = excluded.customer, properties = excluded.properties,
        language = excluded.language, wording = excluded.wording, answered_at = excluded.answered_at,
        changed_at = excluded.changed_at, unverified_rev = excluded.unverified_rev,
        comment = CASE WHEN excluded.comment_rev > coalesce(a.comment_rev, a.rev) THEN excluded.comment
            ELSE a.comment END,
        comment_rev = greatest(excluded.comment_rev, coalesce(a.comment_rev, a.rev)),
        contact_allowed = CASE WHEN excluded.contact_rev > coalesce(a.contact_rev, a.rev)
            THEN excluded.contact_allowed ELSE a.contact_allowed END,
        contact_how = CASE WHEN excluded.contact_rev > coalesce(a.contact_rev, a.rev) THEN excluded.contact_how
            ELSE a.contact_how END,
        contact_rev = greatest(excluded.contact_rev, coalesce(a.contact_rev, a.rev))
    WHERE a.rev < excluded.rev
    RETURNING site, survey, id, touchpoint, answered_at / 86400000 AS day, score, changed_at, contact_allowed,
        was_touchpoint, was_day, was_score, (unverified_rev IS NOT NULL)::int AS unverified, was_unverified::int AS was_unverified,
        grouped, was_grouped
), changes AS (
    SELECT site, survey, touchpoint, day, score, 1 AS n, unverified FROM saved
    UNION ALL
    SELECT site, survey, was_touchpoint, was_day, was_score, -1, -was_unverified FROM saved WHERE was_day IS NOT NULL
), tallied AS (
    INSERT INTO tallies AS t (site, survey, touchpoint, day, score, n, unverified)
    SELECT site, survey, touchpoint, day, score, sum(n), sum(unverified) FROM changes
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0 OR sum(unverified) <> 0 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (site, survey, touchpoint, day, score)
    DO UPDATE SET n = t.n + excluded.n, unverified = t.unverified + excluded.unverified
), group_changes AS (
    SELECT site, g.key COLLATE \"C\" AS property, survey, g.value COLLATE \"C\" AS value, day, score, 1 AS n
    FROM saved CROSS JOIN LATERAL json_each_text(grouped::json) AS g
    UNION ALL
    SELECT site, g.key COLLATE \"C\", survey, g.value COLLATE \"C\", was_day, was_score, -1
    FROM saved CROSS JOIN LATERAL json_each_text(was_grouped::json) AS g WHERE was_day IS NOT NULL
), groups_tallied AS (
    INSERT INTO group_tallies AS t (site, property, survey, value, day, score, n)
    SELECT site, property, survey, value, day, score, sum(n) FROM group_changes
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (site, property, survey, value, day, score) DO UPDATE SET n = t.n + excluded.n
), judged AS (
    -- From 7 on, what counts is whether the answer as it is kept has consent to be contacted.
    SELECT s.*, i.due_at, i.owner,
        CASE WHEN i.urgency < 4 THEN i.urgency WHEN s.contact_allowed THEN 4 ELSE 5 END::smallint AS urgency
    FROM saved AS s JOIN incoming AS i USING (site, survey, id)
    WHERE i.urgency IS NOT NULL
), opened AS (
    INSERT INTO cases AS c (site, survey, id, version, state, closed, urgency, due_at, owner, touchpoint, score,
        lowest, opened_at)
    SELECT site, survey, id, 1, 0, false, urgency, due_at, owner, touchpoint, score, score, changed_at FROM judged
    WHERE urgency < 5 OR was_score <= 6 ORDER BY site, survey, id
    ON CONFLICT (site, survey, id) DO UPDATE SET
        version = c.version + (c.score <> excluded.score)::int,
        urgency = CASE WHEN c.state = 0 OR c.urgency > excluded.urgency THEN excluded.urgency ELSE c.urgency END,
        due_at = CASE
            WHEN c.state = 4 AND c.score > excluded.score THEN excluded.due_at
            WHEN c.urgency > excluded.urgency THEN least(c.due_at, excluded.due_at)
            WHEN c.state = 0 AND c.urgency < excluded.urgency THEN greatest(c.due_at, excluded.due_at)
            ELSE c.due_at END,
        state = CASE WHEN c.state = 4 AND c.score > excluded.score THEN 5 ELSE c.state END,
        closed = c.closed AND c.score <= excluded.score,
        owner = CASE WHEN c.owner = '' THEN excluded.owner ELSE c.owner END,
        touchpoint = excluded.touchpoint, score = excluded.score, lowest = least(c.lowest, excluded.lowest)
    RETURNING site, survey, id, version
), withdrawn AS (
    UPDATE cases AS c SET touchpoint = j.touchpoint, version = c.version + (c.score <> j.score)::int,
        score = j.score, urgency = CASE WHEN c.state = 0 THEN j.urgency ELSE c.urgency END,
        due_at = CASE WHEN c.state = 0 THEN greatest(c.due_at, j.due_at) ELSE c.due_at END
    FROM judged AS j WHERE c.site = j.site AND c.survey = j.survey AND c.id = j.id
        AND j.urgency = 5 AND j.was_score > 6
    RETURNING c.site, c.survey, c.id, c.version
), scored AS (
    INSERT INTO case_events (site, survey, id, version, at, who, what, text)
    SELECT site, survey, id, c.version, j.changed_at, '', 'score', j.was_score || ' ' || j.score
    FROM (SELECT * FROM opened UNION ALL SELECT * FROM withdrawn) AS c JOIN judged AS j USING (site, survey, id)
    WHERE j.was_score <> j.score
)
SELECT site, survey, id, was_day IS NULL FROM saved";

/// If the statement left an answer unchanged because a higher revision is stored: writes the fields that this
/// revision names and no later one has named.
const NAMED: &str = "
WITH named AS (
    UPDATE answers AS a SET
        comment = CASE WHEN k.comment_rev > coalesce(a.comment_rev, a.rev) THEN k.comment ELSE a.comment END,
        comment_rev = greatest(k.comment_rev, coalesce(a.comment_rev, a.rev)),
        contact_allowed = CASE WHEN k.contact_rev > coalesce(a.contact_rev, a.rev) THEN k.contact_allowed
            ELSE a.contact_allowed END,
        contact_how = CASE WHEN k.contact_rev > coalesce(a.contact_rev, a.rev) THEN k.contact_how
            ELSE a.contact_how END,
        contact_rev = greatest(k.contact_rev, coalesce(a.contact_rev, a.rev)),
        changed_at = greatest(k.changed_at, a.changed_at)
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::bigint[],
        $8::bigint[], $9::bigint[], $10::bigint[], $11::text[])
    AS k (site, survey, id, comment, contact_allowed, contact_how, changed_at, comment_rev, contact_rev, due_at, owner)
    WHERE a.site = k.site AND a.survey = k.survey AND a.id = k.id
        AND (k.comment_rev > coalesce(a.comment_rev, a.rev) OR k.contact_rev > coalesce(a.contact_rev, a.rev))
    RETURNING a.site, a.survey, a.id, a.touchpoint, a.score, a.contact_allowed, k.due_at, k.owner, k.changed_at
)
INSERT INTO cases AS c (site, survey, id, version, state, closed, urgency, due_at, owner, touchpoint, score, lowest,
    opened_at)
SELECT site, survey, id, 1, 0, false, 4, due_at, owner, touchpoint, score, score, changed_at FROM named
WHERE due_at IS NOT NULL AND contact_allowed AND score > 6 ORDER BY site, survey, id
ON CONFLICT (site, survey, id) DO UPDATE SET urgency = least(c.urgency, excluded.urgency)";

/// The stored revisions of the answers that the statement left unchanged.
const KEPT: &str = "
SELECT a.site, a.survey, a.id, a.rev FROM unnest($1::text[], $2::text[], $3::text[]) AS k (site, survey, id)
JOIN answers AS a ON a.site = k.site AND a.survey = k.survey AND a.id = k.id";

/// Site, survey and id, as the server returns them.
type OwnKey = (String, String, String);

/// The outcome for each key.
type Outcomes = HashMap<OwnKey, Saved>;

/// Stores all answers or none, and returns the outcome of each, in their order.
pub(super) async fn save(
    client: &mut deadpool_postgres::Client,
    batch: &[Received],
) -> Result<Vec<Saved>, tokio_postgres::Error> {
    let chosen = chosen(batch);
    let columns = Columns::of(chosen.values());
    let statement = client.prepare_typed_cached(SAVE, &TYPES).await?;
    // One statement needs no transaction of its own, which would be two more round trips.
    let mut outcome = if chosen.values().all(|chosen| chosen.received.wanted.is_empty()) {
        write(client, &statement, &chosen, &columns).await?.0
    } else {
        let transaction = client.transaction().await?;
        let (outcome, changed) = write(&transaction, &statement, &chosen, &columns).await?;
        outbox::told_later(&transaction, &written(&chosen, &outcome, &changed)).await?;
        transaction.commit().await?;
        outcome
    };
    let settled = chosen.iter().filter(|(key, chosen)| {
        let (site, survey, id) = **key;
        let key = (site.to_owned(), survey.to_owned(), id.to_owned());
        // A new answer without a customer is nobody's later one.
        chosen.received.customer.is_some() || outcome.get(&key) != Some(&Saved::New)
    });
    recovery::settle(client, &settled.map(|(key, _)| *key).collect()).await?;
    Ok(replies(batch, &chosen, &mut outcome))
}

/// Writes the answers; returns the outcomes, and the keys of those that became the stored revision.
async fn write(
    client: &impl GenericClient,
    statement: &Statement,
    chosen: &BTreeMap<Key<'_>, Chosen<'_>>,
    columns: &Columns<'_>,
) -> Result<(Outcomes, HashSet<OwnKey>), tokio_postgres::Error> {
    let rows = client.query(statement, &columns.values()).await?;
    let (mut outcome, mut changed) = (Outcomes::with_capacity(chosen.len()), HashSet::new());
    for row in &rows {
        let key: OwnKey = (row.get(0), row.get(1), row.get(2));
        let rev = chosen.get(&borrowed(&key)).map_or(0, |chosen| chosen.received.answer.rev());
        changed.insert(key.clone());
        outcome.insert(key, if row.get(3) { Saved::New } else { Saved::Known { rev } });
    }
    if rows.len() < chosen.len() {
        // It leaves newly written answers unchanged.
        client.execute(NAMED, &columns.named()).await?;
        for (key, rev) in kept(client, columns).await? {
            outcome.entry(key).or_insert(Saved::Known { rev });
        }
    }
    Ok((outcome, changed))
}

/// The answers that changed something: as the stored revision, or by what only an older one names.
fn written<'a>(
    chosen: &BTreeMap<Key<'a>, Chosen<'a>>,
    outcome: &Outcomes,
    changed: &HashSet<OwnKey>,
) -> Vec<Written<'a>> {
    let one = |((site, survey, id), chosen): (&Key<'a>, &Chosen<'a>)| {
        let key = ((*site).to_owned(), (*survey).to_owned(), (*id).to_owned());
        let received = chosen.received;
        match outcome.get(&key) {
            _ if changed.contains(&key) => Some(Written { received, is_older: false }),
            Some(Saved::Known { rev }) if chosen.names_what_is_older_than(*rev) => {
                Some(Written { received, is_older: true })
            }
            _ => None,
        }
    };
    chosen.iter().filter_map(one).collect()
}

/// If a new id occurs several times, only its first answer is reported as new.
fn replies(batch: &[Received], chosen: &BTreeMap<Key<'_>, Chosen<'_>>, outcome: &mut Outcomes) -> Vec<Saved> {
    let mut reply = |received: &Received| {
        let (site, survey, id) = received.key();
        let rev = chosen.get(&received.key()).map_or(0, |chosen| chosen.received.answer.rev());
        let known = Saved::Known { rev };
        match outcome.get_mut(&(site.to_owned(), survey.to_owned(), id.to_owned())) {
            Some(saved @ Saved::New) => std::mem::replace(saved, known),
            Some(saved) => *saved,
            None => known,
        }
    };
    batch.iter().map(&mut reply).collect()
}

fn borrowed((site, survey, id): &OwnKey) -> Key<'_> {
    (site, survey, id)
}

async fn kept(
    client: &impl GenericClient,
    columns: &Columns<'_>,
) -> Result<Vec<(OwnKey, u32)>, tokio_postgres::Error> {
    let rows = client.query(KEPT, &[&columns.site, &columns.survey, &columns.id]).await?;
    let one = |row: &tokio_postgres::Row| {
        let rev: i64 = row.get(3);
        ((row.get(0), row.get(1), row.get(2)), rev.try_into().unwrap_or(u32::MAX))
    };
    Ok(rows.iter().map(one).collect())
}

const TYPES: [Type; 24] = [
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::INT8_ARRAY,
    Type::BOOL_ARRAY,
    Type::TEXT_ARRAY,
    Type::INT2_ARRAY,
    Type::TEXT_ARRAY,
    Type::BOOL_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::INT2_ARRAY,
    Type::INT8_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
];

/// A batch in columns, for `unnest`.
#[derive(Default)]
struct Columns<'a> {
    site: Vec<&'a str>,
    survey: Vec<&'a str>,
    id: Vec<&'a str>,
    rev: Vec<i64>,
    complete: Vec<bool>,
    touchpoint: Vec<&'a str>,
    score: Vec<i16>,
    comment: Vec<Option<&'a str>>,
    contact_allowed: Vec<bool>,
    contact_how: Vec<Option<&'a str>>,
    customer: Vec<Option<&'a str>>,
    properties: Vec<String>,
    language: Vec<Option<&'a str>>,
    wording: Vec<Option<&'a str>>,
    answered_at: Vec<Millis>,
    received_at: Vec<Millis>,
    changed_at: Vec<Millis>,
    unverified_rev: Vec<Option<i64>>,
    comment_rev: Vec<i64>,
    contact_rev: Vec<i64>,
    urgency: Vec<Option<i16>>,
    due_at: Vec<Option<Millis>>,
    owner: Vec<&'a str>,
    grouped: Vec<Option<String>>,
}

impl<'a> Columns<'a> {
    fn of<'b>(chosen: impl Iterator<Item = &'b Chosen<'a>>) -> Self
    where
        'a: 'b,
    {
        let mut columns = Self::default();
        for chosen in chosen {
            columns.push(chosen);
        }
        columns
    }

    fn push(&mut self, chosen: &Chosen<'a>) {
        let received = chosen.received;
        let answer = &received.answer;
        let contact = chosen.contact.answer.contact();
        self.site.push(received.site.as_str());
        self.survey.push(answer.survey());
        self.id.push(answer.id());
        self.rev.push(answer.rev().into());
        self.complete.push(answer.complete());
        self.touchpoint.push(answer.touchpoint());
        self.score.push(answer.score().get().into());
        self.comment.push(chosen.comment.answer.comment());
        self.contact_allowed.push(contact.is_some());
        self.contact_how.push(contact.and_then(|contact| contact.how.as_deref()));
        self.customer.push(received.customer.as_deref());
        self.properties.push(received.properties());
        self.language.push(answer.language());
        self.wording.push(answer.wording());
        self.answered_at.push(received.answered_at);
        self.received_at.push(chosen.first_at);
        self.changed_at.push(received.received_at);
        self.unverified_rev.push(received.unverified_rev().map(i64::from));
        self.comment_rev.push(chosen.comment.comment_rev().into());
        self.contact_rev.push(chosen.contact.contact_rev().into());
        let verdict = received.verdict.as_ref();
        self.urgency.push(verdict.map(|verdict| verdict.urgency.rank().into()));
        self.due_at.push(verdict.map(|verdict| verdict.due_at));
        self.owner.push(verdict.and_then(|verdict| verdict.owner.as_deref()).unwrap_or_default());
        self.grouped.push(grouped_text(&received.grouped));
    }

    /// The parameters of [`NAMED`].
    fn named(&self) -> [&(dyn ToSql + Sync); 11] {
        [
            &self.site,
            &self.survey,
            &self.id,
            &self.comment,
            &self.contact_allowed,
            &self.contact_how,
            &self.changed_at,
            &self.comment_rev,
            &self.contact_rev,
            &self.due_at,
            &self.owner,
        ]
    }

    /// The parameters of [`SAVE`].
    fn values(&self) -> [&(dyn ToSql + Sync); 24] {
        [
            &self.site,
            &self.survey,
            &self.id,
            &self.rev,
            &self.complete,
            &self.touchpoint,
            &self.score,
            &self.comment,
            &self.contact_allowed,
            &self.contact_how,
            &self.customer,
            &self.properties,
            &self.language,
            &self.wording,
            &self.answered_at,
            &self.received_at,
            &self.changed_at,
            &self.unverified_rev,
            &self.comment_rev,
            &self.contact_rev,
            &self.urgency,
            &self.due_at,
            &self.owner,
            &self.grouped,
        ]
    }
}
