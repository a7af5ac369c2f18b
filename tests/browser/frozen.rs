//! An answer belongs to the customer, the survey and the touchpoint at its first choice.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use crate::shop::{Shop, played_collector, posted, reply};

in_each_engine!(
    another_customer_survey_or_touchpoint_is_another_survey_from_the_beginning,
    another_customer_is_asked_after_the_first_has_finished,
    properties_and_texts_that_change_leave_the_answer_alone,
);

const SURVEY: &str =
    "<aanrader-survey survey=shop touchpoint=account customer=c-1 name=Ann></aanrader-survey>";

fn another_customer_survey_or_touchpoint_is_another_survey_from_the_beginning(engine: Engine) {
    for (attribute, other) in [("customer", "c-2"), ("survey", "garden"), ("touchpoint", "basket")] {
        let shop = Shop::open();
        let url = shop.page(SURVEY);
        in_browser(&Options::of(engine), async |browser| {
            browser.goto(&url).await;
            let survey = browser.survey();
            survey.choose(2).await;
            survey.type_into("textarea", "Words of the first").await;
            let change = "(host.setAttribute(args[0], args[1]), host.setAttribute('name', 'Bea'))";
            survey.eval(change, json!([attribute, other])).await;
            survey.wait_shown("textarea", false).await;
            assert_eq!(survey.eval("!!root.querySelector(':checked')", Value::Null).await, false);
            survey.choose(9).await;
            survey.find("textarea").await;
            assert_eq!(survey.eval("root.querySelector('textarea').value", Value::Null).await, "");
            survey.send().await;
            survey.wait_for_text("[part~=title]", "Thank you!").await;
            let mut answers = shop.collector.answers().await;
            answers.sort_by_key(|answer| answer["score"].as_u64());
            let of = |at: usize| [&answers[at]["score"], &answers[at][attribute], &answers[at]["comment"]];
            let first = json!(if attribute == "customer" {
                "c-1"
            } else if attribute == "survey" {
                "shop"
            } else {
                "account"
            });
            assert_eq!(of(0), [&json!(2), &first, &Value::Null]);
            assert_eq!(of(1), [&json!(9), &json!(other), &Value::Null]);
            assert_eq!(answers.len(), 2);
        });
    }
}

fn another_customer_is_asked_after_the_first_has_finished(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(SURVEY);
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(2).await;
        survey.type_into("textarea", "Words of the first").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        survey.eval("host.setAttribute('customer', 'c-2')", Value::Null).await;
        survey.choose(8).await;
        until("two answers", async || {
            let answers = shop.collector.answers().await;
            let of = |customer| answers.iter().find(|answer| answer["customer"] == customer);
            match (of("c-1"), of("c-2")) {
                (Some(one), Some(two))
                    if one["comment"] == "Words of the first" && two["comment"].is_null() =>
                {
                    Ok(())
                }
                _ => Err(format!("{answers:#?}")),
            }
        })
        .await;
    });
}

fn properties_and_texts_that_change_leave_the_answer_alone(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let tag = "<aanrader-survey properties='{\"plan\":\"pro\"}' brand=Moes></aanrader-survey>";
        let host = played_collector(tag).await;
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(2).await;
        survey.type_into("textarea", "Late").await;
        let change =
            "(host.setAttribute('properties', '{\"plan\":\"free\"}'), host.setAttribute('brand', 'Mei'))";
        survey.eval(change, Value::Null).await;
        survey.wait_for_text("[part~=question]", "recommend Mei").await;
        assert_eq!(survey.focused().await, "textarea comment");
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let last = posted(&host).pop().unwrap_or_default();
        assert_eq!((&last["comment"], &last["properties"]), (&json!("Late"), &json!({ "plan": "pro" })));
    });
}
