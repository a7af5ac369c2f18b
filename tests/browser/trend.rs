//! The number over time, as an owner sees it, in a browser that runs no scripts of pages.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector, run_tool};
use aanrader_tests::engine::Engine;
use serde_json::{Value, json};

use crate::owner;

const OVERFLOW: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// A collector with the demo's year.
fn with_a_year() -> (tempfile::TempDir, Collector) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("year.db").display().to_string();
    assert!(run_tool(&database, &["demo"]).contains("made-up answers stored"));
    (
        folder,
        Collector::start(collector::Options { database: Some(database), ..collector::Options::default() }),
    )
}

pub(crate) async fn sign_in(browser: &Browser, collector: &Collector, path: &str) {
    owner::sign_in(browser, collector, path).await;
    browser.find("svg.chart").await;
}

pub(crate) async fn assert_usable(browser: &Browser, state: &str) {
    for dark in [false, true] {
        browser.prefer(dark, true).await;
        assert_accessible(browser, &format!("{state}, dark {dark}")).await;
    }
    browser.prefer(false, true).await;
    assert_eq!(browser.execute(OVERFLOW, vec![]).await, json!(0), "{state}: scrolls sideways");
    assert_eq!(browser.violations().await, [Value::Null; 0], "{state}: the policy");
}

aanrader_tests::in_each_engine!(a_carrier_that_changed_is_seen_in_the_line_of_deliveries_and_noted);

fn a_carrier_that_changed_is_seen_in_the_line_of_deliveries_and_noted(engine: Engine) {
    let (_folder, collector) = with_a_year();
    in_browser(&Options::of(engine), async |browser| {
        sign_in(browser, &collector, "/en/trend?survey=shop&touchpoint=delivery&by=month").await;
        assert!(browser.text("section:has(#signs)").await.contains("the number fell"));
        let points = "return document.querySelectorAll('svg.chart circle').length";
        let points = browser.execute(points, vec![]).await.as_u64().expect("a number");
        assert!((12..=17).contains(&points), "{points} months");
        browser.find("#note-text").await.send_keys("a <third> carrier").await.expect("typed");
        browser.click("form:has(#note-text) button").await;
        browser.wait_for_text(".legend", "a <third> carrier").await;
        assert!(browser.text(".marks").await.contains("a <third> carrier"));
        browser.click(".marks button[aria-label*='third']").await;
        browser.wait("!document.body.textContent.includes('third')").await;
        browser.find("#benchmark-nps").await.send_keys("300").await.expect("typed");
        browser.find("#benchmark-text").await.send_keys("the sector, by its survey").await.expect("typed");
        browser.click("form:has(#benchmark-nps) button").await;
        browser.wait_for_text("#problem", "whole number from −100 to +100").await;
    });
}

#[test]
fn every_page_of_the_trend_is_accessible_and_fits_a_phone_and_a_desk() {
    let (_folder, collector) = with_a_year();
    for width in [320, 1_100] {
        in_browser(&Options { width, ..Options::default() }, async |browser| {
            sign_in(browser, &collector, "/nl/trend").await;
            let pages = [
                "/en/trend?by=day",
                "/nl/trend?group=agent&by=month",
                "/en/trend?survey=shop&touchpoint=delivery",
            ];
            for page in pages {
                browser.goto(&format!("{}{page}", collector.url())).await;
                browser.find("svg.chart").await;
                assert_usable(browser, &format!("{page} at {width} px")).await;
                browser.screenshot(&format!("trend-{width}-{}", page.len())).await;
            }
        });
    }
}
