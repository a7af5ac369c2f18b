//! Tests of anonymised answers.

use super::{all, assert_sound, counts, received_json};
use crate::store::period::DAY;
use crate::store::{Engine, Millis, Received, SiteId, Stored, TallyFilter, Whose};

fn of_customer(digit: u8, rev: u32, customer: &str, at: Millis) -> Received {
    received_json(
        &format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":true,"survey":"a",
                "touchpoint":"t","score":4,"comment":"mine","contact":{{"allowed":true,"how":"a@b.example"}},
                "customer":"{customer}","properties":{{"plan":"x"}}}}"#
        ),
        at,
    )
}

fn anonymous(kept: &Stored) -> bool {
    kept.comment.is_none() && kept.contact.is_none() && kept.customer.is_none() && kept.properties.is_empty()
}

pub(crate) async fn a_customer_who_is_erased_leaves_scores_and_nothing_else(store: &dyn Engine) {
    for (digit, customer) in [(1, "anna"), (2, "bert"), (3, "anna")] {
        store.save(of_customer(digit, 1, customer, digit.into())).await.expect("saved");
    }
    let other = SiteId::parse("other").expect("an id");
    store.save(of_customer(1, 1, "anna", 1).of(other.clone())).await.expect("saved");
    let whose = Whose::Customer { site: SiteId::default(), customer: "anna".into() };
    assert_eq!(store.anonymize(whose.clone()).await.expect("erased"), 2);
    assert_eq!(store.anonymize(whose).await.expect("erased"), 0);
    // A late revision from an outbox that was offline restores nothing.
    store.save(of_customer(3, 2, "anna", 9)).await.expect("saved");
    let kept = all(store, &SiteId::default()).await;
    assert_eq!(kept.iter().map(anonymous).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(counts(store, TallyFilter::default()).await, "a/t: 4×3");
    assert!(!anonymous(&all(store, &other).await[0]));
    assert_sound(store).await;
}

pub(crate) async fn answers_that_are_old_enough_become_anonymous_and_count_on(store: &dyn Engine) {
    for digit in 1..=4 {
        store.save(of_customer(digit, 1, "anna", Millis::from(digit) * DAY)).await.expect("saved");
    }
    let before = |instant| Whose::Before { site: SiteId::default(), instant };
    assert_eq!(store.anonymize(before(3 * DAY)).await.expect("done"), 2);
    assert_eq!(store.anonymize(before(3 * DAY)).await.expect("done"), 0);
    let kept = all(store, &SiteId::default()).await;
    assert_eq!(kept.iter().map(anonymous).collect::<Vec<_>>(), [false, false, true, true]);
    assert_eq!(counts(store, TallyFilter::default()).await, "a/t: 4×4");
    assert_sound(store).await;
}
