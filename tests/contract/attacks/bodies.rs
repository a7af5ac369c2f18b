//! Bodies of another type than declared, and harmful JSON.

use aanrader_tests::collector::{Collector, Options, Reply, answer};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{assert_nothing_is_kept, start};

async fn send(collector: &Collector, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Reply {
    let request = collector.request(Method::POST, "/v1/answers").body(body);
    Reply::of(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn a_body_that_is_said_to_be_packed_is_refused() {
    let collector = start(Options::default());
    let codings = [
        "gzip",
        "br",
        "deflate",
        "zstd",
        "compress",
        "x-gzip",
        "GZIP",
        "gzip, identity",
        "identity, gzip",
        "identity, identity",
        "aes128gcm",
        "dcb",
        "chunked",
        "cow",
        "",
        "gzip;q=0",
    ];
    for coding in codings {
        for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
            let headers = [("content-type", content_type), ("content-encoding", coding)];
            let reply = send(&collector, &headers, answer().to_string()).await;
            assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{coding}");
            assert_eq!(reply.problems(), ["content-encoding unsupported_encoding"]);
        }
    }
    assert_nothing_is_kept(&collector).await;
    let plain = [("content-type", "text/plain"), ("content-encoding", "identity")];
    send(&collector, &plain, answer().to_string()).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn a_text_in_another_encoding_than_utf_8_is_refused() {
    let collector = start(Options::default());
    let charsets = [
        "utf-16",
        "utf-16le",
        "utf-16be",
        "utf-32",
        "utf-7",
        "iso-8859-1",
        "latin1",
        "windows-1252",
        "us-ascii",
        "shift_jis",
        "gbk",
        "big5",
        "euc-jp",
        "koi8-r",
        "x-user-defined",
        "utf-8x",
        "",
        "\"utf-16\"",
        "utf-8\"; charset=utf-16",
        "UTF-16",
    ];
    for charset in charsets {
        for essence in ["text/plain", "application/json", "application/x-www-form-urlencoded"] {
            let content_type = format!("{essence}; charset={charset}");
            let reply = send(&collector, &[("content-type", &content_type)], answer().to_string()).await;
            assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
        }
    }
    for twice in ["text/plain; charset=utf-8; charset=utf-16", "text/plain;charset=utf-16;charset=utf-8"] {
        let reply = send(&collector, &[("content-type", twice)], answer().to_string()).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{twice}");
    }
    assert_nothing_is_kept(&collector).await;
    for plain in
        ["text/plain;charset=UTF-8", "text/plain; charset=\"utf-8\"", "application/json", "text/plain; a=b"]
    {
        send(&collector, &[("content-type", plain)], answer().to_string()).await.expect(StatusCode::CREATED);
    }
}

#[tokio::test]
async fn json_that_is_meant_to_hurt_is_refused() {
    let collector = start(Options::default());
    let full = answer().to_string();
    let with = |field: &str, value: &str| {
        let rest = full.trim_start_matches('{');
        format!("{{\"{field}\":{value},{}", rest.replace(&format!("\"{field}\""), "\"was\""))
    };
    let deep =
        |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    let mut attempts = vec![
        deep("[", "]", 7_000),
        deep("{\"a\":", "}", 2_000),
        "[".repeat(16_000),
        "{\"a\":".repeat(3_000),
        "\"".repeat(16_000),
        "null".into(),
        "true".into(),
        "9".into(),
        "\"9\"".into(),
        "[]".into(),
        "{}".into(),
        "[{}]".into(),
        "NaN".into(),
        format!("\u{feff}{full}"),
        format!("{full}\0"),
        format!("\0{full}"),
        format!("{full},"),
        format!("[{full}]"),
        format!("/* */{full}"),
        format!("{full}//"),
        format!(")]}}',\n{full}"),
        full.replace('"', "'"),
        full.replace(':', "="),
        "{\"id\"".into(),
        "{\"id\":}".into(),
        "{,}".into(),
        "{\"a\":1,}".into(),
        "{\"a\" 1}".into(),
        "{a:1}".into(),
        full.replace("\"rev\":1", "\"rev\":01"),
        full.replace("\"rev\":1", "\"rev\":+1"),
        full.replace("\"rev\":1", "\"rev\":0x1"),
    ];
    for score in [
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "-0.5",
        "9.0000001",
        "9007199254740993",
        "18446744073709551616",
        "-1",
        "11",
        "\"9\"",
        "[9]",
        "{\"a\":9}",
        "true",
        "null",
        "\"\"",
        "9e9999999999",
        "1.5e1",
        "0.1e2000",
        ".9",
        "9.",
    ] {
        attempts.push(with("score", score));
    }
    for id in [
        "\"\"",
        "1",
        "null",
        "\"3f0e2b9a\"",
        "\"3f0e2b9a-5c1d-1e7f-8a6b-9c0d1e2f3a4b\"",
        "\"../../etc/passwd\"",
        "\"'; DROP TABLE answers;--\"",
        "\"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b\\u0000\"",
        "\"3f0e2b9a5c1d4e7f8a6b9c0d1e2f3a4b\"",
        "[\"a\"]",
        "\"{3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b}\"",
    ] {
        attempts.push(with("id", id));
    }
    for slug in [
        "\"A\"",
        "\"a b\"",
        "\"a'b\"",
        "\"a/b\"",
        "\"\\u202e\"",
        "\"<script>\"",
        "\"a\\u0000\"",
        "\"é\"",
        "\"%61\"",
        "\"..\"",
        "{}",
        "0",
    ] {
        attempts.extend(["survey", "touchpoint"].map(|field| with(field, slug)));
    }
    for text in ["1", "true", "[]", "{}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\x41\"", "\"\u{1}\""] {
        attempts.extend(["comment", "customer", "language", "wording"].map(|field| with(field, text)));
    }
    for rev in ["0", "-1", "1.5", "1000001", "4294967297", "\"1\"", "null"] {
        attempts.push(with("rev", rev));
    }
    for (field, value) in [
        ("properties", "[]"),
        ("properties", "\"a\""),
        ("properties", "{\"a\":1}"),
        ("properties", "{\"a\":{}}"),
        ("properties", "{\"\":\"a\"}"),
        ("properties", "{\"__proto__ \":{}}"),
        ("contact", "true"),
        ("contact", "{\"allowed\":\"yes\"}"),
        ("contact", "{\"allowed\":true,\"how\":1}"),
        ("complete", "1"),
        ("complete", "\"true\""),
        ("complete", "null"),
    ] {
        attempts.push(with(field, value));
    }
    for attempt in &attempts {
        let start: String = attempt.chars().take(100).collect();
        let reply = collector.post_text(attempt.clone()).await;
        assert!(
            [400, 413, 422].contains(&reply.status.as_u16()),
            "{start}: {} {}",
            reply.status,
            reply.text()
        );
        assert!(reply.body.len() < 4_096, "{start}: {} bytes", reply.body.len());
        assert_eq!(reply.json()["collector"], "aanrader");
    }
    assert!(attempts.len() > 130, "{}", attempts.len());
    assert_nothing_is_kept(&collector).await;
}

#[tokio::test]
async fn a_text_that_means_something_elsewhere_is_kept_as_the_text_it_is() {
    let collector = start(Options::default());
    for text in [
        "'; DROP TABLE answers; --",
        "\" OR 1=1 --",
        "<script>alert(1)</script>",
        "=HYPERLINK(\"http://evil\")",
        "{{7*7}}",
        "${7*7}",
        "%s%n",
        "../../etc/passwd",
        "\u{202e}txt.exe",
        "a\u{feff}b",
        "$(reboot)",
        "`reboot`",
    ] {
        let mut sent = answer();
        sent["comment"] = json!(text);
        sent["customer"] = json!(text);
        collector.post(&sent).await.expect(StatusCode::CREATED);
        let kept = &collector.answers().await[0];
        assert_eq!((&kept["comment"], &kept["customer"]), (&json!(text), &json!(text)));
    }
}
