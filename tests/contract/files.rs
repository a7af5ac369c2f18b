//! The served files, as a browser requests them.

use aanrader_tests::collector::{Collector, Options, Reply};
use reqwest::{Method, StatusCode};

/// The policy of every page.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                                 img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; \
                                 require-trusted-types-for 'script'";

const FOREVER: &str = "public, max-age=31536000, immutable";

async fn get_with(collector: &Collector, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = collector.request(Method::GET, path);
    Reply::of(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// The folder with the hash in its name, from the preview page's links: `/v/<hash>`.
async fn versioned(collector: &Collector) -> String {
    let page = collector.get("/preview/").await.expect(StatusCode::OK).text();
    let start = page.find("/v/").expect("a link to a versioned file");
    let hash = page[start + 3..].split('/').next().unwrap_or_default();
    assert!(hash.len() == 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    format!("/v/{hash}")
}

#[tokio::test]
async fn every_page_goes_out_with_the_strict_policy() {
    let collector = Collector::start(Options::default());
    for path in [
        "/",
        "/builder/",
        "/recipes/",
        "/preview/",
        "/demo/nl/",
        "/demo/en/",
        "/demo/nl/account.html",
        "/demo/en/login.html",
        "/demo/en/welcome.html",
    ] {
        let reply = collector.get(path).await.expect(StatusCode::OK);
        assert_eq!(reply.header("content-security-policy"), POLICY, "{path}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cache-control"), "no-cache", "{path}");
        assert!(!reply.header("etag").is_empty(), "{path}");
        assert!(!reply.text().contains("{{v}}"), "{path}");
    }
}

#[tokio::test]
async fn versioned_files_have_their_types_and_never_change() {
    let collector = Collector::start(Options::default());
    let folder = versioned(&collector).await;
    for (name, content_type) in [
        ("widget.js", "text/javascript; charset=utf-8"),
        ("widget.wasm", "application/wasm"),
        ("pages.wasm", "application/wasm"),
        ("en.json", "application/json"),
        ("nl.json", "application/json"),
        ("pages.css", "text/css; charset=utf-8"),
    ] {
        let reply = collector.get(&format!("{folder}/{name}")).await.expect(StatusCode::OK);
        assert_eq!(reply.header("content-type"), content_type, "{name}");
        assert_eq!(reply.header("cache-control"), FOREVER, "{name}");
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{name}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin", "{name}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{name}");
    }
}

#[tokio::test]
async fn the_loader_is_for_any_shop_and_looked_up_again_soon() {
    let collector = Collector::start(Options::default());
    let folder = versioned(&collector).await;
    // A bundle is also a loader: it loads other languages.
    for path in ["/aanrader.js", "/aanrader.nl.js", "/aanrader.pt-BR.js"] {
        let reply = collector.get(path).await.expect(StatusCode::OK);
        assert_eq!(reply.header("content-type"), "text/javascript; charset=utf-8", "{path}");
        assert_eq!(
            reply.header("cache-control"),
            "public, max-age=300, stale-while-revalidate=86400",
            "{path}"
        );
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin", "{path}");
        assert!(reply.text().contains(&folder[1..]), "{path} loads what the pages load");
    }
    collector.get("/aanrader.xx.js").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_npm_package_is_there_to_be_installed() {
    let collector = Collector::start(Options::default());
    let reply = collector.get("/aanrader.tgz").await.expect(StatusCode::OK);
    assert_eq!(reply.header("content-type"), "application/gzip");
    assert!(reply.body.starts_with(&[0x1f, 0x8b]), "it is packed");
    collector.get("/npm/package.json").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn brotli_goes_to_those_who_take_it_and_holds_the_same() {
    let collector = Collector::start(Options::default());
    let plain = collector.get("/aanrader.js").await.expect(StatusCode::OK);
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "Accept-Encoding"));
    for takes in ["br", "gzip, deflate, br, zstd", "gzip;q=1.0, BR; q=0.5"] {
        let reply = get_with(&collector, "/aanrader.js", &[("accept-encoding", takes)]).await;
        assert_eq!(
            (reply.header("content-encoding"), reply.header("vary")),
            ("br", "Accept-Encoding"),
            "{takes}"
        );
        assert_eq!(reply.header("content-type"), plain.header("content-type"));
        assert_ne!(reply.header("etag"), plain.header("etag"), "other bytes have another tag");
        let mut unpacked = Vec::new();
        brotli_decompressor::BrotliDecompress(&mut &reply.body[..], &mut unpacked).expect("brotli");
        assert_eq!(unpacked, plain.body);
        assert!(reply.body.len() < plain.body.len());
    }
    for refuses in ["gzip", "br;q=0", "br; q=0.0, gzip", "brotli", ""] {
        let reply = get_with(&collector, "/aanrader.js", &[("accept-encoding", refuses)]).await;
        assert_eq!(reply.header("content-encoding"), "", "{refuses}");
        assert_eq!(reply.body, plain.body);
    }
}

#[tokio::test]
async fn a_file_that_is_known_is_not_sent_again() {
    let collector = Collector::start(Options::default());
    for (path, encoding) in [("/aanrader.js", "identity"), ("/aanrader.js", "br"), ("/preview/", "br")] {
        let takes = ("accept-encoding", encoding);
        let first = get_with(&collector, path, &[takes]).await.expect(StatusCode::OK);
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag} is not strong");
        for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".into()] {
            let again = get_with(&collector, path, &[takes, ("if-none-match", &known)]).await;
            let again = again.expect(StatusCode::NOT_MODIFIED);
            assert!(again.body.is_empty());
            for name in ["etag", "cache-control", "vary", "access-control-allow-origin"] {
                assert_eq!(again.header(name), first.header(name), "{name}");
            }
        }
        get_with(&collector, path, &[takes, ("if-none-match", "\"other\"")]).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let collector = Collector::start(Options::default());
    for path in ["/aanrader.js", "/preview/", "/healthz"] {
        let reply = collector.get(path).await.expect(StatusCode::OK);
        let head = Reply::of(collector.request(Method::HEAD, path)).await.expect(StatusCode::OK);
        assert!(head.body.is_empty());
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(head.header(name), reply.header(name), "{name} of {path}");
        }
        assert_eq!(head.header("content-length"), reply.body.len().to_string());
    }
}

#[tokio::test]
async fn the_demo_shop_is_served_only_when_asked_for() {
    let collector = Collector::start(Options { demo: false, ..Options::default() });
    for path in ["/demo/nl/", "/demo/nl", "/demo/en/account.html"] {
        collector.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    for path in ["/preview/", "/aanrader.js"] {
        collector.get(path).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn an_unknown_address_is_not_found_and_the_reply_never_kept() {
    let collector = Collector::start(Options::default());
    let folder = versioned(&collector).await;
    let paths =
        ["/nothing", "/v/", "/v/0123456789ab/none.js", &format!("{folder}/none.js"), "/aanrader.js.br"];
    for path in paths {
        let reply = collector.get(path).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
    }
    let reply = Reply::of(collector.request(Method::POST, "/preview/")).await;
    assert_eq!(reply.expect(StatusCode::METHOD_NOT_ALLOWED).header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_loader_from_before_an_update_is_led_to_the_files_of_now_and_may_read_why_not() {
    let collector = Collector::start(Options::default());
    let folder = versioned(&collector).await;
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    for name in ["widget.js", "widget.wasm", "nl.json"] {
        let old = client.get(format!("{}/v/0123456789ab/{name}", collector.url()));
        let reply = Reply::of(old).await.expect(StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(reply.header("location"), format!("{folder}/{name}"));
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("cache-control"), "no-store", "the next update has other files");
    }
    let reply = collector.get("/v/0123456789ab/none.js").await.expect(StatusCode::NOT_FOUND);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_folder_without_its_slash_leads_to_the_folder() {
    let collector = Collector::start(Options::default());
    let (plain, slashed) = (collector.get("/preview").await, collector.get("/preview/").await);
    assert_eq!(plain.expect(StatusCode::OK).body, slashed.body, "a client that follows arrives");
}
