//! Two wordings of the question, as an owner sees them.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector, run_tool};
use aanrader_tests::engine::Engine;
use serde_json::{Value, json};

use crate::trend::{assert_usable, sign_in};

const OWN: &str = "Zou je ons aanraden, en waarom?";

/// A collector with answers to two wordings of one language.
fn with_two_wordings() -> (tempfile::TempDir, Collector) {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/locales/nl.json"));
    let texts: Value = serde_json::from_str(&texts.expect("a file")).expect("JSON");
    let text = |key: &str| texts[key].as_str().expect("a text").to_owned();
    let at = jiff::Timestamp::now().as_millisecond() - 60_000;
    let mut lines = String::new();
    for (question, promoters, answers) in [(text("question"), 70, 90), (OWN.to_owned(), 25, 80)] {
        let wording = aanrader_survey::wording_id(&[&question, &text("low"), &text("high")]);
        for number in 0..answers {
            let score = if number < promoters { 9 } else { 3 };
            let line = json!({ "id": uuid::Uuid::new_v4().to_string(), "rev": 1, "complete": true, "survey": "shop",
                "touchpoint": "t", "score": score, "language": "nl", "wording": wording, "answered_at": at });
            lines.push_str(&format!("{line}\n"));
        }
        let counter = json!({ "kind": "counter", "survey": "shop", "day": at / 86_400_000, "touchpoint": "t",
            "wording": wording, "mode": "popup", "shown": 400, "closed": 9, "scored": answers, "commented": 0 });
        lines.push_str(&format!("{counter}\n"));
    }
    let file = folder.path().join("in.ndjson").display().to_string();
    std::fs::write(&file, lines).expect("written");
    let database = folder.path().join("two.db").display().to_string();
    run_tool(&database, &["import", &file]);
    (
        folder,
        Collector::start(collector::Options { database: Some(database), ..collector::Options::default() }),
    )
}

aanrader_tests::in_each_engine!(two_wordings_are_never_pooled_silently_and_are_compared_by_their_questions);

fn two_wordings_are_never_pooled_silently_and_are_compared_by_their_questions(engine: Engine) {
    let (_folder, collector) = with_two_wordings();
    // The other engines have no windows as narrow as a phone.
    let width = if engine == Engine::Chromium { 320 } else { 1_100 };
    in_browser(&Options { width, ..Options::of(engine) }, async |browser| {
        sign_in(browser, &collector, "/en/trend").await;
        let told = browser.text(".headline").await;
        assert!(told.contains("to 2 wordings of the question (nl)"), "{told}");
        browser.click(".headline a[href='#wordings']").await;
        browser.wait("location.hash === '#wordings'").await;
        let compared = browser.text("section:has(#wordings)").await;
        assert!(compared.contains("points lower") && compared.contains("Wording "), "{compared}");
        browser.find("#wording-text").await.send_keys(OWN).await.expect("typed");
        browser.click("form:has(#wording-text) button").await;
        browser.wait_for_text("section:has(#wordings)", OWN).await;
        if engine == Engine::Chromium {
            assert_usable(browser, "two wordings").await;
        }
        browser.screenshot("trend-wordings").await;
        browser.goto(&format!("{}/nl/results/", collector.url())).await;
        browser.wait_for_text(".pooled", "op 2 bewoordingen van de vraag (nl)").await;
        if engine == Engine::Chromium {
            assert_usable(browser, "results of two wordings").await;
        }
        browser.click(".pooled a").await;
        browser.find("#wordings").await;
    });
}
