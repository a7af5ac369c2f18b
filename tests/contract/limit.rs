//! A client that sends too much must wait; other clients needn't.

use aanrader_tests::collector::{Collector, Options, Reply, answer};
use reqwest::{Method, StatusCode};

/// Posts an answer as a proxy in front of this client would pass it on.
async fn post_from(collector: &Collector, forwarded: &str) -> Reply {
    let request = collector.request(Method::POST, "/v1/answers").header("x-forwarded-for", forwarded);
    let request = request.header("content-type", "text/plain").header("origin", "https://shop.example");
    Reply::of(request.body(answer().to_string())).await
}

fn collector(rate: u32, proxies: u32) -> Collector {
    let origins = vec!["https://shop.example".into()];
    Collector::start(Options { origins, rate: Some((rate, proxies)), ..Options::default() })
}

#[tokio::test]
async fn a_client_that_sends_too_much_is_told_when_to_come_again_in_words_that_its_page_can_read() {
    let collector = collector(3, 1);
    for _ in 0..3 {
        post_from(&collector, "198.51.100.7").await.expect(StatusCode::CREATED);
    }
    // Entries left of the proxy's own come from the client.
    let reply =
        post_from(&collector, "203.0.113.1, 198.51.100.7").await.expect(StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = reply.header("retry-after").parse().expect("seconds");
    assert!((1..=21).contains(&seconds), "{seconds}");
    assert_eq!(reply.problems(), ["collector too_many"]);
    assert_eq!(reply.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!(reply.header("access-control-expose-headers"), "Retry-After");
    post_from(&collector, "198.51.100.8").await.expect(StatusCode::CREATED);
    assert_eq!(collector.answers().await.len(), 4);
    // Reading doesn't count as sending.
    for _ in 0..5 {
        assert_eq!(collector.get("/s/shop").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_form_that_comes_too_soon_keeps_what_was_typed() {
    let collector = collector(1, 1);
    post_from(&collector, "198.51.100.7").await.expect(StatusCode::CREATED);
    let request = collector.request(Method::POST, "/v1/answers").header("x-forwarded-for", "198.51.100.7");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let body = "survey=shop&touchpoint=mail&score=3&comment=Kapot&language=nl";
    let reply = Reply::of(request.body(body)).await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(!reply.header("retry-after").is_empty());
    let text = reply.text();
    assert!(text.contains("<html lang=\"nl\"") && text.contains("\nKapot</textarea>"), "{text}");
    assert!(text.contains("value=\"3\" checked"), "{text}");
}

#[tokio::test]
async fn a_proxy_that_nobody_named_is_not_taken_for_one_client() {
    let collector = collector(1, 0);
    for _ in 0..5 {
        post_from(&collector, "198.51.100.7").await.expect(StatusCode::CREATED);
    }
}
