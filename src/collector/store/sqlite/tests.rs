use tempfile::TempDir;

use super::*;
use crate::store::suite::{received, suite};

fn open() -> (TempDir, Sqlite) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Sqlite::open(&folder.path().join("answers.db"), QUEUE).expect("a store");
    (folder, store)
}

suite! { open:
    of_one_id_posted_twice_at_once_one_is_new
    the_highest_revision_wins_whole_in_any_order
    one_id_in_two_surveys_is_two_answers
    a_period_holds_its_first_moment_and_not_its_last
    answers_of_one_moment_have_an_order_and_a_page_ends_between_them
    a_page_is_of_a_period_and_of_scores_that_are_low_enough
    a_closed_store_takes_nothing_and_loses_nothing
}

#[tokio::test]
async fn a_full_queue_turns_away_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.db");
    let store = Sqlite::open(&path, 1).expect("a store");
    let other = Connection::open(&path).expect("a second connection");
    other.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    // The writer takes one batch at most and waits for the lock with it; one more fits the queue.
    let mut waiting = Vec::new();
    let refused = loop {
        match store.enqueue(received(1, 1, 9, 1)) {
            Ok(outcome) => waiting.push(outcome),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::Busy), "{refused:?}");
    assert!((1..=writer::BATCH + 1).contains(&waiting.len()), "{} were taken", waiting.len());
    other.execute_batch("ROLLBACK").expect("no lock");
    for outcome in waiting {
        outcome.await.expect("a reply").expect("saved");
    }
}

/// Whether SQLite answers a statement from this index, in its order.
#[track_caller]
fn assert_uses(path: &Path, sql: &str, index: &str) {
    let connection = Connection::open(path).expect("a connection");
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a plan");
    let steps: Vec<String> = plan
        .query_map([], |row| row.get("detail"))
        .expect("steps")
        .map(|step| step.expect("a step"))
        .collect();
    assert!(steps.len() == 1 && steps[0].contains(index), "{steps:?}");
}

#[test]
fn results_and_pages_are_read_from_indexes_without_sorting() {
    let (folder, _store) = open();
    let path = folder.path().join("answers.db");
    let results = "SELECT survey, touchpoint, score, count(*) FROM answers WHERE answered_at >= 1
        GROUP BY survey, touchpoint, score ORDER BY survey, touchpoint, score";
    assert_uses(&path, results, "COVERING INDEX answers_by_score");
    let order = "ORDER BY first_received_at DESC, survey DESC, id DESC LIMIT 9";
    assert_uses(&path, &format!("SELECT * FROM answers {order}"), "answers_by_arrival");
    assert_uses(
        &path,
        &format!(
            "SELECT * FROM answers WHERE survey = 'a' AND (first_received_at, survey, id) < (1, 'a', 'b') {order}"
        ),
        "answers_of_survey_by_arrival",
    );
}

#[test]
fn every_commit_waits_until_it_is_on_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Opened::create(&folder.path().join("answers.db")).expect("a database");
    let pragma = |name: &str| {
        let value = opened
            .connection
            .pragma_query_value(None, name, |row| row.get_ref(0).map(|value| format!("{value:?}")));
        value.expect("a value")
    };
    assert_eq!(pragma("synchronous"), "Integer(2)", "FULL");
    assert!(pragma("journal_mode").contains(&format!("{:?}", b"wal")), "{}", pragma("journal_mode"));
}

#[tokio::test]
async fn a_closed_store_is_not_healthy() {
    let (_folder, store) = open();
    store.ping().await.expect("healthy");
    store.close().await.expect("closed");
    assert!(store.ping().await.is_err());
}
