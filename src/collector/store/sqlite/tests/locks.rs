//! The file's lock and its log, beside other processes and readers.

use super::*;

/// A connection of another process, with what it does.
fn other(path: &Path, statements: &str) -> Connection {
    let other = Connection::open(path).expect("a second connection");
    other.execute_batch(statements).expect("done");
    other
}

/// Stores a full batch of long answers, the one with this number.
async fn store_batch(store: &Sqlite, batch: u32) {
    let comment = "x".repeat(2_000);
    let saves = (0..256u32).map(|number| {
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d{:08x}","rev":1,"complete":true,"survey":"a",
                "touchpoint":"t","score":9,"comment":"{comment}"}}"#,
            (batch * 256 + number).wrapping_mul(2_654_435_761)
        );
        store.save(crate::store::suite::received_json(&text, 1))
    });
    for saved in crate::store::suite::join_all(saves.collect()).await {
        saved.expect("saved");
    }
}

#[tokio::test]
async fn a_command_waits_for_a_lock_after_an_answer_was_told_to_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.db");
    let collector = Sqlite::serve(&path, QUEUE).expect("a collector");
    let command = Sqlite::open(&path, QUEUE).expect("a command");
    let other = other(&path, "BEGIN IMMEDIATE");
    let imported = command.enqueue(Arc::new(received(1, 1, 9, 1))).expect("queued");
    let answered = collector.enqueue(Arc::new(received(2, 1, 9, 1))).expect("queued").await.expect("a reply");
    assert!(matches!(answered, Err(StoreError::Unavailable(_))), "{answered:?}");
    other.execute_batch("ROLLBACK").expect("no lock");
    assert_eq!(imported.await.expect("a reply").expect("saved"), Saved::New);
}

#[tokio::test]
async fn no_answer_waits_for_a_backup_that_needs_the_log() {
    let (folder, store) = open().await;
    let log = folder.path().join("answers.db-wal");
    let length = || log.metadata().expect("the log").len();
    let backup = other(&folder.path().join("answers.db"), "BEGIN; SELECT * FROM answers");
    let (mut batch, mut longest) = (0, Duration::ZERO);
    while length() < 20 << 20 {
        let started = Instant::now();
        store_batch(&store, batch).await;
        longest = longest.max(started.elapsed());
        batch += 1;
    }
    assert!(longest < LOCK_TIMEOUT, "{longest:?}");
    drop(backup);
    becomes_short(&log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn the_log_stays_short_whatever_readers_do() {
    let (folder, store) = open().await;
    let store = Arc::new(store);
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, stop) = (Arc::clone(&store), Arc::clone(&stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    // Each one keeps its snapshot of the database for longer than a batch takes.
                    let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)
                        SELECT max(i) + (SELECT count(*) FROM answers) FROM n";
                    drop(store.read(move |connection| connection.query_row(slow, [], |_| Ok(()))).await);
                }
            })
        })
        .collect();
    let log = folder.path().join("answers.db-wal");
    let mut longest = 0;
    for batch in 0..40 {
        store_batch(&store, batch).await;
        longest = longest.max(log.metadata().expect("the log").len());
    }
    // They go on reading, and nothing is written any more.
    becomes_short(&log).await;
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.expect("an end");
    }
    assert!(longest < 48 << 20, "{longest} bytes");
}

/// The log soon shrinks to its allowed length.
async fn becomes_short(log: &Path) {
    let length = || log.metadata().expect("the log").len();
    for _ in 0..400 {
        if length() <= 8 << 20 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{} bytes stay", length());
}
