use axum::body::to_bytes;

use super::*;

static FILES: &[Asset] = &[
    Asset { path: "aanrader.js", bytes: b"plain", brotli: Some(b"packed"), hash: "h1" },
    Asset { path: "demo/index.html", bytes: b"<p>", brotli: None, hash: "h2" },
];

fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
}

#[test]
fn brotli_has_to_be_named_and_not_weighed_as_nothing() {
    for (takes, expected) in [
        ("br", true),
        ("gzip, BR;q=0.1", true),
        ("br;q=0", false),
        ("br;q=0.000", false),
        ("br;q=x", false),
        ("brotli, *", false),
        ("", false),
    ] {
        assert_eq!(takes_brotli(&headers(&[(header::ACCEPT_ENCODING, takes)])), expected, "{takes}");
    }
    assert!(!takes_brotli(&HeaderMap::new()));
}

#[test]
fn the_demo_is_hidden_unless_asked_for() {
    assert!(Assets { files: FILES, demo: true }.find("demo/index.html").is_some());
    assert!(Assets { files: FILES, demo: false }.find("demo/index.html").is_none());
    assert!(Assets { files: FILES, demo: false }.find("aanrader.js").is_some());
}

#[tokio::test]
async fn each_form_of_a_file_has_its_own_tag() {
    for (takes, body, etag) in [("gzip", "plain", "\"h1\""), ("br", "packed", "\"h1-br\"")] {
        let response = reply(&FILES[0], &headers(&[(header::ACCEPT_ENCODING, takes)]));
        assert_eq!(response.headers()[header::ETAG], etag);
        let bytes = to_bytes(response.into_body(), 100).await.expect("a body");
        assert_eq!(bytes, body);
    }
}

#[test]
fn the_tag_of_the_other_form_is_not_known() {
    for (known, status) in [("\"h1-br\"", StatusCode::NOT_MODIFIED), ("\"h1\"", StatusCode::OK)] {
        let request = headers(&[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, known)]);
        assert_eq!(reply(&FILES[0], &request).status(), status, "{known}");
    }
}
