//! `/wall/TOKEN`: who may see it, what it shows, and that it ends cleanly.

use aanrader_tests::collector::{Collector, Options, TOKEN, run_tool, tool};
use aanrader_tests::wait::until;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// The path of a new link, once the collector knows it.
async fn link(collector: &Collector, more: &[&str]) -> String {
    let arguments = [&["wall", "add", "counter"], more].concat();
    let said = run_tool(&collector.location(), &arguments);
    let path = said.lines().next().expect("the path").to_owned();
    until("the link to open", async || match collector.get(&path).await.status {
        StatusCode::OK => Ok(()),
        status => Err(status.to_string()),
    })
    .await;
    path
}

#[tokio::test]
async fn the_wall_shows_the_number_and_no_names_until_its_link_is_revoked() {
    let collector = Collector::start(Options::default());
    collector.post_score(9, json!({ "comment": "seeds <b>came</b> up", "customer": "c-77" })).await;
    let path = link(&collector, &[]).await;
    let page = collector.get(&path).await.text();
    assert!(page.contains(">+100</strong>") && page.contains("n = 1"), "{page}");
    assert!(!page.contains("c-77") && !page.contains("came"), "{page}");
    assert!(!collector.log().contains(path.split('/').next_back().expect("a token")), "no link in the log");
    let badge = collector.get(&format!("{}.svg", path.replace("/wall/", "/badge/"))).await;
    assert_eq!(badge.header("content-type"), "image/svg+xml");
    assert!(badge.text().contains("NPS +100"), "{}", badge.text());
    run_tool(&collector.location(), &["token", "add", "anna"]);
    let refused = tool(&collector.location(), &["wall", "revoke", "anna"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("no wall \"anna\"; `aanrader wall list`"), "{said}");
    run_tool(&collector.location(), &["wall", "revoke", "counter"]);
    until("the link to close", async || match collector.get(&path).await.status {
        StatusCode::NOT_FOUND => Ok(()),
        status => Err(status.to_string()),
    })
    .await;
    for wrong in [TOKEN, "x"] {
        collector.get(&format!("/wall/{wrong}")).await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn comments_are_shown_only_if_the_link_was_made_for_them() {
    let collector = Collector::start(Options::default());
    collector.post_score(9, json!({ "comment": "seeds <b>came</b> up" })).await;
    let page = collector.get(&link(&collector, &["--comments"]).await).await.text();
    assert!(page.contains("seeds &lt;b&gt;came&lt;/b&gt; up"), "{page}");
}

#[tokio::test]
async fn a_new_answer_comes_to_every_screen_and_a_stop_ends_the_events() {
    let mut collector = Collector::start(Options::default());
    collector.post_score(9, json!({})).await;
    let path = format!("{}/live", link(&collector, &[]).await);
    let mut screens = Vec::new();
    for _ in 0..3 {
        let reply = collector.request(Method::GET, &path).send().await.expect("a reply");
        assert_eq!(reply.headers()["content-type"], "text/event-stream");
        screens.push(reply);
    }
    for screen in &mut screens {
        assert_eq!(next(screen).await["today"], "1");
    }
    collector.post_score(3, json!({})).await;
    for screen in &mut screens {
        let seen = next(screen).await;
        assert_eq!((&seen["today"], &seen["score"]), (&json!("2"), &json!("0")));
    }
    assert!(collector.stop().success());
    for mut screen in screens {
        while screen.chunk().await.expect("a clean end").is_some() {}
    }
}

/// The next event with data.
async fn next(screen: &mut reqwest::Response) -> Value {
    loop {
        let chunk = screen.chunk().await.expect("the connection lives").expect("an event");
        let text = String::from_utf8_lossy(&chunk).into_owned();
        if let Some(data) = text.strip_prefix("data: ") {
            return serde_json::from_str(data.trim()).expect("JSON");
        }
    }
}
