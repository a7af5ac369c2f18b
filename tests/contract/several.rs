//! Several collectors on one PostgreSQL, as behind a proxy that tries the next one if one is down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aanrader_tests::collector::{Collector, Options, answer, run_tool};
use aanrader_tests::postgres;
use serde_json::{Value, json};

const COLLECTORS: usize = 3;
const ANSWERS: u64 = 600;
const AT_ONCE: u64 = 24;

/// The time limit: on any machine, a longer wait is a failure.
const PATIENCE: Duration = Duration::from_secs(120);

/// Sends two revisions of an answer, each until any collector gives its receipt.
async fn visit(http: &reqwest::Client, urls: &[String], number: u64, next: &AtomicUsize) {
    let mut sent = answer();
    for (rev, score) in [(1, number % 11), (2, (number * 7 + 3) % 11)] {
        (sent["rev"], sent["score"]) = (json!(rev), json!(score));
        sent["touchpoint"] = json!(format!("t{}", (number + rev) % 4));
        deliver(http, urls, &sent, rev, next).await;
    }
}

async fn deliver(http: &reqwest::Client, urls: &[String], sent: &Value, rev: u64, next: &AtomicUsize) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let url = &urls[next.fetch_add(1, Ordering::Relaxed) % urls.len()];
        let request = http.post(format!("{url}/v1/answers")).timeout(Duration::from_secs(10));
        let reply = request.header("content-type", "text/plain").body(sent.to_string()).send().await;
        if let Ok(reply) = reply
            && reply.status().is_success()
            && let Ok(receipt) = reply.text().await
            && serde_json::from_str::<Value>(&receipt).is_ok_and(|told| told["rev"].as_u64() >= Some(rev))
        {
            return;
        }
        assert!(Instant::now() < deadline, "no receipt for {sent}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Kills one after the other and restarts it, until all visits are over.
fn disturb(collectors: &mut [Collector], over: &AtomicBool) -> usize {
    let mut killed = 0;
    while !over.load(Ordering::SeqCst) {
        let collector = &mut collectors[killed % COLLECTORS];
        collector.kill();
        collector.restart();
        killed += 1;
    }
    killed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn collectors_that_are_killed_under_load_lose_nothing_and_count_nothing_twice() {
    let url = postgres::shared().database();
    let options = Options { database: Some(url.clone()), ..Options::default() };
    let mut collectors: Vec<_> = (0..COLLECTORS).map(|_| Collector::start(options.clone())).collect();
    let urls: Arc<[String]> = collectors.iter().map(|collector| collector.url().to_owned()).collect();
    let (over, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let killer = std::thread::spawn({
        let over = Arc::clone(&over);
        move || (disturb(&mut collectors, &over), collectors)
    });
    let visits = (0..AT_ONCE).map(|first| {
        let (urls, next) = (Arc::clone(&urls), Arc::clone(&next));
        tokio::spawn(async move {
            let http = reqwest::Client::new();
            for number in (first..ANSWERS).step_by(AT_ONCE as usize) {
                visit(&http, &urls, number, &next).await;
            }
        })
    });
    for visit in visits.collect::<Vec<_>>() {
        visit.await.expect("every answer has its receipts");
    }
    over.store(true, Ordering::SeqCst);
    let (killed, collectors) = killer.join().expect("an end");
    assert!(killed > COLLECTORS, "killed {killed} times");
    assert_counted(&collectors[0].results().await);
    assert!(run_tool(&url, &["check"]).contains("every tally"));
}

/// Asserts that the counts are those of every answer's second revision.
fn assert_counted(results: &Value) {
    let mut expected = vec![vec![0; 11]; 4];
    for number in 0..ANSWERS {
        expected[((number + 2) % 4) as usize][((number * 7 + 3) % 11) as usize] += 1;
    }
    let touchpoints = results["surveys"][0]["touchpoints"].as_array().expect("touchpoints");
    let counts: Vec<Vec<u64>> = touchpoints
        .iter()
        .map(|touchpoint| serde_json::from_value(touchpoint["counts"].clone()).expect("counts"))
        .collect();
    assert_eq!(counts, expected);
}
