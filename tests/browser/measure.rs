//! Our own measures of a survey on the screen, taken by `measure.js`.

use aanrader_tests::browser::Browser;
use aanrader_tests::from_xtask;
use aanrader_tests::host::Reply;
use aanrader_tests::stage::Stage;
use serde_json::{Value, json};

/// A stage whose page has `measure` and axe.
pub(crate) fn stage() -> Stage {
    let stage = Stage::open();
    stage.host.set("/measure.js", Reply::new(200, "text/javascript", include_str!("measure.js")));
    let axe = std::fs::read(from_xtask("AANRADER_AXE")).expect("axe");
    stage.host.set("/axe.js", Reply::new(200, "text/javascript", axe).header("Cache-Control", "max-age=600"));
    let scripts = "<script src=/axe.js></script><script type=module src=/measure.js></script>";
    stage.host.set("/", Reply::html(stage.page(scripts)));
    stage
}

/// The problems of the survey on the page, a sentence each. The options are those of `measure.js`.
pub(crate) async fn measure(browser: &Browser, options: Value) -> Vec<String> {
    let measure = "return measure(document.querySelector('aanrader-survey'), arguments[0])";
    let found = browser.execute(measure, vec![options]).await;
    serde_json::from_value(found).expect("a list of sentences")
}

/// Asserts that there are no problems.
pub(crate) async fn assert_measures(browser: &Browser, what: &str, options: Value) {
    let found = measure(browser, options).await;
    assert!(found.is_empty(), "{what}: {found:#?}");
}

/// Sets the customer's preferences: a scheme, the system's own colours or not, and reduced motion.
pub(crate) async fn prefer(browser: &Browser, scheme: &str, forced: &str) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "forced-colors", "value": forced },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    browser.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
}
