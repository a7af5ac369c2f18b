//! Pages of foreign origins, and pages under a domain name that a stranger points at the collector.

use aanrader_tests::collector::{Collector, Options};

use super::{assert_nothing_is_kept, exchange, post, start, statuses};

fn of_a_shop() -> Collector {
    start(Options { origins: vec!["https://shop.example".into()], ..Options::default() })
}

#[tokio::test]
async fn no_origin_but_the_very_one_may_send() {
    let collector = of_a_shop();
    let origins = [
        "https://evil.example",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "https://www.shop.example",
        "https://shop.example.",
        "https://shop.exampl",
        "HTTPS://SHOP.EXAMPLE",
        "https://shop.example/",
        "https://shop.example/path",
        "https://u@shop.example",
        "https://shop.example@evil.example",
        "https://shop.example#",
        "https://shop.example?",
        "https://shop.example\\",
        "https://shop.example, https://evil.example",
        "https://evil.example https://shop.example",
        "null",
        "",
        "*",
        "file://",
        "shop.example",
        "//shop.example",
        "chrome-extension://abcdef",
        "https://shop.ex\u{e4}mple",
        "https://xn--shop-example",
        "https://shop%2eexample",
        "https://[::1]",
        "https://shop.example:443:443",
        "data:text/html",
        "about:blank",
        "blob:https://shop.example/1",
        "https:shop.example",
        "https://shop.example:0",
    ];
    for origin in origins {
        let replies = exchange(
            &collector,
            post(&format!(
                "Host: x\r\nOrigin: {origin}\r\nContent-Type: text/plain\r\nConnection: close\r\n"
            )),
        )
        .await;
        assert_eq!(statuses(&replies), [403], "{origin:?}: {replies}");
        assert!(
            replies.contains("\"collector\":\"aanrader\"") && replies.contains("foreign_origin"),
            "{replies}"
        );
    }
    assert_nothing_is_kept(&collector).await;
}

#[tokio::test]
async fn an_origin_that_is_there_twice_is_refused_whichever_comes_first() {
    let collector = of_a_shop();
    let (own, evil) = ("https://shop.example", "https://evil.example");
    for (one, other) in [(own, evil), (evil, own), (own, own), ("null", own)] {
        let request =
            post(&format!("Host: x\r\nOrigin: {one}\r\nOrigin: {other}\r\nContent-Type: text/plain\r\n"));
        let replies = exchange(&collector, request).await;
        assert_eq!(statuses(&replies), [400], "{one} {other}: {replies}");
    }
    assert_nothing_is_kept(&collector).await;
}

#[tokio::test]
async fn a_name_that_was_made_to_point_at_the_collector_is_not_its_own() {
    let collector = of_a_shop();
    let hosts = [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "xlocalhost",
        "1.2.3",
        "0x7f.1",
        "127.0.0.1.nip.io",
        "shop.example",
        "shop.example.evil.example:80",
        "evil.internal",
        "0",
    ];
    for host in hosts {
        for scheme in ["http", "https"] {
            if (scheme, host) == ("https", "shop.example") {
                continue;
            }
            let headers =
                format!("Host: {host}\r\nOrigin: {scheme}://{host}\r\nContent-Type: text/plain\r\n");
            let replies = exchange(&collector, post(&(headers + "Connection: close\r\n"))).await;
            assert_eq!(statuses(&replies), [403], "{scheme}://{host}: {replies}");
        }
    }
    assert_nothing_is_kept(&collector).await;
    collector.logs("set --public-url").await;
}
