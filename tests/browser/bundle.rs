//! The bundle, `aanrader.LANG.js`.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use serde_json::json;

use crate::shop::{Shop, played_collector};

in_each_engine! {
    a_page_that_is_sure_to_ask_has_it_all_with_one_request,
    whatever_the_page_is_encoded_in_the_script_is_read_as_it_was_written,
}

/// Opens a page with that script and this element, under the strict policy.
fn open(shop: &Shop, script: &str, data: &str, element: &str) -> String {
    let page = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shop</title>\
         <script async src='{}/{script}' {data}></script></head><body><main><h1>Shop</h1>{element}</main>",
        shop.collector.url()
    );
    shop.host.set("/", Reply::html(page).policy(shop.policy()));
    shop.host.url("/")
}

/// The names of the files that the page has loaded from the collector.
const GOT: &str = "return performance.getEntriesByType('resource').map(({ name }) => name)
    .filter((name) => !name.startsWith(location.origin) && !name.endsWith('/v1/answers') && !name.endsWith('/v1/askings'))
    .map((name) => name.split('/').pop()).sort()";

fn a_page_that_is_sure_to_ask_has_it_all_with_one_request(engine: Engine) {
    let shop = Shop::open();
    let url = open(&shop, "aanrader.nl.js", "", "<aanrader-survey survey=shop lang=nl></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_for_text("[part~=question]", "aanbeveelt").await;
        assert_eq!(browser.execute(GOT, vec![]).await, json!(["aanrader.nl.js"]));
        survey.choose(9).await;
        survey.wait_for_text("[part~=follow-up]", "?").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Dank").await;
        let answers = shop.collector.answers().await;
        assert_eq!((&answers[0]["score"], &answers[0]["language"]), (&json!(9), &json!("nl")));
        assert_eq!(browser.execute(GOT, vec![]).await, json!(["aanrader.nl.js"]));
        browser.assert_quiet().await;
    });
}

fn whatever_the_page_is_encoded_in_the_script_is_read_as_it_was_written(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let real = Shop::open();
        let host = played_collector("").await;
        let script = real.collector.get("/aanrader.el.js").await.body;
        // A server that doesn't name the encoding of its scripts.
        host.set("/aanrader.el.js", Reply::new(200, "text/javascript", script));
        let page = "<!doctype html><html lang=el><head><meta charset=windows-1252><title>A shop</title>\
            <script async src=/aanrader.el.js></script></head><body><aanrader-survey></aanrader-survey>";
        host.set("/", Reply::new(200, "text/html", page));
        browser.goto(&host.url("/")).await;
        browser.survey().wait_for_text("[part~=question]", "Πόσο").await;
    });
}

#[test]
fn another_language_than_that_of_the_bundle_is_fetched() {
    let shop = Shop::open();
    let url = open(&shop, "aanrader.nl.js", "", "<aanrader-survey survey=shop lang=de></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        browser.survey().wait_for_text("[part~=question]", "wahrscheinlich").await;
        assert_eq!(browser.execute(GOT, vec![]).await, json!(["aanrader.nl.js", "de.json"]));
        browser.assert_quiet().await;
    });
}

#[test]
fn it_takes_what_its_tag_says_like_the_loader() {
    let shop = Shop::open();
    let url = open(&shop, "aanrader.en.js", "data-survey=shop data-brand=Moes", "");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_for_text("[part~=question]", "recommend Moes to").await;
        assert!(survey.shows("[popover]").await, "no pop-up");
        assert_eq!(browser.execute(GOT, vec![]).await, json!(["aanrader.en.js"]));
        browser.assert_quiet().await;
    });
}

#[test]
fn a_browser_that_compiles_nothing_while_the_page_waits_is_asked_to_do_it_beside() {
    let shop = Shop::open();
    // As Chromium once did.
    shop.host.before_each_page("WebAssembly.Module = function () { throw RangeError('larger than 4KB') };");
    let element = "<aanrader-survey></aanrader-survey>";
    in_browser(&Options::default(), async |browser| {
        for script in ["aanrader.en.js", "aanrader.js"] {
            browser.goto(&open(&shop, script, "", element)).await;
            browser.survey().wait_for_text("[part~=question]", "How likely").await;
        }
    });
}
