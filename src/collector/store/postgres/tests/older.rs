//! A collector of schema 2 that keeps serving while newer ones bring its tables up to date.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls, Statement};

use super::*;
use crate::store::postgres::migrate;
use crate::store::suite::{assert_cases_from_then_on, received_json};
use crate::store::{CaseFilter, Cases, Closing, SiteId};

/// Its statement for a batch.
const SAVE: &str = include_str!("save_2.sql");

struct Older {
    client: Client,
    save: Statement,
}

impl Older {
    /// Creates the tables of its schema, if there are none yet, and prepares its statement.
    async fn start(url: &str) -> Self {
        let (mut client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        migrate::up_to(&mut client, 2).await.expect("its tables");
        let save = client.prepare(SAVE).await.expect("its statement");
        Self { client, save }
    }

    /// Stores one answer in its way.
    async fn keep(&self, id: &str, rev: i64, score: i16, properties: &str) -> Result<(), String> {
        let (at, texts, none) =
            (vec![86_400_000_i64], |text: &str| vec![text.to_owned()], vec![None::<String>]);
        let (default, survey, touchpoint) = (texts("default"), texts("a"), texts("t"));
        let (id, properties, rev, score) = (texts(id), texts(properties), vec![rev], vec![score]);
        let (yes, no) = (vec![true], vec![false]);
        self.client
            .query(
                &self.save,
                &[
                    &default,
                    &survey,
                    &id,
                    &rev,
                    &yes,
                    &touchpoint,
                    &score,
                    &none,
                    &no,
                    &none,
                    &none,
                    &properties,
                    &none,
                    &none,
                    &at,
                    &at,
                    &at,
                ],
            )
            .await
            .map(drop)
            .map_err(|error| described(&error))
    }
}

fn id(number: u64) -> String {
    format!("3f0e2b9a-5c1d-4e7f-8a6b-{number:012x}")
}

const UNVERIFIED: &str = r#"{"verified":"no"}"#;

/// Sends answers until the stop signal, and retries temporary failures as it did.
fn serve(older: Older, stop: Arc<AtomicBool>, kept: Arc<AtomicU64>) -> JoinHandle<Older> {
    tokio::spawn(async move {
        let mut number = 0;
        while !stop.load(Ordering::SeqCst) {
            number += 1;
            let properties = if number % 3 == 0 { UNVERIFIED } else { "{}" };
            while let Err(why) = older.keep(&id(number), 1, (number % 11) as i16, properties).await {
                assert!(why.contains("40P01") || why.contains("deadlock"), "{why}");
            }
            kept.store(number, Ordering::SeqCst);
        }
        older
    })
}

async fn at_least(kept: &AtomicU64, n: u64) {
    let waiting = async {
        while kept.load(Ordering::SeqCst) < n {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("it goes on serving");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_collector_serves_on_through_an_update_and_nothing_is_lost_or_counted_wrong() {
    let url = server::shared().database();
    let older = Older::start(&url).await;
    older.keep(&id(1_000_000), 1, 4, UNVERIFIED).await.expect("kept");
    let (stop, kept) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let serving = serve(older, Arc::clone(&stop), Arc::clone(&kept));
    at_least(&kept, 200).await;
    let newer = Postgres::open(&url).await.expect("brought up to date");
    let then = kept.load(Ordering::SeqCst);
    at_least(&kept, then + 200).await;
    stop.store(true, Ordering::SeqCst);
    let older = serving.await.expect("no panic");
    let of_both = kept.load(Ordering::SeqCst) + 1;
    let counted = newer.tallies(TallyFilter::default()).await.expect("tallies");
    assert_eq!(counted.iter().map(|of| of.tally.n()).sum::<u64>(), of_both);
    assert_eq!(newer.check().await.expect("counted"), []);
    // Both revise an answer that it stored. Only collectors that know the mark revise a marked one.
    older.keep(&id(1), 2, 10, "{}").await.expect("revised");
    let why = older.keep(&id(1_000_000), 2, 10, "{}").await.expect_err("refused");
    assert!(why.contains("unverified_is_kept"), "{why}");
    let text = format!(
        r#"{{"id":"{}","rev":2,"complete":true,"survey":"a","touchpoint":"t","score":8}}"#,
        id(1_000_000)
    );
    let saved = newer.save(received_json(&text, 86_400_000).unverified(true)).await.expect("saved");
    assert_eq!(saved, Saved::Known { rev: 2 });
    assert_eq!(newer.check().await.expect("counted"), []);
}

#[tokio::test]
async fn an_update_from_every_schema_counts_those_that_nobody_vouches_for() {
    // Schema 3 added the mark.
    for version in 1..3 {
        let url = server::shared().database();
        let (mut client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        migrate::up_to(&mut client, version).await.expect("the older schema");
        let older = Older { save: client.prepare(SAVE).await.expect("its statement"), client };
        for (number, properties) in
            [(1, "{}"), (2, r#"{"verified":"yes"}"#), (3, UNVERIFIED), (4, UNVERIFIED)]
        {
            older.keep(&id(number), 1, number as i16, properties).await.expect("kept");
        }
        let newer = Postgres::open(&url).await.expect("brought up to date");
        assert_eq!(newer.check().await.expect("counted"), []);
        let counted = newer.tallies(TallyFilter::default()).await.expect("tallies");
        assert_eq!(counted[0].tally.n(), 4);
        assert_eq!(*counted[0].verified().counts(), [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
}

#[tokio::test]
async fn an_update_from_every_schema_opens_cases_of_what_comes_in_from_then_on() {
    for version in 1..migrate::LATEST {
        let url = server::shared().database();
        let (mut client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        migrate::up_to(&mut client, version).await.expect("the older schema");
        let older = Older { save: client.prepare(SAVE).await.expect("its statement"), client };
        older.keep("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0001", 1, 0, "{}").await.expect("kept");
        let newer = Postgres::open(&url).await.expect("brought up to date");
        assert_cases_from_then_on(&newer).await;
        // The older one keeps serving: its answers open no cases.
        older.keep("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0003", 1, 0, "{}").await.expect("kept");
        assert_eq!(newer.cases(CaseFilter::default(), None, 9).await.expect("cases").len(), 2);
    }
}

/// Anna gave a 2 and later a 9, Bert only a 3. Both cases are of the schema before.
const BEFORE_RECOVERY: &str = "
    INSERT INTO answers (site, survey, id, rev, complete, touchpoint, score, contact_allowed, customer, properties,
        answered_at, received_at, changed_at)
    VALUES ('default', 'a', 'x', 1, true, 't', 2, false, 'anna', '{}', 1, 1, 1),
        ('default', 'a', 'y', 1, true, 't', 9, false, 'anna', '{}', 2, 2, 2),
        ('default', 'a', 'z', 1, true, 't', 3, false, 'bert', '{}', 3, 3, 3);
    INSERT INTO tallies (site, survey, touchpoint, day, score, n)
    VALUES ('default', 'a', 't', 0, 2, 1), ('default', 'a', 't', 0, 9, 1), ('default', 'a', 't', 0, 3, 1);
    INSERT INTO cases (site, survey, id, version, state, closed, urgency, due_at, owner, touchpoint, score, lowest,
        opened_at)
    VALUES ('default', 'a', 'x', 1, 0, false, 0, 9, '', 't', 2, 2, 1),
        ('default', 'a', 'z', 1, 0, false, 1, 9, '', 't', 3, 3, 3);";

#[tokio::test]
async fn an_update_knows_who_recovered_before_it() {
    let url = server::shared().database();
    let (mut client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    migrate::up_to(&mut client, 10).await.expect("the older schema");
    client.batch_execute(BEFORE_RECOVERY).await.expect("written");
    let newer = Postgres::open(&url).await.expect("brought up to date");
    let figures = newer.figures(SiteId::default(), 0, 5).await.expect("figures");
    assert_eq!((figures.detractors, figures.recovered), (2, 1));
    assert_eq!(newer.check().await.expect("counted"), []);
    // What is kept of cases is checked, too.
    client.execute("UPDATE cases SET recovered = true", &[]).await.expect("spoiled");
    let found = newer.check().await.expect("counted");
    assert_eq!(found.iter().map(|wrong| wrong.of[2].as_str()).collect::<Vec<_>>(), ["case z"]);
}
