//! A customer answers, the owner sees it.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use crate::shop::{Shop, played_collector, posted, reply};

in_each_engine!(
    an_answer_by_pointer_reaches_the_owner,
    a_complete_answer_is_tap_type_send_and_a_score_alone_is_one_tap,
    another_score_changes_the_follow_up_and_loses_nothing_that_was_typed,
    a_score_is_saved_before_send_and_the_customer_is_told,
    a_changed_score_is_one_answer_with_the_last_score,
    where_the_shop_wants_it_so_nothing_is_sent_before_send,
    consent_to_be_contacted_and_how_reach_the_owner,
    consent_that_was_taken_back_is_not_sent_and_neither_is_the_address,
    what_the_shop_says_of_the_occasion_arrives_with_the_answer,
    the_page_hears_what_happens_in_order,
    two_surveys_on_one_page_do_not_mix,
);

/// The collector's only answer, once it has that score.
async fn only_answer(collector: &Collector, score: u8) -> Value {
    until(&format!("an answer of {score}"), async || {
        let answers = collector.answers().await;
        match answers.as_slice() {
            [answer] if answer["score"] == score => Ok(answer.clone()),
            _ => Err(format!("{answers:?}")),
        }
    })
    .await
}

fn an_answer_by_pointer_reaches_the_owner(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[part~=follow-up]", "What do you like best").await;
        assert_accessible(browser, "the follow-up").await;
        survey.type_into("textarea", "The sweet peas came up").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        survey.wait_for_text("[role=status]", "Your answer has been sent.").await;
        browser.assert_quiet().await;
        let answers = collector.answers().await;
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert_eq!(answers[0]["score"], 9);
        assert_eq!(answers[0]["comment"], "The sweet peas came up");
        assert_eq!(answers[0]["complete"], true);
    });
}

fn a_complete_answer_is_tap_type_send_and_a_score_alone_is_one_tap(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        // All actions of a customer, each done once and without waiting: four steps before there was one
        // screen.
        let steps: [(&str, &str); 3] =
            [("tap", "[part~=cell]:nth-child(9)"), ("type", "textarea"), ("tap", "[part~=send]")];
        for taken in [1, 3] {
            browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
            let survey = browser.survey();
            for (step, css) in &steps[..taken] {
                match *step {
                    "tap" => survey.click(css).await,
                    _ => survey.type_into(css, "Seeds in tins").await,
                }
            }
            let words = if taken == 1 { "Your 8 has been saved." } else { "Your answer has been sent." };
            survey.wait_for_text("[role=status]", words).await;
        }
        let complete: Vec<_> =
            collector.answers().await.iter().map(|answer| answer["complete"].clone()).collect();
        assert!(complete.contains(&json!(true)) && complete.contains(&json!(false)), "{complete:?}");
    });
}

fn another_score_changes_the_follow_up_and_loses_nothing_that_was_typed(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(2).await;
        survey.type_into("textarea", "Late, and").await;
        survey.click("[part~=check]").await;
        survey.type_into("[part~=how]", "06-1").await;
        survey.choose(9).await;
        survey.wait_for_text("[part~=follow-up]", "What do you like best").await;
        survey.type_into("textarea", " yet good").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let answer = only_answer(&shop.collector, 9).await;
        assert_eq!(
            (&answer["comment"], &answer["contact"]["how"]),
            (&json!("Late, and yet good"), &json!("06-1"))
        );
    });
}

fn a_score_is_saved_before_send_and_the_customer_is_told(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.choose(7).await;
        survey.wait_for_text("[role=status]", "Your 7 has been saved.").await;
        assert!(
            survey.text("[part~=question]").await.starts_with("How likely are you to recommend Moes & Mei")
        );
        let answer = only_answer(&collector, 7).await;
        assert_eq!((&answer["complete"], &answer["rev"]), (&json!(false), &json!(1)));
        // The tab may be closed now.
        browser.goto("about:blank").await;
        assert_eq!(collector.answers().await, [answer]);
    });
}

fn a_changed_score_is_one_answer_with_the_last_score(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.choose(5).await;
        survey.choose(3).await;
        survey.wait_for_text("[part~=follow-up]", "We are sorry about that.").await;
        survey.choose(8).await;
        survey.wait_for_text("[part~=follow-up]", "What would make it a 9 or a 10?").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let answer = only_answer(&collector, 8).await;
        assert_eq!((&answer["complete"], &answer["comment"]), (&json!(true), &Value::Null));
        assert_eq!(collector.results().await["surveys"][0]["total"]["n"], 1);
        browser.assert_quiet().await;
    });
}

fn where_the_shop_wants_it_so_nothing_is_sent_before_send(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey save=send></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(4).await;
        survey.wait_for_text("[part~=follow-up]", "We are sorry").await;
        survey.choose(9).await;
        survey.wait_for_text("[part~=follow-up]", "What do you like best").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        // If scores were sent as they are chosen, there would be three, and a 4 among them.
        let posted = posted(&host);
        assert_eq!(posted.len(), 1, "{posted:#?}");
        assert_eq!((&posted[0]["score"], &posted[0]["rev"]), (&json!(9), &json!(1)));
        assert_eq!(posted[0]["complete"], true);
        let scores = browser.events().await.into_iter().filter(|event| event["name"] == "score");
        assert_eq!(scores.map(|event| event["detail"]["score"].clone()).collect::<Vec<_>>(), [9]);
    });
}

fn consent_to_be_contacted_and_how_reach_the_owner(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.choose(2).await;
        survey.find("input[name=contact]").await;
        assert!(!survey.shows("[part~=how]").await, "asks how before there is consent");
        survey.click("[part~=check]").await;
        survey.wait_shown("[part~=how]", true).await;
        survey.type_into("[part~=how]", "06-12345678").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let answer = only_answer(&collector, 2).await;
        assert_eq!(answer["contact"], json!({ "allowed": true, "how": "06-12345678" }));
        assert_eq!(answer["follow_up"]["name"], "rescue");
    });
}

fn consent_that_was_taken_back_is_not_sent_and_neither_is_the_address(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.choose(2).await;
        survey.click("[part~=check]").await;
        survey.type_into("[part~=how]", "06-12345678").await;
        survey.click("[part~=check]").await;
        survey.wait_shown("[part~=how]", false).await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let answer = only_answer(&collector, 2).await;
        assert_eq!((&answer["complete"], &answer["contact"]), (&json!(true), &Value::Null));
    });
}

fn what_the_shop_says_of_the_occasion_arrives_with_the_answer(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(
        r#"<aanrader-survey survey="spring-2026" touchpoint="after-order" customer="c-7"
           properties='{"plan":"pro","agent":"Yara \"Y\" &amp; co"}'></aanrader-survey>"#,
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        browser.survey().choose(10).await;
        let answer = only_answer(&shop.collector, 10).await;
        assert_eq!(
            (&answer["survey"], &answer["touchpoint"]),
            (&json!("spring-2026"), &json!("after-order"))
        );
        assert_eq!(answer["customer"], "c-7");
        assert_eq!(answer["properties"], json!({ "plan": "pro", "agent": "Yara \"Y\" & co" }));
        assert_eq!(answer["language"], "en");
        browser.assert_quiet().await;
    });
}

fn the_page_hears_what_happens_in_order(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey survey=shop touchpoint=account></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(6).await;
        survey.wait_for_text("[role=status]", "saved").await;
        survey.choose(7).await;
        survey.wait_for_text("[role=status]", "Your 7").await;
        survey.type_into("textarea", "Fine").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let place =
            |name: &str| json!({ "name": name, "detail": { "survey": "shop", "touchpoint": "account" } });
        let scored = |name: &str, score: u8, category: &str| {
            let mut event = place(name);
            event["detail"]["score"] = json!(score);
            event["detail"]["category"] = json!(category);
            event
        };
        let expected = [
            place("show"),
            scored("score", 6, "detractor"),
            scored("score", 7, "passive"),
            scored("answer", 7, "passive"),
        ];
        assert_eq!(browser.events().await, expected);
    });
}

fn two_surveys_on_one_page_do_not_mix(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(
        "<aanrader-survey id=a survey=a></aanrader-survey><aanrader-survey id=b survey=b></aanrader-survey>",
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let (a, b) = (browser.survey_at("#a"), browser.survey_at("#b"));
        a.choose(3).await;
        b.choose(9).await;
        a.wait_for_text("[role=status]", "Your 3 has been saved.").await;
        b.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        let chosen = "root.querySelector('input:checked').value";
        assert_eq!(
            (a.eval(chosen, json!(0)).await, b.eval(chosen, json!(0)).await),
            (json!("3"), json!("9"))
        );
        b.type_into("textarea", "of b").await;
        b.send().await;
        b.wait_for_text("[part~=title]", "Thank you!").await;
        assert!(a.text("[part~=question]").await.starts_with("How likely"), "b's Send has moved a");
        let answers = shop.collector.answers().await;
        let mut told: Vec<_> =
            answers.iter().map(|a| json!([a["survey"], a["score"], a["comment"]])).collect();
        told.sort_by_key(Value::to_string);
        assert_eq!(told, [json!(["a", 3, null]), json!(["b", 9, "of b"])]);
    });
}
