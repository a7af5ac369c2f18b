//! A refused value is named in words, beside its field.

use aanrader_tests::browser::{Key, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use crate::shop::{Shop, played_collector, posted, reply};

in_each_engine!(
    enter_with_nothing_chosen_says_what_to_do_and_sends_nothing,
    a_comment_of_2001_characters_is_named_where_it_stands_and_not_sent,
    a_shop_that_the_collector_does_not_know_is_told_so,
    an_answer_that_the_collector_finds_wrong_is_set_aside_and_the_customer_told,
);

/// The reasons that the page received.
async fn reasons(browser: &aanrader_tests::browser::Browser) -> Vec<Value> {
    let events = browser.events().await;
    events.iter().filter(|e| e["name"] == "error").map(|e| e["detail"]["reason"].clone()).collect()
}

fn enter_with_nothing_chosen_says_what_to_do_and_sends_nothing(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        survey.eval("root.querySelector('input').focus()", Value::Null).await;
        browser.press(Key::Enter).await;
        survey.wait_for_text("[part~=error]", "Choose a number from 0 to 10 first.").await;
        assert_eq!(survey.focused().await, "input score 0");
        let described = "((e) => e.getAttribute('aria-describedby').split(' ')\
                     .map((id) => root.getElementById(id).innerText).join(', '))";
        let of = |element: &str| format!("{described}(root.querySelector('{element}'))");
        assert_eq!(survey.eval(&of("input"), Value::Null).await, "Choose a number from 0 to 10 first.");
        assert_eq!(survey.eval(&of("fieldset"), Value::Null).await, "Not at all likely, Extremely likely");
        survey.choose(3).await;
        survey.wait_shown("[part~=error]", false).await;
        survey.wait_for_text("[role=status]", "Your 3 has been saved.").await;
        assert_eq!(posted(&host).len(), 1);
    });
}

fn a_comment_of_2001_characters_is_named_where_it_stands_and_not_sent(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.find("textarea").await;
        let write = "root.querySelector('textarea').value = args";
        survey.eval(write, json!("é".repeat(2_001))).await;
        survey.send().await;
        survey
            .wait_for_text("#comment-error", "This is 2001 characters long. Please shorten it to 2000.")
            .await;
        assert_eq!(survey.focused().await, "textarea comment");
        let tied =
            "['aria-invalid', 'aria-describedby'].map((a) => root.querySelector('textarea').getAttribute(a))";
        assert_eq!(survey.eval(tied, Value::Null).await, json!(["true", "comment-error"]));
        let answers = until("the score", async || {
            Some(shop.collector.answers().await).filter(|all| !all.is_empty()).ok_or("there is none")
        })
        .await;
        assert_eq!((&answers[0]["complete"], &answers[0]["comment"]), (&json!(false), &Value::Null));

        survey.eval(write, json!("é".repeat(2_000))).await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        assert_eq!(shop.collector.answers().await[0]["comment"], "é".repeat(2_000));
        assert_eq!(reasons(browser).await, [""; 0]);
    });
}

fn a_shop_that_the_collector_does_not_know_is_told_so(engine: Engine) {
    let shop = Shop::unknown();
    let url = shop.page("<aanrader-survey></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "does not take answers from this page").await;
        survey.find("textarea").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Your answer was not accepted").await;
        survey.wait_for_text("[role=status]", "does not take answers from this page").await;
        assert_eq!(survey.focused().await, "div");
        assert_eq!(reasons(browser).await, ["refused", "refused"]);
        assert!(shop.collector.answers().await.is_empty());
    });
}

fn an_answer_that_the_collector_finds_wrong_is_set_aside_and_the_customer_told(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.set("/v1/answers", reply(422));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "found a mistake in the answer").await;
        assert_eq!(reasons(browser).await, ["refused"]);
        survey.find("textarea").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Your answer was not accepted").await;
        assert_eq!(posted(&host).len(), 2, "what can never be accepted is tried again");
        let keys = "return Object.keys(localStorage).map((key) => key.split('-').slice(0, 2).join('-'))";
        let keys = browser.execute(keys, vec![]).await;
        let keys = keys.as_array().cloned().unwrap_or_default();
        assert!(!keys.is_empty() && keys.iter().all(|key| key == "aanrader-refused"), "{keys:?}");
    });
}
