//! The shop chooses the endpoint: answers go where the tag or the script says, by default to the collector,
//! and nowhere else.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::host::Reply;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use crate::shop::{Shop, played_collector, posted, reply};

/// A shop's page in which the script and the tag have these attributes.
fn page(shop: &Shop, script: &str, tag: &str) -> String {
    let collector = shop.collector.url();
    let page = format!(
        "<!doctype html><html lang=en><head><title>A shop</title><script async src='{collector}/aanrader.js' {script}>\
         </script></head><main><h1>Shop</h1><aanrader-survey survey=shop {tag}><a href=/form>A form</a>\
         </aanrader-survey></main></html>"
    );
    let policy = shop.policy().replace("connect-src", "connect-src 'self'");
    shop.host.set("/account/", Reply::html(page).policy(policy));
    shop.host.url("/account/")
}

/// The path to which the first answer went.
async fn path_of_answer(shop: &Shop) -> String {
    until("an answer", async || {
        let post = shop.host.requests().into_iter().find(|request| request.method == "POST");
        post.map(|request| request.path).ok_or("nothing was posted to the shop")
    })
    .await
}

#[test]
fn answers_go_to_the_endpoint_that_the_tag_or_the_script_names() {
    for (script, tag, path) in [
        ("", "endpoint=/api/nps", "/api/nps"),
        ("", "endpoint=nps.php?shop=1", "/account/nps.php?shop=1"),
        ("data-endpoint=/api/all", "", "/api/all"),
        ("data-endpoint=/api/all", "endpoint=/api/one", "/api/one"),
        ("data-endpoint=/api/all", "endpoint=''", "/api/all"),
    ] {
        let shop = Shop::open();
        shop.host.set(path, reply(200));
        let url = page(&shop, script, tag);
        in_browser(&Options::default(), async |browser| {
            browser.goto(&url).await;
            browser.survey().choose(9).await;
            assert_eq!(path_of_answer(&shop).await, path, "{script} {tag}");
        });
        assert_eq!(posted(&shop.host)[0]["score"], json!(9));
        let to_collector =
            tokio::runtime::Runtime::new().expect("a runtime").block_on(shop.collector.answers());
        assert_eq!(to_collector, Vec::<Value>::new(), "{script} {tag}");
    }
}

#[test]
fn an_endpoint_that_is_no_web_address_is_named_and_nothing_is_asked() {
    for wrong in ["mailto:nps@shop.example", "https://", "javascript:1"] {
        let shop = Shop::open();
        let url = page(&shop, "", &format!("endpoint='{wrong}'"));
        shop.host.before_each_page(
            "addEventListener('aanrader-error', ({ detail }) => { window.why = detail.message });",
        );
        in_browser(&Options::default(), async |browser| {
            browser.goto(&url).await;
            let why = until("an error event", async || {
                let why = browser.execute("return window.why ?? null", vec![]).await;
                why.as_str().map(str::to_owned).ok_or("none yet")
            })
            .await;
            assert!(why.contains(&format!("endpoint=\"{wrong}\"")) && why.contains("http"), "{why}");
            let asked = "return document.querySelector('aanrader-survey').shadowRoot !== null";
            assert_eq!(browser.execute(asked, vec![]).await, json!(false), "the fallback content stays");
        });
        assert_eq!(posted(&shop.host), Vec::<Value>::new());
    }
}

#[test]
fn the_script_names_the_site_that_answers_are_for() {
    in_browser(&Options::default(), async |browser| {
        let host = played_collector("").await;
        let (tag, survey) =
            ("<script async src=/aanrader.js data-site='toys&more'></script>", "<aanrader-survey>");
        let page = format!(
            "<!doctype html><html lang=en><title>A shop</title>{tag}{survey}</aanrader-survey></html>"
        );
        host.set("/", Reply::html(page));
        let path = "/v1/answers?site=toys%26more";
        host.set(path, reply(201));
        browser.goto(&host.url("/")).await;
        browser.survey().choose(9).await;
        let sent = until("an answer", async || {
            let post = host.requests().into_iter().find(|request| request.method == "POST");
            post.map(|request| request.path).ok_or("nothing was posted")
        })
        .await;
        assert_eq!(sent, path);
    });
}

#[test]
fn the_shops_signature_of_its_customer_goes_along_with_every_revision() {
    in_browser(&Options::default(), async |browser| {
        let host =
            played_collector("<aanrader-survey customer=c-1 signature=1800000100.00ff></aanrader-survey>")
                .await;
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.click("[part~=send]").await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let signatures: Vec<_> = posted(&host).iter().map(|it| it["signature"].clone()).collect();
        assert_eq!(signatures, [json!("1800000100.00ff"), json!("1800000100.00ff")]);
    });
}
