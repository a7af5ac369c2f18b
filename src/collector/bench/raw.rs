//! The engines alone: the same rows into the same tables, tallies and cases included, with as many rows in a
//! transaction as there would be connections, and each commit on the disk. One loop writes without pauses or
//! competition.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use aanrader_collector::cases::{Settings, Urgency};
use aanrader_collector::store::{Location, attach};
use aanrader_survey::Score;
use jiff::tz::TimeZone;
use rusqlite::{Connection, params};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

const LASTS: Duration = Duration::from_secs(3);

/// The scores that open a case.
const DETRACTORS: std::ops::RangeInclusive<u8> = 0..=6;

pub(crate) const COMMENT: &str =
    "quick and friendly, thank you quick and friendly, thank you quick and friendly, thank you ";

/// Urgency and due time of a case by its score, in the collector's default hours. At night and on a weekend all cases
/// of an urgency are due at the same time, which costs an index more.
fn cases(at: i64) -> (Vec<i16>, Vec<i64>) {
    let settings = Settings::default();
    let case = |score: u8| {
        let score = Score::new(score).expect("a score");
        let urgency = Urgency::of(score, false);
        let due_at = settings.hours.due(at, settings.within(score, urgency), &TimeZone::UTC);
        (i16::from(urgency.rank()), due_at)
    };
    DETRACTORS.map(case).unzip()
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Creates the tables as the collector does.
pub(crate) async fn tables(database: &str) {
    let location = Location::parse(database).expect("a database");
    attach(&location).await.expect("tables").close().await.expect("closed");
}

/// The collector's own settings: for durability, for deleted data, and for the log.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = 1;
    PRAGMA wal_autocheckpoint = 2500; PRAGMA journal_size_limit = 16777216";

/// Writes rows into SQLite, a batch at a time.
pub(crate) struct Rows {
    connection: Connection,
    rows: u64,
}

impl Rows {
    pub(crate) fn into(path: &Path) -> Self {
        let connection = Connection::open(path).expect("a database");
        connection.execute_batch(SETTINGS).expect("settings");
        Self { connection, rows: 0 }
    }

    pub(crate) fn commit(&mut self, batch: usize) {
        let answers = "INSERT OR FAIL INTO answers (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed,
                properties, answered_at, received_at, changed_at, comment_rev, contact_rev)
            VALUES ('default', 'account', ?1, 1, 1, ?2, ?3, ?4, 0, '{}', ?5, ?5, ?5, 1, 0)";
        let tallies = "INSERT INTO tallies (site, survey, touchpoint, day, score, n) VALUES ('default', 'account', ?1, 20775, ?2, ?3)
            ON CONFLICT DO UPDATE SET n = n + excluded.n";
        let opened = "INSERT OR FAIL INTO cases (site, survey, id, version, state, closed, urgency, due_at, owner, touchpoint, score,
                lowest, opened_at)
            VALUES ('default', 'account', ?1, 1, 0, 0, ?6, ?2, '', ?3, ?4, ?4, ?5)";
        let at = now();
        let (urgencies, due) = cases(at);
        let transaction = self.connection.transaction().expect("a transaction");
        let mut counts: BTreeMap<(String, u64), i64> = BTreeMap::new();
        for _ in 0..batch {
            self.rows += 1;
            let id = uuid::Uuid::new_v4().to_string();
            let (touchpoint, score) = (format!("t{}", self.rows % 5), self.rows % 11);
            let mut insert = transaction.prepare_cached(answers).expect("a statement");
            insert.execute(params![id, touchpoint, score, COMMENT, at]).expect("a row");
            if let (Some(due_at), Some(urgency)) = (due.get(score as usize), urgencies.get(score as usize)) {
                let mut open = transaction.prepare_cached(opened).expect("a statement");
                open.execute(params![id, due_at, touchpoint, score, at, urgency]).expect("a case");
            }
            *counts.entry((touchpoint, score)).or_default() += 1;
        }
        for ((touchpoint, score), n) in counts {
            let mut upsert = transaction.prepare_cached(tallies).expect("a statement");
            upsert.execute(params![touchpoint, score, n]).expect("a tally");
        }
        transaction.commit().expect("a commit");
    }
}

/// Answers a second.
pub(crate) async fn sqlite(path: &Path, batch: usize) -> f64 {
    tables(&path.display().to_string()).await;
    let mut rows = Rows::into(path);
    tokio::task::block_in_place(|| {
        let started = Instant::now();
        while started.elapsed() < LASTS {
            rows.commit(batch);
        }
        rows.rows as f64 / started.elapsed().as_secs_f64()
    })
}

/// Writes rows into PostgreSQL, a batch at a time.
pub(crate) struct PostgresRows {
    client: Client,
    statement: Statement,
    rows: i64,
}

impl PostgresRows {
    pub(crate) async fn into(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        let sql = "WITH saved AS (INSERT INTO answers (site, survey, id, rev, complete, touchpoint, score, comment,
                contact_allowed, properties, answered_at, received_at, changed_at, comment_rev, contact_rev)
            SELECT 'default', 'account', id, 1, true, 't' || n % 5, n % 11, $3, false, '{}', at, at, at, 1, 0
            FROM unnest($1::text[], $2::bigint[]) AS i (id, n), (SELECT $4::bigint) AS given (at)
            RETURNING id, touchpoint, score, answered_at),
            opened AS (INSERT INTO cases (site, survey, id, version, state, closed, urgency, due_at, owner, touchpoint,
                score, lowest, opened_at)
            SELECT 'default', 'account', id, 1, 0, false, ($5::smallint[])[score + 1], ($6::bigint[])[score + 1], '',
                touchpoint, score, score, answered_at
            FROM saved WHERE score < cardinality($5))
            INSERT INTO tallies AS t (site, survey, touchpoint, day, score, n)
            SELECT 'default', 'account', touchpoint, 20775, score, count(*) FROM saved GROUP BY touchpoint, score
            ORDER BY touchpoint, score
            ON CONFLICT (site, survey, touchpoint, day, score) DO UPDATE SET n = t.n + excluded.n";
        let statement = client.prepare(sql).await.expect("a statement");
        Self { client, statement, rows: 0 }
    }

    pub(crate) async fn commit(&mut self, batch: usize) {
        let ids: Vec<_> = (0..batch).map(|_| uuid::Uuid::new_v4().to_string()).collect();
        let numbers: Vec<_> = (self.rows..self.rows + batch as i64).collect();
        let at = now();
        let (urgencies, due) = cases(at);
        let values: [&(dyn ToSql + Sync); 6] = [&ids, &numbers, &COMMENT, &at, &urgencies, &due];
        self.client.execute(&self.statement, &values).await.expect("rows");
        self.rows += batch as i64;
    }
}

/// Answers a second.
pub(crate) async fn postgres(url: &str, batch: usize) -> f64 {
    tables(url).await;
    let mut rows = PostgresRows::into(url).await;
    let started = Instant::now();
    while started.elapsed() < LASTS {
        rows.commit(batch).await;
    }
    rows.rows as f64 / started.elapsed().as_secs_f64()
}
