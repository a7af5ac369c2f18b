//! A site that accepts only answers of signed customers: one machine can't shift its number.

use std::sync::LazyLock;

use aanrader_tests::collector::{Collector, Options, Reply, answer, run_tool};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::{TempDir, tempdir};

const KEY: &str = "an-example-key-of-32-characters!";

fn start(only: bool) -> (TempDir, Collector) {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{KEY}\n")).expect("a key");
    let mut arguments = vec!["--customer-key-file".into(), file.display().to_string()];
    if only {
        arguments.push("--signed-only".into());
    }
    let collector = Collector::start(Options { arguments, rate: Some((0, 0)), ..Options::default() });
    (folder, collector)
}

fn sign(customer: &str, expires: i64) -> String {
    let mut hmac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("a key");
    hmac.update(format!("default\n{customer}\n{expires}").as_bytes());
    let mac: String = hmac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{expires}.{mac}")
}

/// The same for all tests, so that they all have the same day of expiry.
fn in_a_day() -> i64 {
    static EXPIRES: LazyLock<i64> = LazyLock::new(|| jiff::Timestamp::now().as_second() + 24 * 60 * 60);
    *EXPIRES
}

fn signed(customer: &str, score: u8) -> Value {
    let mut sent = answer();
    sent["customer"] = json!(customer);
    sent["signature"] = json!(sign(customer, in_a_day()));
    sent["score"] = json!(score);
    sent
}

async fn n(collector: &Collector) -> u64 {
    let results = collector.results().await;
    results["surveys"][0]["total"]["n"].as_u64().unwrap_or(0)
}

#[tokio::test]
async fn one_machine_with_one_signature_moves_the_number_of_a_site_by_one_answer() {
    let (_folder, collector) = start(true);
    for customer in ["c-1", "c-2", "c-3"] {
        collector.post(&signed(customer, 9)).await.expect(StatusCode::CREATED);
    }
    let mut refused = 0;
    for attempt in 0..300 {
        // Without a signature, as other customers, and with an expired signature.
        let mut sent = answer();
        sent["score"] = json!(0);
        match attempt % 3 {
            0 => {}
            1 => {
                sent["customer"] = json!(format!("stuffed-{attempt}"));
                sent["signature"] = json!(sign("c-4", in_a_day()));
            }
            _ => {
                sent["customer"] = json!("c-4");
                let (_, mac) = sign("c-4", in_a_day())
                    .split_once('.')
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
                    .expect("both");
                sent["signature"] = json!(format!("{}.{mac}", in_a_day() + attempt));
            }
        }
        let reply = collector.post(&sent).await;
        refused += u32::from(reply.status == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(refused, 300);
    // The attacker's only signature, with new ids and other touchpoints.
    for attempt in 0..100 {
        let mut sent = signed("c-4", 0);
        sent["touchpoint"] = json!(format!("t-{attempt}"));
        let reply = collector.post(&sent).await;
        assert!(reply.status.is_success(), "{}", reply.text());
    }
    assert_eq!(n(&collector).await, 4);
}

#[tokio::test]
async fn a_receipt_names_the_id_that_was_sent_and_the_highest_revision_counts() {
    let (_folder, collector) = start(true);
    let mut sent = signed("c-1", 9);
    let receipt = collector.post(&sent).await.expect(StatusCode::CREATED).json();
    assert_eq!((&receipt["id"], &receipt["rev"]), (&sent["id"], &json!(1)));
    sent["rev"] = json!(2);
    sent["comment"] = json!("more");
    let receipt = collector.post(&sent).await.expect(StatusCode::OK).json();
    assert_eq!((&receipt["id"], &receipt["rev"]), (&sent["id"], &json!(2)));
    let kept = collector.answers().await;
    assert_eq!((kept.len(), &kept[0]["comment"]), (1, &json!("more")));
    assert_eq!(kept[0]["properties"]["verified"], "yes");
}

#[tokio::test]
async fn where_others_may_answer_too_they_are_marked() {
    let (_folder, collector) = start(false);
    let mut forged = answer();
    forged["customer"] = json!("c-1");
    forged["properties"] = json!({"verified": "yes"});
    collector.post(&forged).await.expect(StatusCode::CREATED);
    collector.post(&signed("c-1", 9)).await.expect(StatusCode::CREATED);
    let kept = collector.answers().await;
    let marks: Vec<&Value> = kept.iter().map(|kept| &kept["properties"]["verified"]).collect();
    assert_eq!(marks, ["yes", "no"]);
}

#[tokio::test]
async fn those_that_nobody_vouches_for_can_be_left_out_of_the_number_and_move_with_an_export() {
    let (_folder, collector) = start(false);
    for score in [0, 1, 2] {
        let mut stuffed = answer();
        stuffed["score"] = json!(score);
        collector.post(&stuffed).await.expect(StatusCode::CREATED);
    }
    collector.post(&signed("c-1", 9)).await.expect(StatusCode::CREATED);
    assert_left_out(&collector).await;
    let why =
        collector.get_as_owner("/v1/results?unverified=no").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(why.text().contains("include or exclude"), "{}", why.text());
    // Anonymous answers, and those in another database, are still marked.
    let folder = tempdir().expect("a folder");
    for format in ["ndjson", "csv"] {
        let (file, other) =
            (folder.path().join(format!("all.{format}")), Collector::start(Options::default()));
        let path = file.display().to_string();
        run_tool(&collector.location(), &["export", "--format", format, "--output", &path]);
        run_tool(&other.location(), &["import", "--format", format, &path]);
        assert_left_out(&other).await;
        run_tool(&other.location(), &["check"]);
    }
}

/// Four answers; the shop vouches for one of them.
async fn assert_left_out(collector: &Collector) {
    let total = async |query: &str| {
        let results =
            collector.get_as_owner(&format!("/v1/results{query}")).await.expect(StatusCode::OK).json();
        results["surveys"][0]["total"].clone()
    };
    let (all, verified) = (total("").await, total("?unverified=exclude").await);
    assert_eq!((&all["n"], &all["unverified"], &all["detractors"]), (&json!(4), &json!(3), &json!(3)));
    assert_eq!((&verified["n"], &verified["unverified"]), (&json!(1), &json!(3)));
    assert_eq!((&verified["nps"]["rounded"], &total("?unverified=include").await), (&json!(100), &all));
    let kept = collector.answers().await;
    assert_eq!(kept.iter().filter(|kept| kept["unverified"] == json!(true)).count(), 3);
}

#[tokio::test]
async fn a_signed_link_carries_its_signature_to_the_answer() {
    let (_folder, collector) = start(true);
    let signature = sign("c-1", in_a_day());
    let page = collector
        .get(&format!("/s/shop?customer=c-1&signature={signature}"))
        .await
        .expect(StatusCode::OK)
        .text();
    assert!(page.contains(&format!("name=\"signature\" value=\"{signature}\"")), "{page}");
    let send = |body: String| {
        let request = collector.request(Method::POST, "/v1/answers");
        Reply::of(request.header("content-type", "application/x-www-form-urlencoded").body(body))
    };
    let form = "survey=shop&touchpoint=link&score=9&customer=c-1";
    send(form.into()).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    send(format!("{form}&signature={signature}")).await.expect(StatusCode::CREATED);
}
