//! The ways to embed a survey: one tag, one script, one call; and the properties of the customer.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use serde_json::json;

use crate::shop::{Shop, played_collector};
use crate::triggers::{CLOCK, comes, step};

in_each_engine!(a_call_before_anything_has_loaded_is_honoured, one_script_tag_is_enough);

/// The shop's stub for calls before the loader has loaded.
const STUB: &str = "window.aanrader = typeof aanrader == 'function' ? aanrader : function () { (aanrader.q = aanrader.q || []).push(arguments) };";

fn a_call_before_anything_has_loaded_is_honoured(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    shop.host.before_each_page(STUB);
    shop.host.before_each_page(
        "aanrader('ask', { survey: 'shop', touchpoint: 'corner', followUp: 'Why, {name}?', name: 'Mei', \
            properties: { plan: 'pro' }, event: 'in', delay: 1, consent: true }); aanrader('event', 'in');",
    );
    let url = shop.page("");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        comes(browser).await;
        let survey = browser.survey();
        assert!(!survey.shows("[part~=card]").await, "it did not wait for its delay");
        step(browser, 1_000).await;
        survey.choose(9).await;
        survey.wait_for_text("[part~=follow-up]", "Why, Mei?").await;
        // The tag has the same values.
        let tag = browser.execute("return document.querySelector('aanrader-survey').outerHTML", vec![]).await;
        let tag = tag.as_str().unwrap_or_default().to_owned();
        for attribute in [
            "mode=\"popup\"",
            "survey=\"shop\"",
            "touchpoint=\"corner\"",
            "event=\"in\"",
            "delay=\"1\"",
            "consent=\"\"",
            "follow-up=\"Why, {name}?\"",
            "properties=\"{&quot;plan&quot;:&quot;pro&quot;}\"",
        ] {
            assert!(tag.contains(attribute), "{attribute} in {tag}");
        }
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        assert_eq!(shop.collector.answers().await[0]["properties"], json!({ "plan": "pro" }));
        // A second visit: the frequency rules also apply to calls.
        browser.goto(&url).await;
        comes(browser).await;
        step(browser, 5_000).await;
        assert!(!browser.survey().shows("[part~=card]").await);
        browser.assert_quiet().await;
    });
}

fn one_script_tag_is_enough(engine: Engine) {
    let shop = Shop::open();
    let open = |data: &str| {
        let page = format!(
            "<!doctype html><html lang=en><head><title>A shop</title><script async src='{}/aanrader.js' {data}>\
             </script></head><body><main><h1>Shop</h1><div id=here></div></main></body></html>",
            shop.collector.url()
        );
        shop.host.set("/", Reply::html(page).policy(shop.policy()));
        shop.host.url("/")
    };
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&open("data-survey=shop data-brand=Moes data-cf-async=x data-title=Not-mine")).await;
        let survey = browser.survey();
        survey.wait_for_text("[part~=question]", "recommend Moes to").await;
        assert!(survey.shows("[popover]").await, "no pop-up");
        assert_eq!(survey.eval("host.title", json!(0)).await, "");
        browser.assert_quiet().await;
        browser.goto(&open("data-survey=shop data-target=#here data-lang=nl data-url=/*")).await;
        let survey = browser.survey_at("#here > aanrader-survey");
        survey.wait_shown("[part~=scale]", true).await;
        assert_eq!(survey.eval("root.querySelector('[part~=card]').lang", json!(0)).await, "nl");
        assert!(!survey.shows("[popover]").await);
        browser.assert_quiet().await;
    });
}

#[test]
fn a_page_that_asks_nothing_asks_for_the_loader_alone_and_touches_no_storage() {
    in_browser(&Options::default(), async |browser| {
        let host = played_collector("<p>Nothing to ask</p>").await;
        host.before_each_page(STUB);
        host.before_each_page(
            "window.touched = 0; for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) \
             Object.defineProperty(window, name, { get() { touched += 1; } });
             aanrader('event', 'logged-in'); aanrader('consent', true);",
        );
        browser.goto(&host.url("/")).await;
        browser.wait("!!customElements.get('aanrader-survey') && document.readyState == 'complete'").await;
        browser
            .execute("aanrader('event', 'delivered'); return new Promise(requestAnimationFrame)", vec![])
            .await;
        let paths: Vec<_> = host.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/", "/aanrader.js"]);
        assert_eq!(browser.execute("return touched", vec![]).await, 0);
        // An element far from the screen doesn't ask.
        let far = "const space = document.createElement('div'); space.style.height = '9000px'; \
            document.body.append(space, document.createElement('aanrader-survey')); \
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";
        browser.execute(far, vec![]).await;
        assert_eq!(host.requests().len(), 2);
        browser.execute("scrollTo(0, 9000)", vec![]).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
    });
}

/// Set before the element is defined, as frameworks do.
const EARLY: &str = "const early = document.createElement('aanrader-survey');
    Object.assign(early, { id: 'early', followUp: 'Early?' });
    addEventListener('DOMContentLoaded', () => document.body.append(early));";

#[test]
fn properties_are_attributes_and_methods_do_what_they_say() {
    let shop = Shop::open();
    shop.host.before_each_page(EARLY);
    let url = shop.page("<aanrader-survey mode=popup survey=shop event=never></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        browser.wait("document.querySelector('#early')?.getAttribute('follow-up') === 'Early?'").await;
        let host = async |script: &str| {
            browser
                .execute(&format!("const host = document.querySelector('[mode=popup]'); {script}"), vec![])
                .await
        };
        let reflected = host(
            "Object.assign(host, { followUpPromoter: 'Why?', properties: { plan: 'pro' }, exit: true,
                brand: 'Moes', delay: 3, consent: true });
            Object.assign(host, { exit: false, brand: null });
            const of = (name) => host.getAttribute(name);
            return [of('follow-up-promoter'), of('properties'), of('exit'), of('brand'), of('delay'), host.consent]",
        );
        assert_eq!(reflected.await, json!(["Why?", "{\"plan\":\"pro\"}", null, null, "3", true]));
        let popup = browser.survey_at("[mode=popup]");
        for _ in 0..2 {
            host("return host.ask()").await;
            popup.wait_shown("[part~=scale]", true).await;
            host("host.close()").await;
            popup.wait_shown("[part~=card]", false).await;
        }
        // Cancelled before it appears.
        host("host.ask(); host.close(); return host.ask().then(() => host.close())").await;
        assert!(!popup.shows("[part~=card]").await);
        let told: Vec<_> = browser.events().await.iter().map(|event| event["name"].clone()).collect();
        assert!(!told.contains(&json!("dismiss")), "nobody has dismissed it: {told:?}");
        browser.assert_quiet().await;
    });
}

#[test]
fn global_privacy_control_drops_what_the_shop_says_of_the_customer() {
    let shop = Shop::open();
    shop.host
        .before_each_page("Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true });");
    let url = shop
        .page("<aanrader-survey survey=shop customer=c-1 properties='{\"plan\":\"pro\"}'></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        browser.survey().choose(9).await;
        browser.survey().wait_for_text("[role=status]", "Your 9 has been saved.").await;
        let answer = &shop.collector.answers().await[0];
        assert!(answer["properties"].as_object().is_none_or(serde_json::Map::is_empty), "{answer}");
        browser.assert_quiet().await;
    });
}

#[test]
fn a_text_with_a_hole_is_not_asked() {
    let shop = Shop::open();
    let own = "question='{name}, would you send your aunt to {brand}?'";
    let url = shop.page(&format!(
        "<aanrader-survey id=full name=Mei brand=Moes {own}></aanrader-survey>\
         <aanrader-survey id=nameless brand=Moes {own}></aanrader-survey>\
         <aanrader-survey id=long name={} {own}></aanrader-survey>\
         <aanrader-survey id=longer question='{}'></aanrader-survey>",
        "x".repeat(65),
        "x".repeat(301)
    ));
    let question = async |browser: &Browser, id: &str, words: &str| {
        browser.survey_at(id).wait_for_text("[part~=question]", words).await;
    };
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        question(browser, "#full", "Mei, would you send your aunt to Moes?").await;
        question(browser, "#nameless", "How likely are you to recommend Moes to").await;
        question(browser, "#long", "How likely are you to recommend us to").await;
        question(browser, "#longer", "How likely are you to recommend us to").await;
        let console = browser.console().await;
        for says in
            ["name takes at most 64 characters; it is", "question takes at most 300 characters; it is"]
        {
            assert_eq!(console.iter().filter(|it| it.contains(says)).count(), 1, "{says}: {console:#?}");
        }
    });
}
