//! Requests that hide a second, unchecked one, and invalid requests.

use aanrader_tests::collector::{Options, answer};

use super::{assert_nothing_is_kept, exchange, start, statuses};

/// The request after the first one, if a server misjudged its end.
const SECOND: &str = "GET /v1/smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// Asserts that an attempt is refused exactly once, and its connection closed.
#[track_caller]
fn assert_refused_once(attempt: &str, replies: &str) {
    let found = statuses(replies);
    let refused = match found[..] {
        // Bytes that aren't a request need no reply.
        [] => replies.is_empty(),
        [status] => (400..500).contains(&status) || status == 501 || status == 505,
        _ => false,
    };
    assert!(refused, "{attempt:?}: {found:?} in {replies}");
}

async fn refuse_all(attempts: &[String]) {
    let collector = start(Options::default());
    for attempt in attempts {
        let replies = exchange(&collector, attempt).await;
        assert_refused_once(attempt, &replies);
    }
    assert_nothing_is_kept(&collector).await;
}

/// A chunked answer with these headers, and another request after it.
fn chunked(headers: &str) -> String {
    let body = answer().to_string();
    format!(
        "POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n{headers}\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n{SECOND}",
        body.len()
    )
}

#[tokio::test]
async fn a_body_whose_end_two_programs_could_see_in_two_places_is_refused() {
    let transfer = [
        "chunked, chunked",
        "gzip, chunked",
        "deflate, chunked",
        "identity, chunked",
        "identity",
        "gzip",
        "chunked, identity",
        "chunked, gzip",
        "xchunked",
        "chunkedx",
        "\"chunked\"",
        "chunked;q=1",
        "chunked,",
        ",chunked",
        ", chunked",
        "chunked chunked",
        "chunked\u{b}",
        "chunked; a=b",
        "cow",
        "trailers",
        "''",
        "",
    ]
    .map(|value| chunked(&format!("Transfer-Encoding: {value}")));
    let twice = [
        ("chunked", "chunked"),
        ("chunked", "identity"),
        ("identity", "chunked"),
        ("chunked", "cow"),
        ("", "chunked"),
    ]
    .map(|(one, other)| chunked(&format!("Transfer-Encoding: {one}\r\nTransfer-Encoding: {other}")));
    let spelled = [
        "Transfer-Encoding : chunked",
        " Transfer-Encoding: chunked",
        "\tTransfer-Encoding: chunked",
        "Transfer-Encoding\t: chunked",
        "X: y\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding: chunked\r\n , identity",
        "Transfer-Encoding\0: chunked",
        "Transfer-Encoding: chun\0ked",
        "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip",
    ]
    .map(chunked);
    let attempts: Vec<_> = transfer.into_iter().chain(twice).chain(spelled).collect();
    refuse_all(&attempts).await;
}

#[tokio::test]
async fn after_a_body_with_a_length_and_chunks_nothing_more_is_read() {
    let collector = start(Options::default());
    for length in ["0", "5", "1000", "100000"] {
        let (te, cl) = ("Transfer-Encoding: chunked", format!("Content-Length: {length}"));
        for headers in [format!("{te}\r\n{cl}"), format!("{cl}\r\n{te}")] {
            // The chunks count, by RFC 9112, and the connection ends after them.
            let replies = exchange(&collector, chunked(&headers)).await;
            assert_eq!(statuses(&replies), [201], "{headers}: {replies}");
        }
    }
}

#[tokio::test]
async fn a_length_that_is_none_or_two_is_refused() {
    let length = answer().to_string().len();
    let lengths = [
        format!("{length}, {length}"),
        format!("+{length}"),
        "-1".into(),
        format!("0x{length:x}"),
        "5 5".into(),
        "".into(),
        "18446744073709551616".into(),
        "99999999999999999999999999".into(),
        "1e1".into(),
        format!("{length}.0"),
        format!("{length};"),
        format!("\"{length}\""),
        "five".into(),
        "５".into(),
        "\u{b}5".into(),
        "1_0".into(),
    ];
    let one = lengths.iter().map(|length| format!("Content-Length: {length}\r\n"));
    let two = [(length, length + 1), (length + 1, length), (0, length), (length, 0)]
        .map(|(one, other)| format!("Content-Length: {one}\r\nContent-Length: {other}\r\n"));
    let attempts: Vec<_> = one
        .chain(two)
        .map(|header| {
            let body = answer().to_string();
            format!("POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n{header}\r\n{body}{SECOND}")
        })
        .collect();
    refuse_all(&attempts).await;
}

#[tokio::test]
async fn chunks_that_are_none_are_refused() {
    let body = answer().to_string();
    let (length, long) = (body.len(), "x".repeat(20 * 1024));
    let chunks = [
        format!("0x{length:x}\r\n{body}\r\n0\r\n\r\n"),
        format!("+{length:x}\r\n{body}\r\n0\r\n\r\n"),
        format!("-{length:x}\r\n{body}\r\n0\r\n\r\n"),
        format!("{:x}\r\n{body}\r\n0\r\n\r\n", length + 1),
        format!("{:x}\r\n{body}\r\n0\r\n\r\n", length - 1),
        format!("ffffffffffffffffff\r\n{body}\r\n0\r\n\r\n"),
        format!("{length:x}\r\n{body}0\r\n\r\n"),
        format!("\r\n{body}\r\n0\r\n\r\n"),
        format!("{length:x};{long}\r\n{body}\r\n0\r\n\r\n"),
        format!("{length:x}\r\n{body}\r\n0\r\nX: {long}\r\n\r\n"),
        format!("{length:x}\r\n{body}\r\ng\r\n\r\n"),
        format!("{length:x}\r\n{body}\r\n0\r\n{}\r\n", "X: y\r\n".repeat(2_000)),
    ];
    let head = "POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nConnection: close\r\n";
    let attempts = chunks.map(|chunks| format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}"));
    refuse_all(&attempts).await;
}

#[tokio::test]
async fn a_request_is_for_one_host() {
    let body = answer().to_string();
    let hosts = [
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a\r\nHost: a\r\n",
        "Host:\r\n",
        "Host: a, b\r\n",
        "Host: u@a\r\n",
        "Host: http://a\r\n",
        "Host: a/b\r\n",
        "Host: a b\r\n",
        "Host: a?b\r\n",
        "Host: a#b\r\n",
        "Host: a\\b\r\n",
        "Host: [::1\r\n",
        "Host: \u{e9}\r\n",
        "Host : a\r\n",
        " Host: a\r\n",
        "Host: a\0b\r\n",
        "Host: <script>\r\n",
    ]
    .map(|host| ("/v1/answers", host));
    let targets = ["http://evil.example/v1/answers", "http://x:81/v1/answers", "http://u@x/v1/answers"]
        .map(|target| (target, "Host: x\r\n"));
    let attempts: Vec<_> = hosts
        .into_iter()
        .chain(targets)
        .map(|(target, host)| {
            let length = body.len();
            format!("POST {target} HTTP/1.1\r\n{host}Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}{SECOND}")
        })
        .collect();
    refuse_all(&attempts).await;
}

#[tokio::test]
async fn what_is_no_request_is_none() {
    let long = "x".repeat(17 * 1024);
    let many = "X: y\r\n".repeat(101);
    let lines = [
        "GET  / HTTP/1.1",
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET / HTTP/3",
        "GET /\0 HTTP/1.1",
        "GET / HTTP/1.1\r",
        "GET /a b HTTP/1.1",
        "GET",
        "GET /",
        "G\u{e9}T / HTTP/1.1",
        "GET / http/1.1",
        "(GET) / HTTP/1.1",
        "CONNECT evil.example:443 HTTP/1.1",
        "TRACE / HTTP/1.1",
        "post /v1/answers HTTP/1.1",
        "PROPFIND / HTTP/1.1",
        "DELETE /v1/answers HTTP/1.1",
        "PUT /v1/answers HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET v1/answers HTTP/1.1",
        "GET ../../etc/passwd HTTP/1.1",
        "PRI * HTTP/2.0",
        "HELO evil.example",
        "\u{16}\u{3}\u{1}\u{2}",
    ];
    let lines = lines.map(|line| format!("{line}\r\nHost: x\r\nConnection: close\r\n\r\n"));
    let heads = [
        format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{long}: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
        "GET / HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n".into(),
    ];
    let attempts: Vec<_> = lines.into_iter().chain(heads).collect();
    refuse_all(&attempts).await;
}
