//! The two fundamental promises, each tested alone.

use std::time::Duration;

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector, answer};
use aanrader_tests::fault::Fault;
use aanrader_tests::fault::ledger::kept;
use aanrader_tests::fault::proxy::{Blow, Proxy};
use aanrader_tests::wait::until;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn no_receipt_comes_before_the_commit() {
    let collector = Collector::start(collector::Options::default());
    let other = rusqlite::Connection::open(collector.database()).expect("a second connection");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock, so that nothing can be committed");
    let sent = answer();
    let mut posted = std::pin::pin!(collector.post(&sent));
    let early = tokio::time::timeout(Duration::from_millis(700), &mut posted).await;
    assert!(early.is_err(), "a reply before there can have been a commit: {early:?}");
    other.execute_batch("ROLLBACK").expect("no lock");
    posted.await.expect(StatusCode::CREATED);
    assert_eq!(kept(&collector).len(), 1);
}

#[test]
fn a_collector_that_asked_for_time_gets_it_even_if_the_page_is_looked_at_again() {
    let collector = Collector::start(collector::Options::default());
    let told = |seconds| Blow { fault: Fault::Status(503), delay: Duration::ZERO, retry_after: seconds };
    let proxy =
        Proxy::start(collector.url(), Box::new(move |_, tries| Some(told((tries > 0).then_some(60)))));
    in_browser(&Options::default(), async |browser| {
        browser.goto(&format!("{}/visit/somebody", proxy.url())).await;
        browser.survey().choose(7).await;
        let again = "document.dispatchEvent(new Event('visibilitychange'))";
        let tries = async |wanted| {
            until("another try", async || {
                browser.execute(again, vec![]).await;
                let tries = proxy.met("somebody").tries;
                if tries == wanted { Ok(()) } else { Err(format!("{tries} tries")) }
            })
            .await;
        };
        // No reply asked for time after the first attempt.
        tries(2).await;
        for _ in 0..20 {
            browser.execute(again, vec![]).await;
        }
        tries(2).await;
    });
}

/// How many answers the page keeps, in localStorage and in the database.
const ON_DEVICE: &str = "
    const local = Object.keys(localStorage).filter((key) => key.startsWith('aanrader-answer-')).length;
    return new Promise((resolve, reject) => {
        const opening = indexedDB.open('aanrader');
        opening.onerror = reject;
        opening.onsuccess = () => {
            const counting = opening.result.transaction('answers').objectStore('answers').count();
            counting.onerror = reject;
            counting.onsuccess = () => {
                opening.result.close();
                resolve([local, counting.result]);
            };
        };
    });";

#[test]
fn an_answer_is_cleared_from_the_device_after_a_2xx_and_not_before() {
    for fault in [Fault::Swallowed, Fault::Status(429)] {
        let collector = Collector::start(collector::Options::default());
        let blow = Blow { fault, delay: Duration::ZERO, retry_after: Some(60) };
        let proxy = Proxy::start(collector.url(), Box::new(move |_, _| Some(blow)));
        in_browser(&Options::default(), async |browser| {
            browser.goto(&format!("{}/visit/somebody", proxy.url())).await;
            browser.survey().choose(7).await;
            let is = async |wanted: [u8; 2]| {
                until(&format!("{wanted:?} after {}", fault.name()), async || {
                    let found = browser.execute(ON_DEVICE, vec![]).await;
                    if found == json!(wanted) { Ok(()) } else { Err(format!("{found} on the device")) }
                })
                .await;
            };
            browser.survey().wait_for_text("[role=status]", "kept on this device").await;
            is([1, 1]).await;
            proxy.set_plan(Box::new(|_, _| None));
            browser.goto(&format!("{}/visit/somebody", proxy.url())).await;
            is([0, 0]).await;
        });
        assert_eq!(kept(&collector).len(), 1);
    }
}
