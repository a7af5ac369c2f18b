//! Writes one answer into its row, and its changes to the tallies.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params, params};

use super::{cases, outbox};
use crate::store::period::day;
use crate::store::{Grouped, Millis, Received, Saved, grouped_of, grouped_text};

/// The changes of a transaction to the tallies, in the order of their keys: the number of answers, and that
/// of unverified ones.
#[derive(Default)]
pub(super) struct Deltas {
    tallies: BTreeMap<Key, [i64; 2]>,
    groups: GroupDeltas,
}

/// The changes to the tallies of groups, in the order of their keys.
#[derive(Default)]
pub(super) struct GroupDeltas(BTreeMap<GroupKey, i64>);

/// Site, property, survey, value, day and score.
type GroupKey = (String, String, String, String, i64, u8);

impl GroupDeltas {
    /// Counts an answer under each of its groups, so many times.
    pub(super) fn add(
        &mut self,
        site: &str,
        survey: &str,
        (day, score): (i64, u8),
        of: &Grouped,
        times: i64,
    ) {
        for (property, value) in of {
            let key = (site.to_owned(), property.clone(), survey.to_owned(), value.clone(), day, score);
            *self.0.entry(key).or_default() += times;
        }
    }

    /// Adds them to the tallies.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(
            "INSERT INTO group_tallies (site, property, survey, value, day, score, n)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET n = n + excluded.n",
        )?;
        for ((site, property, survey, value, day, score), n) in self.0.iter().filter(|(_, n)| **n != 0) {
            upsert.execute(params![site, property, survey, value, day, score, n])?;
        }
        Ok(())
    }
}

/// Site, survey, touchpoint, day and score.
type Key = (String, String, String, i64, u8);

impl Deltas {
    fn add(&mut self, received: &Received, counts: &Counts, times: i64) {
        let (site, survey, _) = received.key();
        let Counts { touchpoint, answered_at, score, unverified, grouped } = counts;
        self.groups.add(site, survey, (day(*answered_at), *score), grouped, times);
        let key = (site.to_owned(), survey.to_owned(), touchpoint.clone(), day(*answered_at), *score);
        let [all, of_them] = self.tallies.entry(key).or_default();
        *all += times;
        *of_them += times * i64::from(*unverified);
    }

    /// Adds them to the tallies.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(
            "INSERT INTO tallies (site, survey, touchpoint, day, score, n, unverified)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET n = n + excluded.n, unverified = unverified + excluded.unverified",
        )?;
        for ((site, survey, touchpoint, day, score), [n, unverified]) in &self.tallies {
            if (*n, *unverified) != (0, 0) {
                upsert.execute(params![site, survey, touchpoint, day, score, n, unverified])?;
            }
        }
        self.groups.write(connection)
    }
}

/// The keys under which an answer is counted.
struct Counts {
    touchpoint: String,
    answered_at: Millis,
    score: u8,
    unverified: bool,
    grouped: Grouped,
}

impl Counts {
    fn of(received: &Received) -> Self {
        let answer = &received.answer;
        let (touchpoint, score) = (answer.touchpoint().to_owned(), answer.score().get());
        Self {
            touchpoint,
            answered_at: received.answered_at,
            score,
            unverified: received.unverified,
            grouped: received.grouped.clone(),
        }
    }
}

/// Stores an answer. If a higher revision is stored, writes only the fields that it doesn't name.
pub(super) fn save(
    connection: &Connection,
    received: &Received,
    deltas: &mut Deltas,
) -> rusqlite::Result<Saved> {
    // Nearly every answer is new, and needs only this statement.
    if write(connection, INSERT, received)? == 1 {
        deltas.add(received, &Counts::of(received), 1);
        cases::open(connection, received)?;
        outbox::told_later(connection, received, false)?;
        return Ok(Saved::New);
    }
    let rev = received.answer.rev();
    let (kept, counts) = kept(connection, received)?;
    if kept < rev {
        write(connection, UPDATE, received)?;
        cases::follow(connection, received, counts.score)?;
        deltas.add(received, &counts, -1);
        deltas.add(received, &Counts::of(received), 1);
        outbox::told_later(connection, received, false)?;
    } else if kept > rev && (received.comment_rev() > 0 || received.contact_rev() > 0) {
        write_named(connection, received)?;
        cases::follow(connection, received, counts.score)?;
        outbox::told_later(connection, received, true)?;
    }
    Ok(Saved::Known { rev: kept.max(rev) })
}

fn kept(connection: &Connection, received: &Received) -> rusqlite::Result<(u32, Counts)> {
    let sql = "SELECT rev, touchpoint, answered_at, score, unverified_rev IS NOT NULL, grouped FROM answers
         WHERE site = ?1 AND survey = ?2 AND id = ?3";
    connection.prepare_cached(sql)?.query_row(<[&str; 3]>::from(received.key()), |row| {
        let (touchpoint, answered_at) = (row.get(1)?, row.get(2)?);
        let grouped = grouped_of(row.get_ref(5)?.as_str_or_null()?);
        let counts = Counts { touchpoint, answered_at, score: row.get(3)?, unverified: row.get(4)?, grouped };
        Ok((row.get(0)?, counts))
    })
}

/// `OR FAIL`, here, below and in the cases, spares SQLite a journal of the statement: an error ends the transaction anyway. Otherwise
/// the triggers would make it copy every page that changes.
const INSERT: &str = "
    INSERT OR FAIL INTO answers (
        site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed, contact_how,
        customer, properties, language, wording, answered_at, received_at, changed_at,
        unverified_rev, comment_rev, contact_rev, grouped
    ) VALUES (
        :site, :survey, :id, :rev, :complete, :touchpoint, :score, :comment, :contact_allowed, :contact_how,
        :customer, :properties, :language, :wording, :answered_at, :received_at, :received_at,
        :unverified_rev, :comment_rev, :contact_rev, :grouped
    ) ON CONFLICT DO NOTHING";

/// The first arrival stays, because it is the answer's place in the list. Fields that the revision doesn't
/// name also stay.
const UPDATE: &str = "
    UPDATE OR FAIL answers SET
        comment = iif(:comment_rev > 0, :comment, comment),
        comment_rev = iif(:comment_rev > 0, :comment_rev, coalesce(comment_rev, rev)),
        contact_allowed = iif(:contact_rev > 0, :contact_allowed, contact_allowed),
        contact_how = iif(:contact_rev > 0, :contact_how, contact_how),
        contact_rev = iif(:contact_rev > 0, :contact_rev, coalesce(contact_rev, rev)),
        rev = :rev, complete = :complete, touchpoint = :touchpoint, score = :score, customer = :customer,
        properties = :properties, language = :language, wording = :wording,
        answered_at = :answered_at, changed_at = :received_at, unverified_rev = :unverified_rev, grouped = :grouped
    WHERE site = :site AND survey = :survey AND id = :id";

/// Writes comment and contact of an older revision, if it names them and no later one does.
fn write_named(connection: &Connection, received: &Received) -> rusqlite::Result<usize> {
    let answer = &received.answer;
    let sql = "
        UPDATE OR FAIL answers SET
            comment = iif(:comment_rev > coalesce(comment_rev, rev), :comment, comment),
            comment_rev = max(:comment_rev, coalesce(comment_rev, rev)),
            contact_allowed = iif(:contact_rev > coalesce(contact_rev, rev), :contact_allowed, contact_allowed),
            contact_how = iif(:contact_rev > coalesce(contact_rev, rev), :contact_how, contact_how),
            contact_rev = max(:contact_rev, coalesce(contact_rev, rev)),
            changed_at = max(:received_at, changed_at)
        WHERE site = :site AND survey = :survey AND id = :id";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":site": received.site.as_str(),
        ":survey": answer.survey(),
        ":id": answer.id(),
        ":comment": answer.comment(),
        ":comment_rev": received.comment_rev(),
        ":contact_allowed": answer.contact().is_some(),
        ":contact_how": answer.contact().and_then(|contact| contact.how.as_deref()),
        ":contact_rev": received.contact_rev(),
        ":received_at": received.received_at,
    })
}

fn write(connection: &Connection, sql: &str, received: &Received) -> rusqlite::Result<usize> {
    let answer = &received.answer;
    connection.prepare_cached(sql)?.execute(named_params! {
        ":site": received.site.as_str(),
        ":survey": answer.survey(),
        ":id": answer.id(),
        ":rev": answer.rev(),
        ":complete": answer.complete(),
        ":touchpoint": answer.touchpoint(),
        ":score": answer.score().get(),
        ":comment": answer.comment(),
        ":contact_allowed": answer.contact().is_some(),
        ":contact_how": answer.contact().and_then(|contact| contact.how.as_deref()),
        ":customer": received.customer,
        ":properties": received.properties(),
        ":language": answer.language(),
        ":wording": answer.wording(),
        ":answered_at": received.answered_at,
        ":received_at": received.received_at,
        ":unverified_rev": received.unverified_rev(),
        ":comment_rev": received.comment_rev(),
        ":contact_rev": received.contact_rev(),
        ":grouped": grouped_text(&received.grouped),
    })
}
