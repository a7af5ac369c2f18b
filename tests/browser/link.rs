//! The link: the question as a page of its own, in a browser that runs no scripts of pages.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use serde_json::{Value, json};

/// Whether pages may run scripts from now on; the test's own scripts always may.
async fn allow_scripts(browser: &Browser, allowed: bool) {
    browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": !allowed })).await;
}

/// Controls lower than a fingertip, or narrower than a sixth of a phone's width.
const SMALL: &str = "return [...document.querySelectorAll('button, input:not([type=hidden]), textarea, summary')]
    .filter((e) => e.checkVisibility())
    .map((e) => [e, (['radio', 'checkbox'].includes(e.type) && e.closest('label') || e).getBoundingClientRect()])
    .filter(([e, r]) => r.height < 44 || r.width < 44)
    .map(([e, r]) => e.outerHTML + ' ' + [r.width, r.height])";

const OVERFLOW: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// Checks the page with axe in light and dark colours, and checks target sizes and width.
async fn assert_usable(browser: &Browser, state: &str) {
    allow_scripts(browser, true).await;
    for dark in [false, true] {
        browser.prefer(dark, true).await;
        assert_accessible(browser, &format!("{state}, dark {dark}")).await;
    }
    browser.prefer(false, true).await;
    allow_scripts(browser, false).await;
    assert_eq!(browser.execute(SMALL, vec![]).await, json!([]), "{state}: too small");
    assert_eq!(browser.execute(OVERFLOW, vec![]).await, json!(0), "{state}: scrolls sideways");
    assert_eq!(browser.violations().await, [Value::Null; 0], "{state}: the policy");
    let off = "return matchMedia('(scripting: none)').matches";
    assert_eq!(browser.execute(off, vec![]).await, json!(true), "{state}: scripts are off");
}

/// Answers from the link to the thanks, and checks each page.
fn walk(language: &'static str, options: &Options) {
    let collector = Collector::start(collector::Options::default());
    in_browser(options, async |browser| {
        allow_scripts(browser, false).await;
        let state = |page: &str| format!("{page} in {language} at {} px", options.width);
        let picture =
            async |page: &str| browser.screenshot(&format!("link-{language}-{}-{page}", options.width)).await;
        let address = format!("{}/s/shop?touchpoint=mail&brand=Moes&lang={language}", collector.url());
        browser.goto(&address).await;
        assert_usable(browser, &state("question")).await;
        picture("question").await;
        browser.click(".send").await;
        browser.find("#score-error").await;
        assert_usable(browser, &state("no score")).await;
        browser.click("label:has([value='2'])").await;
        browser.click(".send").await;
        browser.find("textarea").await;
        assert_usable(browser, &state("follow-up")).await;
        picture("follow-up").await;
        assert_eq!(collector.answers().await[0]["score"], 2);
        browser.click(".check").await;
        browser.click("summary").await;
        browser.find("#how").await.send_keys("a@b.example").await.expect("an address is typed");
        let long = "document.querySelector('textarea').value = 'x'.repeat(2001)";
        browser.execute(long, vec![]).await;
        browser.click(".send").await;
        browser.find("#comment-error").await;
        assert_eq!(browser.focused().await, "textarea#comment");
        assert_usable(browser, &state("problem")).await;
        picture("problem").await;
        browser.execute("document.querySelector('textarea').value = 'Broken'", vec![]).await;
        browser.click("summary").await;
        browser.click("label:has([value='6'])").await;
        browser.click(".send").await;
        browser.wait("!document.querySelector('form')").await;
        assert_usable(browser, &state("thanks")).await;
        picture("thanks").await;
        let answers = collector.answers().await;
        let (kept, one) = (&answers[0], answers.len());
        assert_eq!((one, &kept["score"], &kept["comment"]), (1, &json!(6), &json!("Broken")));
        assert_eq!(kept["contact"], json!({ "allowed": true, "how": "a@b.example" }));
    });
}

#[test]
fn a_customer_without_scripts_answers_from_left_to_right() {
    walk("en", &Options::default());
}

#[test]
fn a_customer_without_scripts_answers_from_right_to_left_on_a_small_phone() {
    walk("ar", &Options::phone(320));
}

#[test]
fn the_scale_begins_where_reading_begins_and_the_keyboard_does_it_all() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        allow_scripts(browser, false).await;
        for (language, from_left) in [("nl", true), ("he", false)] {
            browser.goto(&format!("{}/s/shop?lang={language}", collector.url())).await;
            let at = "return [0, 10].map((n) => document.querySelector(`[value='${n}']`).getBoundingClientRect().x)";
            let at = browser.execute(at, vec![]).await;
            assert_eq!(at[0].as_f64() < at[1].as_f64(), from_left, "{language}: {at}");
        }
        browser.goto(&format!("{}/s/shop?score=9", collector.url())).await;
        let chosen = "return document.querySelector(':checked').value";
        assert_eq!(browser.execute(chosen, vec![]).await, Value::from("9"));
        // The scale's only tab stop is the number that the link has chosen.
        browser.press(Key::Tab).await;
        browser.press(Key::Left).await;
        browser.press(Key::Enter).await;
        browser.wait_for_text(".saved", "Your 8 has been saved.").await;
        browser.press(Key::Tab).await;
        browser.type_text("By keyboard").await;
        browser.press(Key::Tab).await;
        browser.press(Key::Tab).await;
        browser.press(Key::Tab).await;
        browser.press(Key::Enter).await;
        browser.wait_for_text("h1", "Thank you!").await;
        let kept = &collector.answers().await[0];
        assert_eq!((&kept["score"], &kept["comment"]), (&json!(8), &json!("By keyboard")));
    });
}
