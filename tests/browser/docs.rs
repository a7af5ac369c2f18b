//! The documents as pages: the search, the contents and the pictures; the pages also work without scripts.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use serde_json::json;

const TYPE_IN: &str = "const field = document.querySelector('#words'); field.value = arguments[0];
    field.dispatchEvent(new Event('input', { bubbles: true }))";

#[test]
fn the_search_finds_a_section_of_another_document_and_leads_there() {
    let collector = Collector::start(collector::Options::default());
    for options in [Options::default(), Options { dark: true, ..Options::phone(320) }] {
        in_browser(&options, async |browser| {
            browser.goto(&format!("{}/docs/", collector.url())).await;
            browser.wait("!document.querySelector('#search').hidden").await;
            browser.execute(TYPE_IN, vec![json!("how fast")]).await;
            browser.wait_for_text("#hits a", "How fast").await;
            assert_accessible(browser, "the documents with hits").await;
            let over = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
            assert_eq!(browser.execute(over, vec![]).await, 0);
            browser.click("#hits a").await;
            browser.wait("location.pathname == '/docs/collector/' && location.hash.length > 1").await;
            browser.wait("!!document.querySelector(location.hash)").await;
            browser.wait("!document.querySelector('#search').hidden").await;
            browser.execute(TYPE_IN, vec![json!("no-such-word-anywhere")]).await;
            browser.wait_for_text("#found", "No section holds all of these words").await;
            browser.assert_quiet().await;
        });
    }
}

#[test]
fn the_documents_show_their_pictures_and_every_wide_table_can_be_scrolled_by_keyboard() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        browser.goto(&format!("{}/nl/docs/", collector.url())).await;
        let shown = "const pictures = [...document.querySelectorAll('main img')];
            return pictures.length > 1 && pictures.every((it) => it.naturalWidth > 100 && it.alt)";
        browser.wait("[...document.querySelectorAll('main img')].every((it) => it.complete)").await;
        assert_eq!(browser.execute(shown, vec![]).await, true);
        browser.goto(&format!("{}/nl/docs/reference/", collector.url())).await;
        let alone = "return [...document.querySelectorAll('main table')]
            .filter((it) => it.parentNode.tabIndex != 0 || it.parentNode.getAttribute('aria-label') != 'Tabel').length";
        assert_eq!(browser.execute(alone, vec![]).await, json!(0));
        browser.assert_quiet().await;
    });
}

#[test]
fn without_scripts_the_documents_are_complete_and_offer_no_search() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        browser.goto(&format!("{}/docs/collector/", collector.url())).await;
        assert!(browser.text("main h1").await.len() > 3);
        assert!(browser.text("nav[aria-label^=Contents]").await.contains("Where the answers are"));
        let search = browser.find("#search").await;
        assert!(!search.is_displayed().await.expect("an element"));
    });
}
