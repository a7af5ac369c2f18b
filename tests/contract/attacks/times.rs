//! Answers with a false time.

use aanrader_tests::collector::{Collector, Options, answer};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::start;

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn instant(value: &Value) -> i64 {
    let text = value.as_str().unwrap_or_default();
    text.parse::<jiff::Timestamp>().unwrap_or_else(|error| panic!("{error}: {text}")).as_millisecond()
}

/// Sends an answer; returns how many days before its arrival it is dated, and whether it is marked late.
async fn dated(collector: &Collector, answered_at: i64, sent_at: Option<i64>) -> (i64, bool) {
    let mut sent = answer();
    sent["answered_at"] = json!(answered_at);
    if let Some(sent_at) = sent_at {
        sent["sent_at"] = json!(sent_at);
    }
    collector.post(&sent).await.expect(StatusCode::CREATED);
    let kept = &collector.answers().await[0];
    assert_eq!(kept["id"], sent["id"]);
    let age = instant(&kept["received_at"]) - instant(&kept["answered_at"]);
    (age / DAY, kept["late"] == json!(true))
}

#[tokio::test]
async fn nobody_puts_an_answer_into_a_year_that_is_over_or_one_to_come() {
    let collector = start(Options::default());
    let now = now();
    let claims = [
        0,
        1,
        1_000_000,
        1_546_300_800_000,
        1_577_836_800_000,
        now - 3_650 * DAY,
        now - 366 * DAY,
        now - 31 * DAY,
        now - 8 * DAY,
        now + DAY,
        now + 3_650 * DAY,
    ];
    for claim in claims {
        assert_eq!(dated(&collector, claim, None).await, (0, false), "{claim}");
    }
    // A false time of sending gains no more than an outbox could.
    for age in [31, 32, 100, 366, 3_650, 20_000] {
        for sent_at in [now, now - 5 * DAY, now + 10_000 * DAY] {
            let claim = sent_at - age * DAY;
            if claim >= 0 {
                assert_eq!(
                    dated(&collector, claim, Some(sent_at)).await,
                    (0, false),
                    "{age} before {sent_at}"
                );
            }
        }
    }
    for sent_at in [0, 1, now - 100 * DAY] {
        assert_eq!(dated(&collector, now, Some(sent_at)).await, (0, false), "sent before it was given");
    }
}

#[tokio::test]
async fn an_answer_out_of_an_outbox_counts_on_its_day_and_is_marked_when_it_is_late() {
    let collector = start(Options::default());
    let wrong_clock = now() - 4_000 * DAY;
    for (age, expected) in [(0, (0, false)), (6, (6, false)), (8, (8, true)), (29, (29, true))] {
        assert_eq!(dated(&collector, now() - age * DAY - 1, Some(now())).await, expected, "{age} days");
        let found = dated(&collector, wrong_clock - age * DAY - 1, Some(wrong_clock)).await;
        assert_eq!(found, expected, "{age} days by a clock that is wrong");
    }
}

#[tokio::test]
async fn a_instant_that_is_none_is_refused() {
    let collector = start(Options::default());
    for field in ["answered_at", "sent_at"] {
        for value in [
            json!(-1),
            json!("2019-01-01"),
            json!(1.5),
            json!(true),
            json!([0]),
            json!({}),
            json!(1e300),
            json!(9_007_199_254_740_991_i64),
        ] {
            let mut sent = answer();
            sent[field] = value.clone();
            let reply = collector.post(&sent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert!(reply.problems()[0].starts_with(field), "{value}: {:?}", reply.problems());
        }
    }
    assert_eq!(collector.answers().await.len(), 0);
}
