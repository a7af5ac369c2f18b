//! Strangers can write little into the log, and no customer's data.

use aanrader_tests::collector::Options;

use super::{exchange, start};

#[tokio::test]
async fn a_request_is_one_short_line_without_anything_that_it_says() {
    let mut collector = start(Options::default());
    let long = "secret".repeat(2_000);
    let requests = [
        "GET /secret-name HTTP/1.1\r\nHost: x\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nHost: x\r\n"),
        "GET /s/shop?customer=secret HTTP/1.1\r\nHost: x\r\n".into(),
        "GET /s/secret-survey HTTP/1.1\r\nHost: x\r\n".into(),
        "GET /s/secret/secret HTTP/1.1\r\nHost: x\r\n".into(),
        "GET /v1/secret HTTP/1.1\r\nHost: x\r\n".into(),
        "GET /v/secret/secret.js HTTP/1.1\r\nHost: x\r\n".into(),
        "SECRET / HTTP/1.1\r\nHost: x\r\n".into(),
        "GET / HTTP/1.1\r\nHost: secret.example\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\nReferer: https://secret.example/secret\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: secret\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\nCookie: secret=secret\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: secret\r\n".into(),
        "GET /v1/results HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-secret-secret\r\n".into(),
        "POST /v1/answers HTTP/1.1\r\nHost: x\r\nOrigin: null\r\nReferer: https://secret.example\r\n".into(),
        "GET /%0d%0asecret HTTP/1.1\r\nHost: x\r\n".into(),
    ];
    for request in &requests {
        exchange(&collector, format!("{request}Connection: close\r\n\r\n")).await;
    }
    collector.stop();
    let log = collector.log();
    assert!(!log.to_lowercase().contains("secret"), "{log}");
    let lines: Vec<_> = log.lines().filter(|line| line.contains("\"message\":\"request\"")).collect();
    assert_eq!(lines.len(), requests.len(), "{log}");
    for line in log.lines() {
        assert!(line.len() <= 1_024, "{} bytes: {line}", line.len());
    }
}
