//! When a survey asks: one trigger after the other, with a clock that the test moves.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use serde_json::json;

use crate::shop::Shop;

in_each_engine!(
    the_survey_comes_when_everything_has_happened_and_the_delay_is_over,
    the_survey_follows_a_single_page_app
);

/// A clock that only the test moves.
pub(crate) const CLOCK: &str = include_str!("clock.js");

/// The milliseconds of a day.
pub(crate) const DAY: u64 = 86_400_000;

/// Advances the clock by this much.
pub(crate) async fn step(browser: &Browser, millis: u64) {
    browser.wait("!!window.clock && !!customElements.get('aanrader-survey')").await;
    browser.execute("clock.begin(arguments[0])", vec![json!(millis)]).await;
    browser.wait("clock.idle").await;
}

/// Whether the page has fetched any file of the question.
pub(crate) async fn has_loaded(browser: &Browser) -> bool {
    let loaded = "return clock.fetched.some((url) => url.endsWith('.wasm'))";
    browser.execute(loaded, vec![]).await == true
}

/// Waits for the loader and targeting, lets everything happen that is due, and returns whether the survey is
/// going to ask.
pub(crate) async fn comes(browser: &Browser) -> bool {
    browser
        .wait("performance.getEntriesByType('resource').some((it) => it.name.endsWith('/targeting.js'))")
        .await;
    step(browser, 1).await;
    has_loaded(browser).await
}

fn the_survey_comes_when_everything_has_happened_and_the_delay_is_over(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let url = shop.page(&format!(
        "{}<aanrader-survey mode=popup scroll=50 exit event=ready seen=#late delay=10></aanrader-survey>",
        "<p>Much to read</p>".repeat(100)
    ));
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        assert!(!comes(browser).await);
        for trigger in [
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: 300 }))",
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: -1 }))",
            "aanrader.q.push(['event', 'ready'])",
            "const late = document.createElement('p'); late.id = 'late'; late.textContent = 'Delivered'; \
             document.querySelector('h1').after(late)",
        ] {
            browser.execute(trigger, vec![]).await;
            step(browser, DAY).await;
            assert!(!has_loaded(browser).await, "after {trigger}");
        }
        let scroll = "return new Promise((done) => { addEventListener('scroll', () => done(), { once: true }); \
            scrollTo(0, document.documentElement.scrollHeight * arguments[0]); }).then(() => clock.settle())";
        browser.execute(scroll, vec![json!(0.2)]).await;
        step(browser, DAY).await;
        assert!(!has_loaded(browser).await, "after a fifth of the page");
        browser.execute(scroll, vec![json!(0.6)]).await;
        step(browser, 8_900).await;
        assert!(!has_loaded(browser).await, "long before its time");
        step(browser, 200).await;
        browser.wait("clock.fetched.some((url) => url.endsWith('.json'))").await;
        assert!(!survey.shows("[part~=card]").await, "before its time");
        step(browser, 1_000).await;
        survey.wait_shown("[part~=scale]", true).await;
        browser.assert_quiet().await;
    });
}

fn the_survey_follows_a_single_page_app(engine: Engine) {
    follow_a_single_page_app(&Options::of(engine), "");
}

#[test]
fn without_the_navigation_api_the_survey_follows_what_the_page_shows() {
    let missing = "Object.defineProperty(window, 'navigation', { value: undefined })";
    follow_a_single_page_app(&Options::default(), missing);
}

fn follow_a_single_page_app(options: &Options, before: &str) {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    shop.host.before_each_page(before);
    let url = shop
        .page("<p id=view>Home</p><aanrader-survey mode=popup url='/account/*' delay=5></aanrader-survey>");
    // As a router does: a new address, then its content.
    let go = async |browser: &Browser, path: &str| {
        let go = "history.pushState({}, '', arguments[0]); \
            document.querySelector('#view').textContent = arguments[0]; return clock.settle()";
        browser.execute(go, vec![json!(path)]).await;
    };
    in_browser(options, async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        assert!(!comes(browser).await);
        step(browser, DAY).await;
        assert!(!has_loaded(browser).await, "it came where it does not belong");
        go(browser, "/account/orders?page=2").await;
        step(browser, 3_000).await;
        go(browser, "/").await;
        step(browser, DAY).await;
        assert!(!has_loaded(browser).await, "it was not called off");
        go(browser, "/account/orders").await;
        step(browser, 4_500).await;
        assert!(!survey.shows("[part~=card]").await, "it did not begin anew");
        step(browser, 500).await;
        survey.wait_shown("[part~=scale]", true).await;
        go(browser, "/account/address").await;
        assert!(survey.shows("[part~=scale]").await);
        go(browser, "/cart").await;
        survey.wait_shown("[part~=card]", false).await;
        browser
            .execute(
                "history.back(); return new Promise((done) => addEventListener('popstate', () => done()))",
                vec![],
            )
            .await;
        step(browser, 5_000).await;
        survey.wait_shown("[part~=scale]", true).await;
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        go(browser, "/cart").await;
        step(browser, DAY).await;
        assert!(survey.shows("[part~=scale]").await, "what was being answered was taken away");
        assert_eq!(
            browser.execute("return history.pushState.toString().includes('native code')", vec![]).await,
            true
        );
        browser.assert_quiet().await;
    });
}

#[test]
fn an_attribute_that_becomes_another_one_begins_the_triggers_anew() {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let url = shop.page("<aanrader-survey mode=popup event=in delay=10></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        assert!(!comes(browser).await);
        browser.execute("aanrader.q.push(['event', 'in'])", vec![]).await;
        step(browser, 5_000).await;
        let set = "document.querySelector('aanrader-survey').setAttribute('delay', arguments[0])";
        browser.execute(set, vec![json!("20")]).await;
        step(browser, 15_000).await;
        assert!(!survey.shows("[part~=card]").await, "it came at the time that was called off");
        // Setting an attribute to its current value changes nothing; some frameworks do that with all
        // attributes.
        browser.execute(set, vec![json!("20")]).await;
        step(browser, 5_000).await;
        survey.wait_shown("[part~=scale]", true).await;
        browser.execute(set, vec![json!("30")]).await;
        step(browser, DAY).await;
        assert!(survey.shows("[part~=scale]").await, "what was shown was taken away");
        survey.click("[part~=close]").await;
        browser.execute(set, vec![json!("1")]).await;
        step(browser, DAY).await;
        assert!(!survey.shows("[part~=card]").await, "it came again after it was dismissed");
        browser.assert_quiet().await;
    });
}

#[test]
fn there_is_one_pop_up_at_a_time() {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let url = shop.page(
        "<aanrader-survey id=a survey=a mode=popup></aanrader-survey>\
         <aanrader-survey id=b survey=b mode=popup delay=1></aanrader-survey>\
         <aanrader-survey id=c survey=c mode=popup event=later></aanrader-survey>",
    );
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        assert!(comes(browser).await);
        browser.survey_at("#a").wait_shown("[part~=scale]", true).await;
        step(browser, DAY).await;
        browser.survey_at("#a").click("[part~=close]").await;
        step(browser, DAY).await;
        assert!(!browser.survey_at("#b").shows("[part~=card]").await);
        browser.execute("aanrader.q.push(['event', 'later'])", vec![]).await;
        step(browser, 0).await;
        browser.survey_at("#c").wait_shown("[part~=scale]", true).await;
        let shown: Vec<_> = browser.events().await.iter().map(|it| it["detail"]["survey"].clone()).collect();
        assert_eq!(shown, ["a", "a", "c"], "shown, dismissed, shown");
    });
}

#[test]
fn invalid_values_are_named_and_fail_closed() {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let wrong = ["url=account", "seen='#'", "sample=all customer=c-1", "sample=50", "scroll=half", "every=x"];
    let surveys = wrong.map(|it| format!("<aanrader-survey mode=popup {it}></aanrader-survey>").repeat(2));
    let url = shop.page(&surveys[..5].concat());
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        assert!(!comes(browser).await);
        step(browser, DAY).await;
        assert!(!has_loaded(browser).await);
        let console = browser.console().await;
        for (name, says) in [
            ("url", "takes a path such as /account/*; the survey does not come"),
            ("seen", "takes a CSS selector; the survey does not come"),
            ("sample", "takes 0 to 100; 0 stands in for it"),
            ("sample", "needs the attribute customer; nobody is asked"),
            ("scroll", "takes 0 to 100; 100 stands in for it"),
        ] {
            let line = format!("the attribute {name} {says}");
            assert_eq!(console.iter().filter(|it| it.contains(&line)).count(), 1, "{line}: {console:#?}");
        }
        assert_eq!(console.len(), 5, "{console:#?}");
        browser.goto(&shop.page(&surveys[5])).await;
        assert!(comes(browser).await);
        let console = browser.console().await;
        assert!(console.len() == 1 && console[0].contains("every takes 0 to 3650; 90 stands"), "{console:?}");
    });
}
