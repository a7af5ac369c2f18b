//! A database of before it was kept who recovered.

use super::*;
use crate::store::Closing;

/// Anna gave a 2 and later a 9, Bert only a 3. Both cases are of the schema before.
const BEFORE_RECOVERY: &str = "
    INSERT INTO answers (site, survey, id, rev, complete, touchpoint, score, contact_allowed, customer, properties,
        answered_at, received_at, changed_at)
    VALUES ('default', 'a', 'x', 1, 1, 't', 2, 0, 'anna', '{}', 1, 1, 1),
        ('default', 'a', 'y', 1, 1, 't', 9, 0, 'anna', '{}', 2, 2, 2),
        ('default', 'a', 'z', 1, 1, 't', 3, 0, 'bert', '{}', 3, 3, 3);
    INSERT INTO tallies (site, survey, touchpoint, day, score, n)
    VALUES ('default', 'a', 't', 0, 2, 1), ('default', 'a', 't', 0, 9, 1), ('default', 'a', 't', 0, 3, 1);
    INSERT INTO cases (site, survey, id, version, state, closed, urgency, due_at, owner, touchpoint, score, lowest,
        opened_at)
    VALUES ('default', 'a', 'x', 1, 0, 0, 0, 9, '', 't', 2, 2, 1),
        ('default', 'a', 'z', 1, 0, 0, 1, 9, '', 't', 3, 3, 3);";

#[tokio::test]
async fn an_update_knows_who_recovered_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.db");
    let mut old = Connection::open(&path).expect("a database");
    migrate::up_to(&mut old, 11).expect("the older schema");
    old.execute_batch(BEFORE_RECOVERY).expect("written");
    drop(old);
    let store = Sqlite::open(&path, QUEUE).expect("brought up to date");
    let figures = store.figures(SiteId::default(), 0, 5).await.expect("figures");
    assert_eq!((figures.detractors, figures.recovered), (2, 1));
    assert_eq!(store.check().await.expect("counted"), []);
    // What is kept of cases is checked, too.
    let other = Connection::open(&path).expect("a connection");
    other.execute("UPDATE cases SET recovered = 1", []).expect("spoiled");
    let found = store.check().await.expect("counted");
    assert_eq!(found.iter().map(|wrong| wrong.of[2].as_str()).collect::<Vec<_>>(), ["case z"]);
}
