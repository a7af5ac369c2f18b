//! A customer answers, the owner sees it.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector};

#[test]
fn an_answer_by_pointer_reaches_the_owner() {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::default(), async |browser| {
        browser.goto(&format!("{}/demo/en/account.html", collector.url())).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.send().await;
        survey.wait_for_text("[part~=question]", "What do you like best").await;
        assert_accessible(browser, "the follow-up").await;
        survey.type_into("textarea", "The sweet peas came up").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        survey.wait_for_text("[role=status]", "Your answer has been sent.").await;
        browser.assert_quiet().await;
        let answers = collector.answers().await;
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert_eq!(answers[0]["score"], 9);
        assert_eq!(answers[0]["comment"], "The sweet peas came up");
        assert_eq!(answers[0]["complete"], true);
    });
}
