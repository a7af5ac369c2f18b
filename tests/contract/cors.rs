//! Answers from other web sites: which ones may send them, and read the reply.

use aanrader_tests::collector::{Collector, Options, Reply, answer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const SHOP: &str = "https://shop.example";

fn start() -> Collector {
    let origins = vec![SHOP.into(), "http://other.example:8080".into()];
    Collector::start(Options { origins, ..Options::default() })
}

async fn post_from(collector: &Collector, origin: &str, body: &Value) -> Reply {
    let request = collector.request(Method::POST, "/v1/answers").header("origin", origin);
    Reply::of(request.header("content-type", "text/plain;charset=UTF-8").body(body.to_string())).await
}

#[tokio::test]
async fn an_allowed_origin_may_send_without_asking_first_and_read_the_reply() {
    let collector = start();
    for origin in [SHOP, "http://other.example:8080"] {
        // The browser sends only this request: text/plain needs no preflight.
        let reply = post_from(&collector, origin, &answer()).await.expect(StatusCode::CREATED);
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert_eq!(reply.header("vary"), "Origin");
    }
}

#[tokio::test]
async fn an_allowed_origin_may_read_a_refusal_too() {
    let collector = start();
    let mut wrong = answer();
    wrong["score"] = json!(11);
    let reply = post_from(&collector, SHOP, &wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    let long = json!("x".repeat(17 * 1024));
    let reply = post_from(&collector, SHOP, &long).await.expect(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    assert_eq!(reply.header("access-control-expose-headers"), "Retry-After");
}

#[tokio::test]
async fn a_foreign_origin_is_refused_and_nothing_is_stored() {
    let collector = start();
    let own = collector.url().replace("127.0.0.1", "localhost");
    for origin in
        ["https://evil.example", "http://shop.example", "https://shop.example.evil.example", "null", &own]
    {
        let reply = post_from(&collector, origin, &answer()).await.expect(StatusCode::FORBIDDEN);
        assert_eq!(reply.problems(), ["origin foreign_origin"], "{origin}");
        assert!(reply.text().contains(origin), "{}", reply.text());
        // So that the page can read the refusal.
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert_eq!(reply.header("vary"), "Origin");
    }
    assert_eq!(collector.answers().await.len(), 0);
}

#[tokio::test]
async fn the_collectors_own_pages_may_send() {
    let collector = start();
    post_from(&collector, collector.url(), &answer()).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn a_star_lets_any_origin_send() {
    let collector = Collector::start(Options { origins: vec!["*".into()], ..Options::default() });
    let reply = post_from(&collector, "https://anybody.example", &answer()).await.expect(StatusCode::CREATED);
    assert_eq!(reply.header("access-control-allow-origin"), "https://anybody.example");
}

#[tokio::test]
async fn who_sends_application_json_and_asks_first_is_told() {
    let collector = start();
    let ask = |origin| collector.request(Method::OPTIONS, "/v1/answers").header("origin", origin);
    let reply = Reply::of(ask(SHOP)).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    assert_eq!(reply.header("access-control-allow-methods"), "POST");
    assert_eq!(reply.header("access-control-allow-headers"), "Content-Type");
    Reply::of(ask("https://evil.example")).await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn no_other_web_site_reads_results() {
    let collector = start();
    for path in ["/v1/results", "/v1/answers"] {
        let reply = Reply::of(collector.request(Method::GET, path).header("origin", SHOP)).await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
    }
}
