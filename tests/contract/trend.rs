//! `/trend`: who may see and change it, and that what it shows is what was answered.

use aanrader_tests::collector::{self, Collector, TOKEN, run_tool};
use aanrader_tests::person::{Person, hidden};
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn the_trend_counts_what_was_answered_and_is_only_for_owners() {
    let collector = Collector::start(collector::Options::default());
    let stranger = Person::new(&collector);
    let reply = stranger.get("/trend?by=day").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(reply.header("location"), "/sign-in?next=%2Ftrend%3Fby%3Dday");
    let owner = Person::signed_in(&collector, TOKEN).await;
    assert!(owner.get("/trend").await.expect(StatusCode::OK).text().contains("Nobody has answered yet"));
    for score in [10, 9, 9, 3] {
        collector.post_score(score, json!({})).await;
    }
    for by in ["day", "week", "month", "nonsense"] {
        let page =
            owner.get(&format!("/en/trend?by={by}&touchpoint=none")).await.expect(StatusCode::OK).text();
        assert!(page.contains("n = 4") && page.contains("<strong>+50</strong>"), "{by}: {page}");
    }
    assert!(owner.get("/nl/trend/").await.expect(StatusCode::OK).text().contains("Wat er veranderde"));
}

#[tokio::test]
async fn only_people_who_may_work_change_notes_and_only_by_a_form_of_their_own() {
    let collector = Collector::start(collector::Options::default());
    collector.post_score(9, json!({})).await;
    let token = run_tool(&collector.location(), &["token", "add", "reader", "--scope", "read"]);
    let owner = Person::signed_in(&collector, TOKEN).await;
    let note = |csrf: String| {
        vec![
            ("csrf", csrf),
            ("kind", "note".into()),
            ("date", "2026-03-01".into()),
            ("text", "<b>new</b>".into()),
        ]
    };
    let post = async |person: &Person, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        person.post("/trend", &fields).await
    };
    post(&owner, note("forged".into())).await.expect(StatusCode::FORBIDDEN);
    let csrf = hidden(&owner.get("/trend").await.text(), "csrf");
    assert_eq!(csrf, owner.csrf());
    post(&owner, note(csrf.clone())).await.expect(StatusCode::SEE_OTHER);
    let page = owner.get("/trend").await.text();
    assert!(page.contains("&lt;b&gt;new&lt;/b&gt;") && !page.contains("<b>new</b>"), "{page}");
    // A running collector learns of a new token within some seconds.
    let reader = signed_in_soon(&collector, token.trim()).await;
    let page = reader.get("/trend").await.expect(StatusCode::OK).text();
    assert!(page.contains("&lt;b&gt;new") && !page.contains("note-text"), "{page}");
    post(&reader, note(reader.csrf())).await.expect(StatusCode::FORBIDDEN);
}

async fn signed_in_soon(collector: &Collector, token: &str) -> Person {
    for _ in 0..200 {
        let person = Person::new(collector);
        let reply = person.post("/sign-in", &[("token", token)]).await;
        if reply.status == StatusCode::SEE_OTHER {
            return Person::signed_in(collector, token).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    }
    panic!("the token never opens anything");
}

#[tokio::test]
async fn a_property_that_is_declared_later_groups_the_answers_of_before() {
    let collector = Collector::start(collector::Options::default());
    for (score, agent) in [(9, "anna"), (2, "anna"), (10, "bram")] {
        collector.post_score(score, json!({ "properties": { "agent": agent } })).await;
    }
    let said = run_tool(&collector.location(), &["site", "add", "default", "--groups", "agent"]);
    assert!(said.contains("3 stored answers are now counted by agent"), "{said}");
    collector.post_score(9, json!({ "properties": { "agent": "bram" } })).await;
    assert!(run_tool(&collector.location(), &["check"]).contains("every tally"));
    let owner = Person::signed_in(&collector, TOKEN).await;
    let page = owner.get("/en/trend?group=agent").await.expect(StatusCode::OK).text();
    for name in ["anna", "bram"] {
        assert!(page.contains(&format!("<h3>{name}</h3>")), "{page}");
    }
    assert!(page.matches("n = 2").count() >= 2 && page.contains("Too few answers to compare"), "{page}");
}
