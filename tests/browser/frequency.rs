//! Limits how often a survey asks: the marks, the consent to them, and the sample.

use aanrader_survey::in_sample;
use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::{Value, json};

use crate::shop::{Shop, played_collector, reply};
use crate::triggers::{CLOCK, DAY, comes, step};

in_each_engine!(
    a_dismissal_is_respected_for_thirty_days_and_an_answer_for_ninety,
    without_consent_only_what_the_customer_wished_is_remembered,
    where_storage_is_forbidden_nobody_is_asked_too_often
);

/// Whether the pop-up appears in a page that is opened now.
async fn comes_at(browser: &Browser, url: &str) -> bool {
    browser.goto(url).await;
    comes(browser).await
}

/// The keys and values that this origin keeps, without answers.
async fn marks(browser: &Browser) -> Value {
    let marks = "return Object.entries(localStorage).filter(([key]) => !key.startsWith('aanrader-answer-'))";
    browser.execute(marks, vec![]).await
}

/// The letter of the survey's mark; the mark also has a time.
async fn letter(browser: &Browser) -> String {
    let letter = "return localStorage['aanrader-asked-shop']?.[0] ?? ''";
    browser.execute(letter, vec![]).await.as_str().unwrap_or_default().to_owned()
}

async fn close(browser: &Browser, part: &str) {
    let survey = browser.survey();
    survey.click(&format!("[part~={part}]")).await;
    survey.wait_shown("[part~=card]", false).await;
}

fn a_dismissal_is_respected_for_thirty_days_and_an_answer_for_ninety(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let url = shop.page("<aanrader-survey mode=popup survey=shop consent></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        assert!(comes_at(browser, &url).await);
        assert_eq!(marks(browser).await, json!([]), "written before the customer has acted");
        close(browser, "close").await;
        assert_eq!(letter(browser).await, "d");
        step(browser, 29 * DAY).await;
        assert!(!comes_at(browser, &url).await);
        step(browser, DAY).await;
        assert!(comes_at(browser, &url).await);
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        assert_eq!(letter(browser).await, "a");
        close(browser, "close").await;
        assert_eq!(letter(browser).await, "a", "an answer is no dismissal");
        step(browser, 89 * DAY).await;
        assert!(!comes_at(browser, &url).await);
        step(browser, DAY + 1_000).await;
        assert!(comes_at(browser, &url).await);
        let shorter = shop.page("<aanrader-survey mode=popup survey=shop consent every=5></aanrader-survey>");
        assert!(comes_at(browser, &shorter).await);
        assert_eq!(browser.execute("return document.cookie", vec![]).await, "");
    });
}

#[test]
fn an_answer_counts_once_it_is_stored_and_while_it_waits_nobody_is_asked() {
    in_browser(&Options::default(), async |browser| {
        let host =
            played_collector("<aanrader-survey mode=popup survey=shop consent></aanrader-survey>").await;
        host.before_each_page(CLOCK);
        host.set("/v1/answers", reply(503));
        let url = host.url("/");
        assert!(comes_at(browser, &url).await);
        browser.survey().choose(9).await;
        browser.survey().wait_for_text("[role=status]", "It is kept on this device").await;
        assert_eq!(letter(browser).await, "w");
        // Meanwhile, a page without a survey sends nothing.
        host.set("/empty", Reply::html("<!doctype html><html lang=en><head><title>x</title></head><p>Shop"));
        browser.goto(&host.url("/empty")).await;
        browser.execute("window.name = Date.now() + arguments[0]", vec![json!(400 * DAY)]).await;
        browser.goto(&url).await;
        // The module is loaded to send the unsent answer, but the survey doesn't ask.
        step(browser, DAY / 24).await;
        assert!(!browser.survey().shows("[part~=card]").await);
        assert_eq!(letter(browser).await, "w");
        host.set("/v1/answers", reply(201));
        browser.execute("dispatchEvent(new Event('online'))", vec![]).await;
        until("the answer is stored", async || match letter(browser).await.as_str() {
            "a" => Ok(()),
            other => Err(other.to_owned()),
        })
        .await;
        step(browser, 89 * DAY).await;
        assert!(!comes_at(browser, &url).await);
        step(browser, 2 * DAY).await;
        assert!(comes_at(browser, &url).await);
    });
}

fn without_consent_only_what_the_customer_wished_is_remembered(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let url = shop.page("<aanrader-survey mode=popup survey=shop url=/*></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        assert!(comes_at(browser, &url).await);
        close(browser, "close").await;
        assert_eq!(marks(browser).await, json!([]));
        assert!(comes_at(browser, &url).await, "the shop's page decides");
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        assert_eq!(marks(browser).await, json!([]));
        // Another page of the same shop, where it asks again.
        assert!(comes_at(browser, &url).await);
        close(browser, "later").await;
        assert_eq!(
            browser.events().await.last().map(|it| it["detail"]["wish"].clone()),
            Some(json!("later"))
        );
        assert_eq!(letter(browser).await, "l");
        step(browser, 29 * DAY).await;
        assert!(!comes_at(browser, &url).await);
        step(browser, DAY).await;
        assert!(comes_at(browser, &url).await);
        close(browser, "never").await;
        assert_eq!(letter(browser).await, "n");
        step(browser, 4_000 * DAY).await;
        assert!(!comes_at(browser, &url).await);
        browser.execute("document.querySelector('aanrader-survey').ask()", vec![]).await;
        survey.wait_shown("[part~=scale]", true).await;
        browser.assert_quiet().await;
    });
}

/// A browser that forbids all storage and throws.
const NO_STORAGE: &str = "
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
        Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });";

fn where_storage_is_forbidden_nobody_is_asked_too_often(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    shop.host.before_each_page(NO_STORAGE);
    in_browser(&Options::of(engine), async |browser| {
        let survey =
            |more: &str| format!("<aanrader-survey mode=popup survey=shop {more}></aanrader-survey>");
        assert!(!comes_at(browser, &shop.page(&survey("consent"))).await, "nobody can know");
        assert!(!comes_at(browser, &shop.page(&survey("event=now"))).await);
        let two = format!("{}{}", survey(""), survey("event=now"));
        assert!(comes_at(browser, &shop.page(&two)).await);
        close(browser, "later").await;
        browser
            .execute("aanrader.q.push(['event', 'now']); aanrader.q.push(['consent', false])", vec![])
            .await;
        step(browser, DAY).await;
        assert!(!browser.survey_at("aanrader-survey + aanrader-survey").shows("[part~=card]").await);
        browser.assert_quiet().await;
    });
}

/// A survey in a component of the shop, with a closed shadow root.
const COMPONENT: &str = "const inside = document.querySelector('#component').attachShadow({ mode: 'open' });
    inside.append(document.createElement('aanrader-survey'));
    inside.firstChild.setAttribute('survey', 'shop');
    inside.firstChild.setAttribute('consent', '');";

#[test]
fn a_customer_who_has_answered_in_the_page_is_not_asked_by_a_pop_up() {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let popup = "<aanrader-survey mode=popup survey=shop consent event=later></aanrader-survey>";
    let url = shop.page(&format!("<div id=component></div>{popup}"));
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        browser.execute(COMPONENT, vec![]).await;
        let choose = "document.querySelector('#component').shadowRoot.querySelector('aanrader-survey')\
            ?.shadowRoot?.querySelectorAll('input[type=radio]')[9]";
        browser.wait(&format!("!!{choose}")).await;
        browser.execute(&format!("{choose}.click()"), vec![]).await;
        step(browser, 5_000).await;
        until("the answer is stored", async || match letter(browser).await.as_str() {
            "a" => Ok(()),
            other => Err(other.to_owned()),
        })
        .await;
        browser.execute("aanrader.q.push(['event', 'later'])", vec![]).await;
        step(browser, DAY).await;
        assert!(!browser.survey_at("[mode=popup]").shows("[part~=card]").await);
        assert!(!comes_at(browser, &shop.page(&popup.replace(" event=later", ""))).await);
        browser.assert_quiet().await;
    });
}

#[test]
fn consent_may_be_given_and_taken_back() {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let url = shop.page("<aanrader-survey mode=popup survey=shop></aanrader-survey>");
    let consent = async |browser: &Browser, given: bool| {
        browser.execute("aanrader.q.push(['consent', arguments[0]])", vec![json!(given)]).await;
    };
    in_browser(&Options::default(), async |browser| {
        assert!(comes_at(browser, &url).await);
        consent(browser, true).await;
        close(browser, "close").await;
        assert_eq!(letter(browser).await, "d");
        let delayed = shop.page("<aanrader-survey mode=popup survey=shop delay=5></aanrader-survey>");
        browser.goto(&delayed).await;
        browser.wait("!!window.aanrader?.q").await;
        consent(browser, true).await;
        assert!(!comes(browser).await);
        step(browser, 10_000).await;
        assert!(!browser.survey().shows("[part~=card]").await, "it came in spite of its mark");
        consent(browser, false).await;
        assert_eq!(marks(browser).await, json!([]), "marks stayed although the consent was taken back");
        // The attribute doesn't override the latest call.
        let url = shop.page("<aanrader-survey mode=popup survey=shop consent delay=5></aanrader-survey>");
        browser.goto(&url).await;
        browser.wait("!!window.aanrader?.q").await;
        consent(browser, false).await;
        comes(browser).await;
        step(browser, 5_000).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        close(browser, "close").await;
        assert_eq!(marks(browser).await, json!([]));
    });
}

#[test]
fn the_same_customers_are_asked_as_the_backend_would_ask() {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    let customers: Vec<String> = (0..24).map(|n| format!("c-{n}")).chain(["Zoë".into()]).collect();
    let url = shop.page("<div id=here></div>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        let expected: Vec<&String> = customers.iter().filter(|it| in_sample("shop", it, 6_050)).collect();
        assert!(expected.len() > 5 && expected.len() < 20, "{expected:?}");
        browser.wait("!!window.aanrader?.q").await;
        let ask = "for (const customer of arguments[0]) \
            aanrader.q.push(['ask', { survey: 'shop', customer, sample: 60.5, target: '#here' }])";
        browser.execute(ask, vec![json!(customers)]).await;
        until("as many surveys", async || {
            step(browser, 1).await;
            let shown = "return [...document.querySelectorAll('#here > *')].map((it) => it.customer)";
            let shown = browser.execute(shown, vec![]).await;
            if shown == json!(expected) { Ok(()) } else { Err(shown.to_string()) }
        })
        .await;
        step(browser, DAY).await;
        let shown = "return document.querySelectorAll('#here > *').length";
        assert_eq!(browser.execute(shown, vec![]).await, expected.len());
    });
}
