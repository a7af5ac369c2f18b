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

/// Imports answers of today to this wording: so many promoters and detractors; and how often it was shown.
fn import(collector: &Collector, (language, wording): (&str, &str), given: [u32; 2], shown: u32) {
    let now = jiff::Timestamp::now().as_millisecond() - 60_000;
    let line = |score: u32| {
        let line = json!({ "id": uuid::Uuid::new_v4().to_string(), "rev": 1, "complete": true, "survey": "account",
            "touchpoint": "t", "score": score, "language": language, "wording": wording, "answered_at": now });
        format!("{line}\n")
    };
    let [promoters, detractors] = given;
    let mut lines: String =
        (0..promoters).map(|_| line(10)).chain((0..detractors).map(|_| line(0))).collect();
    let counter = json!({ "kind": "counter", "survey": "account", "day": now / 86_400_000, "touchpoint": "t",
        "wording": wording, "mode": "popup", "shown": shown, "closed": 0, "scored": promoters + detractors,
        "commented": 0 });
    lines.push_str(&counter.to_string());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("in.ndjson");
    std::fs::write(&file, lines).expect("written");
    run_tool(&collector.location(), &["import", &file.display().to_string()]);
}

async fn trend(owner: &Person, path: &str) -> String {
    owner.get(path).await.expect(StatusCode::OK).text()
}

async fn wordings_are_named_and_compared(database: Option<String>) {
    let collector = Collector::start(collector::Options { database, ..collector::Options::default() });
    let owner = Person::signed_in(&collector, TOKEN).await;
    let texts = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/locales/nl.json"));
    let texts: serde_json::Value = serde_json::from_str(&texts.expect("a file")).expect("JSON");
    let text = |key: &str| texts[key].as_str().expect("a text").to_owned();
    let (low, high, usual) = (text("low"), text("high"), text("question"));
    let id = |question: &str| aanrader_survey::wording_id(&[question, &low, &high]);
    let own = "Zou je <ons> aanraden?";
    import(&collector, ("nl", &id(&usual)), [60, 20], 400);
    import(&collector, ("en", "00aa"), [40, 0], 100);
    let page = trend(&owner, "/en/trend").await;
    assert!(!page.contains("Wordings of the question"), "a translation is no other wording: {page}");
    import(&collector, ("nl", &id(own)), [10, 30], 400);
    let page = trend(&owner, "/en/trend").await;
    assert!(page.contains("These answers are to 2 wordings of the question (nl)"), "{page}");
    assert!(page.contains(&format!("“{usual}”")) && page.contains(&format!("Wording {}", &id(own)[..8])));
    assert!(page.contains("100.0 points lower (95% interval"), "{page}");
    assert!(page.contains("Answered: 20.0% (16.4% to 24.2%) of 400 times shown"), "{page}");
    assert!(page.contains("Answered less often: 10.0 percentage points"), "{page}");
    assert!(page.contains("when both were answered") && !page.contains("<h3>en</h3>"), "{page}");
    let fields = |question| {
        [
            ("csrf", owner.csrf()),
            ("kind", "wording".into()),
            ("text", question),
            ("language", "nl".to_owned()),
        ]
    };
    let name = async |question: String| {
        let fields = fields(question);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        owner.post("/trend", &fields).await
    };
    let long = name("x".repeat(301)).await.expect(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(long.contains("takes 300 characters at most"), "{long}");
    name(own.into()).await.expect(StatusCode::SEE_OTHER);
    let page = trend(&owner, "/nl/trend").await;
    assert!(page.contains("<h4>“Zou je &lt;ons&gt; aanraden?”</h4>"), "{page}");
    assert!(page.contains("op 2 bewoordingen van de vraag (nl)") && page.contains("punten lager"), "{page}");
    let results = collector.results().await;
    let shown = results["surveys"][0]["wordings"].as_array().expect("wordings");
    let of = |language: &str| shown.iter().filter(|one| one["language"] == language).count();
    assert_eq!((of("nl"), of("en"), shown.len()), (2, 1, 3), "{results}");
    let past = collector.get_as_owner("/v1/results?to=2020-01-01").await.expect(StatusCode::OK).json();
    assert_eq!(past["surveys"], json!([]));
    // Few answers are named and not compared; what chance explains is said to be chance.
    import(&collector, ("nl", "00ff"), [20, 5], 0);
    let page = trend(&owner, "/en/trend").await;
    assert!(page.contains("to 3 wordings") && page.contains("Too few answers to compare"), "{page}");
    import(&collector, ("nl", "00ff"), [40, 15], 0);
    let page = trend(&owner, "/en/trend").await;
    assert!(page.contains("no more than chance explains (between −"), "{page}");
    assert!(run_tool(&collector.location(), &["check"]).contains("every tally"));
}

#[tokio::test]
async fn a_number_that_pools_two_wordings_says_so_and_compares_them() {
    wordings_are_named_and_compared(None).await;
}

#[tokio::test]
async fn a_number_that_pools_two_wordings_says_so_and_compares_them_on_postgresql() {
    wordings_are_named_and_compared(Some(aanrader_tests::postgres::shared().database())).await;
}

#[tokio::test]
async fn answers_of_before_are_counted_by_wording_when_the_collector_starts() {
    let mut collector = Collector::start(collector::Options::default());
    import(&collector, ("nl", "00aa"), [40, 0], 0);
    import(&collector, ("nl", "00ff"), [40, 0], 0);
    collector.stop();
    // As an earlier collector left them.
    let database = rusqlite::Connection::open(collector.database()).expect("a database");
    let forgotten = "UPDATE answers SET grouped = NULL; DELETE FROM group_tallies; DELETE FROM tasks";
    database.execute_batch(forgotten).expect("forgotten");
    drop(database);
    collector.restart();
    let owner = Person::signed_in(&collector, TOKEN).await;
    aanrader_tests::wait::until("both wordings", async || {
        let page = trend(&owner, "/en/trend").await;
        if page.contains("to 2 wordings of the question (nl)") { Ok(()) } else { Err(page) }
    })
    .await;
    assert!(run_tool(&collector.location(), &["check"]).contains("every tally"));
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
