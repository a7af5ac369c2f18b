use tempfile::TempDir;

use super::*;
use crate::cases::{Action, Settings};
use crate::store::suite::{assert_cases_from_then_on, received, received_json, suite};
use crate::store::{Act, Acted, CaseFilter, CaseKey, Cases, Mismatch, SiteId, Upkeep, Whose};

mod locks;
mod recovery;

async fn open() -> (TempDir, Sqlite) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Sqlite::open(&folder.path().join("answers.db"), QUEUE).expect("a store");
    (folder, store)
}

suite! { open }

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.db");
    let store = Sqlite::open(&path, 1).expect("a store");
    let other = Connection::open(&path).expect("a second connection");
    other.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    // The writer takes one batch and waits for the lock; one more answer fits the queue.
    let mut waiting = Vec::new();
    let refused = loop {
        match store.enqueue(Arc::new(received(1, 1, 9, 1))) {
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

/// Asserts that SQLite answers a statement with this index, in its order.
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

#[tokio::test]
async fn answers_that_are_counted_anew_are_read_in_their_own_order() {
    let (folder, _store) = open().await;
    let next = super::trends::NEXT.replace("?1", "1").replace("?2", "'default'").replace("?3", "9");
    assert_uses(&folder.path().join("answers.db"), &next, "INTEGER PRIMARY KEY");
}

#[tokio::test]
async fn the_ends_of_periods_and_pages_are_read_from_indexes_without_sorting() {
    let (folder, _store) = open().await;
    let path = folder.path().join("answers.db");
    let edge = "SELECT survey, touchpoint, score, count(*) FROM answers
        WHERE site = 'default' AND answered_at >= 1 AND answered_at < 2";
    assert_uses(&path, edge, "COVERING INDEX answers_by_moment");
    let order = "ORDER BY received_at DESC, survey DESC, id DESC LIMIT 9";
    let page = |index: &str, conditions: &str| {
        format!("SELECT * FROM answers INDEXED BY {index} WHERE site = 'default' AND {conditions} {order}")
    };
    let before = "(received_at, survey, id) < (1, 'a', 'b')";
    assert_uses(&path, &page("answers_by_arrival", before), "answers_by_arrival (site=? AND ");
    let of_touchpoint = page("answers_of_touchpoint", &format!("touchpoint = 't' AND {before}"));
    assert_uses(&path, &of_touchpoint, "answers_of_touchpoint (site=? AND touchpoint=? AND ");
    let cases = |index: &str, conditions: &str| {
        format!(
            "SELECT site, survey, id FROM cases INDEXED BY {index} WHERE site = 'default' AND closed = 0 AND {conditions}
             (urgency, due_at, survey, id) > (1, 2, 'a', 'b') ORDER BY urgency, due_at, survey, id LIMIT 9"
        )
    };
    let some = cases("cases_by_urgency", "score = 6 AND touchpoint = 't' AND");
    assert_uses(&path, &some, "COVERING INDEX cases_by_urgency (site=? AND closed=? AND ");
    let mine = cases("cases_of_owner", "owner = 'anna' AND");
    assert_uses(&path, &mine, "COVERING INDEX cases_of_owner (site=? AND owner=? AND closed=? AND ");
    let of_survey = page("answers_of_survey", &format!("survey = 'a' AND {before}"));
    assert_uses(&path, &of_survey, "answers_of_survey (site=? AND survey=?");
}

#[test]
fn every_commit_waits_until_it_is_on_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Opened::create(&folder.path().join("answers.db"), LOCK_TIMEOUT).expect("a database");
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
    let (_folder, store) = open().await;
    store.ping().await.expect("healthy");
    store.close().await.expect("closed");
    assert!(store.ping().await.is_err());
}

/// A file as the last collector of the first schema left it.
fn version_1() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.db");
    let old = Connection::open(&path).expect("a database");
    old.pragma_update(None, "journal_mode", "WAL").expect("a log");
    old.execute_batch(include_str!("tests/version_1.sql")).expect("the dump");
    (folder, path)
}

#[tokio::test]
async fn an_update_keeps_every_answer_and_every_number() {
    let (_folder, path) = version_1();
    let store = Sqlite::open(&path, QUEUE).expect("brought up to date");
    let page = PageRequest { limit: 99, ..PageRequest::default() };
    let kept = store.page(page).await.expect("a page");
    assert_eq!(kept.len(), 25);
    let revised = kept.iter().find(|kept| kept.rev == 2).expect("the revised one");
    assert_eq!((revised.comment.as_deref(), revised.score.get()), (Some("toch goed"), 10));
    assert_eq!((revised.answered_at, revised.received_at), (1_795_781_570_737, 1_795_781_570_397));
    assert_eq!(kept.iter().filter(|kept| kept.contact.is_some()).count(), 7);
    assert_eq!(kept.iter().filter(|kept| kept.customer.as_deref() == Some("klant-9")).count(), 1);
    let counted = store.tallies(TallyFilter::default()).await.expect("tallies");
    let figures: Vec<_> =
        counted.iter().map(|of| (of.survey.as_str(), of.touchpoint.as_str(), *of.tally.counts())).collect();
    let expected = [
        ("account", "a", [1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
        ("account", "delivery", [1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1]),
        ("account", "post-login", [0, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1]),
        ("order-2", "a", [1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]),
        ("order-2", "delivery", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        ("order-2", "post-login", [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ];
    assert_eq!(figures, expected);
    assert_eq!(store.check().await.expect("counted"), []);
}

/// The row that a collector of schemas 2 and 3 wrote for an answer around midnight, with that last digit.
fn old_row(digit: u8, verified: Option<&str>) -> String {
    let properties = verified.map_or("{}".into(), |text| format!(r#"{{"plan":"pro","verified":"{text}"}}"#));
    format!(
        "INSERT INTO answers (site, survey, id, rev, complete, touchpoint, score, contact_allowed, properties,
             answered_at, received_at, changed_at)
         VALUES ('default', 'a', '3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}', 2, 1, 't', {digit}, 0,
             '{properties}', 86400000, 86400000, 86400000);
         INSERT INTO tallies (site, survey, touchpoint, day, score, n) VALUES ('default', 'a', 't', 1, {digit}, 1)"
    )
}

#[tokio::test]
async fn an_update_from_every_schema_counts_those_that_nobody_vouches_for() {
    // Schema 4 added the mark.
    for version in 2..4 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answers.db");
        let mut old = Connection::open(&path).expect("a database");
        old.pragma_update(None, "journal_mode", "WAL").expect("a log");
        migrate::up_to(&mut old, version).expect("the older schema");
        for (digit, verified) in [(1, None), (2, Some("yes")), (3, Some("no")), (4, Some("no"))] {
            old.execute_batch(&old_row(digit, verified)).expect("written");
        }
        let store = Sqlite::open(&path, QUEUE).expect("brought up to date");
        assert_eq!(store.check().await.expect("counted"), []);
        let counted = store.tallies(TallyFilter::default()).await.expect("tallies");
        assert_eq!(counted[0].tally.n(), 4);
        assert_eq!(*counted[0].verified().counts(), [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        // A running older collector may revise unmarked answers, but not marked ones.
        let revise = |digit| {
            let of = format!("WHERE id LIKE '%{digit}' AND rev = 2");
            old.execute(&format!("UPDATE answers SET rev = 3 {of}"), [])
        };
        assert_eq!(revise(1).expect("revised"), 1);
        revise(3).expect_err("refused");
        assert_eq!(store.check().await.expect("counted"), []);
    }
}

#[tokio::test]
async fn an_update_keeps_what_an_earlier_schema_has_of_comments_until_a_later_revision_names_one() {
    let (_folder, path) = version_1();
    let store = Sqlite::open(&path, QUEUE).expect("brought up to date");
    let request = || PageRequest { limit: 99, ..PageRequest::default() };
    let revised = |kept: Vec<Stored>| kept.into_iter().find(|kept| kept.comment.is_some() && kept.rev >= 2);
    let old = revised(store.page(request()).await.expect("a page")).expect("the revised one");
    let save = |rev: u32, more: &str| {
        let text = format!(
            r#"{{"id":"{}","rev":{rev},"complete":true,"survey":"{}","touchpoint":"{}","score":9{more}}}"#,
            old.id, old.survey, old.touchpoint
        );
        store.save(received_json(&text, 1_795_781_570_999))
    };
    for (rev, more, comment) in [
        (1, r#","comment":"late""#, "toch goed"),
        (3, "", "toch goed"),
        (2, r#","comment":"late""#, "toch goed"),
        (4, r#","comment":"new""#, "new"),
    ] {
        save(rev, more).await.expect("saved");
        let kept = revised(store.page(request()).await.expect("a page")).expect("still there");
        assert_eq!(kept.comment.as_deref(), Some(comment), "after revision {rev}");
    }
}

#[tokio::test]
async fn an_update_from_every_schema_opens_cases_of_what_comes_in_from_then_on() {
    for version in 2..migrate::LATEST {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answers.db");
        let mut old = Connection::open(&path).expect("a database");
        migrate::up_to(&mut old, version).expect("the older schema");
        old.execute_batch(&old_row(1, None).replace("9c0d1e2f3a41", "9c0d1e2f0001")).expect("written");
        drop(old);
        assert_cases_from_then_on(&Sqlite::open(&path, QUEUE).expect("brought up to date")).await;
    }
}

/// The statements of the first schema's collector for a new answer and for a revision.
const OLD_WRITES: [&str; 2] = [
    "INSERT INTO answers (survey, id, rev, complete, touchpoint, score, contact_allowed, properties,
        answered_at, first_received_at, last_received_at) VALUES ('a', 'x', 1, 1, 't', 9, 0, '{}', 1, 1, 1)",
    "UPDATE answers SET rev = 9, score = 0, last_received_at = 1 WHERE survey = 'account'",
];

#[tokio::test]
async fn an_older_collector_that_still_runs_can_write_nothing_that_is_not_counted() {
    let (_folder, path) = version_1();
    let old = Connection::open(&path).expect("the older collector's connection");
    let mut insert = old.prepare(OLD_WRITES[0]).expect("prepared before");
    insert.execute([]).expect("written");
    let store = Sqlite::open(&path, QUEUE).expect("brought up to date");
    for sql in OLD_WRITES {
        old.execute(sql, []).expect_err("refused");
    }
    insert.execute([]).expect_err("refused");
    assert_eq!(store.check().await.expect("counted"), []);
    let n: u64 =
        store.tallies(TallyFilter::default()).await.expect("tallies").iter().map(|of| of.tally.n()).sum();
    assert_eq!(n, 26);
}

#[tokio::test]
async fn a_second_collector_on_the_same_file_says_so_and_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.db");
    let first = Sqlite::serve(&path, QUEUE).expect("the first one");
    let why = Sqlite::serve(&path, QUEUE).err().expect("refused").to_string();
    assert!(why.contains("another collector serves from it"), "{why}");
    drop(first);
    Sqlite::serve(&path, QUEUE).expect("free again");
}

#[tokio::test]
async fn a_wrong_tally_is_found() {
    let (folder, store) = open().await;
    store.save(received(1, 1, 9, 1)).await.expect("saved");
    let other = Connection::open(folder.path().join("answers.db")).expect("a connection");
    other.execute("UPDATE tallies SET n = 3", []).expect("spoiled");
    let found = store.check().await.expect("counted");
    let [Mismatch { of, day: 0, score: 9, kept: [3, _], counted: [1, _] }] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(of, &["default", "a", "t"]);
}

/// All bytes of the database and its log.
fn bytes(folder: &TempDir) -> Vec<u8> {
    let files = std::fs::read_dir(folder.path()).expect("a folder").map(|file| file.expect("a file").path());
    files.flat_map(|file| std::fs::read(file).expect("bytes")).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn what_was_erased_is_found_in_no_byte_of_the_database_or_its_log() {
    let (folder, store) = open().await;
    let answer = |digit: u8, rev: u32, customer: &str| {
        let words = format!("unheard-of-{customer} ").repeat(100);
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":true,
                "survey":"a","touchpoint":"t","score":1,"comment":"{words}","customer":"{customer}",
                "contact":{{"allowed":true,"how":"{customer}@b.example"}}}}"#
        );
        let received = crate::store::suite::received_json(&text, 1);
        let verdict = Settings::default().judge(&received.answer, 1, &jiff::tz::TimeZone::UTC);
        received.judged(verdict)
    };
    for rev in 1..4 {
        for (digit, customer) in [(1, "anna"), (2, "bert"), (3, "anna")] {
            store.save(answer(digit, rev, customer)).await.expect("saved");
        }
    }
    for case in store.cases(CaseFilter::default(), None, 9).await.expect("cases") {
        let (customer, version) = (case.answer.customer.clone().unwrap_or_default(), Some(case.version));
        let key = CaseKey { site: SiteId::default(), survey: "a".into(), id: case.answer.id };
        let text = Some(format!("unheard-of-{customer} called"));
        let note =
            Act { key, version, who: "me".into(), at: 1, action: Action::Note, text, wanted: Vec::new() };
        assert_eq!(store.act(note).await.expect("tried"), Acted::Done);
    }
    assert!(holds(&bytes(&folder), "unheard-of-anna called"));
    let whose = Whose::Customer { site: SiteId::default(), customer: "anna".into() };
    assert_eq!(store.anonymize(whose).await.expect("erased"), 2);
    let bytes = bytes(&folder);
    assert!(!holds(&bytes, "anna") && holds(&bytes, "unheard-of-bert"));
}

#[tokio::test]
async fn a_read_whose_asker_has_left_ends_and_gives_its_permit_back() {
    let (_folder, store) = open().await;
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    for _ in 0..3 * READERS {
        let reading = store.read(move |connection| connection.query_row(endless, [], |_| Ok(())));
        let left = tokio::time::timeout(Duration::from_millis(20), reading).await;
        assert!(left.is_err(), "it never ends by itself");
    }
    store.ping().await.expect("a free reader");
}

#[tokio::test]
async fn closing_ends_what_is_being_read() {
    let (_folder, store) = open().await;
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    let reading = store.read(move |connection| connection.query_row(endless, [], |_| Ok(())));
    let (read, closed) = tokio::join!(reading, async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        store.close().await
    });
    closed.expect("closed");
    read.expect_err("ended");
}
