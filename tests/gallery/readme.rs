//! The pictures of the README, from the demo shop and the demo's year.
//!
//! They are written beside the other pictures. Look at them, and copy them to `www/pictures`.

use std::path::Path;

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector, run_tool};
use serde_json::json;

/// Takes all pictures into this folder.
pub(crate) fn take(folder: &Path) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options { reduced_motion: true, ..Options::default() }, async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        keep(browser, &folder.join("question.png"), 760, async || {
            browser.survey().choose(9).await;
            browser.survey().wait_for_text("[role=status]", "9").await;
        })
        .await;
    });
    take_the_year(folder);
}

/// The number over time and the cases of the demo's year.
fn take_the_year(folder: &Path) {
    let place = tempfile::tempdir().expect("a folder");
    let database = place.path().join("year.db").display().to_string();
    run_tool(&database, &["demo"]);
    let collector =
        Collector::start(collector::Options { database: Some(database), ..collector::Options::default() });
    in_browser(&Options { reduced_motion: true, ..Options::default() }, async |browser| {
        browser.goto(&format!("{}/en/trend?survey=shop&touchpoint=delivery", collector.url())).await;
        browser.find("#token").await.send_keys(collector::TOKEN).await.expect("a token is typed");
        browser.click("main button").await;
        keep(browser, &folder.join("trend.png"), 1_020, async || drop(browser.find("svg.chart").await)).await;
        browser.goto(&format!("{}/en/cases", collector.url())).await;
        browser.click(".work a").await;
        keep(browser, &folder.join("cases.png"), 1_000, async || drop(browser.find(".one").await)).await;
    });
}

/// Takes a picture of the page, 1000 pixels wide and `height` high, once `ready` is true.
async fn keep(browser: &Browser, file: &Path, height: u32, ready: impl AsyncFnOnce()) {
    let screen = json!({ "width": 1000, "height": height, "deviceScaleFactor": 1, "mobile": false });
    browser.cdp("Emulation.setDeviceMetricsOverride", screen).await;
    browser.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
    ready().await;
    browser.execute("scrollTo(0, 0)", vec![]).await;
    let picture = browser.client().screenshot().await.expect("a picture");
    std::fs::write(file, picture).expect("the picture is kept");
}
