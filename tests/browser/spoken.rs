//! The announcements for a screen reader: each once, and politely.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use serde_json::{Value, json};

use crate::shop::{played_collector, reply};

in_each_engine!(
    a_pop_up_is_announced_once_and_politely,
    a_pop_up_that_was_found_before_is_not_announced,
    every_step_is_said_once,
    another_score_of_the_same_group_announces_nothing_new,
    an_error_is_heard_where_the_focus_goes_and_nowhere_else,
);

/// Records the texts of every live region from the time when a screen reader could know it: a text that a
/// region has at its insertion isn't read out.
const LISTEN: &str = "
    window.spoken = [];
    const attach = Element.prototype.attachShadow, texts = new Map();
    Element.prototype.attachShadow = function (init) {
        const root = attach.call(this, init);
        const listen = (records) => {
            for (const { target } of records) {
                const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
                const region = element?.closest('[role=status], [role=alert], [aria-live]');
                if (!region || texts.get(region) === region.textContent) continue;
                texts.set(region, region.textContent);
                if (region.textContent) spoken.push(region.getAttribute('role') + ' ' + region.textContent);
            }
        };
        const all = { subtree: true, childList: true, characterData: true, attributes: true };
        new MutationObserver(listen).observe(root, all);
        return root;
    };";

const QUESTION: &str = "How likely are you to recommend us to a friend or colleague?";

async fn spoken(browser: &Browser) -> Value {
    browser.execute("return spoken", vec![]).await
}

fn a_pop_up_is_announced_once_and_politely(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey mode=popup></aanrader-survey>").await;
        host.before_each_page(LISTEN);
        browser.goto(&host.url("/")).await;
        browser.wait("spoken.length > 0").await;
        let announced = json!([format!("status A short question: {QUESTION}")]);
        assert_eq!(spoken(browser).await, announced);
        let survey = browser.survey();
        assert_eq!(survey.rects(".heard").await[0].height, 1.0, "it is in the way of those who see");
        // The words disappear again, so that a screen reader's user doesn't find them a second time.
        survey.wait("the words to be gone", "!root.querySelector('.heard').textContent", Value::Null).await;
        assert_eq!(spoken(browser).await, announced);
        assert_eq!(browser.focused().await, "body");
    });
}

fn a_pop_up_that_was_found_before_is_not_announced(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector(
            "<aanrader-survey id=a mode=popup></aanrader-survey>\
             <aanrader-survey id=b mode=popup event=never></aanrader-survey>",
        )
        .await;
        // The focus enters as soon as possible, faster than any customer. The other pop-up, which the page
        // requests at the same time, is announced, so there was time for both.
        host.before_each_page(&format!(
            "{LISTEN} addEventListener('aanrader-show', ({{ target }}) => {{
                if (target.id !== 'a') return;
                target.shadowRoot.querySelector('button').focus();
                document.querySelector('#b').ask();
            }});"
        ));
        browser.goto(&host.url("/")).await;
        browser.wait("spoken.length > 0").await;
        browser
            .survey_at("#b")
            .wait("b's words to be gone", "!root.querySelector('.heard').textContent", Value::Null)
            .await;
        assert_eq!(spoken(browser).await.as_array().map(Vec::len), Some(1));
    });
}

fn every_step_is_said_once(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.before_each_page(LISTEN);
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        survey.find("textarea").await;
        survey.send().await;
        survey.wait_for_text("[role=status]", "Your answer has been sent.").await;
        let steps = [
            "One more question, below the scale: Good to hear! What do you like best about us?",
            "Your 9 has been saved.",
            "Sending…",
            "Your answer has been sent.",
        ];
        assert_eq!(spoken(browser).await, json!(steps.map(|step| format!("status {step}"))));
    });
}

fn another_score_of_the_same_group_announces_nothing_new(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.before_each_page(LISTEN);
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        for score in [9, 10, 7] {
            survey.choose(score).await;
            survey.wait_for_text("[part~=status]", &format!("Your {score} has been saved.")).await;
        }
        let announced = "return spoken.filter((words) => words.includes('One more question')).length";
        assert_eq!(browser.execute(announced, vec![]).await, 2);
        // The words disappear again, because the card shows the question.
        survey.wait("the words to be gone", "!root.querySelector('.heard').textContent", Value::Null).await;
    });
}

fn an_error_is_heard_where_the_focus_goes_and_nowhere_else(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.before_each_page(LISTEN);
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        survey.eval("root.querySelector('input').focus()", Value::Null).await;
        browser.press(Key::Enter).await;
        survey.wait_shown("#error", true).await;
        assert_eq!(survey.focused().await, "input score 0");
        let described = "root.activeElement.getAttribute('aria-describedby')";
        assert_eq!(survey.eval(described, Value::Null).await, "error");
        browser.press(Key::End).await;
        survey.wait_shown("#error", false).await;
        assert_eq!(
            survey.eval("root.querySelectorAll('[aria-describedby~=error]').length", Value::Null).await,
            0
        );
        survey.find("textarea").await;
        survey.eval("root.querySelector('textarea').value = 'x'.repeat(2001)", Value::Null).await;
        survey.send().await;
        survey.wait_shown("#comment-error", true).await;
        assert_eq!(survey.focused().await, "textarea comment");
        assert_eq!(survey.eval(described, Value::Null).await, "comment-error");
        let errors = "spoken.filter((words) => !/^status (Your 10|One more question)/.test(words))";
        assert_eq!(browser.execute(&format!("return {errors}"), vec![]).await, json!([]));
    });
}
