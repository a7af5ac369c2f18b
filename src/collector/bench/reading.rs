//! Measures results and pages, with many stored answers.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

use crate::TOKEN;
use crate::load::{Connection as Visit, Times};
use crate::raw::tables;

/// The end of the year over which the answers are spread.
const END: i64 = 1_795_780_000_000;
const YEAR: i64 = 365 * 86_400_000;

/// How often each question is asked.
const TIMES: usize = 15;

/// The measured requests.
const QUESTIONS: [(&str, &str); 8] = [
    ("results of all time", "/v1/results"),
    ("results of a month in Amsterdam", "/v1/results?from=2026-08-01&to=2026-08-31&tz=Europe/Amsterdam"),
    (
        "results of a survey's day in Kathmandu",
        "/v1/results?survey=account&from=2026-08-05&to=2026-08-05&tz=Asia/Kathmandu",
    ),
    ("newest answers", "/v1/answers?limit=200"),
    ("answers of a touchpoint", "/v1/answers?touchpoint=t3&limit=200"),
    ("answers of a touchpoint that nobody has", "/v1/answers?touchpoint=nobody&limit=200"),
    ("detractors", "/v1/answers?max_score=6&limit=200"),
    ("answers of a day ten months ago", "/v1/answers?from=2026-01-20&to=2026-01-20&limit=200"),
];

/// None of the answers has a wording, so there is none to be counted by it while the measurement lasts.
const COUNTED: &str = "INSERT INTO tasks (site, name) VALUES ('default', 'wordings')";

/// Fills both engines with the same answers: five touchpoints, all scores, but 0 to 2 rarely.
pub(crate) async fn fill_sqlite(path: &Path, answers: u64) {
    tables(&path.display().to_string()).await;
    let connection = Connection::open(path).expect("a database");
    let sql = "
        PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -400000; BEGIN;";
    connection.execute_batch(sql).expect("settings");
    let rows = "
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
        INSERT INTO answers (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed,
            properties, language, answered_at, received_at, changed_at)
        SELECT 'default', CASE i % 7 WHEN 0 THEN 'order' ELSE 'account' END,
            printf('%08x-0000-4000-8000-%012x', (i * 2654435761) % 4294967296, i), 1, 1, 't' || (i % 5), (i * 7) % 11,
            CASE WHEN i % 3 = 0 THEN 'quick and friendly, thank you' END, 0, '{}', 'nl',
            ?2 + i * ?3 / ?1 - 1000, ?2 + i * ?3 / ?1, ?2 + i * ?3 / ?1
        FROM n";
    connection.execute(rows, params![answers as i64, END - YEAR, YEAR]).expect("rows");
    let tallies =
        "INSERT INTO tallies (site, survey, touchpoint, day, score, n) SELECT site, survey, touchpoint, answered_at / 86400000, score, count(*)
        FROM answers GROUP BY 1, 2, 3, 4, 5";
    connection.execute(tallies, []).expect("tallies");
    connection.execute(COUNTED, []).expect("a task");
    connection.execute_batch("COMMIT; PRAGMA journal_mode = WAL").expect("a commit");
}

pub(crate) async fn fill_postgres(url: &str, answers: u64) {
    tables(url).await;
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let rows = format!("
        INSERT INTO answers (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed,
            properties, language, answered_at, received_at, changed_at)
        SELECT 'default', CASE i % 7 WHEN 0 THEN 'order' ELSE 'account' END,
            md5(i::text)::uuid::text, 1, true, 't' || (i % 5), (i * 7) % 11,
            CASE WHEN i % 3 = 0 THEN 'quick and friendly, thank you' END, false, '{{}}', 'nl', at - 1000, at, at
        FROM generate_series(0, {answers}::bigint - 1) AS i, LATERAL (SELECT {} + i * {YEAR} / {answers}) AS m (at);
        INSERT INTO tallies (site, survey, touchpoint, day, score, n) SELECT site, survey, touchpoint, answered_at / 86400000, score, count(*)
        FROM answers GROUP BY 1, 2, 3, 4, 5; {COUNTED}; ANALYZE", END - YEAR);
    client.batch_execute(&rows).await.expect("rows");
}

/// Asks all questions, and returns their times.
pub(crate) async fn run(address: &str) -> Vec<(&'static str, Times)> {
    let mut connection = Visit::to(address).await;
    let mut all = Vec::new();
    for (what, path) in QUESTIONS {
        let (started, mut millis) = (Instant::now(), Vec::new());
        for _ in 0..TIMES {
            let asked = Instant::now();
            let reply = connection.exchange(&get(path)).await;
            assert!(reply.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(reply));
            millis.push(asked.elapsed().as_secs_f64() * 1_000.0);
        }
        all.push((what, Times::of(millis, started.elapsed())));
    }
    all
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n")
}

/// Owners who send one request after the other, until they are dropped.
pub(crate) struct Lookers(Vec<JoinHandle<()>>);

impl Drop for Lookers {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

pub(crate) fn lookers(address: &str, count: usize) -> Lookers {
    let look = |_| {
        let address = address.to_owned();
        tokio::spawn(async move {
            let mut connection = Visit::to(&address).await;
            loop {
                for (_, path) in QUESTIONS {
                    connection.exchange(&get(path)).await;
                }
            }
        })
    };
    Lookers((0..count).map(look).collect())
}
