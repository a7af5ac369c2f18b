//! One answer into its row, and what that changes in the tallies.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params, params};

use crate::store::period::day;
use crate::store::{Millis, Received, Saved};

/// What a transaction changes in the tallies, in the order of their keys.
#[derive(Default)]
pub(super) struct Deltas(BTreeMap<Key, i64>);

/// Site, survey, touchpoint, day and score.
type Key = (String, String, String, i64, u8);

impl Deltas {
    fn add(&mut self, received: &Received, counts: &Counts, times: i64) {
        let (site, survey, _) = received.key();
        let Counts { touchpoint, answered_at, score } = counts;
        let key = (site.to_owned(), survey.to_owned(), touchpoint.clone(), day(*answered_at), *score);
        *self.0.entry(key).or_default() += times;
    }

    /// Adds them to the tallies.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(
            "INSERT INTO tallies (site, survey, touchpoint, day, score, n) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET n = n + excluded.n",
        )?;
        for ((site, survey, touchpoint, day, score), n) in self.0.iter().filter(|(_, n)| **n != 0) {
            upsert.execute(params![site, survey, touchpoint, day, score, n])?;
        }
        Ok(())
    }
}

/// Of an answer, what it counts under.
struct Counts {
    touchpoint: String,
    answered_at: Millis,
    score: u8,
}

impl Counts {
    fn of(received: &Received) -> Self {
        let answer = &received.answer;
        let (touchpoint, score) = (answer.touchpoint().to_owned(), answer.score().get());
        Self { touchpoint, answered_at: received.answered_at, score }
    }
}

/// Keeps an answer, unless a higher revision of it is there.
pub(super) fn save(
    connection: &Connection,
    received: &Received,
    deltas: &mut Deltas,
) -> rusqlite::Result<Saved> {
    // Nearly every answer is new, and then this one statement is all.
    if write(connection, INSERT, received)? == 1 {
        deltas.add(received, &Counts::of(received), 1);
        return Ok(Saved::New);
    }
    let rev = received.answer.rev();
    let (kept, counts) = kept(connection, received)?;
    if kept >= rev {
        return Ok(Saved::Known { rev: kept });
    }
    write(connection, UPDATE, received)?;
    deltas.add(received, &counts, -1);
    deltas.add(received, &Counts::of(received), 1);
    Ok(Saved::Known { rev })
}

fn kept(connection: &Connection, received: &Received) -> rusqlite::Result<(u32, Counts)> {
    let sql =
        "SELECT rev, touchpoint, answered_at, score FROM answers WHERE site = ?1 AND survey = ?2 AND id = ?3";
    connection.prepare_cached(sql)?.query_row(<[&str; 3]>::from(received.key()), |row| {
        let counts = Counts { touchpoint: row.get(1)?, answered_at: row.get(2)?, score: row.get(3)? };
        Ok((row.get(0)?, counts))
    })
}

const INSERT: &str = "
    INSERT INTO answers (
        site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed, contact_how,
        customer, properties, language, wording, answered_at, received_at, changed_at
    ) VALUES (
        :site, :survey, :id, :rev, :complete, :touchpoint, :score, :comment, :contact_allowed, :contact_how,
        :customer, :properties, :language, :wording, :answered_at, :received_at, :received_at
    ) ON CONFLICT DO NOTHING";

/// The first arrival stays: it is an answer's place in the list.
const UPDATE: &str = "
    UPDATE answers SET
        rev = :rev, complete = :complete, touchpoint = :touchpoint, score = :score, comment = :comment,
        contact_allowed = :contact_allowed, contact_how = :contact_how, customer = :customer,
        properties = :properties, language = :language, wording = :wording,
        answered_at = :answered_at, changed_at = :received_at
    WHERE site = :site AND survey = :survey AND id = :id";

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
    })
}
