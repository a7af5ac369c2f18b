//! A library updates parts of a page in place, with a survey in them: choice and typed text stay. With the
//! real libraries, from npm.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::npm::script;
use serde_json::{Value, json};

use crate::shop::{played_collector, posted, reply};

in_each_engine!(
    a_survey_in_a_livewire_component_keeps_what_was_typed_when_the_component_is_updated,
    a_survey_in_a_part_that_alpine_morphs_keeps_what_was_typed,
    a_survey_that_htmx_swaps_for_another_says_thank_you_for_the_score,
);

/// The part as a server renders it, with a new headline each time.
fn part(name: &str) -> String {
    format!(
        "<h2>{name}</h2><aanrader-survey survey=shop brand='{name}'><a href=/s/shop>Tell us</a></aanrader-survey>\
         <button id=go wire:click=go hx-get=/next hx-target='#part'>Go on</button>"
    )
}

fn component(name: &str) -> String {
    let snapshot =
        json!({ "data": {}, "memo": { "id": "shop", "name": "shop", "children": {} }, "checksum": name })
            .to_string();
    let snapshot = snapshot.replace('"', "&quot;");
    let part = part(name);
    format!("<div id=part wire:id=shop wire:snapshot=\"{snapshot}\" wire:effects='[]'>{part}</div>")
}

/// A page with these scripts, whose survey has been answered up to the comment; then the part is updated.
async fn updated(
    browser: &Browser,
    scripts: &[&str],
    update: &str,
    next: Reply,
) -> aanrader_tests::host::Host {
    let mut load = String::new();
    for (at, _) in scripts.iter().enumerate() {
        load += &format!("<script src=/{at}.js data-csrf=none data-update-uri=/next></script>");
    }
    let host = played_collector(&format!("{}{load}", component("One"))).await;
    host.set("/v1/answers", reply(201));
    host.set("/next", next);
    for (at, file) in scripts.iter().enumerate() {
        host.set(&format!("/{at}.js"), Reply::new(200, "text/javascript", script(file)));
    }
    browser.goto(&host.url("/")).await;
    let survey = browser.survey();
    survey.choose(3).await;
    survey.type_into("textarea", "half a word").await;
    browser.execute(update, vec![json!(component("Two"))]).await;
    browser.wait_for_text("#part h2", "Two").await;
    host
}

/// Choice and typed text are still there, under the new name, and can be sent.
async fn goes_on(browser: &Browser, host: &aanrader_tests::host::Host) {
    let survey = browser.survey();
    survey.wait_for_text("[part~=question]", "recommend Two").await;
    let there = "[root.querySelector('textarea').value, root.querySelector('input:checked').value]";
    assert_eq!(survey.eval(there, Value::Null).await, json!(["half a word", "3"]));
    survey.send().await;
    survey.wait_for_text("[part~=title]", "Thank you!").await;
    let last = posted(host).pop().unwrap_or_default();
    assert_eq!((&last["score"], &last["comment"]), (&json!(3), &json!("half a word")));
    let shown = browser.events().await.iter().filter(|event| event["name"] == "show").count();
    assert_eq!(shown, 1, "it was asked once more");
}

fn a_survey_in_a_livewire_component_keeps_what_was_typed_when_the_component_is_updated(engine: Engine) {
    let snapshot =
        json!({ "data": {}, "memo": { "id": "shop", "name": "shop", "children": {} }, "checksum": "Two" })
            .to_string();
    let effects = json!({ "returns": [null], "html": component("Two") });
    let update = json!({ "components": [{ "snapshot": snapshot, "effects": effects }], "assets": [] });
    in_browser(&Options::of(engine), async |browser| {
        let next = Reply::new(200, "application/json", update.to_string());
        let scripts = ["adonisjs-livewire/build/assets/livewire.js"];
        let host = updated(browser, &scripts, "document.querySelector('#go').click()", next).await;
        goes_on(browser, &host).await;
    });
}

fn a_survey_in_a_part_that_alpine_morphs_keeps_what_was_typed(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let scripts = ["@alpinejs/morph/dist/cdn.js", "alpinejs/dist/cdn.js"];
        let update = "Alpine.morph(document.querySelector('#part'), arguments[0])";
        let host = updated(browser, &scripts, update, Reply::html("")).await;
        goes_on(browser, &host).await;
    });
}

/// A replaced survey loses its typed text. The collector has what was sent, and the customer can change it.
fn a_survey_that_htmx_swaps_for_another_says_thank_you_for_the_score(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let update = "document.querySelector('#go').click()";
        let host = updated(browser, &["htmx.org/dist/htmx.js"], update, Reply::html(part("Two"))).await;
        let survey = browser.survey();
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        survey.click("[part~=done]").await;
        survey.wait_for_text("[part~=question]", "recommend Two").await;
        survey.choose(9).await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let answers = posted(&host);
        let scores: Vec<_> = answers.iter().map(|answer| &answer["score"]).collect();
        assert_eq!(scores, [&json!(3), &json!(9), &json!(9)], "{answers:#?}");
        assert!(answers.iter().all(|answer| answer["id"] == answers[0]["id"]), "{answers:#?}");
        assert!(answers.is_sorted_by_key(|answer| answer["rev"].as_u64()), "{answers:#?}");
    });
}
