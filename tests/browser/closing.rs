//! The loop from an unhappy customer to one who knows what was done, with a mail server on loopback.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector, TOKEN, run_tool};
use aanrader_tests::engine::Engine;
use aanrader_tests::smtp::{Mail, Smtp};
use serde_json::json;

use crate::owner;

const CUSTOMER: &str = "anna@klant.example";
const MANAGER: &str = "bert@shop.example";

/// A collector whose site tells the account's manager of new cases.
fn start(smtp: &Smtp) -> Collector {
    let mut collector =
        Collector::start(collector::Options { arguments: smtp.arguments(), ..collector::Options::default() });
    let database = collector.location();
    let people = format!("bert={MANAGER}");
    run_tool(
        &database,
        &[
            "site",
            "add",
            "default",
            "--people",
            &people,
            "--shop",
            "De Winkel",
            "--reply-to",
            "help@shop.example",
        ],
    );
    run_tool(
        &database,
        &["notify", "add", "manager", "--mail", "@manager", "--scores", "0-6", "--on", "case.opened"],
    );
    collector.restart();
    collector
}

async fn sign_in(browser: &Browser, address: &str) {
    browser.goto(address).await;
    owner::submit_token(browser, TOKEN).await;
    browser.find(".one").await;
}

async fn press(browser: &Browser, action: &str, says: &str) {
    browser.click(&format!("[value={action}]")).await;
    browser.wait_for_text(".history", says).await;
}

/// Writes the mail about a solved case, as a person would: completes the template and sends it.
async fn tell(browser: &Browser, words: &str) {
    browser.click("a[href$='/reply']").await;
    let text = browser.find("#text").await;
    let template = browser.execute("return document.querySelector('#text').value", vec![]).await;
    let template = template.as_str().unwrap_or_default();
    assert!(template.starts_with("Beste klant,"), "{template}");
    text.send_keys(words).await.expect("typed");
    assert_accessible(browser, "the reply").await;
    browser.screenshot("cases-reply").await;
    browser.click(".settings button").await;
    browser.wait_for_text(".history", "told the customer by e-mail; closed").await;
}

/// Answers "is it solved?" by the link in a mail.
async fn answer(browser: &Browser, mail: &Mail, answer: &str, says: &str) {
    browser.goto(&mail.link("/solved/")).await;
    browser.find("[value=yes]").await;
    assert_accessible(browser, "is it solved?").await;
    browser.screenshot("is-it-solved").await;
    browser.click(&format!("[value={answer}]")).await;
    browser.wait_for_text("main p", says).await;
}

aanrader_tests::in_each_engine!(a_zero_goes_to_the_manager_and_back_to_the_customer_until_it_is_solved);

fn a_zero_goes_to_the_manager_and_back_to_the_customer_until_it_is_solved(engine: Engine) {
    let smtp = Smtp::start();
    let collector = start(&smtp);
    in_browser(&Options { width: 1_100, ..Options::of(engine) }, async |browser| {
        let contact = json!({ "allowed": true, "how": CUSTOMER });
        let more = json!({
            "comment": "Drie weken te laat.", "contact": contact, "language": "nl",
            "properties": { "manager": "bert" },
        });
        collector.post_score(0, more).await;
        let told = smtp.wait_for(MANAGER, 1).remove(0);
        assert!(
            told.text().contains("Drie weken te laat.") && !told.text().contains(CUSTOMER),
            "{}",
            told.text()
        );
        let case = told.link("/cases/");
        sign_in(browser, &case).await;
        press(browser, "take", "admin took it").await;
        press(browser, "contact", "contacted the customer").await;
        press(browser, "solve", "solved it").await;
        tell(browser, "Nieuw pakket. ").await;
        let first = smtp.wait_for(CUSTOMER, 1).remove(0);
        assert_eq!(first.header("reply-to"), "help@shop.example");
        answer(browser, &first, "no", "opnieuw naar kijken").await;

        browser.goto(&case).await;
        browser.wait_for_text(".history", "says that it is not solved").await;
        assert!(browser.text("#case").await.contains("Reopened"));
        press(browser, "take", "admin took it").await;
        press(browser, "solve", "solved it").await;
        tell(browser, "Nu echt. ").await;
        let second = smtp.wait_for(CUSTOMER, 2).remove(1);
        answer(browser, &second, "yes", "Fijn dat het is opgelost").await;
        browser.goto(&case).await;
        browser.wait_for_text(".history", "says that it is solved").await;
        assert!(browser.text("#case").await.contains("Told"));

        let total = collector.results().await["surveys"][0]["total"].clone();
        assert_eq!(
            (&total["n"], &total["nps"]["score"]),
            (&json!(1), &json!(-100.0)),
            "one answer, of the 0: {total}"
        );
        assert_eq!((smtp.wait_for(MANAGER, 1).len(), smtp.mails().len()), (1, 3), "each mail came once");
    });
}
