//! The page can't see typing in the survey, however it listens.

use aanrader_tests::browser::{Key, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use serde_json::{Value, json};

use crate::shop::{played_collector, reply};

in_each_engine!(
    what_is_typed_into_the_survey_does_not_reach_the_page,
    tab_and_the_esc_that_the_survey_does_not_take_reach_the_page,
);

/// The ways in which pages and their libraries listen to keys and inputs. Each one swallows its events.
const LISTENERS: [(&str, &str); 12] = [
    ("a listener of the document's", "document.addEventListener('keydown', take)"),
    ("a listener of the window's", "addEventListener('keydown', take)"),
    ("a listener of the body's", "document.body.addEventListener('keydown', take)"),
    ("a property of the document's", "document.onkeydown = take"),
    ("keypress, as Mousetrap listens", "document.addEventListener('keypress', take)"),
    ("keyup, as hotkeys-js listens", "document.addEventListener('keyup', take)"),
    // Its own guard checks the focused element, which is the survey.
    (
        "@github/hotkey's guard",
        "document.addEventListener('keydown', (e) => /input|textarea/i.test(e.target.localName) || take(e))",
    ),
    (
        "jQuery's is('input')",
        "document.addEventListener('keydown', (e) => e.target.matches('input, textarea, select') || take(e))",
    ),
    (
        "tinykeys on the window",
        "addEventListener('keydown', (e) => e.getModifierState('Control') || take(e))",
    ),
    ("input, as a form that saves itself listens", "document.addEventListener('input', take)"),
    ("beforeinput, as an editor listens", "document.addEventListener('beforeinput', take)"),
    ("paste, as an upload listens", "document.addEventListener('paste', take)"),
];

/// A page that takes every key that it receives, and moves the focus to its search.
fn shortcuts(listener: &str) -> String {
    format!(
        "window.taken = [];
         const take = (event) => {{ taken.push(event.type + ' ' + (event.key ?? '')); event.preventDefault();
             document.querySelector('#search').focus(); }};
         addEventListener('DOMContentLoaded', () => {{ {listener}; }});"
    )
}

fn what_is_typed_into_the_survey_does_not_reach_the_page(engine: Engine) {
    const COMMENT: &str = "has a fast shop s/h ?";
    in_browser(&Options::of(engine), async |browser| {
        for mode in ["inline", "popup"] {
            let main = format!("<input id=search><aanrader-survey mode={mode}></aanrader-survey>");
            for (name, listener) in LISTENERS {
                let host = played_collector(&main).await;
                host.set("/v1/answers", reply(201));
                host.before_each_page(&shortcuts(listener));
                browser.goto(&host.url("/")).await;
                let survey = browser.survey();
                survey.choose(9).await;
                survey.type_into("textarea", COMMENT).await;
                let typed = survey.eval("root.querySelector('textarea').value", Value::Null).await;
                assert_eq!(
                    (typed, browser.execute("return taken", vec![]).await),
                    (json!(COMMENT), json!([])),
                    "{mode}: {name}"
                );
                assert_eq!(browser.focused().await, "aanrader-survey", "{mode}: {name}");
            }
        }
    });
}

fn tab_and_the_esc_that_the_survey_does_not_take_reach_the_page(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        host.before_each_page("window.heard = []; addEventListener('keydown', (e) => heard.push(e.key));");
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.type_into("textarea", "x").await;
        browser.press(Key::Escape).await;
        browser.press(Key::Tab).await;
        assert_eq!(browser.execute("return heard", vec![]).await, json!(["Escape", "Tab"]));
    });
}
