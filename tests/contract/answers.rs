//! Accepted answers: each counts once, at its highest revision.

use std::collections::HashMap;

use aanrader_tests::collector::{Collector, Options, Reply, answer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_answer_is_created_and_the_owner_reads_all_of_it() {
    let collector = Collector::start(Options::default());
    let mut sent = answer();
    sent["score"] = json!(2);
    sent["comment"] = json!("Two\nlines & <b>no markup</b> — naïve 🙂");
    sent["contact"] = json!({"allowed": true, "how": "a@shop.example"});
    sent["customer"] = json!("c-17");
    sent["properties"] = json!({"plan": "pro", "tier": "2"});
    sent["language"] = json!("pt-BR");
    sent["wording"] = json!("w1");
    let reply = collector.post(&sent).await.expect(StatusCode::CREATED);
    assert_eq!(reply.json(), json!({"id": sent["id"], "rev": 1}));
    let answers = collector.answers().await;
    let [kept] = &answers[..] else { panic!("one answer: {answers:?}") };
    for field in [
        "id",
        "rev",
        "complete",
        "survey",
        "touchpoint",
        "score",
        "comment",
        "contact",
        "customer",
        "properties",
        "language",
        "wording",
    ] {
        assert_eq!(kept[field], sent[field], "{field}");
    }
    assert_eq!(kept["category"], "detractor");
    assert_eq!(kept["follow_up"]["name"], "rescue");
    assert_eq!(kept["follow_up"]["priority"], 1);
    assert_eq!(kept["follow_up"]["steps"][0], "call-in-person");
}

#[tokio::test]
async fn what_was_not_given_is_null_and_a_promoter_needs_no_follow_up() {
    let collector = Collector::start(Options::default());
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    let kept = &collector.answers().await[0];
    for field in ["comment", "contact", "customer", "wording", "follow_up"] {
        assert_eq!(kept[field], json!(null), "{field}");
    }
    assert_eq!((&kept["properties"], &kept["category"]), (&json!({}), &json!("promoter")));
}

#[tokio::test]
async fn application_json_is_taken_too() {
    let collector = Collector::start(Options::default());
    let request = collector.request(Method::POST, "/v1/answers").header("content-type", "Application/JSON");
    Reply::of(request.body(answer().to_string())).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn the_same_id_posted_ten_times_at_once_is_one_answer() {
    let collector = Collector::start(Options::default());
    let sent = answer();
    let posts: Vec<_> = (0..10)
        .map(|_| {
            let request = collector.request(Method::POST, "/v1/answers").header("content-type", "text/plain");
            tokio::spawn(Reply::of(request.body(sent.to_string())))
        })
        .collect();
    let mut statuses: HashMap<StatusCode, usize> = HashMap::new();
    for post in posts {
        *statuses.entry(post.await.expect("a reply").status).or_default() += 1;
    }
    assert_eq!(statuses, HashMap::from([(StatusCode::CREATED, 1), (StatusCode::OK, 9)]));
    assert_eq!(collector.answers().await.len(), 1);
    assert_eq!(collector.results().await["surveys"][0]["total"]["n"], 1);
}

#[tokio::test]
async fn an_older_or_equal_revision_changes_nothing_that_the_kept_one_says() {
    let collector = Collector::start(Options::default());
    let mut sent = answer();
    sent["rev"] = json!(2);
    sent["comment"] = json!("in time");
    collector.post(&sent).await.expect(StatusCode::CREATED);
    let before = collector.answers().await;
    for rev in [1, 2] {
        let mut other = sent.clone();
        other["rev"] = json!(rev);
        other["score"] = json!(0);
        other["comment"] = json!("too late");
        let reply = collector.post(&other).await.expect(StatusCode::OK);
        assert_eq!(reply.json(), json!({"id": sent["id"], "rev": 2}), "the revision that is kept");
    }
    assert_eq!(collector.answers().await, before);
}

#[tokio::test]
async fn a_higher_revision_counts_and_leaves_the_comment_that_it_does_not_name() {
    let collector = Collector::start(Options::default());
    let mut first = answer();
    first["complete"] = json!(false);
    first["comment"] = json!("first thought");
    first["properties"] = json!({"plan": "pro"});
    collector.post(&first).await.expect(StatusCode::CREATED);
    let arrived = collector.answers().await[0]["received_at"].clone();
    let mut second = answer();
    second["id"] = first["id"].clone();
    second["rev"] = json!(5);
    second["score"] = json!(3);
    second["touchpoint"] = json!("checkout");
    collector.post(&second).await.expect(StatusCode::OK);
    let answers = collector.answers().await;
    let [kept] = &answers[..] else { panic!("one answer: {answers:?}") };
    assert_eq!((&kept["rev"], &kept["score"], &kept["complete"]), (&json!(5), &json!(3), &json!(true)));
    assert_eq!(
        (&kept["comment"], &kept["properties"]),
        (&json!("first thought"), &json!({})),
        "nothing else of the first stays"
    );
    assert_eq!(kept["received_at"], arrived, "its place in the list");
    let touchpoints = &collector.results().await["surveys"][0]["touchpoints"];
    assert_eq!(touchpoints.as_array().map(Vec::len), Some(1));
    assert_eq!(touchpoints[0]["touchpoint"], "checkout");
}

#[tokio::test]
async fn an_empty_comment_and_a_consent_that_is_not_given_take_back_what_an_earlier_revision_gave() {
    let collector = Collector::start(Options::default());
    let mut sent = answer();
    sent["comment"] = json!("call me");
    sent["contact"] = json!({"allowed": true, "how": "06-1"});
    collector.post(&sent).await.expect(StatusCode::CREATED);
    let revise = async |rev: u32, comment: Value, contact: Value| {
        let mut revision = sent.clone();
        revision["rev"] = json!(rev);
        revision["comment"] = comment;
        revision["contact"] = contact;
        collector.post(&revision).await.expect(StatusCode::OK);
        let kept = collector.answers().await[0].clone();
        (kept["comment"].clone(), kept["contact"].clone())
    };
    let both = (json!("call me"), json!({"allowed": true, "how": "06-1"}));
    assert_eq!(revise(2, json!(null), json!(null)).await, both);
    assert_eq!(revise(3, json!(""), json!(null)).await, (json!(null), both.1));
    assert_eq!(revise(4, json!(null), json!({"allowed": false})).await, (json!(null), json!(null)));
}

#[tokio::test]
async fn an_id_in_capitals_is_the_same_id() {
    let collector = Collector::start(Options::default());
    let mut sent = answer();
    collector.post(&sent).await.expect(StatusCode::CREATED);
    sent["id"] = json!(sent["id"].as_str().expect("an id").to_uppercase());
    collector.post(&sent).await.expect(StatusCode::OK);
    assert_eq!(collector.answers().await.len(), 1);
}

#[tokio::test]
async fn a_customers_wrong_clock_is_corrected() {
    let collector = Collector::start(Options::default());
    let mut sent = answer();
    // A clock of 1970 on which an hour passes between answering and sending.
    sent["answered_at"] = json!(1_000_000);
    sent["sent_at"] = json!(1_000_000 + 3_600_000);
    collector.post(&sent).await.expect(StatusCode::CREATED);
    let kept = &collector.answers().await[0];
    let instant = |field: &str| {
        kept[field].as_str().expect("a text").parse::<jiff::Timestamp>().expect("an instant").as_millisecond()
    };
    assert_eq!(instant("received_at") - instant("answered_at"), 3_600_000);
}

#[tokio::test]
async fn a_survey_that_is_only_tried_out_is_checked_like_any_other_and_never_kept() {
    let collector = Collector::start(Options::default());
    let mut sent = answer();
    sent["survey"] = json!("try-out");
    let reply = collector.post(&sent).await.expect(StatusCode::OK);
    assert_eq!(reply.json(), json!({"id": sent["id"], "rev": 1}));
    sent["score"] = json!(11);
    collector.post(&sent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = collector.request(Method::POST, "/v1/answers").body("survey=try-out&touchpoint=mail&score=7");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    Reply::of(form).await.expect(StatusCode::OK);
    assert!(collector.answers().await.is_empty(), "{:?}", collector.answers().await);
}
