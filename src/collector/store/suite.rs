//! What every engine has to do. An engine's tests call [`suite!`] with a way to
//! open an empty store; each of the functions below becomes one of its tests.

use aanrader_survey::{Answer, Raw, Score};

use super::{Cursor, Millis, PageRequest, Received, Saved, Store, TallyFilter};

/// Makes a test of each function of the suite; `$open` gives a guard and a store.
macro_rules! suite {
    ($open:path: $($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            let (_guard, store) = $open();
            crate::store::suite::$name(&store).await;
        }
    )*};
}
pub(crate) use suite;

/// An answer of survey `a` at touchpoint `t`, with that last digit of its id.
pub(crate) fn received(digit: u8, rev: u32, score: u8, at: Millis) -> Received {
    let text = format!(
        r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":true,
            "survey":"a","touchpoint":"t","score":{score},"comment":"rev {rev}"}}"#
    );
    received_json(&text, at)
}

fn received_json(text: &str, at: Millis) -> Received {
    let raw: Raw = serde_json::from_str(text).expect("JSON");
    Received::at(Answer::check(&raw).expect("an answer"), at)
}

async fn count(store: &dyn Store, filter: TallyFilter) -> u64 {
    store.tallies(filter).await.expect("tallies").iter().map(|counted| counted.tally.n()).sum()
}

pub(crate) async fn of_one_id_posted_twice_at_once_one_is_new(store: &dyn Store) {
    let (one, other) = tokio::join!(store.save(received(1, 1, 9, 5)), store.save(received(1, 1, 9, 5)));
    let saved = [one.expect("saved"), other.expect("saved")];
    assert_eq!(saved.iter().filter(|saved| **saved == Saved::New).count(), 1, "{saved:?}");
    assert_eq!(count(store, TallyFilter::default()).await, 1);
}

pub(crate) async fn the_highest_revision_wins_whole_in_any_order(store: &dyn Store) {
    for (rev, saved) in [
        (2, Saved::New),
        (1, Saved::Known { rev: 2 }),
        (4, Saved::Known { rev: 4 }),
        (3, Saved::Known { rev: 4 }),
    ] {
        let score = u8::try_from(rev).expect("a score");
        assert_eq!(store.save(received(1, rev, score, rev.into())).await.expect("saved"), saved);
    }
    let kept = store.page(PageRequest { limit: 9, ..PageRequest::default() }).await.expect("a page");
    let [kept] = &kept[..] else { panic!("one answer: {kept:?}") };
    assert_eq!(
        (kept.rev, kept.score, kept.comment.as_deref()),
        (4, Score::new(4).expect("4"), Some("rev 4"))
    );
    assert_eq!((kept.answered_at, kept.received_at), (4, 2), "its place in the list is its first arrival's");
}

pub(crate) async fn one_id_in_two_surveys_is_two_answers(store: &dyn Store) {
    let text = r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":1,"complete":true,
        "survey":"b","touchpoint":"t","score":9}"#;
    store.save(received(1, 1, 9, 1)).await.expect("saved");
    assert_eq!(store.save(received_json(text, 1)).await.expect("saved"), Saved::New);
    assert_eq!(count(store, TallyFilter { survey: Some("b".into()), ..TallyFilter::default() }).await, 1);
    assert_eq!(count(store, TallyFilter::default()).await, 2);
}

pub(crate) async fn a_period_holds_its_first_moment_and_not_its_last(store: &dyn Store) {
    for (digit, at) in [(1, 10), (2, 20), (3, 30)] {
        store.save(received(digit, 1, 9, at)).await.expect("saved");
    }
    for (from, to, expected) in [
        (None, None, 3),
        (Some(20), None, 2),
        (None, Some(20), 1),
        (Some(10), Some(30), 2),
        (Some(31), None, 0),
    ] {
        let filter = TallyFilter { from, to, ..TallyFilter::default() };
        assert_eq!(count(store, filter).await, expected, "{from:?} to {to:?}");
    }
}

pub(crate) async fn answers_of_one_moment_have_an_order_and_a_page_ends_between_them(store: &dyn Store) {
    for digit in [2, 3, 1] {
        store.save(received(digit, 1, 9, 7)).await.expect("saved");
    }
    let mut digits = String::new();
    let mut before: Option<Cursor> = None;
    // One time more than there are answers: then there is nothing left.
    for _ in 0..4 {
        let request = PageRequest { before: before.clone(), limit: 1, ..PageRequest::default() };
        if let Some(kept) = store.page(request).await.expect("a page").first() {
            digits.extend(kept.id.chars().last());
            before = Some(kept.cursor());
        }
    }
    assert_eq!(digits, "321");
}

pub(crate) async fn a_page_is_of_a_period_and_of_scores_that_are_low_enough(store: &dyn Store) {
    for (digit, score, at) in [(1, 3, 10), (2, 6, 20), (3, 9, 30)] {
        store.save(received(digit, 1, score, at)).await.expect("saved");
    }
    let page = async |from, to, most: Option<u8>| {
        let max_score = most.and_then(Score::new);
        let request = PageRequest { from, to, max_score, limit: 9, ..PageRequest::default() };
        let kept = store.page(request).await.expect("a page");
        kept.iter().map(|kept| kept.score.get()).collect::<Vec<_>>()
    };
    assert_eq!(page(Some(10), Some(30), None).await, [6, 3]);
    assert_eq!(page(Some(20), None, None).await, [9, 6]);
    assert_eq!(page(None, None, Some(6)).await, [6, 3]);
    assert_eq!(page(Some(11), Some(31), Some(8)).await, [6]);
    assert!(page(None, None, Some(2)).await.is_empty());
}

pub(crate) async fn a_closed_store_takes_nothing_and_loses_nothing(store: &dyn Store) {
    let accepted = store.save(received(1, 1, 9, 1));
    let (accepted, closed) = tokio::join!(accepted, store.close());
    closed.expect("closed");
    assert_eq!(accepted.expect("what was accepted is finished"), Saved::New);
    assert!(store.save(received(2, 1, 9, 1)).await.is_err());
}
