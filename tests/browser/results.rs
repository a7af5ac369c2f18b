//! The owner's results.

use std::time::{SystemTime, UNIX_EPOCH};

use aanrader_survey::{Score, Tally};
use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector, TOKEN};
use serde_json::{Value, json};

use crate::figures::{interval, score};
use crate::owner;

mod periods;
mod vouched;

const DAY_MILLIS: u64 = 86_400_000;

fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(since.as_millis()).expect("a clock before the year 500 million")
}

async fn sign_in(browser: &Browser, collector: &Collector) {
    owner::sign_in(browser, collector, "/results/").await;
}

async fn wait_shown(browser: &Browser) {
    browser.wait("document.querySelector('#shown:not([hidden])') && document.querySelector('#status').textContent !== 'Loading…'").await;
}

/// The number of matching elements.
async fn count(browser: &Browser, css: &str) -> u64 {
    let count =
        browser.execute("return document.querySelectorAll(arguments[0]).length", vec![json!(css)]).await;
    count.as_u64().unwrap_or(u64::MAX)
}

fn start() -> Collector {
    Collector::start(collector::Options::default())
}

#[test]
fn the_owner_sees_the_numbers_that_the_collector_tells() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        for (touchpoint, scores) in
            [("checkout", &[9, 9, 10][..]), ("post-login", &[0, 3, 6, 7, 8, 9, 10, 10])]
        {
            for score in scores {
                collector.post_score(*score, json!({ "touchpoint": touchpoint })).await;
            }
        }
        collector.post_score(5, json!({ "survey": "support", "touchpoint": "mail" })).await;
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        let texts = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)";
        let shown = async |css: &str| browser.execute(texts, vec![json!(css)]).await;
        let (mut intervals, mut scores) = (Vec::new(), Vec::new());
        let mut expect = |group: &Value| {
            let counts = Score::all()
                .map(|score| group["counts"][usize::from(score.get())].as_u64().expect("a count"));
            let counts: Vec<u64> = counts.collect();
            let tally = Tally::from_counts(counts.try_into().expect("eleven"));
            scores.push(score(&tally));
            intervals.push(interval(&tally));
        };
        let results = collector.results().await;
        for survey in results["surveys"].as_array().expect("surveys") {
            expect(&survey["total"]);
            let touchpoints = survey["touchpoints"].as_array().expect("touchpoints");
            if touchpoints.len() > 1 {
                touchpoints.iter().for_each(&mut expect);
            }
        }
        assert_eq!(intervals.len(), 4);
        assert_eq!(shown("#surveys .interval").await, json!(intervals));
        assert_eq!(shown("#surveys .nps strong").await, json!(scores));
        assert_eq!(shown("#surveys h2").await, json!(["account", "support"]));
        assert_eq!(shown("#surveys h3").await, json!(["checkout", "post-login"]));
        browser.assert_quiet().await;
    });
}

#[test]
fn a_wrong_token_is_refused_and_shows_nothing() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        collector.post_score(2, json!({ "comment": "Secret" })).await;
        browser.goto(&format!("{}/results/", collector.url())).await;
        owner::submit_token(browser, "wrong").await;
        browser.wait_for_text("#problem", "That token opens nothing here.").await;
        assert_eq!(browser.focused().await, "input#token");
        assert!(!browser.text("body").await.contains("Secret"));
        assert_accessible(browser, "a refused token").await;
        owner::submit_token(browser, TOKEN).await;
        browser.wait_for_text("#answers", "Secret").await;
    });
}

#[test]
fn a_refusal_is_told_in_the_pages_language() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        owner::sign_in(browser, &collector, "/nl/results/").await;
        wait_shown(browser).await;
        let problem = json!({ "field": "collector", "code": "too_many", "message": "too much has come" });
        let refusal = json!({ "collector": "aanrader", "problems": [problem] });
        let refuse = "window.fetch = async () => new Response(arguments[0], { status: 429 })";
        browser.execute(refuse, vec![json!(refusal.to_string())]).await;
        browser.click("#all-time").await;
        browser.wait_for_text("body", "Er kwamen te veel verzoeken van jouw adres.").await;
        assert!(!browser.text("body").await.contains("too much"));
    });
}

#[test]
fn the_token_stays_nowhere_and_after_sign_out_nothing_is_shown() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        collector.post_score(2, json!({ "comment": "Secret" })).await;
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        // A reload doesn't ask again; but the token is nowhere to be read or logged.
        browser.goto(&format!("{}/results/", collector.url())).await;
        browser.wait_for_text("#answers", "Secret").await;
        let addresses = "return [location.href, document.cookie, document.documentElement.outerHTML, ...Object.values(localStorage),
            ...performance.getEntriesByType('resource').map((entry) => entry.name)].join()";
        let addresses = browser.execute(addresses, vec![]).await;
        assert!(
            addresses.as_str().is_some_and(|text| text.contains("/v1/results") && !text.contains(TOKEN)),
            "{addresses}"
        );
        assert!(!collector.log().contains(TOKEN), "the token is in the collector's log");
        let kept = browser.execute("return sessionStorage.length + localStorage.length", vec![]).await;
        assert_eq!(kept, 0);
        browser.click(".person button").await;
        browser.wait_for_text("h1", "Sign in").await;
        browser.goto(&format!("{}/results/", collector.url())).await;
        browser.wait_for_text("h1", "Sign in").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn what_a_customer_wrote_is_text_and_never_markup() {
    let collector = start();
    let hostile = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><b>bold</b>";
    in_browser(&Options::default(), async |browser| {
        let properties = json!({ "plan": hostile.get(..40) });
        let contact = json!({ "allowed": true, "how": hostile });
        collector.post_score(2, json!({ "comment": hostile, "contact": contact, "customer": "<i>c</i>", "properties": properties })).await;
        sign_in(browser, &collector).await;
        browser.wait_for_text("#answers blockquote", hostile).await;
        assert_eq!(browser.text("#calls blockquote").await, hostile);
        assert!(browser.text("#calls .contact").await.contains(hostile));
        assert!(browser.text("#answers").await.contains("<i>c</i>"));
        assert_eq!(count(browser, "main script, main img, main b, main i").await, 0);
        assert_eq!(browser.execute("return 'hacked' in window", vec![]).await, false);
        browser.assert_quiet().await;
    });
}

#[test]
fn the_most_urgent_come_first_with_what_to_do() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        let contact = |how: &str| json!({ "allowed": true, "how": how });
        collector.post_score(2, json!({ "comment": "Came up mouldy", "contact": contact("06-2") })).await;
        collector.post_score(6, json!({ "contact": contact("six@post.example") })).await;
        collector.post_score(9, json!({ "contact": contact("nine@post.example") })).await;
        collector.post_score(1, json!({ "comment": "Leave me alone" })).await;
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        assert_eq!(count(browser, "#calls .case").await, 2);
        let first = browser.text("#calls .case").await;
        for words in ["Priority 1", "Call in person, and act", "Came up mouldy", "06-2"] {
            assert!(first.contains(words), "{words}: {first}");
        }
        let case = browser.execute("return document.querySelector('#calls a').pathname", vec![]).await;
        let case = case.as_str().expect("an address");
        assert!(case.starts_with("/cases/account/") && case.len() > 50, "{case}");
        let calls = browser.text("#calls").await;
        assert!(calls.contains("1 more gave a low score without consent to be contacted"), "{calls}");
        assert!(!calls.contains("nine@post.example") && !calls.contains("Leave me alone"), "{calls}");
    });
}

#[test]
fn a_low_score_is_listed_however_many_have_answered_since() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        collector.post_score(0, json!({ "contact": { "allowed": true, "how": "06-0" } })).await;
        for _ in 0..60 {
            collector.post_score(9, json!({})).await;
        }
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        assert_eq!(count(browser, "#answers li.answer").await, 50);
        assert!(browser.text("#calls .case").await.contains("06-0"));
        assert_eq!(browser.text("#follow-ups-of").await, "Of the only low score in this period.");
    });
}

#[test]
fn a_day_beyond_the_calendar_and_an_unknown_survey_are_told_on_the_page() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        collector.post_score(9, json!({})).await;
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        browser.execute("document.querySelector('#to').value = '9999-12-31'", vec![]).await;
        browser.click("#period [type=submit]").await;
        browser.wait_for_text("#problem", "“To and including” is beyond the end of the calendar").await;
        browser.goto(&format!("{}/results/?survey=acount", collector.url())).await;
        browser.wait_for_text("#problem", "No answer to this survey has come in.").await;
        browser.goto(&format!("{}/results/?survey=account", collector.url())).await;
        browser.wait_for_text("#surveys .interval", &interval(&crate::figures::tally(&[9]))).await;
    });
}

#[test]
fn below_ten_answers_the_page_says_that_they_say_little() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        for _ in 0..9 {
            collector.post_score(9, json!({})).await;
        }
        sign_in(browser, &collector).await;
        browser.wait_for_text("#surveys .reading", "Fewer than 10 answers say little").await;
        collector.post_score(9, json!({})).await;
        browser.click("#all-time").await;
        browser.wait_for_text("#surveys .reading", "Very good: above +30.").await;
    });
}

#[test]
fn touchpoints_that_differ_are_told_with_both_ends_and_the_method() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        for (touchpoint, score) in [("checkout", 9), ("delivery", 9), ("mail", 2)] {
            for _ in 0..20 {
                collector.post_score(score, json!({ "touchpoint": touchpoint })).await;
            }
        }
        sign_in(browser, &collector).await;
        browser.wait_for_text("#surveys .compared", "checkout scores 200.0 points higher than mail").await;
        let told = browser.execute(
            "return [...document.querySelectorAll('#surveys .compared')].map((e) => e.textContent)",
            vec![],
        );
        let told = told.await;
        assert_eq!(told.as_array().map(Vec::len), Some(3), "{told}");
        assert!(told[0].as_str().is_some_and(|text| text.contains("(95% interval +")), "{told}");
        assert_eq!(
            told[2],
            "Compared by a score test, which suits small groups too. 3 pairs were compared, so p is corrected for that (Holm)."
        );
    });
}

#[test]
fn older_answers_come_page_by_page_each_once() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        for number in 0..120 {
            collector.post_score(9, json!({ "comment": format!("number {number}") })).await;
            // Two answers that arrive within a millisecond have no defined order.
            let arrived = now_millis();
            while now_millis() == arrived {
                tokio::task::yield_now().await;
            }
        }
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        for shown in [50, 100, 120] {
            browser
                .wait(&format!("document.querySelectorAll('#answers li.answer').length === {shown}"))
                .await;
            if shown < 120 {
                browser.click("#older").await;
            }
        }
        assert_eq!(browser.execute("return document.querySelector('#older').hidden", vec![]).await, true);
        let comments =
            "return [...document.querySelectorAll('#answers blockquote')].map((e) => e.textContent)";
        let comments = browser.execute(comments, vec![]).await;
        let expected: Vec<String> = (0..120).rev().map(|number| format!("number {number}")).collect();
        assert_eq!(comments, json!(expected));
        // The focus is on the first new answer.
        let focus = "return document.activeElement.querySelector('blockquote')?.textContent";
        assert_eq!(browser.execute(focus, vec![]).await, "number 19");
    });
}

#[test]
fn a_collector_that_is_gone_is_said_and_can_be_tried_again() {
    let mut collector = start();
    in_browser(&Options::default(), async |browser| {
        collector.post_score(9, json!({ "comment": "Here" })).await;
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        collector.kill();
        browser.click("#all-time").await;
        browser.wait_for_text("#problem", "The collector can't be reached.").await;
        collector.restart();
        browser.click("#again").await;
        browser.wait_for_text("#answers", "Here").await;
    });
}
