//! An inline survey that this customer has already answered says thank you, and offers to change the answer.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use crate::shop::Shop;

in_each_engine!(
    a_survey_in_the_page_says_thank_you_for_what_a_pop_up_was_told_and_changes_that_answer,
    with_consent_the_next_page_says_thank_you_and_changes_the_answer,
);

#[test]
fn another_customer_is_asked_and_never_thanked_for_somebody_elses_answer() {
    let shop = Shop::open();
    let tag = |customer: &str| {
        format!("<aanrader-survey survey=shop customer={customer} consent></aanrader-survey>")
    };
    in_browser(&Options::default(), async |browser| {
        browser.goto(&shop.page(&tag("c-1"))).await;
        answer(browser, 3).await;
        stored(&shop, &[("c-1", 3)]).await;
        browser.goto(&shop.page(&tag("c-2"))).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        // The page gives the same element to another customer while it says thank you.
        browser.goto(&shop.page(&tag("c-1"))).await;
        browser.survey().wait_for_text("[part~=title]", "Thank you!").await;
        browser.survey().eval("host.setAttribute('customer', 'c-3')", Value::Null).await;
        answer(browser, 8).await;
        stored(&shop, &[("c-1", 3), ("c-3", 8)]).await;
    });
}

/// Chooses a score, sends it, and waits for the thanks.
async fn answer(browser: &Browser, score: u8) {
    let survey = browser.survey();
    survey.choose(score).await;
    survey.send().await;
    survey.wait_for_text("[part~=title]", "Thank you!").await;
}

/// Waits until the collector has exactly these customers' scores.
async fn stored(shop: &Shop, expected: &[(&str, u8)]) {
    until("the answers", async || {
        let answers = shop.collector.answers().await;
        let mut all: Vec<_> =
            answers.iter().map(|it| (it["customer"].as_str(), it["score"].as_u64())).collect();
        all.sort_unstable();
        let wanted: Vec<_> =
            expected.iter().map(|(who, score)| (Some(*who), Some(u64::from(*score)))).collect();
        if all == wanted { Ok(()) } else { Err(format!("{all:?}")) }
    })
    .await;
}

fn a_survey_in_the_page_says_thank_you_for_what_a_pop_up_was_told_and_changes_that_answer(engine: Engine) {
    let shop = Shop::open();
    let url = shop
        .page("<aanrader-survey mode=popup survey=shop customer=c-1></aanrader-survey><div id=here></div>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        answer(browser, 3).await;
        browser.survey().click("[part~=done]").await;
        let add = "const it = document.createElement('aanrader-survey'); it.setAttribute('survey', 'shop'); \
            it.setAttribute('customer', 'c-1'); it.id = 'inline'; document.querySelector('#here').append(it)";
        browser.execute(add, vec![]).await;
        let survey = browser.survey_at("#inline");
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        survey.wait_for_text("[part~=done]", "Change my score").await;
        let shown = browser.events().await.iter().filter(|event| event["name"] == "show").count();
        assert_eq!(shown, 1, "the thanks count as a question");
        // It also speaks the page's language.
        browser.execute("document.documentElement.lang = 'nl'", vec![]).await;
        survey.wait_for_text("[part~=title]", "Dank u wel!").await;
        survey.click("[part~=done]").await;
        survey.wait_shown("[part~=scale]", true).await;
        assert_eq!(survey.focused().await, "input score 0");
        survey.choose(9).await;
        stored(&shop, &[("c-1", 9)]).await;
        browser.assert_quiet().await;
    });
}

fn with_consent_the_next_page_says_thank_you_and_changes_the_answer(engine: Engine) {
    let shop = Shop::open();
    let with = "<aanrader-survey survey=shop customer='c 1' consent></aanrader-survey>";
    let without = with.replace(" consent", "");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&shop.page(with)).await;
        browser.survey().choose(3).await;
        browser.survey().type_into("textarea", "It was slow").await;
        browser.survey().click("input[name=contact]").await;
        browser.survey().send().await;
        browser.survey().wait_for_text("[part~=title]", "Thank you!").await;
        stored(&shop, &[("c 1", 3)]).await;
        for score in [5, 9] {
            browser.goto(&shop.page(with)).await;
            let survey = browser.survey();
            survey.wait_for_text("[part~=title]", "Thank you!").await;
            survey.click("[part~=done]").await;
            answer(browser, score).await;
            stored(&shop, &[("c 1", score)]).await;
            // The customer no longer sees comment and consent, and takes neither back.
            let kept = &shop.collector.answers().await[0];
            assert_eq!(
                (&kept["comment"], &kept["contact"]["allowed"]),
                (&json!("It was slow"), &json!(true))
            );
        }
        // Without consent, earlier pages are unknown.
        browser.goto(&shop.page(&without)).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        browser.execute("localStorage.clear()", vec![json!(null)]).await;
    });
}
