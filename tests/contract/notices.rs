//! Notices: what a receiver gets, how it is signed, and what becomes of it.

use std::time::{Duration, Instant};

use aanrader_tests::collector::{Collector, Options, answer, run_tool, tool};
use aanrader_tests::receiver::{Message, Reaction, Receiver};
use reqwest::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

/// The longest wait for something that happens by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// A collector that knows a notice with these arguments, and what the command printed.
fn collector(private: bool, arguments: &[&str]) -> (Collector, String) {
    let flags = if private { vec!["--private-targets".to_owned()] } else { Vec::new() };
    let mut collector = Collector::start(Options { arguments: flags, ..Options::default() });
    let said = notify(&collector, &[&["add", "crm"], arguments].concat());
    // It reads the notices when it starts.
    collector.restart();
    (collector, said)
}

fn notify(collector: &Collector, arguments: &[&str]) -> String {
    run_tool(&collector.location(), &[&["notify"], arguments].concat())
}

/// Waits until the log of deliveries contains this text; returns the log.
async fn logged(collector: &Collector, text: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let log = notify(collector, &["log"]);
        if log.contains(text) {
            return log;
        }
        assert!(Instant::now() < deadline, "{text:?} is not in the log:\n{log}{}", collector.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Posts a complete answer; returns its id.
async fn post(collector: &Collector, score: u8, comment: &str) -> String {
    let mut sent = answer();
    (sent["score"], sent["comment"]) = (json!(score), json!(comment));
    collector.post(&sent).await.expect(StatusCode::CREATED);
    sent["id"].as_str().expect("an id").to_owned()
}

fn is_signed(message: &Message, secret: &str) -> bool {
    let webhook = standardwebhooks::Webhook::new(secret).expect("a secret");
    webhook.verify(&message.body, &message.headers).is_ok()
}

fn last_line(said: &str) -> &str {
    said.lines().last().unwrap_or_default()
}

#[tokio::test]
async fn a_webhook_gets_signed_messages_with_ids_only_until_the_old_secret_has_ended() {
    let receiver = Receiver::start();
    let (mut collector, said) =
        collector(true, &["--webhook", &receiver.url("/hook"), "--on", "answer.created,case.opened"]);
    let old = last_line(&said).to_owned();
    let id = post(&collector, 2, "kapot").await;
    let messages = receiver.wait_for(2).await;
    let of = |kind: &str| messages.iter().find(|message| message.json()["type"] == kind).expect("a message");
    let (created, opened) = (of("answer.created"), of("case.opened"));
    assert_eq!(
        created.json()["data"],
        json!({ "site": "default", "survey": "account", "answer": id, "rev": 1 })
    );
    assert_eq!(opened.json()["data"]["case"], json!(id));
    assert!(!String::from_utf8_lossy(&created.body).contains("kapot"));
    assert!(is_signed(created, &old) && is_signed(opened, &old) && created.id() != opened.id());
    // For a day both secrets sign.
    let new = notify(&collector, &["rotate", "crm"]);
    let new = last_line(&new);
    collector.restart();
    post(&collector, 9, "").await;
    let rotated = receiver.wait_for(3).await.remove(2);
    assert_eq!(rotated.header("webhook-signature").split(' ').count(), 2);
    assert!(is_signed(&rotated, &old) && is_signed(&rotated, new) && old != new);
}

#[tokio::test]
async fn a_full_message_holds_the_answer_and_the_case() {
    let receiver = Receiver::start();
    let (collector, _) =
        collector(true, &["--full-webhook", &receiver.url("/"), "--on", "case.opened", "--scores", "0-6"]);
    post(&collector, 9, "fijn").await;
    post(&collector, 1, "kapot").await;
    let message = receiver.wait_for(1).await.remove(0).json();
    let object = &message["data"]["object"];
    assert_eq!((&object["score"], &object["comment"]), (&json!(1), &json!("kapot")));
    assert_eq!((&object["case"]["state"], &object["case"]["urgency"]), (&json!("new"), &json!(1)));
}

#[tokio::test]
async fn a_message_that_fails_is_sent_again_with_the_same_id_when_the_receiver_wants_it() {
    let mut tries = 0;
    let receiver = Receiver::reacting(move |_| {
        tries += 1;
        match tries {
            1 => Reaction::Reply(503, String::new()),
            2 => Reaction::Reply(429, "retry-after: 3600\r\n".into()),
            _ => Reaction::Reply(204, String::new()),
        }
    });
    let (collector, _) = collector(true, &["--webhook", &receiver.url("/")]);
    let id = post(&collector, 9, "").await;
    let messages = receiver.wait_for(2).await;
    assert_eq!(messages[0].id(), messages[1].id());
    let log = logged(&collector, " 429").await;
    let time = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_second();
    let parts: Vec<_> = log.split_whitespace().collect();
    let due = parts.iter().position(|part| *part == "due").expect("it waits") + 1;
    assert!(time(parts[due]) - time(parts[0]) >= 3_600, "{log}");
    // A person need not wait for it.
    assert_eq!(notify(&collector, &["replay", "crm", "--case", &id]), "a running collector sends 1 again\n");
    assert_eq!(receiver.wait_for(3).await[2].id(), messages[0].id());
}

#[tokio::test]
async fn a_receiver_that_replies_410_gets_nothing_more_until_its_notice_is_turned_on() {
    let receiver = Receiver::reacting(|_| Reaction::Reply(410, String::new()));
    let (mut collector, _) = collector(true, &["--webhook", &receiver.url("/")]);
    let id = post(&collector, 9, "").await;
    receiver.wait_for(1).await;
    let deadline = Instant::now() + PATIENCE;
    while !notify(&collector, &["list"]).contains("off since") {
        assert!(Instant::now() < deadline, "{}", notify(&collector, &["list"]));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    receiver.react(|_| Reaction::Reply(204, String::new()));
    notify(&collector, &["on", "crm"]);
    collector.restart();
    // What was refused comes again.
    let messages = receiver.wait_for(2).await;
    assert_eq!(messages[1].json()["data"]["answer"], json!(id));
    logged(&collector, "delivered 204").await;
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let receiver = Receiver::reacting(|_| Reaction::Reply(302, "location: /other\r\n".into()));
    let (collector, _) = collector(true, &["--webhook", &receiver.url("/hook")]);
    post(&collector, 9, "").await;
    logged(&collector, " 302").await;
    assert!(receiver.messages().iter().all(|message| message.path == "/hook"));
}

#[tokio::test]
async fn nothing_goes_to_a_private_address_unless_the_operator_allows_it() {
    let receiver = Receiver::start();
    let hook = receiver.url("/").replace("127.0.0.1", "localhost");
    let (collector, _) = collector(false, &["--webhook", &hook]);
    post(&collector, 9, "").await;
    logged(&collector, "private_targets").await;
    let refused = tool(&collector.location(), &["notify", "test", "crm"]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("private"));
    assert!(receiver.messages().is_empty());
    notify(&collector, &["test", "crm", "--private-targets"]);
    assert_eq!(receiver.wait_for(1).await[0].json()["type"], "test");
}

#[tokio::test]
async fn what_was_delivered_is_sent_again_by_case_with_its_id() {
    let receiver = Receiver::start();
    let (collector, _) = collector(true, &["--webhook", &receiver.url("/")]);
    let id = post(&collector, 9, "").await;
    post(&collector, 8, "").await;
    receiver.wait_for(2).await;
    let deadline = Instant::now() + PATIENCE;
    while notify(&collector, &["log"]).matches(" delivered").count() < 2 {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let said = notify(&collector, &["replay", "crm", "--case", &id]);
    assert_eq!(said, "a running collector sends 1 again\n");
    let messages = receiver.wait_for(3).await;
    let first =
        messages.iter().find(|message| message.json()["data"]["answer"] == json!(id)).expect("a message");
    assert_eq!(messages[2].id(), first.id());
}

#[tokio::test]
async fn a_digest_tells_of_all_events_of_its_period_in_one_message() {
    let receiver = Receiver::start();
    let (collector, _) =
        collector(true, &["--full-webhook", &receiver.url("/"), "--when", "weekly", "--words", "kapot"]);
    for comment in ["kapot", "heel", "ook KAPOT"] {
        post(&collector, 3, comment).await;
    }
    assert_eq!(notify(&collector, &["log"]).matches(" due ").count(), 2, "the words decide");
    assert!(receiver.messages().is_empty());
    // Nobody waits for Monday here.
    let database = Connection::open(collector.database()).expect("a database");
    database.busy_timeout(PATIENCE).expect("set");
    database.execute("UPDATE outbox SET due_at = 1", []).expect("written");
    let digest = receiver.wait_for(1).await.remove(0).json();
    let comments: Vec<&Value> = digest["data"]["events"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|event| &event["data"]["object"]["comment"])
        .collect();
    assert_eq!((&digest["type"], &digest["data"]["count"], comments.len()), (&json!("digest"), &json!(2), 2));
    assert!(comments.contains(&&json!("kapot")) && comments.contains(&&json!("ook KAPOT")));
}

#[tokio::test]
async fn chats_get_the_score_the_words_and_the_way_to_the_case() {
    let receiver = Receiver::start();
    let flags = ["--private-targets", "--public-url", "https://survey.example"].map(str::to_owned);
    let mut collector = Collector::start(Options { arguments: flags.to_vec(), ..Options::default() });
    for (name, option, path) in
        [("s", "--slack", "/slack"), ("t", "--teams", "/teams"), ("n", "--ntfy", "/shop")]
    {
        notify(&collector, &["add", name, option, &receiver.url(path), "--on", "case.opened"]);
    }
    collector.restart();
    let id = post(&collector, 2, "<kapot> & *scheef*").await;
    let messages = receiver.wait_for(3).await;
    let body = |path: &str| messages.iter().find(|message| message.path == path).expect("a message").json();
    let link = format!("https://survey.example/cases/account/{id}");
    let text = "2/10 · post-login · new: “&lt;kapot&gt; &amp; *scheef*”";
    assert_eq!(body("/slack"), json!({ "text": format!("{text}\n<{link}>") }));
    let card = &body("/teams")["attachments"][0]["content"];
    assert_eq!(card["actions"][0]["url"], json!(link));
    assert!(
        card["body"][0]["text"].as_str().is_some_and(|text| text.contains(r"<kapot> & \*scheef\*")),
        "{card}"
    );
    let ntfy = body("/");
    assert_eq!((&ntfy["topic"], &ntfy["click"]), (&json!("shop"), &json!(link)));
}

#[tokio::test]
async fn a_notice_that_makes_no_sense_is_refused_with_what_would() {
    let collector = Collector::start(Options::default());
    for (arguments, says) in [
        (vec!["add", "a"], "give --webhook, --full-webhook, --slack"),
        (vec!["add", "a", "--webhook", "crm"], "give a URL like https://crm.example/hooks"),
        (vec!["add", "a", "--ntfy", "https://n.example/a", "--scores", "7-3"], "0-6"),
        (
            vec!["add", "a", "--ntfy", "https://n.example/a", "--on", "answers"],
            "answer.created, answer.updated",
        ),
        (
            vec!["add", "a", "--ntfy", "https://n.example/a", "--when", "often"],
            "now, hourly, daily or weekly",
        ),
        (vec!["add", "a", "--ntfy", "https://n.example/a", "--property", "agent"], "agent=anna"),
        (vec!["add", "a", "--ntfy", "https://n.example/a", "--site", "toys"], "aanrader site add"),
        (vec!["test", "a"], "aanrader notify list"),
        (vec!["replay", "a"], "--case"),
    ] {
        let output = tool(&collector.location(), &[&["notify"], &arguments[..]].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(says), "{arguments:?}: {said}");
    }
}
