//! The owner's sign-in.

use aanrader_tests::browser::Browser;
use aanrader_tests::collector::{Collector, TOKEN};

/// Opens one of the owner's pages, and signs in on the page that comes instead.
pub(crate) async fn sign_in(browser: &Browser, collector: &Collector, path: &str) {
    browser.goto(&format!("{}{path}", collector.url())).await;
    submit_token(browser, TOKEN).await;
}

/// Types a token into the sign-in page, and sends it.
pub(crate) async fn submit_token(browser: &Browser, token: &str) {
    browser.find("#token").await.send_keys(token).await.expect("a token is typed");
    browser.click("main button").await;
}
