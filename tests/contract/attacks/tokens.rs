//! Reading without the token, and guessing the token.

use aanrader_tests::collector::{Options, Reply, TOKEN};
use reqwest::{Method, StatusCode};

use super::{exchange, start, statuses};

#[tokio::test]
async fn only_the_token_opens_anything() {
    let collector = start(Options::default());
    let upper = TOKEN.to_uppercase();
    let shown = [
        String::new(),
        "Bearer".into(),
        "Bearer ".into(),
        TOKEN.into(),
        format!("Basic {TOKEN}"),
        format!("Bearer{TOKEN}"),
        format!("Bearer {TOKEN}x"),
        format!("Bearer x{TOKEN}"),
        format!("Bearer {}", &TOKEN[1..]),
        format!("Bearer {upper}"),
        format!("Bearer \"{TOKEN}\""),
        format!("Bearer {TOKEN},{TOKEN}"),
        format!("Bearer {TOKEN} x"),
        format!("Token {TOKEN}"),
        "Bearer null".into(),
        "Bearer undefined".into(),
        "Bearer 0".into(),
        "Bearer true".into(),
        "Bearer *".into(),
        "Bearer %00".into(),
        "Bearer ' OR '1'='1".into(),
        format!("Bearer=={TOKEN}"),
        format!("Digest {TOKEN}"),
        "Bearer \t".into(),
    ];
    for shown in shown {
        for path in ["/v1/results", "/v1/answers"] {
            let request = collector.request(Method::GET, path).header("authorization", &shown);
            Reply::of(request).await.expect(StatusCode::UNAUTHORIZED);
        }
    }
    for query in ["token", "access_token", "authorization", "admin_token"] {
        let reply = collector.get(&format!("/v1/results?{query}={TOKEN}")).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{query}");
    }
}

#[tokio::test]
async fn a_token_that_is_shown_twice_is_refused() {
    let collector = start(Options::default());
    for (one, other) in [(TOKEN, "wrong"), ("wrong", TOKEN), (TOKEN, TOKEN)] {
        let request = format!(
            "GET /v1/results HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {one}\r\nAuthorization: Bearer {other}\r\n\r\n"
        );
        assert_eq!(statuses(&exchange(&collector, request).await), [400]);
    }
}

#[tokio::test]
async fn who_guesses_has_to_wait_and_nobody_else_has() {
    let collector = start(Options { rate: Some((600, 1)), ..Options::default() });
    let show = |token: String, client: &'static str| {
        let request = collector.request(Method::GET, "/v1/results").header("x-forwarded-for", client);
        Reply::of(request.header("authorization", format!("Bearer {token}")))
    };
    let mut statuses = Vec::new();
    for guess in 0..100 {
        statuses.push(show(format!("guess-number-{guess:04}"), "198.51.100.7").await.status);
    }
    let compared = statuses.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count();
    assert!((20..40).contains(&compared), "{compared} of 100 guesses were compared");
    // Otherwise guessing could go on: the right token would stand out.
    let reply = show(TOKEN.into(), "198.51.100.7").await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(!reply.header("retry-after").is_empty());
    show(TOKEN.into(), "198.51.100.8").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn guesses_are_slowed_behind_a_proxy_that_nobody_named_too() {
    let collector = start(Options::default());
    let mut compared = 0;
    for guess in 0..500 {
        let request = collector.request(Method::GET, "/v1/answers");
        let reply =
            Reply::of(request.header("authorization", format!("Bearer guess-number-{guess:04}"))).await;
        compared += u32::from(reply.status == StatusCode::UNAUTHORIZED);
    }
    assert!(compared < 450, "{compared} of 500 guesses were compared");
}
