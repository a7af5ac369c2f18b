//! The whole question by keyboard alone.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use serde_json::json;

use crate::shop::{played_collector, posted, reply};

/// Presses Tab until the survey has the focus at that element.
async fn tab_to(browser: &Browser, wanted: &str) {
    let mut met = Vec::new();
    for _ in 0..40 {
        browser.press(Key::Tab).await;
        let focused = browser.survey().focused().await;
        if focused == wanted {
            return;
        }
        met.push(focused);
    }
    panic!("Tab never comes to {wanted}: {met:?}");
}

/// Asserts what has the focus in the survey; the page's body never has it.
async fn assert_focus(browser: &Browser, wanted: &str) {
    assert_eq!(browser.focused().await, "aanrader-survey");
    assert_eq!(browser.survey().focused().await, wanted);
}

#[test]
fn an_answer_by_keyboard_alone_reaches_the_owner() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.find("[part~=send]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Space).await;
        assert_focus(browser, "input score 0").await;
        // In one go, so that no pause of this test is taken for the visitor's rest.
        browser.type_text(&String::from(char::from(Key::Right)).repeat(8)).await;
        assert_focus(browser, "input score 8").await;
        survey.wait_for_text("[role=status]", "Your 8 has been saved.").await;
        let scores = browser.events().await.into_iter().filter(|event| event["name"] == "score");
        assert_eq!(scores.map(|event| event["detail"]["score"].clone()).collect::<Vec<_>>(), [8]);
        assert_focus(browser, "input score 8").await;

        browser.press(Key::Enter).await;
        survey.wait_for_text("[part~=question]", "What would make it a 9 or a 10?").await;
        assert_focus(browser, "fieldset").await;
        tab_to(browser, "textarea comment").await;
        browser.type_text("Seeds in tins").await;
        tab_to(browser, "input contact").await;
        browser.press(Key::Space).await;
        tab_to(browser, "input how").await;
        browser.type_text("sanne@post.example").await;
        tab_to(browser, "button back").await;
        tab_to(browser, "button send").await;
        browser.press(Key::Enter).await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        assert_focus(browser, "div").await;
        browser.assert_quiet().await;

        let answers = collector.answers().await;
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert_eq!((&answers[0]["score"], &answers[0]["comment"]), (&json!(8), &json!("Seeds in tins")));
        assert_eq!(answers[0]["contact"]["how"], "sanne@post.example");
        assert_eq!(answers[0]["complete"], true);
    });
}

#[test]
fn the_focus_follows_back_to_the_question() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.find("[part~=send]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Space).await;
        browser.press(Key::Enter).await;
        survey.wait_for_text("[part~=question]", "We are sorry").await;
        tab_to(browser, "button back").await;
        browser.press(Key::Enter).await;
        survey.wait_for_text("[part~=question]", "How likely").await;
        assert_focus(browser, "fieldset").await;
        tab_to(browser, "input score 0").await;
    });
}

#[test]
fn tab_passes_through_the_survey_and_on() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        browser.survey().find("[part~=send]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Tab).await;
        assert_focus(browser, "button send").await;
        browser.press(Key::Tab).await;
        assert_eq!(browser.survey().focused().await, "", "Tab is kept in the survey");
        browser.press_with(Key::Shift, Key::Tab).await;
        assert_focus(browser, "button send").await;
    });
}

#[test]
fn arrowing_through_the_scale_sends_only_where_it_rests() {
    in_browser(&Options::default(), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.find("[part~=send]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Space).await;
        browser.type_text(&String::from(char::from(Key::Right)).repeat(10)).await;
        browser.type_text(&String::from(char::from(Key::Left)).repeat(4)).await;
        survey.wait_for_text("[role=status]", "Your 6 has been saved.").await;
        let posted = posted(&host);
        assert_eq!(posted.len(), 1, "{posted:#?}");
        assert_eq!((&posted[0]["score"], &posted[0]["complete"]), (&json!(6), &json!(false)));
    });
}
