//! The wall: a screen that runs for weeks.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector, run_tool};
use aanrader_tests::engine::Engine;
use serde_json::{Value, json};

const NODES: &str = "return document.querySelectorAll('*').length";
const OVERFLOW: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// Opens a new link of the collector, which is made before it starts and so known at once.
async fn open(browser: &Browser, width: u32) -> (tempfile::TempDir, Collector) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("wall.db").display().to_string();
    let link = run_tool(&database, &["wall", "add", "counter", "--comments"]);
    let collector =
        Collector::start(collector::Options { database: Some(database), ..collector::Options::default() });
    collector.post_score(9, json!({ "comment": "Mooi" })).await;
    browser.goto(&format!("{}{}", collector.url(), link.lines().next().expect("a path"))).await;
    browser.wait_for_text("#score", "+100").await;
    assert_eq!(browser.execute(OVERFLOW, vec![]).await, json!(0), "at {width} px");
    (folder, collector)
}

aanrader_tests::in_each_engine!(new_answers_come_to_the_screen_and_add_nothing_to_the_page);

fn new_answers_come_to_the_screen_and_add_nothing_to_the_page(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let (_folder, collector) = open(browser, 0).await;
        let before = browser.execute(NODES, vec![]).await;
        for (answers, score) in [(2, "0"), (3, "\u{2212}33")] {
            collector.post_score(2, json!({ "comment": "Te laat" })).await;
            browser.wait_for_text("#today", &answers.to_string()).await;
            browser.wait_for_text("#score", score).await;
        }
        assert_eq!(browser.execute(NODES, vec![]).await, before);
        assert_eq!(browser.violations().await, [Value::Null; 0], "the policy");
    });
}

#[test]
fn the_wall_is_accessible_on_a_phone_and_on_a_large_screen() {
    for width in [320, 1_600] {
        in_browser(&Options { width, ..Options::default() }, async |browser| {
            let _open = open(browser, width).await;
            for dark in [false, true] {
                browser.prefer(dark, true).await;
                assert_accessible(browser, &format!("the wall at {width} px, dark {dark}")).await;
            }
            browser.screenshot(&format!("wall-{width}")).await;
        });
    }
}
