//! Checks tallies, and anonymises answers.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ToSql, TransactionBehavior, named_params};

use aanrader_survey::limits;

use super::{Sqlite, give_way};
use crate::store::{CUSTOMER, Mismatch, Pending, Upkeep, Whose};

/// How many answers one transaction anonymises, so that the writer waits no longer than for a batch.
const AT_ONCE: u32 = 1_000;

/// How long readers may delay the emptying of the log.
const PATIENCE: Duration = Duration::from_secs(15);

/// The tallies that differ from what the answers make, and the cases that are kept as recovered or not and are it
/// not.
const CHECK: &str = "
    WITH counted AS (
        SELECT site, survey, touchpoint, answered_at / 86400000 AS day, score, count(*) AS n,
            count(unverified_rev) AS unverified
        FROM answers GROUP BY 1, 2, 3, 4, 5)
    SELECT site, survey, touchpoint, day, score,
        coalesce(tallies.n, 0), coalesce(tallies.unverified, 0),
        coalesce(counted.n, 0), coalesce(counted.unverified, 0)
    FROM counted FULL JOIN tallies USING (site, survey, touchpoint, day, score)
    WHERE (coalesce(tallies.n, 0), coalesce(tallies.unverified, 0))
        <> (coalesce(counted.n, 0), coalesce(counted.unverified, 0))
    UNION ALL
    SELECT site, survey, property || '=' || value, day, score,
        coalesce(kept.n, 0), 0, coalesce(grouped_answers.n, 0), 0
    FROM (
        SELECT site, g.key AS property, survey, g.value AS value, answered_at / 86400000 AS day, score,
            count(*) AS n
        FROM answers, json_each(grouped) AS g WHERE grouped IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
    ) AS grouped_answers
    FULL JOIN group_tallies AS kept USING (site, property, survey, value, day, score)
    WHERE coalesce(kept.n, 0) <> coalesce(grouped_answers.n, 0)
    UNION ALL
    SELECT c.site, c.survey, 'case ' || c.id, c.opened_at / 86400000, c.lowest, c.recovered, 0, c.counted, 0
    FROM (
        SELECT c.*, a.customer AS whose, EXISTS (
            SELECT 1 FROM answers AS b INDEXED BY answers_of_customer
            WHERE b.site = c.site AND b.customer = a.customer AND b.customer IS NOT NULL
                AND b.received_at > c.opened_at AND b.score > c.lowest) AS counted
        FROM cases AS c JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
    ) AS c WHERE c.recovered <> c.counted OR c.customer IS NOT c.whose
    ORDER BY 1, 2, 3, 4, 5";

impl Upkeep for Sqlite {
    fn check(&self) -> Pending<'_, Vec<Mismatch>> {
        self.change(|connection| {
            connection.execute_batch("PRAGMA query_only = true")?;
            let mut statement = connection.prepare(CHECK)?;
            let found = statement.query_map([], |row| {
                Ok(Mismatch {
                    of: [row.get(0)?, row.get(1)?, row.get(2)?],
                    day: row.get(3)?,
                    score: row.get(4)?,
                    kept: [row.get(5)?, row.get(6)?],
                    counted: [row.get(7)?, row.get(8)?],
                })
            })?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn anonymize(&self, whose: Whose) -> Pending<'_, u64> {
        self.change(move |connection| {
            let (mut changed, mut since) = (0, Instant::now());
            loop {
                let now = some(connection, &whose)?;
                changed += now;
                if now < u64::from(AT_ONCE) {
                    break;
                }
                since = give_way(since);
            }
            empty_log(connection)?;
            Ok(changed)
        })
    }
}

/// The highest revision makes every later one, from an outbox that was offline, an old one. The cases go with
/// their answers, and so do the notes about the customer.
fn some(connection: &mut Connection, whose: &Whose) -> rusqlite::Result<u64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (index, condition, site, value): (_, _, _, &dyn ToSql) = match whose {
        Whose::Customer { site, customer } => ("answers_of_customer", "customer = :value", site, customer),
        Whose::Before { site, instant } => (
            "answers_by_arrival",
            "received_at < :value AND (comment IS NOT NULL OR contact_allowed OR customer IS NOT NULL
             OR properties <> '{}' OR rev < :rev)",
            site,
            instant,
        ),
    };
    let sql = format!(
        "UPDATE answers SET rev = :rev, comment = NULL, comment_rev = :rev, contact_allowed = 0, contact_how = NULL,
             contact_rev = :rev, customer = NULL, properties = '{{}}',
             unverified_rev = CASE WHEN unverified_rev IS NOT NULL THEN :rev END
         WHERE rowid IN (SELECT rowid FROM answers INDEXED BY {index}
             WHERE site = :site AND {condition} LIMIT :most)
         RETURNING survey, id"
    );
    let mut update = transaction.prepare(&sql)?;
    let values = named_params! {
        ":rev": limits::REV, ":site": site.as_str(), ":value": value, ":most": AT_ONCE,
    };
    let keys = update.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let keys: Vec<(String, String)> = keys.collect::<rusqlite::Result<_>>()?;
    drop(update);
    delete_around(&transaction, site.as_str(), &keys)?;
    transaction.commit()?;
    Ok(keys.len() as u64)
}

/// Deletes the answers' cases, and the mails to their customers: a mail server's reply may name an address.
fn delete_around(connection: &Connection, site: &str, keys: &[(String, String)]) -> rusqlite::Result<()> {
    for (table, more) in [("case_events", ""), ("cases", ""), ("outbox", "AND notice = ?4")] {
        let sql = format!("DELETE FROM {table} WHERE site = ?1 AND survey = ?2 AND id = ?3 {more}");
        let mut delete = connection.prepare(&sql)?;
        for (survey, id) in keys {
            let values = [site, survey, id, CUSTOMER];
            let values = &values[..delete.parameter_count()];
            delete.execute(rusqlite::params_from_iter(values))?;
        }
    }
    Ok(())
}

/// The log still holds old pages, until it restarts.
fn empty_log(connection: &Connection) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if !busy {
            return Ok(());
        }
        anyhow::ensure!(
            Instant::now() < deadline,
            "the answers are anonymous, but readers keep the write-ahead log from being emptied; run this again"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
