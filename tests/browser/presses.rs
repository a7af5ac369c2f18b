//! No press acts on an element that appeared after it began: a second press has no unintended effect.

use std::time::Duration;

use std::collections::BTreeSet;

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Host;
use aanrader_tests::in_each_engine;
use aanrader_tests::survey::Survey;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::{Value, json};

use crate::shop::{played_collector, posted, reply};

in_each_engine!(
    a_second_press_on_a_score_does_nothing_wherever_the_survey_stands,
    a_second_press_on_send_does_nothing_wherever_the_survey_stands,
    another_score_close_by_can_be_chosen_at_once,
);

/// The places of a survey.
const PLACES: [&str; 6] = [
    "mode=inline",
    "mode=popup placement=bottom-end",
    "mode=popup placement=bottom-start",
    "mode=popup placement=top-end",
    "mode=popup placement=top-start",
    "mode=popup placement=bar",
];

/// The time between the first and the second press, in milliseconds.
const LATER: [u64; 3] = [60, 180, 400];

/// The unwanted effects of a press.
const DONE: &str = "[root.querySelector('[name=contact]')?.checked ?? false,
    root.activeElement?.localName == 'textarea', !root.querySelector('.card')]";

async fn open(browser: &Browser, place: &str) -> Host {
    let host = played_collector(&format!("<aanrader-survey {place}></aanrader-survey>")).await;
    host.set("/v1/answers", reply(201));
    browser.goto(&host.url("/")).await;
    browser.survey().wait_shown("[part~=scale]", true).await;
    host
}

/// Presses twice at the first matching element, with this pause.
async fn press_twice(browser: &Browser, survey: &Survey<'_>, css: &str, later: u64) {
    let element = survey.find(css).await;
    let pause = |millis| PointerAction::Pause { duration: Duration::from_millis(millis) };
    let (down, up) =
        (PointerAction::Down { button: MOUSE_BUTTON_LEFT }, PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    let twice = MouseActions::new("mouse".into())
        .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
        .then(down.clone())
        .then(pause(20))
        .then(up.clone())
        .then(pause(later))
        .then(down)
        .then(pause(20))
        .then(up);
    browser.client().perform_actions(twice).await.expect("the mouse works");
}

fn a_second_press_on_a_score_does_nothing_wherever_the_survey_stands(engine: Engine) {
    in_browser(&Options { reduced_motion: true, ..Options::of(engine) }, async |browser| {
        for place in PLACES {
            for later in LATER {
                for score in [1, 6, 11] {
                    let host = open(browser, place).await;
                    let survey = browser.survey();
                    press_twice(browser, &survey, &format!("[part~=cell]:nth-child({score})"), later).await;
                    survey.wait_for_text("[part~=status]", "has been saved").await;
                    let what = format!("{place}, {score}, {later} ms");
                    assert_eq!(survey.eval(DONE, Value::Null).await, json!([false, false, false]), "{what}");
                    let scores: Vec<_> = posted(&host).iter().map(|it| it["score"].clone()).collect();
                    assert_eq!(scores, [json!(score - 1)], "{what}");
                }
            }
        }
    });
}

fn a_second_press_on_send_does_nothing_wherever_the_survey_stands(engine: Engine) {
    in_browser(&Options { reduced_motion: true, ..Options::of(engine) }, async |browser| {
        for place in PLACES {
            for later in LATER {
                let host = open(browser, place).await;
                let survey = browser.survey();
                survey.choose(3).await;
                survey.wait_for_text("[part~=status]", "has been saved").await;
                press_twice(browser, &survey, "[part~=send]", later).await;
                survey.wait_for_text("[part~=title]", "Thank you!").await;
                let sent = posted(&host);
                assert!(
                    sent.iter().all(|answer| answer["contact"].is_null()),
                    "{place}, {later} ms: {sent:#?}"
                );
                // A revision may arrive twice, and counts once.
                let revisions: BTreeSet<_> = sent.iter().map(|answer| answer["rev"].as_u64()).collect();
                assert_eq!(revisions, [Some(1), Some(2)].into(), "{place}, {later} ms: {sent:#?}");
            }
        }
    });
}

/// A customer who hits 3 instead of 4 corrects it at once.
fn another_score_close_by_can_be_chosen_at_once(engine: Engine) {
    in_browser(&Options { reduced_motion: true, ..Options::of(engine) }, async |browser| {
        for place in ["mode=inline", "mode=popup placement=top-end"] {
            let _host = open(browser, place).await;
            let survey = browser.survey();
            let mouse = async |score: u8| {
                let element = survey.find(&format!("[part~=cell]:nth-child({score})")).await;
                MouseActions::new("mouse".into())
                    .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
                    .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
                    .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })
            };
            for score in [4, 5, 6] {
                browser.client().perform_actions(mouse(score).await).await.expect("the mouse works");
            }
            survey.wait_for_text("[part~=status]", "Your 5 has been saved.").await;
        }
    });
}

#[test]
fn a_double_tap_gives_no_consent_and_sends_nothing() {
    let options = Options { reduced_motion: true, ..Options::phone(360) };
    in_browser(&options, async |browser| {
        browser.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": true })).await;
        for mode in ["inline", "popup"] {
            for later in LATER {
                for css in ["[part~=cell]:nth-child(4)", "[part~=cell]:nth-child(9)", "[part~=send]"] {
                    let host = open(browser, &format!("mode={mode}")).await;
                    let survey = browser.survey();
                    if css.contains("send") {
                        survey.choose(3).await;
                    }
                    survey.wait_shown(css, true).await;
                    let place = survey.rects(css).await[0];
                    let (x, y) = (place.x + place.width / 2.0, place.y + place.height / 2.0);
                    for _ in 0..2 {
                        let touch = json!({ "type": "touchStart", "touchPoints": [{ "x": x, "y": y }] });
                        browser.cdp("Input.dispatchTouchEvent", touch).await;
                        let end = json!({ "type": "touchEnd", "touchPoints": [] });
                        browser.cdp("Input.dispatchTouchEvent", end).await;
                        let wait = "return new Promise((done) => setTimeout(done, arguments[0]))";
                        browser.execute(wait, vec![json!(later)]).await;
                    }
                    survey
                        .wait_shown(if css.contains("send") { "[part~=title]" } else { "textarea" }, true)
                        .await;
                    let what = format!("{mode}, {css}, {later} ms");
                    assert_eq!(survey.eval(DONE, Value::Null).await, json!([false, false, false]), "{what}");
                    let sent = posted(&host);
                    assert!(sent.iter().all(|answer| answer["contact"].is_null()), "{what}: {sent:#?}");
                }
            }
        }
    });
}
