//! The cases, as people work on them, in a browser that runs no scripts of pages.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector, TOKEN};
use aanrader_tests::engine::Engine;
use aanrader_tests::smtp::Smtp;
use serde_json::{Value, json};

use crate::owner;

/// Controls lower than a fingertip. A link in a line of text may be as low as its line.
const SMALL: &str = "return [...document.querySelectorAll('main :is(button, input:not([type=hidden]), textarea, select, .work a, a.button)')]
    .filter((e) => e.checkVisibility())
    .map((e) => [e, (e.type === 'checkbox' && e.closest('label') || e).getBoundingClientRect()])
    .filter(([, r]) => r.height < 44)
    .map(([e, r]) => e.outerHTML + ' ' + [r.width, r.height])";

const OVERFLOW: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// A low score with consent to be contacted, and answers of every kind, with a long word and another script.
async fn some_cases(collector: &Collector) {
    let contact = json!({ "allowed": true, "how": "anna@klant.example" });
    let long = "onbereikbaarheidsverklaring".repeat(6);
    collector
        .post_score(0, json!({ "comment": "Drie weken te laat, en niemand belt terug.", "contact": contact }))
        .await;
    collector
        .post_score(3, json!({ "comment": long, "customer": "k-17", "properties": { "agent": "wim" } }))
        .await;
    collector.post_score(6, json!({ "comment": "لم يصل الطلب", "language": "ar" })).await;
    collector.post_score(5, json!({})).await;
    collector.post_score(10, json!({ "contact": { "allowed": true } })).await;
    collector.post_score(9, json!({})).await;
}

pub(super) async fn sign_in(browser: &Browser, collector: &Collector) {
    owner::sign_in(browser, collector, "/cases").await;
    browser.find(".work").await;
}

/// Checks the page with axe in light and dark colours, and checks target sizes, width and policy.
pub(super) async fn assert_usable(browser: &Browser, state: &str) {
    for dark in [false, true] {
        browser.prefer(dark, true).await;
        assert_accessible(browser, &format!("{state}, dark {dark}")).await;
    }
    browser.prefer(false, true).await;
    assert_eq!(browser.execute(SMALL, vec![]).await, json!([]), "{state}: too small");
    assert_eq!(browser.execute(OVERFLOW, vec![]).await, json!(0), "{state}: scrolls sideways");
    assert_eq!(browser.violations().await, [Value::Null; 0], "{state}: the policy");
}

async fn history(browser: &Browser) -> String {
    browser.text(".history").await
}

/// Presses a button of the case and waits for this text in its history.
async fn press(browser: &Browser, action: &str, says: &str) {
    browser.click(&format!("[value={action}]")).await;
    browser.wait_for_text(".history", says).await;
}

aanrader_tests::in_each_engine!(a_case_goes_from_a_customers_zero_to_told);

fn a_case_goes_from_a_customers_zero_to_told(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        some_cases(&collector).await;
        sign_in(browser, &collector).await;
        let scores = "return [...document.querySelectorAll('.work .score')].map((e) => e.textContent)";
        assert_eq!(browser.execute(scores, vec![]).await, json!(["0", "3", "5", "6", "10"]));
        browser.click(".work a").await;
        browser.find(".one").await;
        assert!(browser.text(".one .contact").await.contains("anna@klant.example"));
        assert!(browser.text(".one .steps").await.contains("Compensate"));
        press(browser, "take", "admin took it").await;
        press(browser, "contact", "contacted the customer").await;
        browser.find("#note").await.send_keys("Belt morgen terug <voor 10 uur>").await.expect("typed");
        press(browser, "note", "Belt morgen terug <voor 10 uur>").await;
        browser.find("#cause").await.send_keys("bezorger").await.expect("typed");
        press(browser, "cause", "named the cause: bezorger").await;
        press(browser, "solve", "solved it").await;
        press(browser, "tell", "told the customer").await;
        browser.goto(&format!("{}/cases", collector.url())).await;
        assert_eq!(browser.execute(scores, vec![]).await, json!(["3", "5", "6", "10"]));
        browser.goto(&format!("{}/cases?state=closed", collector.url())).await;
        assert_eq!(browser.execute(scores, vec![]).await, json!(["0"]));
        assert_eq!(collector.results().await["surveys"][0]["total"]["n"], 6);
    });
}

#[test]
fn every_page_is_accessible_and_fits_a_phone_and_a_desk() {
    for width in [320, 1_100] {
        let arguments = Smtp::start().arguments();
        let collector = Collector::start(collector::Options { arguments, ..collector::Options::default() });
        in_browser(&Options { width, ..Options::default() }, async |browser| {
            some_cases(&collector).await;
            let state = |page: &str| format!("{page} at {width} px");
            let picture = async |page: &str| browser.screenshot(&format!("cases-{width}-{page}")).await;
            browser.goto(&format!("{}/cases", collector.url())).await;
            assert_usable(browser, &state("sign-in")).await;
            browser.find("#token").await.send_keys("wrong").await.expect("typed");
            browser.click("main button").await;
            browser.find("#problem").await;
            assert_usable(browser, &state("wrong token")).await;
            sign_in(browser, &collector).await;
            assert_usable(browser, &state("list")).await;
            picture("list").await;
            for (number, page) in [(1, "contact"), (2, "long"), (4, "other")] {
                browser.goto(&format!("{}/cases", collector.url())).await;
                browser.click(&format!(".work li:nth-child({number}) a")).await;
                browser.find(".one").await;
                assert_usable(browser, &state(page)).await;
                picture(page).await;
            }
            press(browser, "take", "took it").await;
            assert_usable(browser, &state("taken")).await;
            browser.find("#cause").await.send_keys("bezorger").await.expect("typed");
            press(browser, "cause", "named the cause: bezorger").await;
            browser.click("[value=note]").await;
            browser.find(".one .problem").await;
            assert_usable(browser, &state("an empty note")).await;
            browser.goto(&format!("{}/cases?words=nothing", collector.url())).await;
            assert_usable(browser, &state("nothing found")).await;
            browser.goto(&format!("{}/cases/account/none", collector.url())).await;
            assert_usable(browser, &state("no such case")).await;
            for page in ["figures", "changed?cause=bezorger"] {
                browser.goto(&format!("{}/cases/{page}", collector.url())).await;
                browser.find("main h1").await;
                assert_usable(browser, &state(page)).await;
                picture(page.split('?').next().unwrap_or_default()).await;
            }
            browser.goto(&format!("{}/cases/settings", collector.url())).await;
            assert_usable(browser, &state("settings")).await;
            picture("settings").await;
            browser.find("#due-0").await.send_keys("soon").await.expect("typed");
            browser.click("#times button").await;
            browser.find("#problem").await;
            assert_usable(browser, &state("a wrong setting")).await;
        });
    }
}

/// Presses Tab until an element has the focus.
pub(super) async fn tab_to(browser: &Browser, css: &str) {
    let focused = format!("return document.activeElement?.matches({}) ?? false", json!(css));
    for _ in 0..60 {
        if browser.execute(&focused, vec![]).await == json!(true) {
            return;
        }
        browser.press(Key::Tab).await;
    }
    panic!("Tab never comes to {css}");
}

#[test]
fn the_keyboard_alone_does_it_and_the_page_runs_no_script() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options { width: 1_100, ..Options::default() }, async |browser| {
        some_cases(&collector).await;
        browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        browser.goto(&format!("{}/cases", collector.url())).await;
        tab_to(browser, "#token").await;
        browser.type_text(TOKEN).await;
        browser.press(Key::Enter).await;
        browser.find(".work").await;
        tab_to(browser, ".work a").await;
        browser.press(Key::Enter).await;
        browser.find(".one").await;
        tab_to(browser, "[value=take]").await;
        browser.press(Key::Enter).await;
        browser.wait_for_text(".history", "admin took it").await;
        tab_to(browser, "#note").await;
        browser.type_text("Gebeld").await;
        tab_to(browser, "[value=note]").await;
        browser.press(Key::Enter).await;
        browser.wait_for_text(".history", "Gebeld").await;
        assert!(history(browser).await.contains("admin wrote"));
        tab_to(browser, ".person button").await;
        browser.press(Key::Enter).await;
        browser.find("#token").await;
        browser.goto(&format!("{}/cases", collector.url())).await;
        browser.find("#token").await;
    });
}

#[test]
fn who_comes_second_sees_who_was_first() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options { width: 1_100, ..Options::default() }, async |browser| {
        collector.post_score(0, json!({})).await;
        sign_in(browser, &collector).await;
        browser.click(".work a").await;
        browser.find(".one").await;
        // Another person takes it in another window, while this page is open.
        let taken = browser
            .execute(
                "const form = new URLSearchParams(new FormData(document.querySelector('form:has([value=take])')));
                 form.set('action', 'take');
                 return fetch(location.href, { method: 'POST', body: form }).then((reply) => reply.status)",
                vec![],
            )
            .await;
        assert_eq!(taken, json!(200), "after the redirect");
        browser.click("[value=take]").await;
        browser.wait_for_text(".one .problem", "Somebody changed this case before you").await;
        assert_eq!(history(browser).await.matches("took it").count(), 1);
    });
}
