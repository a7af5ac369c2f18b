//! Tests the entire question by keyboard alone.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use serde_json::json;

use crate::shop::{Shop, played_collector, posted, reply};
use crate::triggers::{CLOCK, step};

in_each_engine!(
    an_answer_by_keyboard_alone_reaches_the_owner,
    enter_on_the_scale_brings_the_follow_up_and_never_sends,
    tab_passes_through_the_survey_and_on,
    arrowing_through_the_scale_sends_only_where_it_rests,
    home_and_end_choose_the_ends_of_the_scale_and_the_page_does_not_scroll,
    the_arrows_follow_the_direction_of_the_scale,
    a_customer_who_is_typing_elsewhere_is_left_alone,
);

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

/// Asserts which element of the survey has the focus; the page's body never has it.
async fn assert_focus(browser: &Browser, wanted: &str) {
    assert_eq!(browser.focused().await, "aanrader-survey");
    assert_eq!(browser.survey().focused().await, wanted);
}

fn an_answer_by_keyboard_alone_reaches_the_owner(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Space).await;
        assert_focus(browser, "input score 0").await;
        // At once, so that no pause of this test counts as the customer's rest.
        browser.type_text(&String::from(char::from(Key::Right)).repeat(8)).await;
        assert_focus(browser, "input score 8").await;
        survey.wait_for_text("[role=status]", "Your 8 has been saved.").await;
        let scores = browser.events().await.into_iter().filter(|event| event["name"] == "score");
        assert_eq!(scores.map(|event| event["detail"]["score"].clone()).collect::<Vec<_>>(), [8]);
        assert_focus(browser, "input score 8").await;

        // The new part comes next.
        survey.wait_for_text("[part~=follow-up]", "What would make it a 9 or a 10?").await;
        browser.press(Key::Tab).await;
        assert_focus(browser, "textarea comment").await;
        browser.type_text("Seeds in tins").await;
        tab_to(browser, "input contact").await;
        browser.press(Key::Space).await;
        tab_to(browser, "input how").await;
        browser.type_text("sanne@post.example").await;
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

fn enter_on_the_scale_brings_the_follow_up_and_never_sends(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        // So that a score rests only when this test wants it.
        host.before_each_page(CLOCK);
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Space).await;
        assert!(!survey.shows("textarea").await, "it comes before the choice has rested");
        for _ in 0..3 {
            browser.press(Key::Enter).await;
        }
        survey.wait_for_text("[part~=follow-up]", "We are sorry").await;
        survey.wait_for_text("[role=status]", "Your 0 has been saved.").await;
        assert_focus(browser, "input score 0").await;
        let posted = posted(&host);
        assert!(posted.iter().all(|answer| answer["complete"] == false), "{posted:#?}");
    });
}

fn tab_passes_through_the_survey_and_on(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        browser.survey().find("[part~=cell]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Tab).await;
        assert_eq!(browser.survey().focused().await, "", "Tab is kept in the survey");
        browser.press_with(Key::Shift, Key::Tab).await;
        // Backwards, WebKit reaches the end of a group without a choice.
        let back = if engine == Engine::WebKit { "input score 10" } else { "input score 0" };
        assert_focus(browser, back).await;
        browser.press(Key::Space).await;
        browser.survey().find("textarea").await;
        for stop in ["textarea comment", "input contact", "button send"] {
            browser.press(Key::Tab).await;
            assert_focus(browser, stop).await;
        }
        browser.press(Key::Tab).await;
        assert_eq!(browser.survey().focused().await, "", "Tab is kept in the survey");
    });
}

fn arrowing_through_the_scale_sends_only_where_it_rests(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        // So that a slow machine doesn't count as the customer's rest.
        host.before_each_page(CLOCK);
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Space).await;
        browser.type_text(&String::from(char::from(Key::Right)).repeat(10)).await;
        browser.type_text(&String::from(char::from(Key::Left)).repeat(4)).await;
        step(browser, 5_000).await;
        survey.wait_for_text("[role=status]", "Your 6 has been saved.").await;
        let posted = posted(&host);
        assert_eq!(posted.len(), 1, "{posted:#?}");
        assert_eq!((&posted[0]["score"], &posted[0]["complete"]), (&json!(6), &json!(false)));
    });
}

/// A page higher than the window, with the survey in its middle, less than a screen away.
fn tall(survey: &str) -> String {
    let filling = |lines| "<p>Seeds</p>".repeat(lines);
    format!("{}{survey}{}", filling(30), filling(60))
}

fn home_and_end_choose_the_ends_of_the_scale_and_the_page_does_not_scroll(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector(&tall("<aanrader-survey></aanrader-survey>")).await;
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        tab_to(browser, "input score 0").await;
        let scrolled = async || browser.execute("return scrollY", vec![]).await;
        let at = scrolled().await;
        assert_ne!(at, 0);
        let chosen = "root.querySelector('input:checked')?.value ?? ''";
        let seen = "root.activeElement.matches(':focus-visible')";
        for (key, focus) in
            [(Key::End, "input score 10"), (Key::Left, "input score 9"), (Key::Home, "input score 0")]
        {
            browser.press(key).await;
            assert_focus(browser, focus).await;
            assert_eq!(survey.eval(seen, json!(0)).await, true, "the focus is not seen: {focus}");
            assert!(
                focus.ends_with(survey.eval(chosen, json!(0)).await.as_str().unwrap_or("none")),
                "{focus}"
            );
        }
        assert_eq!(scrolled().await, at);
        survey.wait_for_text("[role=status]", "Your 0 has been saved.").await;
        let last = posted(&host).pop().unwrap_or_default();
        assert_eq!((&last["score"], &last["complete"]), (&json!(0), &json!(false)));
        // With another key held, End belongs to the page.
        browser.press_with(Key::Control, Key::End).await;
        assert_focus(browser, "input score 0").await;
    });
}

fn the_arrows_follow_the_direction_of_the_scale(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey lang=ar></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        browser.survey().find("[part~=cell]").await;
        tab_to(browser, "input score 0").await;
        browser.press(Key::Space).await;
        // 1 is to the left of 0.
        for (key, focus) in [
            (Key::Left, "input score 1"),
            (Key::Left, "input score 2"),
            (Key::Right, "input score 1"),
            (Key::End, "input score 10"),
            (Key::Home, "input score 0"),
        ] {
            browser.press(key).await;
            assert_focus(browser, focus).await;
        }
    });
}

/// The customer's place in the page: the focus, the caret and the scroll position.
const PLACE: &str = "const e = document.activeElement; return [e.id, e.value, e.selectionStart, scrollY]";

fn a_customer_who_is_typing_elsewhere_is_left_alone(engine: Engine) {
    let shop = Shop::open();
    // The page inserts the surveys while the customer is typing.
    let url = shop.page(&tall("<p><label>Search <input id=search value=seds></label></p>"));
    shop.host.before_each_page(
        "window.taken = []; addEventListener('keydown', (e) => e.defaultPrevented && taken.push(e.key));",
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let search = browser.find("#search").await;
        search.click().await.expect("it can be clicked");
        browser.execute("document.activeElement.setSelectionRange(2, 2)", vec![]).await;
        let before = browser.execute(PLACE, vec![]).await;
        browser
            .execute(
                "for (const mode of ['inline', 'popup']) {
                    const survey = document.createElement('aanrader-survey');
                    survey.setAttribute('mode', mode);
                    survey.setAttribute('survey', mode);
                    document.querySelector('#search').closest('p').after(survey);
                }",
                vec![],
            )
            .await;
        for mode in ["aanrader-survey:not([mode=popup])", "[mode=popup]"] {
            browser.survey_at(mode).wait_shown("[part~=scale]", true).await;
        }
        // A change of attributes redraws the question.
        browser
            .execute(
                "for (const s of document.querySelectorAll('aanrader-survey')) s.setAttribute('brand', 'Us')",
                vec![],
            )
            .await;
        assert_eq!(browser.execute(PLACE, vec![]).await, before);
        browser.type_text("e").await;
        let after = browser.execute(PLACE, vec![]).await;
        assert_eq!((&after[1], &after[2], &after[3]), (&json!("seeds"), &json!(3), &before[3]));
        for key in [Key::Home, Key::End, Key::Left, Key::Escape, Key::Enter] {
            browser.press(key).await;
        }
        assert_eq!(browser.focused().await, "input#search");
        assert_eq!(browser.execute("return taken", vec![]).await, json!([]));
        browser.assert_quiet().await;
    });
}
