//! A field that a revision doesn't name stays unchanged, in any order of the revisions.

use aanrader_survey::limits;

use super::{Engine, Millis, Received, SiteId, all, assert_sound, join_all, received_json};
use crate::store::{Stored, Whose};

/// A score; comment and consent; another score from a later page, in two revisions that name neither.
const CHANGED: [&str; 4] = [
    r#""rev":1,"score":3,"complete":false"#,
    r#""rev":2,"score":3,"complete":true,"comment":"slow","contact":{"allowed":true,"how":"06"}"#,
    r#""rev":1002,"score":8,"complete":false"#,
    r#""rev":1003,"score":9,"complete":true"#,
];

/// The same; then the comment is taken back, and finally the consent.
const TAKEN_BACK: [&str; 4] = [
    CHANGED[1],
    CHANGED[2],
    r#""rev":1003,"score":9,"complete":true,"comment":"""#,
    r#""rev":1004,"score":9,"complete":true,"contact":{"allowed":false}"#,
];

/// A revision of the answer with this number.
fn revision(number: usize, fields: &str) -> Received {
    let id = format!("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}");
    let at = Millis::try_from(number).expect("an instant");
    received_json(&format!(r#"{{"id":"{id}","survey":"a","touchpoint":"t",{fields}}}"#), at)
}

/// All permutations of four.
fn orders() -> Vec<[usize; 4]> {
    let all = (0..256).map(|number| [number % 4, number / 4 % 4, number / 16 % 4, number / 64]);
    all.filter(|order| (0..4).all(|wanted| order.contains(&wanted))).collect()
}

/// The stored score, revision, comment and contact.
fn kept(stored: &Stored) -> (u8, u32, Option<&str>, Option<Option<&str>>) {
    let contact = stored.contact.as_ref().map(|contact| contact.how.as_deref());
    (stored.score.get(), stored.rev, stored.comment.as_deref(), contact)
}

pub(crate) async fn a_revision_leaves_what_it_does_not_name_in_any_order(store: &dyn Engine) {
    let expected = [(9, 1003, Some("slow"), Some(Some("06"))), (9, 1004, None, None)];
    let sets = [CHANGED, TAKEN_BACK];
    // First one after the other, then all of a set at once, as one batch or several.
    for (number, order) in orders().into_iter().enumerate() {
        for (set, fields) in sets.iter().enumerate() {
            for index in order {
                store.save(revision(2 * number + set, fields[index])).await.expect("saved");
            }
        }
    }
    let at_once = orders().into_iter().enumerate().flat_map(|(number, order)| {
        order.map(|index| (0..2).map(move |set| (100 + 2 * number + set, sets[set][index])))
    });
    let saves = at_once.flatten().map(|(number, fields)| store.save(revision(number, fields)));
    for saved in join_all(saves.collect()).await {
        saved.expect("saved");
    }
    let stored = all(store, &SiteId::default()).await;
    assert_eq!(stored.len(), 96);
    for stored in &stored {
        assert_eq!(kept(stored), expected[usize::try_from(stored.received_at % 2).expect("a set")]);
    }
    assert_sound(store).await;
}

pub(crate) async fn nothing_that_comes_late_gives_an_anonymous_answer_its_words_back(store: &dyn Engine) {
    store.save(revision(1, CHANGED[0])).await.expect("saved");
    let whose = Whose::Before { site: SiteId::default(), instant: 9 };
    assert_eq!(store.anonymize(whose).await.expect("done"), 1);
    store.save(revision(1, CHANGED[1])).await.expect("taken");
    let stored = all(store, &SiteId::default()).await;
    assert_eq!(kept(&stored[0]), (3, limits::REV, None, None));
}
