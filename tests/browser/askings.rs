//! What the collector learns of the question without an answer: counts, and nothing about the customer.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::wait::until;

use crate::shop::played_collector;

aanrader_tests::in_each_engine!(
    each_event_of_the_question_is_counted_by_its_name_only,
    an_attribute_switches_the_counts_off
);

/// The counts, once there are so many.
async fn counted(host: &aanrader_tests::host::Host, n: usize) -> Vec<String> {
    until(&format!("{n} counts"), async || {
        let counts = host.counts();
        if counts.len() >= n { Ok(counts) } else { Err(format!("{counts:?}")) }
    })
    .await
}

fn each_event_of_the_question_is_counted_by_its_name_only(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let element = "<aanrader-survey survey=shop touchpoint=account customer=c-1 properties='{\"agent\":\"anna\"}'></aanrader-survey>";
        let host = played_collector(element).await;
        host.set("/v1/answers", Reply::receipt(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[part~=follow-up]", "What do you like best").await;
        survey.find("textarea").await.send_keys("everything").await.expect("typed");
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        let mut counts = counted(&host, 3).await;
        // Requests that were sent one after the other may arrive in another order.
        counts.sort();
        let events: Vec<&str> = counts.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(events, ["commented", "scored", "shown"]);
        for line in &counts {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!((words.len(), words[1], words[2]), (5, "shop", "account"), "{line}");
            assert_eq!(words[3].len(), 16, "the wording's id: {line}");
        }
        browser.assert_quiet().await;
    });
}

fn an_attribute_switches_the_counts_off(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey no-counts></aanrader-survey>").await;
        host.set("/v1/answers", Reply::receipt(201));
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        assert_eq!(host.counts(), Vec::<String>::new());
    });
}
