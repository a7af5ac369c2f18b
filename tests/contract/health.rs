//! `/healthz` and `/readyz`, for supervisors and load balancers.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use aanrader_tests::collector::{Collector, Options, answer};
use aanrader_tests::postgres;
use reqwest::StatusCode;
use serde_json::json;

/// The process lives, and reports that it can't store answers, but not why.
async fn assert_lives_and_is_not_ready(collector: &Collector) {
    collector.get("/healthz").await.expect(StatusCode::OK);
    let reply = collector.get("/readyz").await.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reply.problems(), ["collector unavailable"]);
    assert!(!reply.header("retry-after").is_empty());
    collector.logs("not ready: answers can't be kept").await;
}

async fn with_answers(count: usize) -> Collector {
    let collector = Collector::start(Options::default());
    for _ in 0..count {
        collector.post(&answer()).await.expect(StatusCode::CREATED);
    }
    collector
}

#[tokio::test]
async fn a_collector_that_can_keep_answers_says_so_and_keeps_none_for_it() {
    let collector = Collector::start(Options::default());
    for path in ["/healthz", "/readyz"] {
        let reply = collector.get(path).await.expect(StatusCode::OK);
        assert_eq!(reply.json(), json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }), "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(collector.answers().await.len(), 0);
}

#[tokio::test]
async fn a_full_disk_is_not_ready() {
    let collector = with_answers(1).await;
    collector.limit_file_size(Some(1024));
    assert_lives_and_is_not_ready(&collector).await;
}

#[tokio::test]
async fn a_lock_that_is_held_is_not_ready() {
    let collector = with_answers(1).await;
    let other = rusqlite::Connection::open(collector.database()).expect("a second connection");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    assert_lives_and_is_not_ready(&collector).await;
}

/// Damages every page except those that list the tables.
fn damage_contents(database: &Path) {
    let connection = rusqlite::Connection::open(database).expect("the database");
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u64>(0)).expect("a number");
    let (size, count) = (one("PRAGMA page_size"), one("PRAGMA page_count"));
    let mut schema =
        connection.prepare("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'").expect("pages");
    let schema: Vec<u64> =
        schema.query_map([], |row| row.get(0)).expect("pages").collect::<Result<_, _>>().expect("numbers");
    let mut file = fs::File::options().write(true).open(database).expect("the database");
    for page in (1..=count).filter(|page| !schema.contains(page)) {
        file.seek(SeekFrom::Start((page - 1) * size)).expect("a page");
        file.write_all(&b"damaged ".repeat(usize::try_from(size / 8).expect("a length"))).expect("damaged");
    }
}

#[tokio::test]
async fn damaged_pages_are_not_ready() {
    let mut collector = with_answers(200).await;
    assert!(collector.stop().success());
    damage_contents(&collector.database());
    collector.restart();
    assert_lives_and_is_not_ready(&collector).await;
}

fn put_in_its_place(database: &Path, content: impl FnOnce(&Path)) {
    for file in ["answers.db", "answers.db-wal", "answers.db-shm"] {
        fs::remove_file(database.with_file_name(file)).expect("removed");
    }
    content(database);
}

#[tokio::test]
async fn a_foreign_database_is_not_ready_and_stays_as_it_is() {
    let collector = with_answers(1).await;
    put_in_its_place(&collector.database(), |path| {
        let other = rusqlite::Connection::open(path).expect("another database");
        other.execute_batch("CREATE TABLE recipes (name TEXT); PRAGMA user_version = 1").expect("a table");
    });
    assert_lives_and_is_not_ready(&collector).await;
    let other = rusqlite::Connection::open(collector.database()).expect("the other database");
    let tables: u32 =
        other.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).expect("a count");
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_not_ready() {
    let collector = with_answers(1).await;
    put_in_its_place(&collector.database(), |path| {
        fs::write(path, "Dear Sir or Madam, ".repeat(500)).expect("a file");
    });
    assert_lives_and_is_not_ready(&collector).await;
}

/// Closes all other connections to the current database.
const HANG_UP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// The tables exist, but not their version.
const NO_VERSION: &str = "no version";

/// A fault of a PostgreSQL database, and its repair.
const SPOILS: [(&str, &str, &str); 5] = [
    ("no table of answers", "ALTER TABLE answers RENAME TO other", "ALTER TABLE other RENAME TO answers"),
    ("no tallies", "ALTER TABLE tallies RENAME TO other", "ALTER TABLE other RENAME TO tallies"),
    (NO_VERSION, "UPDATE aanrader SET name = 'other'", "UPDATE aanrader SET name = 'schema'"),
    ("a foreign database", "ALTER SCHEMA public RENAME TO other", "ALTER SCHEMA other RENAME TO public"),
    (
        "nothing may be written",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',
            current_database()); END $$",
        "SET TRANSACTION READ WRITE; DO $$ BEGIN EXECUTE format(
            'ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$",
    ),
];

#[tokio::test]
async fn a_server_that_can_t_keep_answers_is_not_ready_until_it_can() {
    for (what, spoil, mend) in SPOILS {
        let url = postgres::shared().database();
        let collector = Collector::start(Options { database: Some(url.clone()), ..Options::default() });
        collector.get("/readyz").await.expect(StatusCode::OK);
        assert!(postgres::shared().run(&url, spoil), "{what}");
        assert!(postgres::shared().run(&url, HANG_UP), "{what}");
        assert_comes_to(&collector, StatusCode::SERVICE_UNAVAILABLE).await;
        collector.get("/healthz").await.expect(StatusCode::OK);
        if what != NO_VERSION {
            collector.post(&answer()).await.expect(StatusCode::SERVICE_UNAVAILABLE);
        }
        assert!(postgres::shared().run(&url, mend), "{what}");
        assert!(postgres::shared().run(&url, HANG_UP), "{what}");
        assert_comes_to(&collector, StatusCode::OK).await;
        collector.post(&answer()).await.expect(StatusCode::CREATED);
    }
}

/// A proof is valid for a short time, so this asks until the expected one comes.
async fn assert_comes_to(collector: &Collector, status: StatusCode) {
    for _ in 0..200 {
        if collector.get("/readyz").await.status == status {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it is not {status}:\n{}", collector.log());
}
