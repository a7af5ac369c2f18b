//! The pages of the documents, unchanged: each asks its question in a browser.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::host::Reply;

use crate::shop::Shop;

const DOCUMENTS: [&str; 2] = [include_str!("../../README.md"), include_str!("../../www/README.md")];

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    let of =
        |document: &'static str| document.split(&begin).skip(1).filter_map(|rest| rest.split("```").next());
    DOCUMENTS.into_iter().flat_map(of).collect::<Vec<_>>()
}

fn here(shop: &Shop, code: &str) -> String {
    let collector = shop.collector.url();
    code.replace("http://127.0.0.1:8080", collector).replace("https://survey.example.nl", collector)
}

#[test]
fn every_page_of_the_documents_asks_its_question() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        let mut asked = 0;
        // The pinned loader has another name and hash in each build; `tags.rs` tests it.
        for block in blocks("html").into_iter().filter(|block| !block.contains('…')) {
            let mut code = here(&shop, block);
            if !code.contains("<script") {
                code = format!("<script async src='{}/aanrader.js'></script>{code}", shop.collector.url());
            }
            if !code.contains("aanrader-survey") && !code.contains("data-survey") {
                code += "<aanrader-survey survey=shop></aanrader-survey>";
            }
            if !code.contains("<!doctype") {
                code =
                    format!("<!doctype html><html lang=en><title>A shop</title><body>{code}</body></html>");
            }
            // One example asks only below /account/.
            shop.host.set("/account/home", Reply::html(code));
            browser.goto(&shop.host.url("/account/home")).await;
            browser.survey().wait_shown("[part~=scale]", true).await;
            asked += 1;
        }
        assert!(asked >= 5, "{asked} pages");
    });
}

#[test]
fn the_calls_of_the_reference_are_taken_by_the_script() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        let calls =
            blocks("js").into_iter().find(|block| block.contains("aanrader(\"ask\"")).expect("the calls");
        // All but the last call, which closes the pop-up.
        let (calls, close) = calls.split_once("aanrader(\"close\")").expect("the last call");
        let page = format!(
            "<!doctype html><html lang=en><title>A shop</title><body><script>{calls}</script>\
             <script async src='{}/aanrader.js'></script></body></html>",
            shop.collector.url()
        );
        shop.host.set("/", Reply::html(page));
        browser.goto(&shop.host.url("/")).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        browser.execute(&format!("aanrader(\"close\"){close}"), vec![]).await;
        browser.wait("![...document.querySelectorAll('aanrader-survey')].some((it) => it.matches(':popover-open') || it.shadowRoot?.querySelector('[popover]:popover-open'))").await;
    });
}
