//! The customer reads the shop's own words, in the customer's language.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use aanrader_tests::survey::Survey;

use crate::shop::Shop;

in_each_engine!(
    the_shops_own_questions_are_asked,
    each_group_has_a_follow_up_of_its_own,
    a_new_wording_has_an_id_of_its_own,
    a_second_question_is_for_the_customers_whose_hash_says_so,
    the_nearest_language_is_spoken,
    a_language_without_texts_is_answered_in_english_and_the_console_says_so_once,
    wrong_attributes_are_named_once_and_the_page_works,
);

const HOW_LIKELY: &str = "How likely are you to recommend us to a friend or colleague?";
const HOE_WAARSCHIJNLIJK: &str = "Hoe waarschijnlijk is het dat u ons aanbeveelt";

/// The follow-up question that a score leads to.
async fn follow_up(survey: &Survey<'_>, score: u8) -> String {
    survey.choose(score).await;
    survey.find("textarea").await;
    survey.text("[part~=follow-up]").await
}

fn the_shops_own_questions_are_asked(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(
        "<aanrader-survey brand='Moes &amp; &lt;b&gt;Mei&lt;/b&gt;' question='Would you send your aunt to {brand}?' \
         follow-up='Tell us more about {brand}' follow-up-detractor='What hurt?'></aanrader-survey>",
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_for_text("[part~=question]", "Would you send your aunt to Moes & <b>Mei</b>?").await;
        assert_eq!(follow_up(&survey, 9).await, "Tell us more about Moes & <b>Mei</b>");
        assert_eq!(follow_up(&survey, 7).await, "Tell us more about Moes & <b>Mei</b>");
        assert_eq!(follow_up(&survey, 6).await, "What hurt?");
        browser.assert_quiet().await;
    });
}

fn each_group_has_a_follow_up_of_its_own(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_for_text("[part~=question]", HOW_LIKELY).await;
        for (scores, words) in [([0, 6], "We are sorry"), ([7, 8], "9 or a 10"), ([9, 10], "Good to hear!")] {
            for score in scores {
                let question = follow_up(&survey, score).await;
                assert!(question.contains(words), "{score}: {question}");
            }
        }
    });
}

fn a_new_wording_has_an_id_of_its_own(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(
        "<aanrader-survey id=ours></aanrader-survey><aanrader-survey id=own question='Well?'></aanrader-survey>\
         <aanrader-survey id=nl lang=nl></aanrader-survey><aanrader-survey id=again></aanrader-survey>",
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        for (id, score) in [("ours", 0), ("own", 1), ("nl", 2), ("again", 3)] {
            let survey = browser.survey_at(&format!("#{id}"));
            survey.choose(score).await;
            survey.wait_for_text("[role=status]", &score.to_string()).await;
        }
        let mut answers = shop.collector.answers().await;
        answers.sort_by_key(|answer| answer["score"].as_u64());
        let wording: Vec<_> =
            answers.iter().map(|answer| answer["wording"].as_str().unwrap_or_default()).collect();
        assert_eq!(wording[0], wording[3]);
        assert!(
            !wording[0].is_empty() && wording[0] != wording[1] && wording[0] != wording[2],
            "{wording:?}"
        );
    });
}

fn a_second_question_is_for_the_customers_whose_hash_says_so(engine: Engine) {
    let shop = Shop::open();
    let survey = |id: &str, customer: &str| {
        format!(
            "<aanrader-survey id={id} {customer} question='Really?' question-b='Why us?'></aanrader-survey>"
        )
    };
    let all = [("one", "customer=c-1"), ("two", "customer=c-2"), ("three", "customer=c-3"), ("none", "")];
    let page: String = all.iter().map(|(id, customer)| survey(id, customer)).collect();
    let url = shop.page(&page);
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        for (id, customer) in all {
            let customer = customer.trim_start_matches("customer=");
            let second = !customer.is_empty() && aanrader_survey::in_sample("Why us?", customer, 5_000);
            let survey = browser.survey_at(&format!("#{id}"));
            let question = if second { "Why us?" } else { "Really?" };
            survey.wait_for_text("[part~=question]", question).await;
            survey.choose(u8::from(second)).await;
            survey.wait_for_text("[role=status]", &u8::from(second).to_string()).await;
        }
        let answers = shop.collector.answers().await;
        let of = |score: u64| {
            let of_score = answers.iter().filter(|answer| answer["score"].as_u64() == Some(score));
            of_score.map(|answer| answer["wording"].as_str().unwrap_or_default()).collect::<Vec<_>>()
        };
        let (first, second) = (of(0), of(1));
        assert!(!first.is_empty() && !second.is_empty(), "both were read: {answers:?}");
        assert!(first.iter().all(|id| *id == first[0]) && second.iter().all(|id| *id == second[0]));
        assert_ne!(first[0], second[0], "each has an id of its own");
    });
}

fn the_nearest_language_is_spoken(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(
        "<div lang=nl><aanrader-survey id=around></aanrader-survey></div>\
         <aanrader-survey id=own lang=nl-BE></aanrader-survey>\
         <aanrader-survey id=page></aanrader-survey>\
         <aanrader-survey id=unknown lang=tlh></aanrader-survey>",
    );
    let options = Options { language: "nl", ..Options::of(engine) };
    in_browser(&options, async |browser| {
        browser.goto(&url).await;
        // The page is English, the browser Dutch.
        for (id, question) in [
            ("around", HOE_WAARSCHIJNLIJK),
            ("own", HOE_WAARSCHIJNLIJK),
            ("page", HOW_LIKELY),
            // This browser can't be set to Dutch.
            ("unknown", if engine == Engine::WebKit { HOW_LIKELY } else { HOE_WAARSCHIJNLIJK }),
        ] {
            browser.survey_at(&format!("#{id}")).wait_for_text("[part~=question]", question).await;
        }
        let survey = browser.survey_at("#own");
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Uw 9 is opgeslagen.").await;
        assert_eq!(survey.eval("root.querySelector('[part~=card]').lang", serde_json::json!(0)).await, "nl");
        assert_eq!(shop.collector.answers().await[0]["language"], "nl");
    });
}

fn wrong_attributes_are_named_once_and_the_page_works(engine: Engine) {
    let shop = Shop::open();
    let wrong = format!(
        "survey='My Shop!' touchpoint='{}' mode=modal save=maybe customer='{}' properties='[1]'",
        "t".repeat(65),
        "c".repeat(129)
    );
    let url = shop.page(&format!(
        "<aanrader-survey id=a {wrong}></aanrader-survey><aanrader-survey id=b {wrong}></aanrader-survey>"
    ));
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        for id in ["#a", "#b"] {
            browser.survey_at(id).choose(9).await;
            browser.survey_at(id).wait_for_text("[role=status]", "Your 9 has been saved.").await;
        }
        let console = browser.console().await;
        for name in ["survey", "touchpoint", "mode", "save", "customer", "properties"] {
            let named = console.iter().filter(|line| line.contains(&format!("the attribute {name} takes")));
            assert_eq!(named.count(), 1, "{name}: {console:#?}");
        }
        assert_eq!(console.len(), 6, "{console:#?}");
        for answer in shop.collector.answers().await {
            assert_eq!((&answer["survey"], &answer["touchpoint"]), (&"default".into(), &"default".into()));
            assert!(answer["customer"].is_null(), "{answer}");
        }
    });
}

fn a_language_without_texts_is_answered_in_english_and_the_console_says_so_once(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(
        "<div lang=tlh><aanrader-survey id=a></aanrader-survey><aanrader-survey id=b></aanrader-survey></div>",
    );
    shop.host
        .before_each_page("Object.defineProperty(navigator, 'languages', { get: () => ['tlh-AQ', 'eo'] });");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        for id in ["#a", "#b"] {
            browser.survey_at(id).wait_for_text("[part~=question]", HOW_LIKELY).await;
        }
        let console = browser.console().await;
        assert_eq!(console.len(), 1, "{console:?}");
        assert!(console[0].contains("in English, for want of tlh,tlh-AQ,eo"), "{console:?}");
        browser.assert_quiet().await;
    });
}
