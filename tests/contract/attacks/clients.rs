//! One client that tries to count as many.

use aanrader_tests::collector::{Collector, Options, Reply, answer};
use reqwest::{Method, StatusCode};

use super::start;

async fn post_from(collector: &Collector, forwarded: &str) -> StatusCode {
    let request = collector.request(Method::POST, "/v1/answers").header("x-forwarded-for", forwarded);
    Reply::of(request.header("content-type", "text/plain").body(answer().to_string())).await.status
}

/// How many of these requests are admitted, if each client may send one.
async fn let_in(forwarded: &[String]) -> usize {
    let collector = start(Options { rate: Some((1, 1)), ..Options::default() });
    let mut count = 0;
    for forwarded in forwarded {
        match post_from(&collector, forwarded).await {
            StatusCode::CREATED => count += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{forwarded}"),
        }
    }
    count
}

#[tokio::test]
async fn however_a_proxy_writes_one_address_it_is_one_client() {
    for same in [
        &[
            "192.0.2.1",
            "192.0.2.1:1",
            "192.0.2.1:65535",
            "::ffff:192.0.2.1",
            "[::ffff:192.0.2.1]",
            "[::ffff:192.0.2.1]:9",
            "\"192.0.2.1\"",
        ][..],
        &[
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "2001:DB8::1",
            "2001:db8:0:0:0:0:0:1",
            "2001:db8::2",
            "2001:db8::ffff:1",
            "\"[2001:db8::1]\"",
        ],
        &[
            "unknown",
            "_hidden",
            "_1",
            "",
            "-",
            "a.example",
            "1.2.3",
            "999.1.1.1",
            "[::1",
            "::1]",
            "192.0.2.1/24",
            "0x7f000001",
        ],
        &["10.1.2.3", "10.1.2.3:80", "::ffff:10.1.2.3"],
        &["127.0.0.1", "127.0.0.1:9", "::ffff:127.0.0.1"],
        &["fe80::1%eth0", "fe80::1%1", "fe80::1"],
        &["fd00::1", "fd00::2"],
    ] {
        let forwarded: Vec<_> = same.iter().map(ToString::to_string).collect();
        assert_eq!(let_in(&forwarded).await, 1, "{same:?}");
    }
}

#[tokio::test]
async fn what_a_client_writes_itself_makes_it_nobody_else() {
    let forged = [
        "1.1.1.1, 192.0.2.1",
        "2.2.2.2, 192.0.2.1",
        "127.0.0.1, 192.0.2.1",
        "unknown,192.0.2.1",
        ",,,192.0.2.1",
        "192.0.2.1, 192.0.2.1",
        "::1, 192.0.2.1",
        "<script>, 192.0.2.1",
        "3.3.3.3,4.4.4.4,5.5.5.5,192.0.2.1",
    ]
    .map(str::to_owned);
    assert_eq!(let_in(&forged).await, 1);
}

#[tokio::test]
async fn a_site_of_version_6_with_65536_networks_is_eight_clients_at_most() {
    let lines: Vec<_> = (0..60).map(|line| format!("2001:db8:1:{line:x}::1")).collect();
    assert_eq!(let_in(&lines).await, 8);
}

#[tokio::test]
async fn headers_that_no_known_proxy_writes_change_nothing() {
    let collector = start(Options { rate: Some((1, 1)), ..Options::default() });
    assert_eq!(post_from(&collector, "192.0.2.1").await, StatusCode::CREATED);
    for (name, value) in [
        ("forwarded", "for=203.0.113.1"),
        ("x-real-ip", "203.0.113.2"),
        ("true-client-ip", "203.0.113.3"),
        ("cf-connecting-ip", "203.0.113.4"),
        ("x-client-ip", "203.0.113.5"),
        ("x-forwarded-host", "a.example"),
        ("x-original-forwarded-for", "203.0.113.6"),
        ("via", "1.1 a"),
        ("x-cluster-client-ip", "203.0.113.7"),
        ("x-forwarded", "203.0.113.8"),
        ("forwarded-for", "203.0.113.9"),
    ] {
        let request = collector.request(Method::POST, "/v1/answers").header("x-forwarded-for", "192.0.2.1");
        let request = request.header(name, value).header("content-type", "text/plain");
        Reply::of(request.body(answer().to_string())).await.expect(StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn a_collector_behind_a_proxy_that_nobody_named_says_what_to_set() {
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.1"),
        ("x-real-ip", "203.0.113.1"),
        ("via", "1.1 proxy"),
        ("forwarded", "for=a"),
    ] {
        let collector = start(Options::default());
        let request = collector.request(Method::POST, "/v1/answers").header(name, value);
        Reply::of(request.header("content-type", "text/plain").body(answer().to_string()))
            .await
            .expect(StatusCode::CREATED);
        collector.logs("set --proxies 1").await;
    }
    // nginx's plain proxy_pass adds no header and changes the host; but the browser's own headers reveal it.
    let collector = start(Options::default());
    let request = collector.request(Method::POST, "/v1/answers").header("origin", "https://survey.example");
    let request = request.header("sec-fetch-site", "same-origin").header("content-type", "text/plain");
    Reply::of(request.body(answer().to_string())).await.expect(StatusCode::FORBIDDEN);
    collector.logs("set --proxies 1").await;
    collector.logs("set --public-url").await;
}
