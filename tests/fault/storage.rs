//! A customer whose browser keeps nothing, or only in one store; and one whose collector is down for a day.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::fault::ledger::{Kept, kept};
use aanrader_tests::fault::proxy::Proxy;
use aanrader_tests::fault::visit::FORBIDDEN;
use aanrader_tests::wait::until;
use serde_json::json;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// A collector, the shop before it, and a customer's profile.
struct Shop {
    collector: Collector,
    proxy: Proxy,
    profile: tempfile::TempDir,
}

impl Shop {
    fn open() -> Self {
        let collector = Collector::start(collector::Options::default());
        let proxy = Proxy::start(collector.url(), Box::new(|_, _| None));
        Self { collector, proxy, profile: tempfile::tempdir().expect("a folder for the profile") }
    }

    fn page(&self) -> String {
        format!("{}/visit/somebody", self.proxy.url())
    }

    /// The collector's answer, once it has one.
    async fn arrived(&self) -> Kept {
        until("an answer", async || kept(&self.collector).pop().ok_or("there is none")).await
    }
}

fn of(profile: &Path) -> Options {
    Options { profile: Some(profile.into()), ..Options::default() }
}

async fn before_each_page(browser: &Browser, source: &str) {
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
}

/// Chooses a score, types a comment, and sends both.
async fn answer(browser: &Browser, score: u8, comment: &str) {
    let survey = browser.survey();
    survey.choose(score).await;
    survey.type_into("textarea", comment).await;
    survey.send().await;
}

#[test]
fn a_customer_without_any_storage_answers_all_the_same() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        before_each_page(browser, FORBIDDEN).await;
        browser.goto(&shop.page()).await;
        answer(browser, 8, "All fine").await;
        browser.survey().wait_for_text("[role=status]", "Your answer has been sent.").await;
        let kept = shop.arrived().await;
        assert_eq!((kept.score, kept.comment.as_deref()), (8, Some("All fine")));
    });
}

#[test]
fn a_customer_without_any_storage_is_told_to_keep_the_page_open_while_the_network_is_gone() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        before_each_page(browser, FORBIDDEN).await;
        browser.goto(&shop.page()).await;
        browser.survey().find("[part~=cell]").await;
        browser.set_offline(true).await;
        answer(browser, 2, "Too late").await;
        let told = "It will be sent as soon as possible: please keep this page open.";
        browser.survey().wait_for_text("[role=status]", told).await;
        browser.set_offline(false).await;
        browser.survey().wait_for_text("[role=status]", "Your answer has been sent.").await;
        assert_eq!(shop.arrived().await.score, 2);
    });
}

#[test]
fn a_customer_whose_collector_is_down_for_a_day_is_told_so_and_the_answer_arrives_at_the_next_visit() {
    let mut shop = Shop::open();
    in_browser(&of(shop.profile.path()), async |browser| {
        browser.goto(&shop.page()).await;
        browser.survey().find("[part~=cell]").await;
        shop.collector.kill();
        answer(browser, 3, "Nobody rang back").await;
        let told = "It is kept on this device and will be sent as soon as possible.";
        browser.survey().wait_for_text("[role=status]", told).await;
        let events = browser.events().await;
        assert!(events.iter().any(|event| event["detail"]["reason"] == "kept"), "{events:?}");
    });
    shop.collector.restart();
    assert!(kept(&shop.collector).is_empty());
    in_browser(&of(shop.profile.path()), async |browser| {
        // For the page, a day has passed.
        let tomorrow = "const now = Date.now; Date.now = () => now() + 86400000;";
        before_each_page(browser, tomorrow).await;
        browser.goto(&shop.page()).await;
        let kept = shop.arrived().await;
        assert_eq!((kept.score, kept.comment.as_deref()), (3, Some("Nobody rang back")));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let age = i64::try_from(now).unwrap_or(i64::MAX) - kept.answered_at;
        assert!((age - DAY_MILLIS).abs() < 120_000, "it is {age} ms old, not a day");
    });
}

/// If one of the two stores fails, the other one keeps the answer.
fn survives_with(broken: &str) {
    let mut shop = Shop::open();
    in_browser(&of(shop.profile.path()), async |browser| {
        before_each_page(browser, broken).await;
        browser.goto(&shop.page()).await;
        browser.survey().find("[part~=cell]").await;
        shop.collector.kill();
        answer(browser, 5, "So so").await;
        let told = "It is kept on this device and will be sent as soon as possible.";
        browser.survey().wait_for_text("[role=status]", told).await;
        shop.collector.restart();
        browser.goto(&shop.page()).await;
        let kept = shop.arrived().await;
        assert_eq!((kept.score, kept.comment.as_deref()), (5, Some("So so")));
    });
}

#[test]
fn an_answer_is_kept_where_local_storage_is_full() {
    survives_with("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };");
}

#[test]
fn an_answer_is_kept_where_the_database_does_not_open() {
    survives_with("IDBFactory.prototype.open = () => { throw new DOMException('', 'UnknownError'); };");
}
