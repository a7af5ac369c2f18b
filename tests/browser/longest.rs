//! No text in any language is too long for its place.

use std::path::Path;

use aanrader_tests::browser::{Options, in_browser};
use serde_json::{Value, json};

use crate::measure::stage;

/// The states that together show every text, except for one of two alternative reasons.
const TEXTS: [&str; 10] = [
    "unanswered",
    "kept-score",
    "refused-score",
    "promoter",
    "passive",
    "invalid",
    "thanks",
    "kept",
    "refused",
    "thanked",
];

/// A brand with a word wider than a phone.
const BRAND: &str = "Koninklijke Zaadveredelingscoöperatieverenigingsmaatschappij";

/// Leads a survey in that language into each state at once, and measures them all.
const MEASURE_ALL: &str = "
    const [states, attributes] = arguments;
    // Each is a survey of its own: a customer who has answered one is thanked and not asked again.
    const own = (state) => ({ ...attributes, survey: (attributes.lang + '-' + state).toLowerCase() });
    return Promise.all(states.map((state) => stage(state, own(state)))).then((surveys) => {
        const found = surveys.flatMap((survey, at) =>
            measure(survey, { colors: false, keyboard: false }).map((fault) => states[at] + ': ' + fault));
        const seen = surveys.filter((survey) => survey.shadowRoot.querySelector('.card').lang === attributes.lang);
        surveys.forEach((survey) => survey.remove());
        return [found, seen.length];
    });";

/// The languages that have texts.
fn languages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/locales");
    let files = std::fs::read_dir(folder).expect("the locales").map(|entry| entry.expect("a file").path());
    let mut names: Vec<String> =
        files.filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

/// Asserts that everything fits on a narrow phone, in every language.
fn assert_fits(mode: &str) {
    let (stage, languages) = (stage(), languages());
    assert!(languages.len() >= 40, "{languages:?}");
    in_browser(&Options { reduced_motion: true, ..Options::phone(320) }, async |browser| {
        browser.goto(&stage.host.url("/")).await;
        let mut faults = Vec::new();
        for language in &languages {
            let attributes = json!({ "mode": mode, "lang": language, "brand": BRAND });
            let done = browser.execute(MEASURE_ALL, vec![json!(TEXTS), attributes]).await;
            assert_eq!(done[1], TEXTS.len(), "{language} is not shown");
            let found = done[0].as_array().cloned().unwrap_or_default();
            faults.extend(found.iter().filter_map(Value::as_str).map(|fault| format!("{language}: {fault}")));
        }
        assert!(faults.is_empty(), "{} faults: {:#?}", faults.len(), &faults[..faults.len().min(40)]);
    });
}

#[test]
fn every_language_fits_into_the_inline_question_on_a_narrow_phone() {
    assert_fits("inline");
}

#[test]
fn every_language_fits_into_the_pop_up_on_a_narrow_phone() {
    assert_fits("popup");
}
