//! The owner's pages in Dutch: texts, numbers, dates, and the link to English.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector, TOKEN, answer};
use reqwest::StatusCode;
use serde_json::json;

use crate::owner;

fn dutch() -> Options {
    Options { language: "nl-NL,nl", ..Options::default() }
}

#[test]
fn the_results_are_in_dutch_with_dutch_numbers_and_dates() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&dutch(), async |browser| {
        for score in [2, 9, 10] {
            let mut sent = answer();
            sent["score"] = json!(score);
            collector.post(&sent).await.expect(StatusCode::CREATED);
        }
        browser.goto(&format!("{}/results/", collector.url())).await;
        owner::submit_token(browser, "onzin").await;
        browser.wait_for_text("#problem", "Dat token opent hier niets").await;
        owner::submit_token(browser, TOKEN).await;
        browser.wait_for_text("#surveys .interval", "95%-interval").await;
        browser.wait_for_text("#surveys .groups", "66,7%").await;
        browser.wait_for_text("#answers", "criticaster").await;
        let shown = browser.text("#answers time").await;
        let in_dutch = "return new Date(document.querySelector('#answers time').dateTime)
            .toLocaleString('nl-NL', { dateStyle: 'medium', timeStyle: 'short' })";
        assert_eq!(browser.execute(in_dutch, vec![]).await, json!(shown));
        assert_accessible(browser, "the results in Dutch").await;
        browser.click(".language").await;
        browser.wait("document.documentElement.lang == 'en'").await;
        browser.wait_for_text("#surveys .groups", "66.7%").await;
        // The other pages stay in the chosen language.
        browser.click("nav a").await;
        browser.wait_for_text("h1", "Put your survey together").await;
        assert!(browser.url().await.ends_with("/en/builder/"));
    });
}

#[test]
fn the_preview_counts_in_dutch_and_asks_in_dutch() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&dutch(), async |browser| {
        browser.goto(&format!("{}/preview/", collector.url())).await;
        browser.wait_for_text("#result", "Nog niets te tellen").await;
        let type_in = "const field = document.querySelector('#scores'); field.value = arguments[0];
            field.dispatchEvent(new Event('input', { bubbles: true }))";
        browser.execute(type_in, vec![json!("9\n10\nx\n")]).await;
        browser.wait_for_text("#result", "1 van 3 regels heeft geen score en is niet geteld").await;
        browser.wait_for_text("#result", "Regel 3: “x” is geen getal").await;
        browser.execute(type_in, vec![json!("9;10\n8;7\n3;9\n10;2\n")]).await;
        browser.wait_for_text("#result", "kolom 1").await;
        assert_accessible(browser, "the preview in Dutch").await;
    });
}

#[test]
fn the_builder_explains_in_dutch_and_writes_a_dutch_link() {
    let collector = Collector::start(collector::Options::default());
    for options in [dutch(), Options { language: "nl", ..Options::phone(320) }] {
        in_browser(&options, async |browser| {
            browser.goto(&format!("{}/builder/", collector.url())).await;
            browser.wait_for_text("#snippet", "Vertel ons wat u vindt").await;
            let type_in = "const field = document.querySelector('#survey'); field.value = 'Mijn Winkel';
                field.dispatchEvent(new Event('input', { bubbles: true }))";
            browser.execute(type_in, vec![]).await;
            browser
                .wait_for_text("#survey-problem", "Enquête is “Mijn Winkel”. Vul in: kleine letters")
                .await;
            assert_accessible(browser, "the builder in Dutch").await;
            let over = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
            assert_eq!(browser.execute(over, vec![]).await, 0);
        });
    }
}
