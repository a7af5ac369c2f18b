//! Forms and links that try to cause much work, or to make markup of text.

use aanrader_tests::collector::{Collector, Options, Reply};
use reqwest::{Method, StatusCode};

use super::{exchange, start, statuses};

async fn send(collector: &Collector, body: String) -> Reply {
    let request = collector.request(Method::POST, "/v1/answers");
    Reply::of(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
}

#[tokio::test]
async fn a_reply_is_not_much_longer_than_what_it_replies_to() {
    let collector = start(Options::default());
    let many = |name: &str, count: usize| (0..count).map(|n| format!("{name}{n}=1&")).collect::<String>();
    for body in [
        format!("survey=a&brand={}", "b".repeat(60_000)),
        format!("survey=a&touchpoint=b&score=9&complete=false&brand={}", "%3C".repeat(20_000)),
        many("unknown", 6_000),
        many("properties.p", 3_500),
        format!("survey=a&touchpoint=b&score=9&{}", many("properties.p", 3_000)),
        "properties.a=1&".repeat(4_000),
        "&".repeat(60_000),
        "=".repeat(60_000),
        "score=9&".repeat(8_000),
        format!("survey=a&touchpoint=b&customer={}", "c".repeat(60_000)),
    ] {
        let start: String = body.chars().take(40).collect();
        let sent = body.len();
        let reply = send(&collector, body).await;
        assert!(reply.status.is_client_error() || reply.status.is_success(), "{start}: {}", reply.status);
        assert!(reply.body.len() < 2 * sent, "{start}: {} bytes for {sent}", reply.body.len());
    }
}

#[tokio::test]
async fn parameters_without_end_are_refused_in_few_words() {
    let collector = start(Options::default());
    for count in [100, 1_000, 20_000] {
        let query: String = (0..count).map(|n| format!("u{n}=1&")).collect();
        for path in ["/v1/results", "/v1/answers", "/s/shop", "/"] {
            let token = aanrader_tests::collector::TOKEN;
            let request = format!(
                "GET {path}?{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            );
            let replies = exchange(&collector, request).await;
            let [status] = statuses(&replies)[..] else { panic!("{path} {count}: {replies}") };
            let fits = if path.starts_with("/v1") || count == 20_000 { 400..500 } else { 200..300 };
            assert!(fits.contains(&status), "{path} {count}: {status}");
            assert!(replies.len() < 12_000, "{path} {count}: {} bytes", replies.len());
        }
    }
}

#[tokio::test]
async fn no_field_and_no_parameter_becomes_markup_or_a_header() {
    let collector = start(Options::default());
    let payloads = [
        "<script>alert(1)</script>",
        "\"><script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        "</textarea><script>1</script>",
        "</title><script>1</script>",
        "<!--<script>",
        "javascript:alert(1)",
        "a\r\nSet-Cookie: a=b",
        "a\nX-Evil: 1",
        "{{constructor}}",
        "\u{0}<script>",
    ];
    let fields = [
        "survey",
        "touchpoint",
        "comment",
        "customer",
        "language",
        "wording",
        "brand",
        "contact_how",
        "properties.a",
        "id",
        "rev",
        "score",
    ];
    let harmless = |reply: &Reply, what: &str| {
        let text = reply.text();
        assert!(!text.contains("<script") && !text.contains("<img"), "{what}: {text}");
        for name in ["set-cookie", "x-evil"] {
            assert!(reply.headers.get(name).is_none(), "{what}");
        }
        assert!(!reply.status.is_server_error(), "{what}: {}", reply.status);
    };
    for field in fields {
        for payload in payloads {
            let pairs = [("survey", "a"), ("touchpoint", "b"), ("score", "11"), (field, payload)];
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            harmless(&send(&collector, body).await, &format!("{field} {payload}"));
        }
    }
    for parameter in ["score", "touchpoint", "customer", "brand", "lang", "properties.a", "<script>"] {
        for payload in payloads {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair(parameter, payload).finish();
            let reply = collector.get(&format!("/s/shop?{query}")).await.expect(StatusCode::OK);
            harmless(&reply, &format!("{parameter} {payload}"));
            let policy = reply.header("content-security-policy");
            for directive in
                ["frame-ancestors 'self'", "base-uri 'none'", "form-action 'self'", "default-src 'none'"]
            {
                assert!(policy.contains(directive), "{policy}");
            }
        }
    }
}
