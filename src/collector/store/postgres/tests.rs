use super::*;
use crate::store::suite::{join_all, received, suite};
use crate::store::{Saved, Upkeep};

#[path = "../../../../tests/harness/postgres.rs"]
#[allow(dead_code, unreachable_pub)]
mod server;

mod older;

async fn open() -> ((), Postgres) {
    ((), Postgres::open(&server::shared().database()).await.expect("a store"))
}

suite! { open }

#[tokio::test]
async fn collectors_that_start_together_make_the_tables_once() {
    let url = server::shared().database();
    let (one, two, three) = tokio::join!(Postgres::open(&url), Postgres::open(&url), Postgres::open(&url));
    for opened in [one, two, three] {
        opened.expect("a store").prove().await.expect("it can keep answers");
    }
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let url = server::shared().database();
    drop(Postgres::open(&url).await.expect("a store"));
    assert!(server::shared().run(&url, "UPDATE aanrader SET version = 99"));
    let why = Postgres::open(&url).await.err().expect("refused").to_string();
    assert!(why.contains("version 99"), "{why}");
}

#[tokio::test]
async fn a_lost_connection_loses_no_answer() {
    let url = server::shared().database();
    let store = Postgres::open(&url).await.expect("a store");
    store.save(received(1, 1, 9, 1)).await.expect("saved");
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(server::shared().run(&url, end));
    let saves = (2..9).map(|digit| store.save(received(digit, 1, 9, 1)));
    for saved in join_all(saves.collect()).await {
        assert_eq!(saved.expect("saved"), Saved::New);
    }
    assert_eq!(store.check().await.expect("counted"), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_collectors_that_write_the_same_ids_at_once_leave_right_tallies() {
    let url = server::shared().database();
    let stores = [
        Postgres::open(&url).await.expect("a store"),
        Postgres::open(&url).await.expect("a store"),
        Postgres::open(&url).await.expect("a store"),
    ];
    // All have the same answers in a different order, so that their batches meet at the same rows.
    let work = |store: usize| {
        let saves = (0..900u32).map(move |number| {
            let number = (number * 7 + store as u32 * 311) % 900;
            let (digit, score) = ((number % 16) as u8, (number % 11) as u8);
            received(digit, 1 + number / 16, score, i64::from(number) * 10_000_000)
        });
        let store = &stores[store];
        join_all(saves.map(|received| store.save(received)).collect())
    };
    let (one, two, three) = tokio::join!(work(0), work(1), work(2));
    let all: Vec<_> = [one, two, three].into_iter().flatten().collect();
    assert!(all.iter().all(Result::is_ok), "{:?}", all.iter().find(|saved| saved.is_err()));
    assert_eq!(all.iter().filter(|saved| matches!(saved, Ok(Saved::New))).count(), 16);
    assert_eq!(stores[0].check().await.expect("counted"), []);
}

#[tokio::test]
async fn a_read_whose_asker_has_left_is_cancelled() {
    let url = server::shared().database();
    let store = Postgres::open(&url).await.expect("a store");
    for _ in 0..3 * READERS {
        let sleep =
            store.read(|client| async move { Ok(client.batch_execute("SELECT pg_sleep(100)").await?) });
        let left = tokio::time::timeout(Duration::from_millis(20), sleep).await;
        assert!(left.is_err(), "it does not end by itself");
    }
    store.ping().await.expect("a free reader");
}
