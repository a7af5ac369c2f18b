//! The npm package in small real apps: installed from its tarball, built by the framework's own tools, and
//! used in a browser.

mod app;
mod package;
mod reload;

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::survey::Survey;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use app::App;

#[test]
fn webpack_answers_count_once_whatever_the_page_does_meanwhile() {
    a_shop_gets_its_answers(&App::of_files("webpack", "dist"));
}

#[test]
fn vite_react_answers_count_once_whatever_the_page_does_meanwhile() {
    a_shop_gets_its_answers(&App::of_files("vite-react", "dist"));
}

#[test]
fn vite_vue_answers_count_once_whatever_the_page_does_meanwhile() {
    a_shop_gets_its_answers(&App::of_files("vite-vue", "dist"));
}

#[test]
fn vite_svelte_answers_count_once_whatever_the_page_does_meanwhile() {
    a_shop_gets_its_answers(&App::of_files("vite-svelte", "dist"));
}

#[test]
fn angular_answers_count_once_whatever_the_page_does_meanwhile() {
    a_shop_gets_its_answers(&App::of_files("angular", "dist"));
}

#[test]
fn next_answers_count_once_whatever_the_page_does_meanwhile() {
    let app =
        App::served("next", &["node_modules/next/dist/bin/next", "start", "-p", "0", "-H", "127.0.0.1"]);
    a_shop_gets_its_answers(&app);
}

#[tokio::test]
async fn next_renders_the_tag_on_the_server() {
    let app =
        App::served("next", &["node_modules/next/dist/bin/next", "start", "-p", "0", "-H", "127.0.0.1"]);
    let page = app.page().await;
    let tag = page.split_once("<aanrader-survey ").expect("the tag").1.split('>').next().unwrap_or_default();
    for attribute in ["survey=\"first\"", "brand=\"Moes\"", "follow-up=\"Why?\""] {
        assert!(tag.contains(attribute), "{tag}");
    }
}

#[test]
fn vite_react_asks_in_a_pop_up_when_its_script_says_so() {
    let app = App::of_files("vite-react", "dist");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&app.url()).await;
        browser.click("#ask").await;
        let popup = browser.survey_at("[survey=third]");
        popup.choose(8).await;
        popup.wait_for_text("[part~=follow-up]", "Why?").await;
        popup.send().await;
        popup.wait_for_text("[part~=title]", "Thank you!").await;
        let answers = app.collector.answers().await;
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert_eq!(answers[0]["survey"], "third");
        browser.assert_quiet().await;
    });
}

#[test]
fn vite_react_surveys_without_a_collector_say_so_once_and_leave_the_page_alone() {
    let app = App::of_files("vite-react", "dist");
    in_browser(&Options::default(), async |browser| {
        let count = "addEventListener('aanrader-error', () => (window.errors = (window.errors ?? 0) + 1))";
        browser.before_each_page(count).await;
        browser.goto(&app.url_without_collector()).await;
        browser.wait("window.errors === 2").await;
        browser.click("#rerender").await;
        let console = browser.console().await;
        let said = console.iter().filter(|line| line.contains("nobody has said configure("));
        assert_eq!(said.count(), 1, "{console:#?}");
    });
}

/// Every app is the same page: two surveys, of which the first is re-rendered, moved and removed.
fn a_shop_gets_its_answers(app: &App) {
    in_browser(&Options::default(), async |browser| {
        browser.goto(&app.url()).await;
        let (first, second) = (browser.survey_at("#first"), browser.survey_at("#second"));
        first.wait_for_text("[part~=question]", "recommend Moes to").await;
        second.wait_for_text("[part~=question]", "recommend us to").await;
        browser.click("#rerender").await;
        first.wait_for_text("[part~=question]", "recommend Mei to").await;
        moved_while_it_is_answered(browser, &first).await;
        what_was_typed_is_stored(app).await;
        taken_away_while_it_is_sent(browser, &first).await;
        second.choose(7).await;
        second.find("textarea").await;
        second.send().await;
        second.wait_for_text("[part~=title]", "Thank you!").await;
        // A server-rendered element may be shown before the framework listens.
        let shown = if app.is_rendered_on_a_server { [].as_slice() } else { &["show first", "show second"] };
        for event in shown.iter().chain(&["score first 9", "answer first 9", "answer second 7"]) {
            browser.wait_for_text("#heard", event).await;
        }
        each_answer_is_stored_once(browser, app).await;
        browser.assert_quiet().await;
    });
}

async fn moved_while_it_is_answered(browser: &Browser, first: &Survey<'_>) {
    first.choose(9).await;
    first.wait_for_text("[role=status]", "Your 9 has been saved.").await;
    let order = "[...document.querySelectorAll('aanrader-survey')].map((survey) => survey.id).join()";
    browser.wait(&format!("{order} == 'first,second'")).await;
    browser.click("#swap").await;
    browser.wait(&format!("{order} == 'second,first'")).await;
    assert_eq!(first.eval("root.querySelector(':checked').value", Value::Null).await, "9");
    first.wait_for_text("[part~=follow-up]", "Why?").await;
    first.type_into("textarea", "Good bread").await;
    browser.click("#swap").await;
    browser.wait(&format!("{order} == 'first,second'")).await;
    first.send().await;
    first.wait_for_text("[part~=title]", "Thank you!").await;
}

async fn what_was_typed_is_stored(app: &App) {
    let answer = until("the comment", async || {
        let answers = app.collector.answers().await;
        answers.into_iter().find(|answer| answer["comment"] == "Good bread").ok_or("it is not there")
    })
    .await;
    assert_eq!((&answer["score"], &answer["survey"]), (&json!(9), &json!("first")));
    assert_eq!(answer["properties"], json!({ "plan": "pro" }));
}

/// It comes back with thanks, and the change revises the same answer.
async fn taken_away_while_it_is_sent(browser: &Browser, first: &Survey<'_>) {
    browser.click("#toggle").await;
    browser.wait("!document.querySelector('#first')").await;
    browser.click("#toggle").await;
    first.wait_for_text("[part~=title]", "Thank you!").await;
    first.click("[part~=done]").await;
    first.wait_shown("[part~=scale]", true).await;
    assert!(!first.shows("textarea").await);
    let choose = "[root.querySelectorAll('input')[3]].map((cell) => {
        cell.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
        cell.click();
        document.querySelector('#toggle').click();
    }).length";
    first.eval(choose, Value::Null).await;
    browser.wait("!document.querySelector('#first')").await;
}

async fn each_answer_is_stored_once(browser: &Browser, app: &App) {
    browser.wait("!Object.keys(localStorage).some((key) => key.startsWith('aanrader-answer-'))").await;
    let mut answers = app.collector.answers().await;
    answers.sort_by_key(|answer| answer["score"].as_u64());
    let said = |name: &str| answers.iter().map(|answer| answer[name].clone()).collect::<Vec<_>>();
    assert_eq!(said("score"), [3, 7], "{answers:#?}");
    assert_eq!(said("survey"), ["first", "second"]);
}
