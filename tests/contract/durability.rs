//! The collector sends receipts only for what it has stored, whatever happens.

use std::collections::HashSet;
use std::fs;
use std::time::Duration;

use aanrader_tests::collector::{Collector, Options, Reply, answer};
use reqwest::{Method, StatusCode};

use crate::raw::Raw;

/// Asserts that a refused post has the reason, and the time to come back.
#[track_caller]
fn assert_turned_away(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{}", reply.text());
    assert_eq!(reply.problems(), ["collector unavailable"]);
    assert!(reply.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
}

/// Waits until it can store answers again; a proof is valid for a second.
async fn wait_until_ready(collector: &Collector) {
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while collector.get("/readyz").await.status != StatusCode::OK {
        assert!(std::time::Instant::now() < deadline, "not ready:\n{}", collector.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_answer_is_there_after_the_collector_was_killed_right_after_the_reply() {
    let mut collector = Collector::start(Options::default());
    let sent = answer();
    collector.post(&sent).await.expect(StatusCode::CREATED);
    collector.kill();
    collector.restart();
    assert_eq!(collector.answers().await[0]["id"], sent["id"]);
    collector.post(&sent).await.expect(StatusCode::OK);
    assert_eq!(collector.answers().await.len(), 1);
}

#[tokio::test]
async fn of_many_posts_at_once_every_one_with_a_receipt_survives_a_kill() {
    let mut collector = Collector::start(Options::default());
    let (receipt, mut receipts) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..200 {
        let (sent, receipt) = (answer(), receipt.clone());
        let request = collector.request(Method::POST, "/v1/answers").header("content-type", "text/plain");
        let request = request.body(sent.to_string());
        tokio::spawn(async move {
            // Posts that are underway at the kill get no reply.
            if request.send().await.is_ok_and(|reply| reply.status() == StatusCode::CREATED) {
                drop(receipt.send(sent["id"].to_string()));
            }
        });
    }
    drop(receipt);
    let mut ids = Vec::new();
    while let Some(id) = receipts.recv().await {
        ids.push(id);
        if ids.len() == 20 {
            collector.kill();
        }
    }
    assert!(ids.len() >= 20);
    collector.restart();
    let kept: HashSet<String> = collector.answers().await.iter().map(|kept| kept["id"].to_string()).collect();
    let lost: Vec<_> = ids.iter().filter(|id| !kept.contains(*id)).collect();
    assert!(lost.is_empty(), "lost despite a receipt: {lost:?}");
}

#[tokio::test]
async fn a_collector_that_is_stopped_finishes_the_request_that_it_accepted() {
    let mut collector = Collector::start(Options::default());
    let sent = answer();
    let body = sent.to_string();
    let mut raw = Raw::connect(&collector).await;
    raw.send("POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n").await;
    raw.send(&format!("Expect: 100-continue\r\nContent-Length: {}\r\n\r\n", body.len())).await;
    raw.read_until("HTTP/1.1 100 Continue\r\n\r\n").await;
    collector.terminate();
    collector.logs("stopping").await;
    // It accepts no new connections. Another program may already have its port, and would reply.
    let knock = "/healthz";
    let request = collector.request(Method::GET, knock).timeout(Duration::from_secs(5));
    assert!(!request.send().await.is_err_and(|error| error.is_timeout()), "a connection waits for nobody");
    raw.send(&body).await;
    let reply = raw.read_all().await;
    assert!(reply.starts_with("HTTP/1.1 201 ") && reply.contains("connection: close"), "{reply}");
    assert!(collector.wait().success(), "{}", collector.log());
    assert!(!collector.log().contains(knock), "{}", collector.log());
    collector.restart();
    assert_eq!(collector.answers().await[0]["id"], sent["id"]);
}

#[tokio::test]
async fn a_stopped_collector_leaves_everything_in_the_one_file() {
    let mut collector = Collector::start(Options::default());
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    let connections = (Raw::connect(&collector).await, Raw::connect(&collector).await);
    assert!(collector.stop().success(), "{}", collector.log());
    drop(connections);
    let copy = collector.database().with_file_name("copy.db");
    fs::copy(collector.database(), &copy).expect("a copy");
    let count: u32 = rusqlite::Connection::open(copy)
        .and_then(|copy| copy.query_row("SELECT count(*) FROM answers", [], |row| row.get(0)))
        .expect("a count");
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_locked_database_refuses_answers_until_it_is_free() {
    let collector = Collector::start(Options::default());
    let other = rusqlite::Connection::open(collector.database()).expect("a second connection");
    other.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    let sent = answer();
    assert_turned_away(&collector.post(&sent).await);
    assert_eq!(collector.answers().await.len(), 0);
    other.execute_batch("ROLLBACK").expect("no lock");
    collector.post(&sent).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn a_full_disk_refuses_answers_and_what_was_kept_stays() {
    let collector = Collector::start(Options { survives_a_full_disk: true, ..Options::default() });
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    let before = collector.answers().await;
    collector.limit_file_size(Some(1024));
    let sent = answer();
    assert_turned_away(&collector.post(&sent).await);
    assert_eq!(collector.answers().await, before);
    collector.logs("answers could not be stored").await;
    collector.limit_file_size(None);
    collector.post(&sent).await.expect(StatusCode::CREATED);
    assert_eq!(collector.answers().await.len(), 2);
}

#[tokio::test]
async fn a_database_whose_folder_has_gone_refuses_answers_until_it_is_back() {
    let mut collector = Collector::start(Options::default());
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    let folder = collector.database().with_file_name("");
    let elsewhere = folder.with_file_name("elsewhere");
    fs::rename(&folder, &elsewhere).expect("moved away");
    let sent = answer();
    assert_turned_away(&collector.post(&sent).await);
    assert_turned_away(&collector.get("/readyz").await);
    assert_turned_away(&collector.get_as_owner("/v1/results").await);
    fs::rename(&elsewhere, &folder).expect("moved back");
    collector.post(&sent).await.expect(StatusCode::CREATED);
    wait_until_ready(&collector).await;
    collector.kill();
    collector.restart();
    assert_eq!(collector.answers().await.len(), 2);
}

#[tokio::test]
async fn a_lost_database_is_not_replaced_by_an_empty_one() {
    let collector = Collector::start(Options::default());
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    for file in ["answers.db", "answers.db-wal", "answers.db-shm"] {
        fs::remove_file(collector.database().with_file_name(file)).expect("removed");
    }
    assert_turned_away(&collector.post(&answer()).await);
    assert!(!collector.database().exists());
}

#[tokio::test]
async fn nobody_else_on_the_machine_can_read_the_answers() {
    use std::os::unix::fs::PermissionsExt;
    let collector = Collector::start(Options::default());
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    for file in ["answers.db", "answers.db-wal"] {
        let mode =
            fs::metadata(collector.database().with_file_name(file)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file} has mode {mode:o}");
    }
}
