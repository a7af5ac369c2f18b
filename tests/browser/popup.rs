//! The pop-up: a guest in the page's corner.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::json;

use crate::shop::{Shop, played_collector, posted, reply};

in_each_engine!(
    the_pages_focus_and_esc_stay_the_pages,
    esc_inside_closes_it_and_gives_the_focus_back,
    esc_that_the_page_needs_does_not_close_it,
    where_it_stands_in_the_page_is_where_tab_finds_it,
    the_close_button_closes_it_for_good,
    a_score_in_a_pop_up_that_is_closed_is_saved,
    an_element_that_is_gone_before_its_delay_never_asks,
    an_element_that_is_moved_keeps_its_score,
    an_element_that_is_moved_keeps_what_was_typed,
    a_delay_that_makes_no_sense_is_none,
);

/// Counts the Esc keys that reach the page unhandled.
const COUNT_ESCAPES: &str = "
    window.escapes = 0;
    addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) escapes += 1;
    });";

/// A shop's page with a link before and after a pop-up.
const WITH_LINKS: &str = "<p><a id=before href='#x'>Before</a></p>\
    <aanrader-survey mode=popup survey=shop touchpoint=corner></aanrader-survey>\
    <p><a id=after href='#y'>After</a></p>";

async fn focus(browser: &Browser, css: &str) {
    browser.execute("document.querySelector(arguments[0]).focus()", vec![json!(css)]).await;
}

/// The names of the events so far, with their touchpoints.
async fn told(browser: &Browser) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let events = browser.events().await;
    events.iter().map(|e| format!("{} {}", text(&e["name"]), text(&e["detail"]["touchpoint"]))).collect()
}

#[test]
fn after_log_in_the_question_comes_up_by_itself_and_is_answered() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        browser.goto(&format!("{}/demo/en/login.html", collector.url())).await;
        let form = "document.forms[0].checkValidity()";
        assert_eq!(browser.execute(&format!("return {form}"), vec![]).await, true);
        browser.click("form [type=submit]").await;
        until("the page after log-in", async || {
            let url = browser.url().await;
            if url.contains("/welcome.html") { Ok(()) } else { Err(url) }
        })
        .await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        assert_eq!(browser.focused().await, "body", "the pop-up has taken the focus");
        let waited = browser.execute("return performance.now()", vec![]).await;
        assert!(
            waited.as_f64().is_some_and(|millis| millis >= 1_000.0),
            "it came before its delay: {waited}"
        );
        let card = survey.rects("[part~=card]").await[0];
        assert!(card.x + card.width >= 1_200.0 && card.y + card.height >= 800.0, "in no corner: {card:?}");
        survey.choose(10).await;
        survey.type_into("textarea", "Quick").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        // It is in the place of Send, where a second press right after the first one has no effect.
        until("the pop-up to be closed", async || {
            if survey.shows("[part~=done]").await {
                survey.click("[part~=done]").await;
            }
            if survey.shows("[part~=card]").await { Err("it is there") } else { Ok(()) }
        })
        .await;
        browser.assert_quiet().await;
        let answers = collector.answers().await;
        assert_eq!(
            (&answers[0]["touchpoint"], &answers[0]["comment"]),
            (&json!("post-login"), &json!("Quick"))
        );
        assert_eq!(answers.len(), 1);
    });
}

fn the_pages_focus_and_esc_stay_the_pages(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(WITH_LINKS);
    in_browser(&Options::of(engine), async |browser| {
        shop.host.before_each_page(COUNT_ESCAPES);
        shop.host
            .before_each_page("addEventListener('load', () => document.querySelector('#before').focus());");
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        assert_eq!(browser.focused().await, "a#before");
        browser.press(Key::Escape).await;
        assert_eq!(browser.execute("return escapes", vec![]).await, 1, "the page did not hear its Esc");
        assert_eq!(browser.focused().await, "a#before");
        // Other events of the page don't close it, either.
        browser.click("h1").await;
        browser.execute("scrollTo(0, 99); dispatchEvent(new Event('blur'))", vec![]).await;
        browser.press(Key::Escape).await;
        assert!(survey.shows("[part~=scale]").await, "it was closed from outside");
        assert_eq!(told(browser).await, ["show corner"]);
    });
}

fn esc_inside_closes_it_and_gives_the_focus_back(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(WITH_LINKS);
    in_browser(&Options::of(engine), async |browser| {
        shop.host.before_each_page(COUNT_ESCAPES);
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        focus(browser, "#before").await;
        browser.press(Key::Tab).await;
        assert_eq!(browser.focused().await, "aanrader-survey");
        browser.press(Key::Tab).await;
        assert_eq!(survey.focused().await, "input score 0");
        browser.press(Key::Escape).await;
        survey.wait_shown("[part~=card]", false).await;
        assert_eq!(browser.focused().await, "a#before");
        assert_eq!(
            browser.execute("return escapes", vec![]).await,
            0,
            "the page heard an Esc that was not its"
        );
        assert_eq!(told(browser).await, ["show corner", "dismiss corner"]);
        browser.assert_quiet().await;
    });
}

fn esc_that_the_page_needs_does_not_close_it(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(&format!("{WITH_LINKS}<dialog>Sure? <button id=sure>Yes</button></dialog>"));
    // A page that handles every Esc first, as long as `greedy` is true.
    shop.host.before_each_page(
        "window.greedy = true;
         addEventListener('keydown', (e) => greedy && e.key === 'Escape' && e.preventDefault(), true);",
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        focus(browser, "#before").await;
        browser.press(Key::Tab).await;
        assert_eq!(survey.focused().await, "button close");
        browser.press(Key::Escape).await;
        assert_eq!(survey.focused().await, "button close");
        // An Esc for the page's own dialog closes only that dialog.
        browser.execute("window.greedy = false; document.querySelector('dialog').showModal()", vec![]).await;
        assert_eq!(browser.focused().await, "button#sure");
        browser.press(Key::Escape).await;
        browser.wait("!document.querySelector('dialog').open").await;
        // The pop-up is back; the focus is where the browser has put it, because the pop-up doesn't take it.
        survey.wait_shown("[part~=scale]", true).await;
        survey.eval("root.querySelector('[part~=close]').focus()", json!(null)).await;
        browser.press(Key::Escape).await;
        survey.wait_shown("[part~=card]", false).await;
    });
}

fn where_it_stands_in_the_page_is_where_tab_finds_it(engine: Engine) {
    let shop = Shop::open();
    // It is first in the page, so the first Tab reaches it, wherever it is on the screen.
    let url =
        shop.page("<aanrader-survey mode=popup></aanrader-survey><p><a id=first href='#x'>First</a></p>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        let mut met = Vec::new();
        for _ in 0..5 {
            browser.press(Key::Tab).await;
            met.push(format!("{} {}", browser.focused().await, survey.focused().await));
        }
        let survey = ["button close", "input score 0", "button later", "button never"];
        let survey = survey.map(|stop| format!("aanrader-survey {stop}"));
        assert_eq!(met, [&survey[..], &["a#first ".to_owned()]].concat());
    });
}

fn the_close_button_closes_it_for_good(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(WITH_LINKS);
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        focus(browser, "#after").await;
        survey.click("[part~=close]").await;
        survey.wait_shown("[part~=card]", false).await;
        assert_eq!(browser.focused().await, "a#after");
        // The page can't bring it back by any change of the element.
        browser
            .execute(
                "const survey = document.querySelector('aanrader-survey');
                 survey.setAttribute('brand', 'Another');
                 document.body.append(survey);",
                vec![],
            )
            .await;
        assert!(!survey.shows("[part~=card]").await);
        assert_eq!(told(browser).await, ["show corner", "dismiss corner"]);
    });
}

fn a_score_in_a_pop_up_that_is_closed_is_saved(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey mode=popup></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.wait_shown("[part~=scale]", true).await;
        survey.click("input[value='0']").await;
        browser.press(Key::Right).await;
        browser.press(Key::Escape).await;
        until("1, which was chosen last", async || {
            let posted = posted(&host);
            if posted.iter().any(|answer| answer["score"] == 1) { Ok(()) } else { Err(format!("{posted:?}")) }
        })
        .await;
    });
}

fn an_element_that_is_gone_before_its_delay_never_asks(engine: Engine) {
    let shop = Shop::open();
    let popup = |id: &str, delay: u8| {
        format!("<aanrader-survey id={id} mode=popup delay={delay} touchpoint={id}></aanrader-survey>")
    };
    // One is removed before the module is loaded, one after. A removed pop-up makes room for the next.
    let url = shop.page(&[popup("early", 1), popup("first", 1), popup("late", 2), popup("last", 3)].concat());
    in_browser(&Options::of(engine), async |browser| {
        shop.host.before_each_page(
            "addEventListener('DOMContentLoaded', () => document.querySelector('#early').remove());
             addEventListener('aanrader-show', () => {
                 document.querySelector('#late')?.remove();
                 document.querySelector('#first')?.close();
             });",
        );
        browser.goto(&url).await;
        browser.wait("witness.events.some((event) => event.detail.touchpoint === 'last')").await;
        assert_eq!(told(browser).await, ["show first", "show last"]);
    });
}

/// Takes the survey out of the page, and inserts it elsewhere.
const MOVE: &str = "const survey = document.querySelector('aanrader-survey');
    survey.remove();
    return new Promise((resolve) => requestAnimationFrame(() => {
        document.querySelector('main').prepend(survey);
        resolve();
    }));";

/// The address of a page with a survey of this mode.
fn moving(shop: &Shop, mode: &str) -> String {
    shop.page(&format!("<aanrader-survey mode={mode} touchpoint={mode}></aanrader-survey>"))
}

fn an_element_that_is_moved_keeps_its_score(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        for mode in ["inline", "popup"] {
            browser.goto(&moving(&shop, mode)).await;
            let survey = browser.survey();
            survey.choose(6).await;
            survey.wait_for_text("[role=status]", "Your 6 has been saved.").await;
            browser.execute(MOVE, vec![]).await;
            survey.wait_shown("[part~=scale]", true).await;
            assert_eq!(
                survey.eval("root.querySelector('input:checked')?.value", json!(0)).await,
                "6",
                "{mode}"
            );
            assert_eq!(survey.text("[part~=status]").await, "Your 6 has been saved.");
            assert_eq!(told(browser).await, [format!("show {mode}"), format!("score {mode}")]);
        }
    });
}

fn an_element_that_is_moved_keeps_what_was_typed(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        for mode in ["inline", "popup"] {
            browser.goto(&moving(&shop, mode)).await;
            let survey = browser.survey();
            survey.choose(6).await;
            survey.type_into("textarea", "Half a sent").await;
            survey.click("[part~=check]").await;
            survey.type_into("[part~=how]", "06-1").await;
            browser.execute(MOVE, vec![]).await;
            survey.wait_shown("textarea", true).await;
            survey.type_into("textarea", "ence").await;
            assert!(survey.shows("[part~=how]").await);
            survey.send().await;
            survey.wait_for_text("[part~=title]", "Thank you!").await;
            let answer = &shop.collector.answers().await[0];
            assert_eq!(
                (&answer["touchpoint"], &answer["comment"]),
                (&json!(mode), &json!("Half a sentence"))
            );
            assert_eq!(answer["contact"]["how"], "06-1");
        }
    });
}

fn a_delay_that_makes_no_sense_is_none(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        for delay in ["soon", "-1", "1e9", "86401"] {
            let popup = format!("<aanrader-survey mode=popup touchpoint=d delay={delay}></aanrader-survey>");
            browser.goto(&shop.page(&popup)).await;
            browser.wait("witness.events.length === 1").await;
            assert_eq!(told(browser).await, ["show d"]);
        }
    });
}
