//! Refused answers: each has its own clear reason, and changes nothing.

use aanrader_tests::collector::{Collector, Options, Reply, TOKEN, answer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::raw::Raw;

/// A collector with one answer, so that a test can check that it stays the only one.
async fn with_one_answer() -> (Collector, Vec<Value>) {
    let collector = Collector::start(Options::default());
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    let answers = collector.answers().await;
    (collector, answers)
}

#[tokio::test]
async fn what_is_no_score_is_refused_by_name() {
    let (collector, before) = with_one_answer().await;
    let cases = [
        (json!(6.5), "score not_whole", "score is 6.5; send a whole number from 0 to 10"),
        (json!("9"), "score wrong_type", "score is the text \"9\"; send a whole number from 0 to 10"),
        (json!(null), "score wrong_type", "score is null; send a whole number from 0 to 10"),
        (json!(11), "score out_of_range", "score is 11; send a whole number from 0 to 10"),
        (json!(-0.1), "score not_whole", "score is -0.1; send a whole number from 0 to 10"),
        (json!(true), "score wrong_type", "score is true; send a whole number from 0 to 10"),
        (json!([9]), "score wrong_type", "score is an array; send a whole number from 0 to 10"),
    ];
    for (score, problem, message) in cases {
        // The id is known, so that accepting it by mistake would change the stored answer.
        let mut sent = answer();
        sent["id"] = before[0]["id"].clone();
        sent["rev"] = json!(2);
        sent["score"] = score;
        let reply = collector.post(&sent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reply.problems(), [problem]);
        assert_eq!(reply.json()["problems"][0]["message"], message);
    }
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn a_comment_of_2001_characters_is_refused_and_one_of_2000_is_not() {
    let (collector, before) = with_one_answer().await;
    let mut sent = answer();
    sent["comment"] = json!("é".repeat(2001));
    let reply = collector.post(&sent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.problems(), ["comment too_long"]);
    assert_eq!(collector.answers().await, before);
    sent["comment"] = json!("é".repeat(2000));
    collector.post(&sent).await.expect(StatusCode::CREATED);
    assert_eq!(collector.answers().await[0]["comment"], sent["comment"]);
}

#[tokio::test]
async fn all_problems_are_named_at_once() {
    let (collector, before) = with_one_answer().await;
    let sent = json!({"id": "1", "rev": 0, "survey": "A b", "score": 6.5, "properties": {"plan": 3}});
    let reply = collector.post(&sent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        reply.problems(),
        [
            "id malformed",
            "rev out_of_range",
            "complete missing",
            "survey malformed",
            "touchpoint missing",
            "score not_whole",
            "properties.plan wrong_type"
        ]
    );
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn broken_json_is_refused_with_the_place_where_it_breaks() {
    let (collector, before) = with_one_answer().await;
    let sent = answer().to_string();
    for broken in ["", "{", "{\"a\":1,}", &sent[..sent.len() - 1], &format!("{sent}{sent}"), "{\"a\":\u{1}}"]
    {
        let reply = collector.post_text(broken).await.expect(StatusCode::BAD_REQUEST);
        assert_eq!(reply.problems(), ["body broken_json"], "{broken}");
        assert!(reply.text().contains(" at line 1 column "), "{}", reply.text());
    }
    let reply = collector.post_text("[1]").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.problems(), ["body wrong_type"]);
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_broken_json() {
    let (collector, before) = with_one_answer().await;
    let request = collector.request(Method::POST, "/v1/answers").header("content-type", "text/plain");
    let reply = Reply::of(request.body(&b"{\"a\":\"\xff\"}"[..])).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(reply.problems(), ["body broken_json"]);
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn a_body_of_17_kib_is_refused_with_its_length_announced() {
    let (collector, before) = with_one_answer().await;
    let body = format!("{}{}", answer(), " ".repeat(17 * 1024));
    let reply = collector.post_text(body).await.expect(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(reply.problems(), ["body too_large"]);
    assert!(reply.text().contains("16384 bytes"), "{}", reply.text());
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn a_body_of_17_kib_is_refused_when_it_is_streamed() {
    let (collector, before) = with_one_answer().await;
    let body = format!("{}{}", answer(), " ".repeat(17 * 1024));
    let mut raw = Raw::connect(&collector).await;
    raw.send("POST /v1/answers HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\n")
        .await;
    raw.send("Transfer-Encoding: chunked\r\n\r\n").await;
    for chunk in body.as_bytes().chunks(1000) {
        let text = std::str::from_utf8(chunk).expect("ASCII");
        raw.send(&format!("{:x}\r\n{text}\r\n", chunk.len())).await;
    }
    raw.send("0\r\n\r\n").await;
    let reply = raw.read_all().await;
    assert!(reply.starts_with("HTTP/1.1 413 ") && reply.contains("too_large"), "{reply}");
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn a_body_of_exactly_16_kib_is_taken() {
    let collector = Collector::start(Options::default());
    let sent = answer().to_string();
    let body = format!("{sent}{}", " ".repeat(16 * 1024 - sent.len()));
    collector.post_text(body).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn other_types_of_body_are_refused_with_those_that_are_taken() {
    let (collector, before) = with_one_answer().await;
    for content_type in
        [Some("multipart/form-data; boundary=x"), Some("text/html"), Some("text/plainer"), None]
    {
        let request = collector.request(Method::POST, "/v1/answers").body(answer().to_string());
        let request =
            content_type.into_iter().fold(request, |request, of| request.header("content-type", of));
        let reply = Reply::of(request).await.expect(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(reply.problems(), ["content-type unsupported_type"]);
        for taken in ["text/plain", "application/json", "application/x-www-form-urlencoded"] {
            assert!(reply.text().contains(taken), "{taken}");
        }
    }
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn other_addresses_and_methods_are_refused_in_the_same_shape() {
    let collector = Collector::start(Options::default());
    for path in ["/v1/answer", "/v1/", "/v1", "/v1/answers/1"] {
        let reply = collector.get(path).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(reply.problems(), ["path not_found"], "{path}");
    }
    for (path, allow) in [("/v1/answers", "GET,HEAD,POST,OPTIONS"), ("/v1/results", "GET,HEAD")] {
        let request = collector.request(Method::DELETE, path);
        let reply = Reply::of(request).await.expect(StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(reply.problems(), ["method method_not_allowed"]);
        assert_eq!(reply.header("allow"), allow);
    }
}

#[tokio::test]
async fn nothing_personal_is_logged() {
    let mut collector = Collector::start(Options::default());
    let mut sent = answer();
    sent["comment"] = json!("secret-comment");
    sent["contact"] = json!({"allowed": true, "how": "secret-address"});
    sent["customer"] = json!("secret-customer");
    collector.post(&sent).await.expect(StatusCode::CREATED);
    sent["score"] = json!("secret-score");
    collector.post(&sent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    collector.get_as_owner("/v1/answers?survey=secret-survey").await;
    collector.stop();
    let log = collector.log();
    assert!(log.contains("\"path\":\"/v1/answers\"") && log.contains("\"status\":201"), "{log}");
    assert!(!log.contains("secret") && !log.contains(TOKEN), "{log}");
}
