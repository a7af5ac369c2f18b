//! The builder: its snippet works where it is pasted, and its trial counts nowhere.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::host::{Host, Reply};
use serde_json::{Value, json};

use crate::figures::{interval, score, tally};
use crate::shop::Shop;

async fn open(browser: &Browser, collector: &Collector) {
    browser.goto(&format!("{}/builder/", collector.url())).await;
    browser
        .wait(
            "!document.querySelector('#inputs').disabled && !!document.querySelector('#snippet').textContent",
        )
        .await;
}

/// Fills in a field as a typing person does, or chooses in it.
async fn fill(browser: &Browser, css: &str, value: &str) {
    let write = "const field = document.querySelector(arguments[0]);
        if (field.type === 'radio' || field.type === 'checkbox') field.checked = true; else field.value = arguments[1];
        field.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.execute(write, vec![json!(css), json!(value)]).await;
}

/// The text of a part of the builder's result.
async fn taken(browser: &Browser, id: &str) -> String {
    let text =
        browser.execute("return document.getElementById(arguments[0]).textContent", vec![json!(id)]).await;
    text.as_str().unwrap_or_default().to_owned()
}

/// Opens a page of the shop with the builder's snippet, under the builder's policy.
async fn paste(browser: &Browser, host: &Host, snippet: &str, policy: &str) {
    let page = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shop</title></head>\
         <body><main id=account><h1>Shop</h1></main>{snippet}</body></html>"
    );
    host.set("/account", Reply::html(page).policy(format!("default-src 'none'; style-src 'self'; {policy}")));
    browser.goto(&host.url("/account")).await;
}

/// A shop's name that would break an unescaped snippet.
const BRAND: &str = "Müller & \"Söhne\" <i>";

#[test]
fn a_tag_that_was_built_asks_under_its_policy_and_its_answer_arrives() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        open(browser, &shop.collector).await;
        fill(browser, "#brand", BRAND).await;
        fill(browser, "#shop", &shop.host.url("/account?x")).await;
        fill(browser, "#survey", "garden").await;
        let trial = browser.survey_at("#stage aanrader-survey");
        trial.wait_for_text("legend", BRAND).await;
        browser.wait_for_text("#origins", &format!("--origins {}", shop.host.origin())).await;
        browser.wait_for_text("#address", "/s/garden?touchpoint=account&brand=M%C3%BCller+%26+").await;
        let (snippet, policy) = (taken(browser, "snippet").await, taken(browser, "policy").await);
        paste(browser, &shop.host, &snippet, &policy).await;
        let survey = browser.survey();
        survey.wait_for_text("legend", BRAND).await;
        let link = "host.querySelector('a').href + ' ' + host.querySelector('a').textContent";
        let link = survey.eval(link, Value::Null).await;
        assert!(
            link.as_str()
                .is_some_and(|link| link.contains("/s/garden?") && link.ends_with(" Tell us what you think")),
            "{link}"
        );
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        browser.assert_quiet().await;
        let answers = shop.collector.answers().await;
        assert_eq!((&answers[0]["survey"], &answers[0]["touchpoint"]), (&json!("garden"), &json!("account")));
    });
}

#[test]
fn a_script_alone_that_was_built_asks_where_it_should_and_its_answer_arrives() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        for (form, mode) in [("script", "popup"), ("script", "inline"), ("google", "popup")] {
            let name = format!("{form}-{mode}");
            open(browser, &shop.collector).await;
            fill(browser, "#brand", BRAND).await;
            fill(browser, "#touchpoint", &name).await;
            fill(browser, "#url", "/acc*").await;
            fill(browser, "#delay", "0").await;
            fill(browser, "#target", "main#account").await;
            fill(browser, &format!("[name=mode][value={mode}]"), "").await;
            fill(browser, &format!("[name=form][value={form}]"), "").await;
            browser.wait_for_text("#snippet", "data-touchpoint").await;
            browser.wait_for_text("#snippet", &name).await;
            let (snippet, policy) = (taken(browser, "snippet").await, taken(browser, "policy").await);
            // A tag of custom HTML is an inline script, which a shop must allow.
            let inline = if form == "google" { "script-src 'unsafe-inline' " } else { "script-src " };
            paste(browser, &shop.host, &snippet, &policy.replacen("script-src ", inline, 1)).await;
            let survey = browser.survey();
            survey.wait_for_text("legend", BRAND).await;
            let inside = "(!!host.closest('main') && root.querySelector('[popover]') === null) === (args === 'inline')";
            assert_eq!(survey.eval(inside, json!(mode)).await, true, "{name}");
            survey.choose(8).await;
            survey.wait_for_text("[role=status]", "Your 8 has been saved.").await;
            browser.assert_quiet().await;
            let answers = shop.collector.answers().await;
            assert_eq!((&answers[0]["survey"], &answers[0]["touchpoint"]), (&json!("shop"), &json!(name)));
        }
    });
}

#[test]
fn what_is_answered_on_trial_is_thanked_for_and_never_kept() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        let trial = browser.survey_at("#stage aanrader-survey");
        trial.choose(3).await;
        trial.wait_for_text("[role=status]", "Your 3 has been saved.").await;
        trial.type_into("textarea", "Only a try").await;
        trial.send().await;
        trial.wait_for_text("[part~=title]", "Thank you!").await;
        assert_eq!(collector.answers().await, Vec::<Value>::new());
        assert_eq!(browser.execute("return Object.keys(localStorage)", vec![]).await, json!([]));
        // Past its question, a survey starts again at a change.
        fill(browser, "#question", "Would you tell your friends?").await;
        trial.wait_for_text("legend", "Would you tell ").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn a_problem_is_named_at_its_field_and_in_the_list_until_it_is_mended() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        fill(browser, "#survey", "Shop 1").await;
        fill(browser, "#space", "wide").await;
        browser
            .wait_for_text(
                "#problem-list li:nth-child(2)",
                "Space is “wide”. It takes a whole number from 4 to 40.",
            )
            .await;
        browser.wait_for_text("#survey-problem", "Survey is “Shop 1”. It takes small letters").await;
        let state = "const field = document.querySelector('#survey');
            return [field.ariaInvalid, field.getAttribute('aria-describedby'), document.querySelector('#space').closest('details').open,
                document.querySelector('#snippet').checkVisibility({ visibilityProperty: true })]";
        let state = browser.execute(state, vec![]).await;
        assert_eq!(state, json!(["true", "survey-hint survey-problem", true, false]));
        assert_accessible(browser, "the builder with problems").await;
        browser.click("#problem-list li:nth-child(1) a").await;
        assert_eq!(browser.focused().await, "input#survey");
        fill(browser, "#survey", "shop").await;
        fill(browser, "#space", "").await;
        browser
            .wait("document.querySelector('#problems').hidden && !document.querySelector('#survey-problem')")
            .await;
        browser
            .wait("document.querySelector('#survey').getAttribute('aria-describedby') === 'survey-hint'")
            .await;
        browser.assert_quiet().await;
    });
}

#[test]
fn a_look_with_a_colour_of_ones_own_is_on_trial_and_in_the_style_sheet() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        fill(browser, "[name=look][value=sun]", "").await;
        browser.wait_for_text("#styles", "--aanrader-radius: 12px;").await;
        fill(browser, "[data-fills=accent]", "#123456").await;
        browser.wait_for_text("#styles", "--aanrader-accent: #123456;").await;
        assert_eq!(browser.text("#styles").await.matches("--aanrader-accent").count(), 1);
        let trial = browser.survey_at("#stage aanrader-survey");
        trial.choose(9).await;
        let send =
            "getComputedStyle(root.querySelector('.send')).backgroundColor.startsWith('color(srgb 0.0705')";
        trial.wait("the colour", send, Value::Null).await;
        fill(browser, "[name=look][value='']", "").await;
        fill(browser, "#accent", "").await;
        browser.wait("!document.querySelector('#styles').textContent.includes('--aanrader')").await;
        fill(browser, "[name=mode][value=popup]", "").await;
        browser.wait("document.querySelector('#styles-step').hidden").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn a_pop_up_shows_its_fields_and_comes_up_in_its_corner_when_asked_for() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        let shown = "document.querySelector('#delay').checkVisibility()";
        browser.wait(&format!("!{shown}")).await;
        browser.click("[name=mode][value=popup]").await;
        browser.wait(shown).await;
        fill(browser, "#url", "account").await;
        browser.wait_for_text("#problem-list", "Pages is “account”. It takes the address of a page").await;
        fill(browser, "#url", "/account/*").await;
        browser.find("#placement").await.send_keys("Top, where lines b").await.expect("a place is chosen");
        browser
            .wait_for_text("#snippet", "placement=\"top-start\"\n  delay=\"5\"\n  url=\"/account/*\"")
            .await;
        assert!(!browser.text("#snippet").await.contains("<a "), "a pop-up has no link in it");
        browser.click("#corner").await;
        let popup = browser.survey_at("#stage aanrader-survey[mode=popup]");
        popup.wait_shown("[part~=scale]", true).await;
        let card = popup.rects("[part~=card]").await[0];
        assert!(card.x < 40.0 && card.y < 60.0, "{card:?}");
        popup.choose(10).await;
        popup.wait_for_text("[role=status]", "Your 10 has been saved.").await;
        popup.click("[part~=close]").await;
        assert!(collector.answers().await.is_empty());
        browser.assert_quiet().await;
    });
}

#[test]
fn sample_answers_make_the_cores_number_with_its_interval() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        fill(browser, "#counts", "0 0 0 0 0 0 1 1 1 1 2").await;
        let tally = tally(&[6, 7, 8, 9, 10, 10]);
        browser.wait_for_text("#number .interval", &interval(&tally)).await;
        assert_eq!(browser.text("#number .nps strong").await, score(&tally));
        fill(browser, "#counts", "9 10 10").await;
        browser
            .wait_for_text(
                "#number .problem",
                "The sample answers hold 3 numbers. They take eleven whole numbers",
            )
            .await;
        browser.assert_quiet().await;
    });
}

#[test]
fn the_builder_works_by_keyboard_alone_and_copies() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        let allowed = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": collector.url() });
        browser.cdp("Browser.grantPermissions", allowed).await;
        open(browser, &collector).await;
        let tab_to = async |wanted: &str| {
            for _ in 0..60 {
                browser.press(Key::Tab).await;
                let is = "return document.activeElement.matches(arguments[0])";
                if browser.execute(is, vec![json!(wanted)]).await == true {
                    return;
                }
            }
            panic!("Tab never comes to {wanted}");
        };
        tab_to("#brand").await;
        browser.type_text("Mei").await;
        tab_to("[name=look]").await;
        browser.press(Key::Down).await;
        tab_to("[name=mode]").await;
        browser.press(Key::Down).await;
        browser.wait("!!document.querySelector('[name=mode][value=popup]:checked')").await;
        tab_to("[name=form]").await;
        browser.press(Key::Down).await;
        browser.wait_for_text("#snippet", "data-brand=\"Mei\"").await;
        tab_to("[data-copies=snippet]").await;
        browser.press(Key::Enter).await;
        browser.wait_for_text("[data-copies=snippet]", "Copied").await;
        let copied = browser.execute("return navigator.clipboard.readText()", vec![]).await;
        assert_eq!(copied, json!(taken(browser, "snippet").await));
        browser.assert_quiet().await;
    });
}

#[test]
fn assistive_technology_finds_nothing_to_stumble_over_in_the_builder() {
    let collector = Collector::start(collector::Options::default());
    for options in [Options::default(), Options { dark: true, ..Options::phone(320) }] {
        in_browser(&options, async |browser| {
            open(browser, &collector).await;
            // A survey more than a screen away doesn't ask yet.
            browser.execute("document.querySelector('#stage').scrollIntoView()", vec![]).await;
            browser.survey_at("#stage aanrader-survey").wait_shown("[part~=scale]", true).await;
            let unfold = "document.querySelectorAll('details').forEach((details) => details.open = true)";
            for mode in ["inline", "popup"] {
                fill(browser, &format!("[name=mode][value={mode}]"), "").await;
                browser.execute(unfold, vec![]).await;
                assert_accessible(browser, &format!("the builder, {mode}")).await;
                let over =
                    "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
                assert_eq!(browser.execute(over, vec![]).await, 0, "{mode}");
            }
        });
    }
}
