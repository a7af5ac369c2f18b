//! Tests of the harness itself: a test that couldn't detect a fault would prove nothing.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Key, Options, in_browser};
use aanrader_tests::host::{Host, Reply};
use serde_json::json;

/// A page with an open shadow root in the survey's place.
const PAGE: &str = "<!doctype html><html lang=en><title>A shop</title>\
    <meta name=viewport content='width=device-width'><main><h1>Shop</h1>\
    <aanrader-survey></aanrader-survey></main><script src=/shop.js></script></html>";

const SCRIPT: &str = "
    const root = document.querySelector('aanrader-survey').attachShadow({ mode: 'open' });
    for (const score of [0, 1, 2]) {
        const cell = document.createElement('label'), input = document.createElement('input');
        cell.part = 'cell';
        Object.assign(input, { type: 'radio', name: 'score', value: score });
        cell.append(input, String(score));
        root.append(cell);
    }
    root.addEventListener('change', (event) => {
        const detail = { score: +event.target.value };
        root.host.dispatchEvent(new CustomEvent('aanrader-score', { bubbles: true, composed: true, detail }));
    });";

fn shop() -> Host {
    let host = Host::start();
    host.set("/", Reply::html(PAGE).policy("default-src 'self'; require-trusted-types-for 'script'"));
    host.set("/shop.js", Reply::new(200, "text/javascript", SCRIPT));
    host
}

#[test]
fn the_pointer_and_the_keyboard_reach_into_a_shadow_root() {
    let host = shop();
    in_browser(&Options::default(), async |browser| {
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(1).await;
        assert_eq!(survey.focused().await, "input score 1");
        browser.press(Key::Right).await;
        assert_eq!(survey.focused().await, "input score 2");
        let events = browser.events().await;
        assert_eq!(events[0], json!({ "name": "score", "detail": { "score": 1 } }));
        assert_eq!(events[1]["detail"]["score"], 2);
        assert_eq!(survey.text("[part=cell]").await, "0\n1\n2");
        assert_eq!(survey.rects("input").await.len(), 3);
        assert!(survey.shows("label").await && !survey.shows("textarea").await);
        browser.assert_quiet().await;
        assert_accessible(browser, "the page").await;
    });
}

#[test]
fn options_reach_the_page() {
    let host = shop();
    let options = Options { dark: true, reduced_motion: true, language: "nl", ..Options::phone(320) };
    in_browser(&options, async |browser| {
        browser.goto(&host.url("/")).await;
        let seen = "return [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, \
                    matchMedia('(prefers-reduced-motion: reduce)').matches, navigator.languages[0]]";
        assert_eq!(browser.execute(seen, vec![]).await, json!([320, true, true, "nl"]));
    });
}

#[test]
fn a_blocked_script_is_noticed() {
    let host = shop();
    host.set("/", Reply::html("<script>1</script>").policy("script-src 'none'"));
    in_browser(&Options::default(), async |browser| {
        browser.goto(&host.url("/")).await;
        assert_eq!(browser.violations().await.len(), 1);
        let console = browser.console().await;
        assert!(console.iter().any(|line| line.contains("Content Security Policy")), "{console:?}");
    });
}

#[test]
#[should_panic(expected = "image-alt")]
fn an_inaccessible_page_is_noticed() {
    let host = Host::start();
    host.set("/", Reply::html("<!doctype html><html lang=en><title>x</title><main><h1>x</h1><img src=x>"));
    in_browser(&Options::default(), async |browser| {
        browser.goto(&host.url("/")).await;
        assert_accessible(browser, "a picture without words").await;
    });
}

#[test]
fn a_page_can_be_cut_off_from_the_network() {
    let host = shop();
    in_browser(&Options::default(), async |browser| {
        browser.goto(&host.url("/")).await;
        let fetched = "return fetch('/shop.js').then(() => true, () => false)";
        browser.set_offline(true).await;
        assert_eq!(browser.execute(fetched, vec![]).await, json!(false));
        browser.set_offline(false).await;
        assert_eq!(browser.execute(fetched, vec![]).await, json!(true));
        assert_eq!(host.requests().len(), 3);
    });
}
