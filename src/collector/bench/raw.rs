//! The engines alone: the same rows into the same tables, as many in a transaction as there would be
//! connections, each commit on the disk.

use std::path::Path;
use std::time::{Duration, Instant};

use aanrader_collector::store::{Location, attach};
use rusqlite::{Connection, params};
use tokio_postgres::NoTls;

const LASTS: Duration = Duration::from_secs(3);

const COMMENT: &str =
    "quick and friendly, thank you quick and friendly, thank you quick and friendly, thank you ";

/// Makes the tables as the collector does.
async fn tables(database: &str) {
    let location = Location::parse(database).expect("a database");
    attach(&location).await.expect("tables").close().await.expect("closed");
}

/// Answers a second.
pub(crate) fn sqlite(path: &Path, batch: usize) -> f64 {
    if !path.exists() {
        let text = path.display().to_string();
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(tables(&text)));
    }
    let mut connection = Connection::open(path).expect("a database");
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; DELETE FROM answers")
        .expect("settings");
    let sql = "INSERT INTO answers VALUES ('default', 'account', ?1, 1, 1, ?2, ?3, ?4, 0, NULL, NULL, '{}', NULL, NULL, ?5, ?5, ?5, NULL)";
    let (started, mut rows) = (Instant::now(), 0u64);
    while started.elapsed() < LASTS {
        let transaction = connection.transaction().expect("a transaction");
        for _ in 0..batch {
            rows += 1;
            let id = uuid::Uuid::new_v4().to_string();
            let touchpoint = format!("t{}", rows % 5);
            let mut insert = transaction.prepare_cached(sql).expect("a statement");
            insert
                .execute(params![id, touchpoint, rows % 11, COMMENT, 1_795_000_000_000 + rows as i64])
                .expect("a row");
        }
        transaction.commit().expect("a commit");
    }
    rows as f64 / started.elapsed().as_secs_f64()
}

/// Answers a second.
pub(crate) async fn postgres(url: &str, batch: usize) -> f64 {
    tables(url).await;
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let sql = "INSERT INTO answers (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed,
            properties, answered_at, received_at, changed_at)
        SELECT 'default', 'account', id, 1, true, 't' || n % 5, n % 11, $3, false, '{}', at, at, at
        FROM unnest($1::text[], $2::bigint[]) AS i (id, n), LATERAL (SELECT 1795000000000 + n) AS moment (at)";
    let statement = client.prepare(sql).await.expect("a statement");
    let (started, mut rows) = (Instant::now(), 0i64);
    while started.elapsed() < LASTS {
        let ids: Vec<_> = (0..batch).map(|_| uuid::Uuid::new_v4().to_string()).collect();
        let numbers: Vec<_> = (0..batch as i64).map(|number| rows + number).collect();
        client.execute(&statement, &[&ids, &numbers, &COMMENT]).await.expect("rows");
        rows += batch as i64;
    }
    rows as f64 / started.elapsed().as_secs_f64()
}
