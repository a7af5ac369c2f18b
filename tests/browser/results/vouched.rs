//! Unverified answers.

use super::*;

#[test]
fn answers_that_the_shop_does_not_vouch_for_can_be_left_out_of_the_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    std::fs::write(&key, "an-example-key-of-32-characters!").expect("a key");
    let arguments = vec!["--customer-key-file".into(), key.display().to_string()];
    let collector = Collector::start(collector::Options { arguments, ..collector::Options::default() });
    in_browser(&Options::default(), async |browser| {
        collector.post_score(3, json!({})).await;
        sign_in(browser, &collector).await;
        browser.wait("!document.querySelector('#vouching').hidden").await;
        assert_eq!(count(browser, "#surveys h2").await, 1);
        assert_accessible(browser, "results with answers that nobody vouches for").await;
        browser.click("#verified").await;
        browser.wait_for_text("#surveys", "No answers in this period yet").await;
        // The checkbox stays, and can be unticked.
        browser.click("#verified").await;
        browser.wait("document.querySelectorAll('#surveys h2').length === 1").await;
    });
}

#[test]
fn where_nobody_has_to_vouch_there_is_nothing_to_leave_out() {
    let collector = start();
    in_browser(&Options::default(), async |browser| {
        collector.post_score(3, json!({})).await;
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        assert_eq!(browser.execute("return document.querySelector('#vouching').hidden", vec![]).await, true);
    });
}
