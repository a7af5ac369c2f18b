//! The accessibility tree of the question, and the pages around it; `everybody.rs` tests properties of all
//! states.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector, TOKEN, answer};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::owner;
use crate::shop::Shop;

/// Controls of a page that are smaller than 24 px; links within sentences may be as low as their line.
const SMALL: &str = "return [...document.querySelectorAll('button, input, select, textarea, summary, nav a, .button')]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('aanrader-survey'))
    .map((e) => [e, (['radio', 'checkbox'].includes(e.type) && e.closest('label') || e).getBoundingClientRect()])
    .filter(([e, r]) => r.height < 24 || r.width < 24)
    .map(([e, r]) => e.outerHTML + ' ' + [r.width, r.height])";

#[test]
fn the_demo_and_the_owners_pages_are_accessible() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        let mut sent = answer();
        sent["score"] = json!(2);
        sent["comment"] = json!("Came up mouldy");
        sent["contact"] = json!({ "allowed": true, "how": "06-2" });
        collector.post(&sent).await.expect(StatusCode::CREATED);
        for path in [
            "/",
            "/demo/nl/",
            "/demo/en/",
            "/demo/nl/login.html",
            "/demo/en/account.html",
            "/demo/nl/welcome.html",
            "/demo/en/looks.html",
            "/preview/",
            "/results/",
            "/docs/",
            "/nl/docs/reference/",
            "/docs/collector/",
            "/docs/tests/",
            "/docs/code/",
        ] {
            browser.goto(&format!("{}{path}", collector.url())).await;
            match path {
                "/preview/" => {
                    browser.click("#example").await;
                    browser.wait_for_text("#result .interval", "n = 17").await;
                }
                "/results/" => {
                    assert_accessible(browser, "the sign-in").await;
                    owner::submit_token(browser, TOKEN).await;
                    browser.wait_for_text("#calls", "Came up mouldy").await;
                }
                path if path.contains("account") || path.contains("welcome") => {
                    browser.survey().wait_shown("[part~=scale]", true).await;
                }
                _ => {}
            }
            for dark in [false, true] {
                browser.prefer(dark, true).await;
                assert_accessible(browser, &format!("{path}, dark {dark}")).await;
            }
            assert_eq!(browser.execute(SMALL, vec![]).await, json!([]), "{path}: too small");
        }
    });
}

/// The names and descriptions of all nodes with this role, in the accessibility tree.
async fn named(browser: &Browser, role: &str) -> Vec<(String, String)> {
    let tree = browser.cdp("Accessibility.getFullAXTree", json!({})).await;
    let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
    let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
    let nodes = nodes.iter().filter(|node| node["role"]["value"] == role && node["ignored"] != true);
    nodes.map(|node| (text(&node["name"]), text(&node["description"]))).collect()
}

#[test]
fn the_question_is_a_named_group_of_eleven_radios_described_by_its_ends() {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey brand='Moes &amp; Mei'></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.cdp("Accessibility.enable", json!({})).await;
        browser.goto(&url).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        let question = "How likely are you to recommend Moes & Mei to a friend or colleague?";
        let group = (question.to_owned(), "Not at all likely Extremely likely".to_owned());
        assert_eq!(named(browser, "group").await, [group]);
        let radios = named(browser, "radio").await;
        assert_eq!(radios, (0..=10).map(|score| (score.to_string(), String::new())).collect::<Vec<_>>());
        // There is nothing to send yet.
        assert_eq!(named(browser, "button").await, []);
        browser.survey().choose(9).await;
        browser.survey().wait_shown("[part~=send]", true).await;
        assert_eq!(named(browser, "button").await, [("Send".to_owned(), String::new())]);
    });
}

#[test]
fn the_pop_up_is_a_named_dialog_with_a_named_close_button() {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey mode=popup></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.cdp("Accessibility.enable", json!({})).await;
        browser.goto(&url).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        assert_eq!(named(browser, "dialog").await, [("A short question".to_owned(), String::new())]);
        let buttons: Vec<_> = named(browser, "button").await.into_iter().map(|(name, _)| name).collect();
        assert_eq!(buttons, ["Close", "Ask me later", "Don't ask again"]);
    });
}

#[test]
fn a_finger_hits_each_number_of_the_scale() {
    let shop = Shop::open();
    for (options, width) in
        [(Options::phone(320), 44.0), (Options::phone(390), 44.0), (Options::default(), 44.0)]
    {
        in_browser(&options, async |browser| {
            browser.goto(&shop.page("<aanrader-survey></aanrader-survey>")).await;
            let survey = browser.survey();
            survey.wait_shown("[part~=scale]", true).await;
            // The target of a press is the radio itself, which covers its cell.
            for target in ["[part~=cell]", "[part~=cell] input"] {
                let rects = survey.rects(target).await;
                assert_eq!(rects.len(), 11);
                for rect in rects {
                    assert!(
                        rect.height >= 44.0 && rect.width >= width,
                        "{target} at {} px: {rect:?}",
                        options.width
                    );
                }
            }
        });
    }
}
