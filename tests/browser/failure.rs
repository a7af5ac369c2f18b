//! Failures of the collector, the module, the page and the browser's storage.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use crate::shop::{Shop, page, played_collector, reply};

in_each_engine!(
    a_collector_that_is_down_gets_the_answer_when_it_is_back,
    a_policy_without_webassembly_leaves_the_fallback,
    a_file_that_is_missing_leaves_the_fallback,
    a_page_pinned_to_a_version_runs_nothing_that_was_tampered_with,
    a_fetch_that_the_page_has_patched_badly_is_survived,
    without_any_storage_the_answer_is_sent_all_the_same,
    without_any_storage_the_customer_is_told_to_keep_the_page_open,
    nothing_is_written_to_the_device_before_the_customer_acts,
);

const SURVEY: &str = "<aanrader-survey survey=shop touchpoint=account></aanrader-survey>";
const WITH_FALLBACK: &str =
    "<aanrader-survey survey=shop><a id=mail href='#mail'>Mail us</a></aanrader-survey>";

/// Waits for the first error event of the page.
async fn error(browser: &Browser) -> Value {
    browser.wait("witness.events.some((event) => event.name === 'error')").await;
    let events = browser.events().await;
    events
        .into_iter()
        .find(|event| event["name"] == "error")
        .map(|event| event["detail"].clone())
        .unwrap_or_default()
}

/// Asserts that only the fallback is on the screen, and works.
async fn assert_fallback(browser: &Browser) {
    browser.click("#mail").await;
    assert!(browser.url().await.ends_with("#mail"), "the fallback can't be used");
    assert!(!browser.survey().shows("*").await);
}

fn a_collector_that_is_down_gets_the_answer_when_it_is_back(engine: Engine) {
    let mut shop = Shop::open();
    let url = shop.page(SURVEY);
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        shop.collector.kill();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "It is kept on this device and will be sent").await;
        assert_eq!(
            error(browser).await,
            json!({ "survey": "shop", "touchpoint": "account", "reason": "kept" })
        );
        survey.type_into("textarea", "Still here").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        survey.wait_for_text("[role=status]", "It is kept on this device and will be sent").await;
        shop.collector.restart();
        survey.wait_for_text("[role=status]", "Your answer has been sent.").await;
        let answers = shop.collector.answers().await;
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert_eq!((&answers[0]["comment"], &answers[0]["complete"]), (&json!("Still here"), &json!(true)));
        let events = browser.events().await;
        assert_eq!(events.last().map(|event| event["name"].clone()), Some(json!("answer")));
        let kept = "return Object.keys(localStorage).length";
        assert_eq!(browser.execute(kept, vec![]).await, 0, "what was sent is still kept");
    });
}

fn a_policy_without_webassembly_leaves_the_fallback(engine: Engine) {
    let shop = Shop::open();
    let policy = shop.policy().replace(" 'wasm-unsafe-eval'", "");
    let url = shop.page_under(&policy, WITH_FALLBACK);
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let error = error(browser).await;
        assert_eq!(error["reason"], "module");
        assert!(error["message"].as_str().is_some_and(|why| why.contains("WebAssembly")), "{error}");
        assert_fallback(browser).await;
    });
}

fn a_file_that_is_missing_leaves_the_fallback(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector(WITH_FALLBACK).await;
        browser.goto(&host.url("/")).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        let files =
            host.requests().into_iter().map(|request| request.path).filter(|path| path.starts_with("/v/"));
        let files: Vec<_> = files.collect();
        assert_eq!(files.len(), 4, "module, glue, targeting and texts: {files:?}");
        for (nth, file) in files.iter().enumerate() {
            // A host of its own, whose files are in no cache.
            let host = played_collector(WITH_FALLBACK).await;
            host.set(file, Reply::new(404, "text/plain", "gone"));
            browser.goto(&host.url("/")).await;
            let error = error(browser).await;
            assert_eq!(error["reason"], "module", "{nth} {file}: {error}");
            assert!(error["message"].as_str().is_some_and(|why| !why.is_empty()), "{error}");
            assert_fallback(browser).await;
        }
    });
}

/// The page, pinned to this collector's version by the collector's own tag; and that version.
async fn pinned(collector: &str, main: &str) -> (String, String) {
    let said = reqwest::get(format!("{collector}/aanrader.json")).await.expect("a reply");
    let said: Value = serde_json::from_str(&said.text().await.expect("a body")).expect("JSON");
    let [src, integrity] = ["src", "integrity"].map(|name| said[name].as_str().expect("a text"));
    let tag = format!("<script async src='{collector}/{src}' crossorigin integrity='{integrity}'>");
    let page = page(collector, main);
    let plain = format!("<script async src='{collector}/aanrader.js'>");
    assert!(page.contains(&plain));
    (page.replace(&plain, &tag), src.trim_end_matches("aanrader.js").to_owned())
}

fn a_page_pinned_to_a_version_runs_nothing_that_was_tampered_with(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        // Unchanged, it asks and answers, on another origin and under the strict policy.
        let (page, _) = pinned(shop.collector.url(), SURVEY).await;
        shop.host.set("/", Reply::html(page).policy(shop.policy()));
        browser.goto(&shop.host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        assert_eq!(shop.collector.answers().await.len(), 1);
        let files = [
            ("widget.wasm", "inline"),
            ("en.json", "inline"),
            ("widget.js", "inline"),
            ("targeting.js", "popup"),
        ];
        // WebKit ignores the hash of a script that another script imports.
        let checked = if engine == Engine::WebKit { 2 } else { 4 };
        for (file, mode) in files.into_iter().take(checked) {
            let host = played_collector("").await;
            let main = WITH_FALLBACK.replace("survey=shop", &format!("survey=shop mode={mode}"));
            let (page, version) = pinned(&host.origin(), &main).await;
            host.set("/", Reply::html(page));
            host.tamper(&format!("/{version}{file}"));
            browser.goto(&host.url("/")).await;
            let error = error(browser).await;
            assert_eq!(error["reason"], "module", "{file}: {error}");
            assert_fallback(browser).await;
        }
    });
}

/// A page whose own `fetch` breaks for answers, in the way that the address names.
const BROKEN_FETCH: &str = "
    const real = window.fetch, faults = {
        throws: () => { throw 'no'; },
        nothing: () => { throw undefined; },
        rejects: () => Promise.reject('no'),
        value: () => 7,
        promise: () => Promise.resolve(null),
    };
    window.fetch = function (request) {
        const answers = String(request.url ?? request).endsWith('/v1/answers');
        return answers ? faults[location.search.slice(1)]() : real.apply(this, arguments);
    };";

fn a_fetch_that_the_page_has_patched_badly_is_survived(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(SURVEY);
    in_browser(&Options::of(engine), async |browser| {
        shop.host.before_each_page(BROKEN_FETCH);
        for fault in ["throws", "nothing", "rejects", "value", "promise"] {
            browser.goto(&format!("{url}?{fault}")).await;
            let survey = browser.survey();
            survey.choose(9).await;
            survey.wait_for_text("[role=status]", "It is kept on this device").await;
            assert_eq!(error(browser).await["reason"], "kept", "{fault}");
            survey.find("textarea").await;
            survey.send().await;
            survey.wait_for_text("[part~=title]", "Thank you!").await;
            browser.assert_quiet().await;
        }
    });
}

/// A browser that forbids all storage and throws.
const NO_STORAGE: &str = "
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
        Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });";

fn without_any_storage_the_answer_is_sent_all_the_same(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(SURVEY);
    in_browser(&Options::of(engine), async |browser| {
        shop.host.before_each_page(NO_STORAGE);
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        survey.find("textarea").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        browser.assert_quiet().await;
        assert_eq!(shop.collector.answers().await[0]["complete"], true);
    });
}

fn without_any_storage_the_customer_is_told_to_keep_the_page_open(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector(SURVEY).await;
        host.set("/v1/answers", reply(503));
        host.before_each_page(NO_STORAGE);
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "please keep this page open").await;
        host.set("/v1/answers", reply(201));
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
    });
}

/// Everything that this page's origin keeps on the device.
const KEPT: &str = "return indexedDB.databases().then((databases) => [document.cookie, \
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...databases.map((d) => d.name)])";

fn nothing_is_written_to_the_device_before_the_customer_acts(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector(&format!("{SURVEY}<aanrader-survey mode=popup></aanrader-survey>")).await;
        host.set("/v1/answers", reply(503));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        browser.survey_at("[mode=popup]").wait_shown("[part~=scale]", true).await;
        // Storage from before the customer's first action still exists after the outbox has searched it.
        browser
            .execute(
                "document.dispatchEvent(new Event('visibilitychange')); dispatchEvent(new Event('online'))",
                vec![],
            )
            .await;
        browser.goto(&host.url("/")).await;
        survey.wait_shown("[part~=scale]", true).await;
        assert_eq!(browser.execute(KEPT, vec![]).await, json!([""]));
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "It is kept on this device").await;
        // The database may be a little later; localStorage already has the answer.
        let kept = until("both places have it", async || match browser.execute(KEPT, vec![]).await {
            Value::Array(kept) if kept.len() > 2 => Ok(kept),
            other => Err(other.to_string()),
        })
        .await;
        let kept: Vec<_> = kept.iter().filter_map(Value::as_str).collect();
        assert!(kept.len() == 3 && kept[0].is_empty() && kept[1].starts_with("aanrader-answer-"), "{kept:?}");
        assert_eq!(kept[2], "aanrader");
    });
}
