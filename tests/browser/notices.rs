//! The page of notices, for an admin, in a browser that runs no scripts of pages.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector, run_tool};
use aanrader_tests::engine::Engine;
use aanrader_tests::receiver::{Reaction, Receiver};
use serde_json::json;

use super::cases::{assert_usable, sign_in, tab_to};

fn collector() -> Collector {
    let arguments = vec!["--private-targets".into()];
    Collector::start(collector::Options { arguments, ..collector::Options::default() })
}

async fn open(browser: &Browser, collector: &Collector) {
    sign_in(browser, collector).await;
    browser.click("a[href='/cases/notices']").await;
    browser.find("#add").await;
}

/// Fills in a field.
async fn fill(browser: &Browser, css: &str, text: &str) {
    browser.find(css).await.send_keys(text).await.expect("typed");
}

aanrader_tests::in_each_engine!(an_admin_adds_a_webhook_tests_it_and_sees_what_was_sent);

fn an_admin_adds_a_webhook_tests_it_and_sees_what_was_sent(engine: Engine) {
    let (collector, receiver) = (collector(), Receiver::start());
    in_browser(&Options::of(engine), async |browser| {
        open(browser, &collector).await;
        fill(browser, "#name", "crm").await;
        fill(browser, "#url", &receiver.url("/hook")).await;
        browser.click("[value=add]").await;
        browser.wait_for_text("main", "whsec_").await;
        browser.click("[value=test]").await;
        browser.wait_for_text("main", "has arrived (204)").await;
        assert_eq!(receiver.messages()[0].json()["type"], "test");
        collector.post_score(2, json!({})).await;
        receiver.wait_for(2).await;
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !browser.text(".history").await.contains("delivered") {
            assert!(std::time::Instant::now() < deadline, "{}", browser.text("main").await);
            browser.goto(&format!("{}/cases/notices", collector.url())).await;
        }
        // Everything that was sent is sent again with the same id.
        browser.click("details summary").await;
        fill(
            browser,
            "[name=case]",
            receiver.messages()[1].json()["data"]["answer"].as_str().expect("an id"),
        )
        .await;
        browser.click("[value=replay]").await;
        browser.wait_for_text("main", "on their way again").await;
        let messages = receiver.wait_for(3).await;
        assert_eq!(messages[1].id(), messages[2].id());
        // A changed notice keeps its address.
        browser.click("a[href$='change=crm#add']").await;
        browser.wait_for_text("#add h2", "Change crm").await;
        fill(browser, "#scores", "7-3").await;
        browser.click("[value=change]").await;
        browser.wait_for_text("#problem", "7-3").await;
        browser.find("#scores").await.clear().await.expect("cleared");
        fill(browser, "#scores", "0-3").await;
        browser.click("[value=change]").await;
        browser.wait_for_text("main", "The notice is changed.").await;
        browser.wait_for_text("section.settings", "Scores: 0-3").await;
        browser.wait_for_text("section.settings", &receiver.url("/hook")).await;
        browser.click("[value=remove]").await;
        browser.wait_for_text("main", "There is no notice yet.").await;
    });
}

#[test]
fn every_state_is_accessible_and_fits_a_phone_and_a_desk() {
    for width in [320, 1_100] {
        let (collector, receiver) =
            (collector(), Receiver::reacting(|_| Reaction::Reply(410, String::new())));
        in_browser(&Options { width, ..Options::default() }, async |browser| {
            let state = |page: &str| format!("{page} at {width} px");
            let picture = async |page: &str| browser.screenshot(&format!("notices-{width}-{page}")).await;
            collector.post_score(3, json!({})).await;
            open(browser, &collector).await;
            assert_usable(browser, &state("no notice")).await;
            picture("none").await;
            fill(browser, "#url", "crm").await;
            fill(browser, "#name", "een-heel-lange-naam-zonder-spaties-voor-een-kanaal-van-de-winkel").await;
            browser.click("[value=add]").await;
            browser.wait_for_text("#problem", "crm").await;
            assert_usable(browser, &state("a wrong address")).await;
            browser.find("#url").await.clear().await.expect("cleared");
            fill(browser, "#url", &receiver.url("/hook")).await;
            browser.click("[value=add]").await;
            browser.wait_for_text("main", "whsec_").await;
            assert_usable(browser, &state("a secret")).await;
            collector.post_score(2, json!({})).await;
            receiver.wait_for(1).await;
            let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
            while !browser.text("main").await.contains("wants no more messages") {
                assert!(std::time::Instant::now() < deadline, "{}", browser.text("main").await);
                browser.goto(&format!("{}/cases/notices", collector.url())).await;
            }
            browser.click("details summary").await;
            assert_usable(browser, &state("off")).await;
            picture("off").await;
            browser.click("a[href*='change=een-']").await;
            browser.wait_for_text("#add h2", "Change een-heel-lange-naam").await;
            assert_usable(browser, &state("a change")).await;
            picture("change").await;
            browser.goto(&format!("{}/cases", collector.url())).await;
            browser.wait_for_text(".problem", "een-heel-lange-naam").await;
            assert_usable(browser, &state("an alarm")).await;
            picture("alarm").await;
        });
    }
}

#[test]
fn the_keyboard_alone_adds_a_notice() {
    let (collector, receiver) = (collector(), Receiver::start());
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        tab_to(browser, "#name").await;
        browser.type_text("anna").await;
        tab_to(browser, "#kind").await;
        // From the webhook to ntfy.
        for _ in 0..4 {
            browser.press(Key::Down).await;
        }
        tab_to(browser, "#url").await;
        browser.type_text(&receiver.url("/shop")).await;
        browser.press(Key::Enter).await;
        browser.wait_for_text("main", "The notice is added.").await;
        let listed = run_tool(&collector.location(), &["notify", "list"]);
        assert!(
            listed.contains("anna: ntfy ") && listed.contains("answer.created, answer.updated"),
            "{listed}"
        );
    });
}
