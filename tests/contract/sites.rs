//! One collector, several shops.

use std::time::{Duration, Instant};

use aanrader_tests::collector::{Collector, Options, Reply, answer, run_tool, tool};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// A collector with the default site's origin, a site `two` for `https://*.two.example`, and a token for that
/// site.
fn two_sites() -> (Collector, String) {
    let mut collector =
        Collector::start(Options { origins: vec!["https://one.example".into()], ..Options::default() });
    let database = collector.location();
    run_tool(&database, &["site", "add", "two", "--origins", "https://*.two.example"]);
    let token = run_tool(&database, &["token", "add", "anna", "--site", "two"]).trim().to_owned();
    // A running collector learns of an added site within 5 s; at its start it knows all sites.
    assert!(collector.stop().success());
    collector.restart();
    (collector, token)
}

async fn post(collector: &Collector, path: &str, origin: &str, answer: &Value) -> Reply {
    let request = collector.request(Method::POST, path).header("content-type", "text/plain");
    Reply::of(request.header("origin", origin).body(answer.to_string())).await
}

async fn get(collector: &Collector, path: &str, token: &str) -> Reply {
    let request = collector.request(Method::GET, path);
    Reply::of(request.header("authorization", format!("Bearer {token}"))).await
}

fn ids(page: &Value) -> Vec<&str> {
    page["answers"].as_array().expect("answers").iter().filter_map(|one| one["id"].as_str()).collect()
}

#[tokio::test]
async fn an_origin_tells_whose_answer_it_is_and_nobody_sees_anothers() {
    let (collector, token) = two_sites();
    let (one, two, named) = (answer(), answer(), answer());
    post(&collector, "/v1/answers", "https://one.example", &one).await.expect(StatusCode::CREATED);
    post(&collector, "/v1/answers", "https://www.two.example", &two).await.expect(StatusCode::CREATED);
    let reply = post(&collector, "/v1/answers?site=two", "https://a.two.example", &named).await;
    assert_eq!(
        reply.expect(StatusCode::CREATED).header("access-control-allow-origin"),
        "https://a.two.example"
    );
    let owner = collector.get_as_owner("/v1/answers").await.expect(StatusCode::OK).json();
    assert_eq!(ids(&owner), [one["id"].as_str().expect("an id")]);
    for (path, token) in [("/v1/answers?site=two", None), ("/v1/answers", Some(&token))] {
        let reply = match token {
            Some(token) => get(&collector, path, token).await,
            None => collector.get_as_owner(path).await,
        };
        let page = reply.expect(StatusCode::OK).json();
        assert_eq!(ids(&page), [&named, &two].map(|sent| sent["id"].as_str().expect("an id")), "{path}");
    }
    let results = get(&collector, "/v1/results", &token).await.expect(StatusCode::OK).json();
    assert_eq!(results["surveys"][0]["total"]["n"], 2);
    assert_eq!(collector.results().await["surveys"][0]["total"]["n"], 1);
}

#[tokio::test]
async fn a_sites_token_opens_no_other_site_and_nothing_once_it_is_revoked() {
    let (collector, token) = two_sites();
    let reply = get(&collector, "/v1/results?site=default", &token).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(reply.problems(), ["site other_site"]);
    get(&collector, "/v1/results?site=two", &token).await.expect(StatusCode::OK);
    run_tool(&collector.location(), &["token", "revoke", "anna", "--site", "two"]);
    let deadline = Instant::now() + Duration::from_secs(30);
    while get(&collector, "/v1/results", &token).await.status != StatusCode::UNAUTHORIZED {
        assert!(Instant::now() < deadline, "a revoked token still opens");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let listed = run_tool(&collector.location(), &["token", "list"]);
    assert!(listed.contains("two anna: read") && listed.contains("revoked"), "{listed}");
    assert!(!listed.contains(&token));
}

#[tokio::test]
async fn a_site_takes_answers_from_its_own_origins_and_a_wrong_name_is_told() {
    let (collector, _) = two_sites();
    for origin in ["https://one.example", "https://two.example", "https://www.two.example.evil.example"] {
        let reply = post(&collector, "/v1/answers?site=two", origin, &answer()).await;
        assert_eq!(reply.expect(StatusCode::FORBIDDEN).problems(), ["origin foreign_origin"], "{origin}");
    }
    let reply = post(&collector, "/v1/answers?site=three", "https://one.example", &answer()).await;
    assert_eq!(reply.expect(StatusCode::UNPROCESSABLE_ENTITY).problems(), ["site unknown"]);
    let reply = collector.get_as_owner("/v1/results?site=three").await;
    assert_eq!(reply.expect(StatusCode::UNPROCESSABLE_ENTITY).problems(), ["site unknown"]);
}

#[tokio::test]
async fn the_link_page_of_a_site_keeps_its_answers_there() {
    let (collector, token) = two_sites();
    let page = collector.get("/s/account?site=two").await.expect(StatusCode::OK).text();
    assert!(page.contains(r#"name="site" value="two""#), "{page}");
    let request = collector.request(Method::POST, "/v1/answers").header("origin", collector.url());
    let form = "survey=account&touchpoint=link&score=3&site=two";
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    Reply::of(request).await.expect(StatusCode::CREATED);
    let kept = get(&collector, "/v1/answers", &token).await.expect(StatusCode::OK).json();
    assert_eq!(ids(&kept).len(), 1);
    assert!(collector.answers().await.is_empty());
}

#[tokio::test]
async fn wrong_settings_of_sites_and_tokens_are_named() {
    let (collector, _) = two_sites();
    for (arguments, says) in [
        (&["site", "add", "Shop"][..], "1 to 64 lower-case letters"),
        (&["site", "add", "x", "--origins", "shop.example"], "--origins: \"shop.example\" is no origin"),
        (&["site", "add", "x", "--time-zone", "Mars"], "--time-zone"),
        (&["token", "add", "anna", "--site", "two"], "revoke it first"),
        (&["token", "add", "bert", "--site", "three"], "there is default, two"),
        (&["token", "add", "bert", "--scope", "write"], "give read, work or admin"),
        (&["site", "add", "x", "--hours", "mon 9-17"], "give them like mon-fri 09:00-17:00"),
        (&["site", "add", "x", "--owners", "delivery"], "give them like delivery=anna"),
        (&["token", "revoke", "bert"], "has no token \"bert\""),
    ] {
        let output = tool(&collector.location(), arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(says), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn days_are_those_of_the_site_and_its_link_is_in_its_languages() {
    let mut collector = Collector::start(Options::default());
    let database = collector.location();
    let settings = ["--time-zone", "Asia/Kathmandu", "--languages", "fr,nl-BE"];
    run_tool(&database, &[&["site", "add", "two"][..], &settings].concat());
    let refused = tool(&database, &["site", "add", "two", "--languages", "nl,klingon"]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && why.contains("\"klingon\"; there are"), "{why}");
    assert!(collector.stop().success());
    collector.restart();
    let period = async |query: &str| {
        let path = format!("/v1/results?from=2026-08-05&to=2026-08-05{query}");
        let reply = collector.get_as_owner(&path).await.expect(StatusCode::OK).json();
        (
            reply["from"].as_str().expect("an instant").to_owned(),
            reply["tz"].as_str().expect("a zone").to_owned(),
        )
    };
    assert_eq!(period("&site=two").await, ("2026-08-04T18:15:00.000Z".into(), "Asia/Kathmandu".into()));
    assert_eq!(period("&site=two&tz=UTC").await, ("2026-08-05T00:00:00.000Z".into(), "UTC".into()));
    assert_eq!(period("").await, ("2026-08-05T00:00:00.000Z".into(), "UTC".into()));
    for (query, accepted, language) in [
        ("?site=two", "nl-NL,fr;q=0.5", "nl"),
        ("?site=two", "de", "fr"),
        ("?site=two&lang=de", "nl", "nl"),
        ("?lang=de", "nl", "de"),
    ] {
        let request = collector.request(Method::GET, &format!("/s/shop{query}"));
        let page = Reply::of(request.header("accept-language", accepted)).await.expect(StatusCode::OK).text();
        assert!(page.contains(&format!("<html lang=\"{language}\"")), "{query} {accepted}: {page}");
    }
}
