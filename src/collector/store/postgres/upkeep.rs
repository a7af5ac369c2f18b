//! Checks tallies, and anonymises answers.

use std::sync::Arc;

use aanrader_survey::limits;
use deadpool_postgres::{Client, Pool};
use tokio_postgres::types::ToSql;

use super::{Failure, Postgres, recovery};
use crate::store::{CUSTOMER, Mismatch, Pending, Upkeep, Whose};

/// How many answers one transaction anonymises, so that other statements don't wait long.
const AT_ONCE: i64 = 1_000;

/// The tallies that differ from what the answers make, and the cases that are kept as recovered or not and are it
/// not.
const CHECK: &str = "
    WITH counted AS (
        SELECT site, survey, touchpoint, answered_at / 86400000 AS day, score, count(*) AS n,
            count(unverified_rev) AS unverified
        FROM answers GROUP BY 1, 2, 3, 4, 5)
    SELECT site, survey, touchpoint, day, score::bigint,
        coalesce(tallies.n, 0), coalesce(tallies.unverified, 0),
        coalesce(counted.n, 0), coalesce(counted.unverified, 0)
    FROM counted FULL JOIN tallies USING (site, survey, touchpoint, day, score)
    WHERE (coalesce(tallies.n, 0), coalesce(tallies.unverified, 0))
        <> (coalesce(counted.n, 0), coalesce(counted.unverified, 0))
    UNION ALL
    SELECT site, survey, property || '=' || value, day, score::bigint,
        coalesce(kept.n, 0), 0, coalesce(counted.n, 0), 0
    FROM (
        SELECT site, g.key COLLATE \"C\" AS property, survey, g.value COLLATE \"C\" AS value,
            answered_at / 86400000 AS day, score, count(*) AS n
        FROM answers CROSS JOIN LATERAL json_each_text(grouped::json) AS g
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS counted
    FULL JOIN group_tallies AS kept USING (site, property, survey, value, day, score)
    WHERE coalesce(kept.n, 0) <> coalesce(counted.n, 0)
    UNION ALL
    SELECT c.site, c.survey, 'case ' || c.id, c.opened_at / 86400000, c.lowest::bigint, c.recovered::int::bigint, 0,
        c.counted::bigint, 0
    FROM (
        SELECT c.*, a.customer AS whose, (EXISTS (
            SELECT 1 FROM answers AS b
            WHERE b.site = c.site AND b.customer = a.customer AND b.customer IS NOT NULL
                AND b.received_at > c.opened_at AND b.score > c.lowest))::int AS counted
        FROM cases AS c JOIN answers AS a ON a.site = c.site AND a.survey = c.survey AND a.id = c.id
    ) AS c WHERE c.recovered::int <> c.counted OR c.customer IS DISTINCT FROM c.whose
    ORDER BY 1, 2, 3, 4, 5";

impl Upkeep for Postgres {
    fn check(&self) -> Pending<'_, Vec<Mismatch>> {
        self.work(|client| async move {
            let rows = client.query(CHECK, &[]).await?;
            let found = rows.iter().map(|row| {
                Ok(Mismatch {
                    of: [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?],
                    day: row.try_get(3)?,
                    score: row.try_get(4)?,
                    kept: [row.try_get(5)?, row.try_get(6)?],
                    counted: [row.try_get(7)?, row.try_get(8)?],
                })
            });
            found.collect()
        })
    }

    /// PostgreSQL keeps the old rows until it is vacuumed; its log is a matter of its administrator.
    fn anonymize(&self, whose: Whose) -> Pending<'_, u64> {
        Box::pin(async move {
            let changed = all(&self.workers, &whose).await.map_err(Failure::told)?;
            if changed > 0 {
                let sweep = |client: Arc<Client>| async move {
                    Ok(client.batch_execute("VACUUM answers, cases, case_events, outbox").await?)
                };
                self.work(sweep).await?;
            }
            Ok(changed)
        })
    }
}

async fn all(workers: &Pool, whose: &Whose) -> Result<u64, Failure> {
    let mut client = workers.get().await?;
    let mut changed = 0;
    loop {
        let now = some(&mut client, whose).await?;
        changed += now;
        if now < AT_ONCE.unsigned_abs() {
            return Ok(changed);
        }
    }
}

/// The highest revision makes every later one, from an outbox that was offline, an old one. The cases go with
/// their answers, and so do the notes about the customer. The history is deleted last, when nobody can add to
/// it.
async fn some(client: &mut Client, whose: &Whose) -> Result<u64, Failure> {
    let (condition, site, value): (_, _, &(dyn ToSql + Sync)) = match whose {
        Whose::Customer { site, customer } => ("customer = $3", site, customer),
        Whose::Before { site, instant } => (
            "received_at < $3 AND (comment IS NOT NULL OR contact_allowed OR customer IS NOT NULL
             OR properties <> '{}' OR rev < $1)",
            site,
            instant,
        ),
    };
    let sql = format!(
        "UPDATE answers SET rev = $1::bigint, comment = NULL, comment_rev = $1::bigint, contact_allowed = false,
             contact_how = NULL, contact_rev = $1::bigint, customer = NULL, properties = '{{}}',
             grouped_rev = CASE WHEN grouped_rev IS NOT NULL THEN $1::bigint END,
             unverified_rev = CASE WHEN unverified_rev IS NOT NULL THEN $1::bigint END
         WHERE (site, survey, id) IN (SELECT site, survey, id FROM answers
             WHERE site = $2 AND {condition} ORDER BY site, survey, id LIMIT $4)
         RETURNING survey, id"
    );
    let (rev, site) = (i64::from(limits::REV), site.as_str());
    let transaction = client.transaction().await?;
    let rows = transaction.query(&sql, &[&rev, &site, value, &AT_ONCE]).await?;
    let (surveys, ids): (Vec<String>, Vec<String>) = rows.iter().map(|row| (row.get(0), row.get(1))).unzip();
    for table in ["cases", "case_events"] {
        let sql = format!(
            "DELETE FROM {table} WHERE site = $1
             AND (survey, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))"
        );
        transaction.execute(&sql, &[&site, &surveys, &ids]).await?;
    }
    // A mail server's reply may name the customer's address.
    let sql = "DELETE FROM outbox WHERE site = $1 AND notice = $4
        AND (survey, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))";
    transaction.execute(sql, &[&site, &surveys, &ids, &CUSTOMER]).await?;
    let keys = surveys.iter().zip(&ids).map(|(survey, id)| (site, survey.as_str(), id.as_str()));
    recovery::settle(&transaction, &keys.collect()).await?;
    transaction.commit().await?;
    Ok(rows.len() as u64)
}
