//! A customer's wish is kept wherever possible, and other tabs learn of it.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use serde_json::json;

use crate::shop::Shop;

in_each_engine!(
    a_tab_that_hears_of_the_answer_stops_asking,
    a_wish_is_kept_where_local_storage_is_full,
    a_wish_stays_when_the_page_clears_local_storage
);

/// Another page of the shop in a frame, which acts like another tab.
const OTHER: &str = "const other = document.createElement('iframe'); other.src = '/other'; \
    other.style.cssText = 'width: 600px; height: 500px'; document.body.append(other); \
    return new Promise((done) => (other.onload = () => done()))";

async fn other(browser: &Browser, expression: &str) -> bool {
    let script = format!(
        "const root = document.querySelector('iframe').contentDocument.querySelector('aanrader-survey')?.shadowRoot; \
         return {expression}"
    );
    browser.execute(&script, vec![]).await == true
}

fn a_tab_that_hears_of_the_answer_stops_asking(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        for (mode, part) in [("inline", "cell"), ("popup", "cell"), ("popup", "never")] {
            let url = shop.page_under(
                "default-src * 'unsafe-inline' 'unsafe-eval'",
                &format!("<aanrader-survey mode={mode} survey=shop></aanrader-survey>"),
            );
            let page = crate::shop::page(
                shop.collector.url(),
                &format!("<aanrader-survey mode={mode} survey=shop></aanrader-survey>"),
            );
            shop.host.set("/other", aanrader_tests::host::Reply::html(page));
            browser.goto(&url).await;
            let survey = browser.survey();
            survey.wait_shown("[part~=scale]", true).await;
            browser.execute(OTHER, vec![]).await;
            aanrader_tests::wait::until("the other tab asks", async || {
                if other(browser, "!!root?.querySelector('[part~=scale]')").await {
                    Ok(())
                } else {
                    Err("no")
                }
            })
            .await;
            survey.click(&format!("[part~={part}]")).await;
            aanrader_tests::wait::until("the other tab stops asking", async || {
                if other(browser, "!root?.querySelector('[part~=scale]')").await { Ok(()) } else { Err("no") }
            })
            .await;
            if part == "cell" {
                assert!(survey.shows("[part~=scale]").await, "the tab that was answered has stopped, too");
            }
            browser.execute("localStorage.clear(); indexedDB.deleteDatabase('aanrader-asked')", vec![]).await;
        }
        assert_eq!(shop.collector.answers().await.len(), 2);
    });
}

/// Fills localStorage to the last byte, as Magento does.
const FULL: &str = "
    let piece = 'x'.repeat(1 << 20), at = 0;
    while (piece.length) {
        try { localStorage['full-' + at] = piece; at += 1; }
        catch { piece = piece.slice(0, piece.length >> 1); }
    }";

async fn dismisses_for_good(browser: &Browser, url: &str, before: &str) {
    browser.goto(url).await;
    let survey = browser.survey();
    survey.wait_shown("[part~=scale]", true).await;
    browser.execute(before, vec![]).await;
    survey.click("[part~=never]").await;
    survey.wait_shown("[part~=card]", false).await;
    // The database reports when it is written.
    browser.wait("await0(), window.kept === true").await;
}

/// Checks whether the wish is in the database.
const KEPT: &str = "window.await0 = () => {
    const request = indexedDB.open('aanrader-asked');
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => {
        const get = request.result.transaction('wishes').objectStore('wishes').get('shop');
        get.onsuccess = () => { window.kept = /^n/.test(get.result); request.result.close(); };
    };
};";

/// Opens the page again and returns whether the survey asks, at the time when it would.
async fn is_asked_again(browser: &Browser, url: &str) -> bool {
    browser.goto(url).await;
    browser
        .wait("performance.getEntriesByType('resource').some((it) => it.name.endsWith('/targeting.js'))")
        .await;
    let later = "return new Promise((done) => setTimeout(() => requestAnimationFrame(() => done()), 1500))";
    browser.execute(later, vec![]).await;
    browser.survey().shows("[part~=card]").await
}

fn a_wish_is_kept_where_local_storage_is_full(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(KEPT);
    let url = shop.page("<aanrader-survey mode=popup survey=shop></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        dismisses_for_good(browser, &url, FULL).await;
        assert!(!is_asked_again(browser, &url).await);
        browser.execute("localStorage.clear()", vec![]).await;
    });
}

fn a_wish_stays_when_the_page_clears_local_storage(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(KEPT);
    let url = shop.page("<aanrader-survey mode=popup survey=shop></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        dismisses_for_good(browser, &url, "").await;
        browser.execute("localStorage.clear(); sessionStorage.clear()", vec![]).await;
        assert!(!is_asked_again(browser, &url).await);
        // The page itself may still ask.
        browser.execute("document.querySelector('aanrader-survey').ask()", vec![]).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
    });
}

#[test]
fn the_same_survey_is_not_asked_by_a_pop_up_where_it_stands_in_the_page() {
    let shop = Shop::open();
    let url = shop.page(
        "<div style='height: 9000px'></div><aanrader-survey survey=shop></aanrader-survey>\
         <aanrader-survey id=same mode=popup survey=shop></aanrader-survey>\
         <aanrader-survey id=other mode=popup survey=account delay=1></aanrader-survey>",
    );
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        browser.survey_at("#other").wait_shown("[part~=scale]", true).await;
        assert_eq!(browser.survey_at("#same").eval("!root", json!(null)).await, true);
    });
}
