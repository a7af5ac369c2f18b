//! Concurrent work: an import while answers arrive, a stop during reads and writes, owners who ask and leave.
//! On both engines.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use aanrader_tests::collector::{Collector, Options, TOKEN, answer, command, run_tool};
use aanrader_tests::postgres;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// One collector on a file and one on PostgreSQL, without rate limits.
fn collectors() -> [Collector; 2] {
    let database = Some(postgres::shared().database());
    let options = Options { rate: Some((0, 0)), ..Options::default() };
    [Collector::start(options.clone()), Collector::start(Options { database, ..options })]
}

/// A sender of one answer after the other, as long as there are receipts, which it counts.
fn send(url: &str, stop: &Arc<AtomicBool>, receipts: &Arc<AtomicU64>) -> tokio::task::JoinHandle<()> {
    let (address, stop, receipts) = (format!("{url}/v1/answers"), Arc::clone(stop), Arc::clone(receipts));
    tokio::spawn(async move {
        let http = reqwest::Client::new();
        while !stop.load(Ordering::SeqCst) {
            let request = http.post(&address).header("content-type", "text/plain");
            let Ok(reply) = request.body(answer().to_string()).send().await else { continue };
            if reply.status() == StatusCode::CREATED && reply.bytes().await.is_ok() {
                receipts.fetch_add(1, Ordering::SeqCst);
            }
        }
    })
}

/// An export of this many answers, of which every fifth is the second revision of the same id.
fn export(file: &Path, rows: u64) {
    let mut text = String::new();
    for number in 0..rows {
        let mut row = answer();
        row["score"] = json!(number % 11);
        row["answered_at"] = json!(1_795_000_000_000_u64 + number * 60_000);
        row["received_at"] = row["answered_at"].clone();
        text.push_str(&format!("{row}\n"));
        if number % 5 == 0 {
            (row["rev"], row["score"]) = (json!(2), json!(10));
            text.push_str(&format!("{row}\n"));
        }
    }
    std::fs::write(file, text).expect("a file");
}

fn n(results: &Value) -> u64 {
    let surveys = results["surveys"].as_array().expect("surveys");
    surveys.iter().map(|survey| survey["total"]["n"].as_u64().expect("n")).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_while_answers_come_in_loses_none_of_either_and_counts_none_twice() {
    const ROWS: u64 = 2_000;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("in.ndjson");
    export(&file, ROWS);
    for collector in collectors() {
        let (stop, receipts) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let senders: Vec<_> = (0..8).map(|_| send(collector.url(), &stop, &receipts)).collect();
        let (location, path) = (collector.location(), file.display().to_string());
        let importing = tokio::task::spawn_blocking(move || {
            // Twice at once: the same rows are the same answers.
            let import = || {
                std::thread::spawn({
                    let (location, path) = (location.clone(), path.clone());
                    move || run_tool(&location, &["import", &path])
                })
            };
            [import(), import()].map(|import| import.join().expect("imported"))
        });
        let told = importing.await.expect("imported");
        stop.store(true, Ordering::SeqCst);
        for sender in senders {
            sender.await.expect("an end");
        }
        assert!(told.iter().all(|told| told.contains("0 without a score")), "{told:?}");
        let sent = receipts.load(Ordering::SeqCst);
        assert!(sent > 0, "answers were taken meanwhile");
        assert_eq!(n(&collector.results().await), ROWS + sent, "{told:?}");
        assert!(run_tool(&collector.location(), &["check"]).contains("every tally"));
    }
}

/// The threads of a process.
fn threads(collector: &Collector) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", collector.pid())).expect("its status");
    let line = status.lines().find(|line| line.starts_with("Threads:")).expect("its threads");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_owners_who_ask_and_leave_hold_nothing_and_nobody() {
    for collector in collectors() {
        for _ in 0..50 {
            collector.post(&answer()).await.expect(StatusCode::CREATED);
        }
        collector.results().await;
        let before = threads(&collector);
        let address = collector.url().trim_start_matches("http://").to_owned();
        for owner in 0..200 {
            let path = if owner % 2 == 0 { "/v1/answers?limit=200" } else { "/v1/results?from=2026-01-05" };
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
            let mut stream = TcpStream::connect(&address).await.expect("a connection");
            stream.write_all(request.as_bytes()).await.expect("asked");
        }
        collector.post(&answer()).await.expect(StatusCode::CREATED);
        let more = threads(&collector).saturating_sub(before);
        assert!(more <= 12, "{more} threads more");
        assert_eq!(n(&collector.results().await), 51);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_told_to_stop_under_load_ends_and_has_kept_what_it_gave_receipts_for() {
    for mut collector in collectors() {
        let (stop, receipts) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let mut busy: Vec<_> = (0..16).map(|_| send(collector.url(), &stop, &receipts)).collect();
        for _ in 0..4 {
            let (url, stop) = (collector.url().to_owned(), Arc::clone(&stop));
            busy.push(tokio::spawn(async move {
                let http = reqwest::Client::new();
                while !stop.load(Ordering::SeqCst) {
                    let request = http.get(format!("{url}/v1/answers?limit=200")).bearer_auth(TOKEN);
                    drop(request.send().await);
                }
            }));
        }
        while receipts.load(Ordering::SeqCst) < 200 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(collector.stop().success(), "{}", collector.log());
        stop.store(true, Ordering::SeqCst);
        for one in busy {
            one.await.expect("an end");
        }
        collector.restart();
        // Some answers that were underway at the end may be stored, although their receipt wasn't read.
        let (kept, told) = (n(&collector.results().await), receipts.load(Ordering::SeqCst));
        assert!((told..=told + 16).contains(&kept), "{kept} kept, {told} receipts");
        assert!(run_tool(&collector.location(), &["check"]).contains("every tally"));
    }
}

#[test]
fn a_tool_that_is_stopped_halfway_leaves_a_database_that_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("in.ndjson");
    export(&file, 3_000);
    let database = folder.path().join("a.db").display().to_string();
    let mut import = command();
    import.args(["import", &file.display().to_string(), "--database", &database]);
    let mut importing = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("an import");
    let log = folder.path().join("a.db-wal");
    while std::fs::metadata(&log).map_or(0, |log| log.len()) < 200_000 {
        assert!(importing.try_wait().expect("a process").is_none(), "it was too quick to be stopped");
    }
    importing.kill().expect("killed");
    importing.wait().expect("its end");
    assert!(run_tool(&database, &["check"]).contains("every tally"));
    let told = run_tool(&database, &["import", &file.display().to_string()]);
    assert!(told.contains(" known, "), "{told}");
    assert_eq!(run_tool(&database, &["export"]).lines().count(), 3_000);
}
