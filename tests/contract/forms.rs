//! Plain forms, from pages where the widget can't run.

use aanrader_tests::collector::{Collector, Options, Reply};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::files::POLICY;

async fn post(collector: &Collector, body: &str) -> Reply {
    let request = collector.request(Method::POST, "/v1/answers");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let reply = Reply::of(request.body(body.to_owned())).await;
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(reply.header("content-security-policy"), POLICY);
    assert!(reply.text().starts_with("<!doctype html><html lang="), "{}", reply.text());
    reply
}

#[tokio::test]
async fn a_form_is_an_answer_and_its_sender_is_thanked() {
    let collector = Collector::start(Options::default());
    let body = "survey=account&touchpoint=mail&score=7&comment=fine+%26+dandy&contact_allowed=on\
                &contact_how=a%40shop.example&properties.plan=pro&language=nl&wording=w1&customer=c1";
    let reply = post(&collector, body).await.expect(StatusCode::CREATED);
    assert!(reply.text().contains("Dank u wel!"), "{}", reply.text());
    let kept = &collector.answers().await[0];
    assert_eq!((&kept["score"], &kept["rev"], &kept["complete"]), (&json!(7), &json!(1), &json!(true)));
    assert_eq!(kept["comment"], "fine & dandy");
    assert_eq!(kept["contact"], json!({"allowed": true, "how": "a@shop.example"}));
    assert_eq!(kept["properties"], json!({"plan": "pro"}));
    assert_eq!(
        (&kept["language"], &kept["wording"], &kept["customer"]),
        (&json!("nl"), &json!("w1"), &json!("c1"))
    );
}

#[tokio::test]
async fn a_form_without_its_score_is_asked_for_it_and_keeps_the_rest() {
    let collector = Collector::start(Options::default());
    let body = "survey=account&touchpoint=mail&comment=%3Cb%3E&language=fr";
    let text = post(&collector, body).await.expect(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(text.contains("<html lang=\"fr\"") && text.contains("id=\"score-error\""), "{text}");
    assert!(text.contains("name=\"comment\" value=\"&lt;b&gt;\""), "{text}");
}

#[tokio::test]
async fn a_form_that_brings_its_id_counts_once() {
    let collector = Collector::start(Options::default());
    let body = "id=3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b&survey=account&touchpoint=mail&score=7";
    post(&collector, body).await.expect(StatusCode::CREATED);
    post(&collector, body).await.expect(StatusCode::OK);
    assert_eq!(collector.answers().await.len(), 1);
}

#[tokio::test]
async fn a_form_with_problems_lists_them_and_nothing_in_it_becomes_markup() {
    let collector = Collector::start(Options::default());
    let body = "survey=%3Cscript%3Ealert(1)%3C%2Fscript%3E&touchpoint=mail&score=6.5";
    let text = post(&collector, body).await.expect(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(text.contains("score is 6.5; send a whole number from 0 to 10"), "{text}");
    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !text.contains("<script"), "{text}");
    assert_eq!(collector.answers().await.len(), 0);
}

#[tokio::test]
async fn a_customer_whose_browser_asks_for_dutch_is_thanked_in_dutch() {
    let collector = Collector::start(Options::default());
    let request =
        collector.request(Method::POST, "/v1/answers").header("accept-language", "nl-NL,nl;q=0.9,en");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let reply = Reply::of(request.body("survey=account&touchpoint=mail&score=7")).await;
    let text = reply.expect(StatusCode::CREATED).text();
    assert!(text.contains("<html lang=\"nl\" dir=\"ltr\">") && text.contains("Dank u wel"), "{text}");
}

#[tokio::test]
async fn a_form_of_65_kib_is_refused() {
    let collector = Collector::start(Options::default());
    let text = post(&collector, &"a".repeat(65 * 1024)).await.expect(StatusCode::PAYLOAD_TOO_LARGE).text();
    assert!(text.contains("65536 bytes"), "{text}");
}

#[tokio::test]
async fn a_form_holds_the_longest_comment_in_any_script() {
    let collector = Collector::start(Options::default());
    // Each of these characters has four bytes, and a form writes every byte as three.
    let comment = "%F0%9F%8C%B7".repeat(2_000);
    post(&collector, &format!("survey=a&touchpoint=b&score=9&comment={comment}"))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(collector.answers().await[0]["comment"], "\u{1f337}".repeat(2_000));
}

#[tokio::test]
async fn a_form_from_a_foreign_page_is_refused() {
    let collector = Collector::start(Options::default());
    let request = collector.request(Method::POST, "/v1/answers").header("origin", "https://evil.example");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let reply = Reply::of(request.body("survey=account&touchpoint=mail&score=7")).await;
    assert!(reply.expect(StatusCode::FORBIDDEN).text().contains("<li>"));
    assert_eq!(collector.answers().await.len(), 0);
}
