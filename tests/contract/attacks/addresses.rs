//! Addresses that try to leave the served files.

use aanrader_tests::collector::Options;

use super::{exchange, start, statuses};

#[tokio::test]
async fn no_address_leads_to_a_file_that_is_not_served() {
    let collector = start(Options { demo: false, ..Options::default() });
    let paths = [
        "/../etc/passwd",
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/.%2e/etc/passwd",
        "/%252e%252e/etc/passwd",
        "/..%5c..%5cetc%5cpasswd",
        "/....//etc/passwd",
        "/..;/etc/passwd",
        "/v/../../etc/passwd",
        "/v/..%2f..%2fetc/passwd",
        "/%c0%ae%c0%ae/etc/passwd",
        "/etc/passwd",
        "//etc/passwd",
        "///etc/passwd",
        "/proc/self/environ",
        "/.git/config",
        "/.env",
        "/answers.db",
        "/aanrader.db",
        "/data/answers.db",
        "/aanrader.toml",
        "/%00",
        "/index.html%00.txt",
        "/v1/../healthz/x",
        "/v1//answers",
        "/v1/answers/",
        "/v1/answers/1",
        "/v1/answers.json",
        "/V1/answers",
        "/v1/admin",
        "/v1/..",
        "/s/",
        "/s/a/b",
        "/s/..%2f..",
        "/s/%2e%2e",
        "/s/A",
        "/s/a%00",
        "/s/<script>",
        "/demo/",
        "/demo/nl/",
        "/demo/../demo/nl/",
        "/preview/../demo/nl/",
        "/v/",
        "/v/x",
        "/v/x/y/z",
        "/aanrader.js.br",
        "/aanrader.js/",
        "/preview/index.html/",
        "/~root",
        "/server-status",
        "/metrics",
        "/debug/pprof",
        "/actuator/env",
        "/wp-login.php",
        "/cgi-bin/test",
        "/%uff0e%uff0e/",
        "/\\..\\..",
        "/?../../etc/passwd/..",
        "/favicon.ico/../../etc/passwd",
    ];
    let mut refused = 0;
    for path in paths {
        let replies =
            exchange(&collector, format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .await;
        let found = statuses(&replies);
        assert!(!replies.contains("root:x:") && !replies.contains("PATH="), "{path}: {replies}");
        // A query may contain anything: the page is the same.
        let expected = if path.starts_with("/?") { 200..201 } else { 400..500 };
        assert!(found.len() == 1 && expected.contains(&found[0]), "{path}: {found:?}");
        refused += 1;
    }
    assert_eq!(refused, paths.len());
}
