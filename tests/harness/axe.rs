//! axe-core in the page: finds barriers for people with assistive technology.

use std::fmt::Write;
use std::sync::LazyLock;

use serde_json::Value;

use crate::browser::Browser;
use crate::from_xtask;

static SOURCE: LazyLock<String> = LazyLock::new(|| {
    let path = from_xtask("AANRADER_AXE");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
});

const RUN: &str = "
    return axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        rules: { 'target-size': { enabled: true } },
        resultTypes: ['violations'],
        preload: false,
    }).then((results) => results.violations);";

/// Asserts that axe finds nothing on the page, open shadow roots included.
///
/// # Panics
/// When it does, with each violation, its elements and what to do.
pub async fn assert_accessible(browser: &Browser, state: &str) {
    if browser.execute("return typeof axe === 'undefined'", vec![]).await == Value::Bool(true) {
        browser.execute(&SOURCE, vec![]).await;
    }
    let violations = browser.execute(RUN, vec![]).await;
    let violations = violations.as_array().expect("axe returns a list");
    assert!(violations.is_empty(), "axe on {state}:{}", describe(violations));
}

fn describe(violations: &[Value]) -> String {
    let mut text = String::new();
    for violation in violations {
        let said = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
        // Writing to a string cannot fail.
        let _ =
            write!(text, "\n\n{} ({}): {}\n{}", said("id"), said("impact"), said("help"), said("helpUrl"));
        for node in violation["nodes"].as_array().into_iter().flatten() {
            let html = node["html"].as_str().unwrap_or_default();
            let summary = node["failureSummary"].as_str().unwrap_or_default().replace('\n', "\n    ");
            let _ = write!(text, "\n  {} {html:.200}\n    {summary}", node["target"]);
        }
    }
    text
}
