use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;

mod world;

/// A revision with no content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rev {
    id: String,
    rev: u32,
}
impl Rev {
    pub(super) fn new(id: &str, rev: u32) -> Self {
        Self { id: id.into(), rev }
    }
}
impl Revision for Rev {
    fn id(&self) -> &str {
        &self.id
    }

    fn rev(&self) -> u32 {
        self.rev
    }
}

fn a(rev: u32) -> Rev {
    Rev::new("a", rev)
}
fn put(outbox: &mut Outbox<Rev>, revision: Rev, urgency: Urgency) -> Vec<Effect<Rev>> {
    outbox.on(Event::Put(revision, urgency))
}

fn settle(outbox: &mut Outbox<Rev>, revision: Rev, outcome: Outcome) -> Vec<Effect<Rev>> {
    outbox.on(Event::Settled(revision, outcome, 0.5))
}

/// The pause among these effects.
#[track_caller]
fn pause(effects: &[Effect<Rev>]) -> Pause<Rev> {
    let mut pauses = effects.iter().filter_map(|effect| match effect {
        Effect::Wait(pause) => Some(pause.clone()),
        _ => None,
    });
    pauses.next().unwrap_or_else(|| panic!("no pause in {effects:?}"))
}

/// An outbox whose first attempt has failed, and the pause before the next one.
fn waiting(seconds: u32) -> (Outbox<Rev>, Pause<Rev>) {
    let mut outbox = Outbox::new();
    put(&mut outbox, a(1), Urgency::Send);
    outbox.on(Event::Kept(a(1)));
    let pause = pause(&settle(&mut outbox, a(1), Outcome::Later(seconds)));
    (outbox, pause)
}

#[test]
fn an_answer_is_kept_before_it_is_sent() {
    let effects = put(&mut Outbox::new(), a(1), Urgency::Send);
    assert_eq!(effects, [Effect::Keep(a(1)), Effect::Send(a(1))]);
}

#[test]
fn while_the_customer_is_choosing_it_is_only_kept() {
    let mut outbox = Outbox::new();
    assert_eq!(put(&mut outbox, a(1), Urgency::Keep), [Effect::Keep(a(1))]);
    outbox.on(Event::Wake);
    assert_eq!(outbox.take_next(), None, "nobody has said yet that this is the score");
    assert_eq!(put(&mut outbox, a(2), Urgency::Send), [Effect::Keep(a(2)), Effect::Send(a(2))]);
}

#[test]
fn a_receipt_takes_it_off_the_device() {
    let mut outbox = Outbox::new();
    put(&mut outbox, a(1), Urgency::Send);
    let effects = settle(&mut outbox, a(1), Outcome::Stored);
    assert_eq!(effects, [Effect::Forget(a(1)), Effect::Tell(a(1), Delivery::Stored)]);
    assert!(outbox.is_empty());
}

#[test]
fn a_refusal_sets_it_aside_with_the_reason() {
    let mut outbox = Outbox::new();
    put(&mut outbox, a(1), Urgency::Send);
    let effects = settle(&mut outbox, a(1), Outcome::Refused("too long".into()));
    assert_eq!(effects, [Effect::SetAside(a(1), "too long".into()), Effect::Tell(a(1), Delivery::Refused)]);
    assert!(outbox.is_empty());
}

#[test]
fn a_page_that_is_refused_keeps_the_answer_and_tries_no_more() {
    let mut outbox = Outbox::new();
    put(&mut outbox, a(1), Urgency::Send);
    let effects = settle(&mut outbox, a(1), Outcome::PageRefused);
    assert_eq!(effects, [Effect::Tell(a(1), Delivery::PageRefused)]);
    // Every look at the page finds it on the device again.
    assert_eq!(outbox.on(Event::Adopt(a(1))), []);
    outbox.on(Event::Wake);
    assert_eq!(outbox.take_next(), None);
    assert_eq!(put(&mut outbox, a(2), Urgency::Send).last(), Some(&Effect::Send(a(2))));
}

#[test]
fn a_failure_is_repeated_after_a_pause() {
    let (mut outbox, pause) = waiting(0);
    assert_eq!(pause.millis, 1_000);
    assert_eq!(outbox.on(Event::Due(pause.clone())), [Effect::Send(a(1))]);
    assert_eq!(outbox.on(Event::Due(pause)), [], "it is underway");
}

#[test]
fn the_element_that_waits_is_told_where_the_answer_is_kept() {
    let mut outbox = Outbox::new();
    put(&mut outbox, a(1), Urgency::Send);
    let effects = settle(&mut outbox, a(1), Outcome::Later(0));
    assert_eq!(effects.last(), Some(&Effect::Tell(a(1), Delivery::KeptInPage)));
    // The database was slow.
    assert_eq!(outbox.on(Event::Kept(a(1))), [Effect::Tell(a(1), Delivery::Kept)]);
    assert_eq!(outbox.on(Event::Kept(a(1))), [], "once is enough");
}

#[test]
fn a_pause_that_was_overtaken_means_nothing() {
    let (mut outbox, first) = waiting(0);
    outbox.on(Event::Wake);
    assert_eq!(outbox.take_next(), Some(a(1)));
    let second = pause(&settle(&mut outbox, a(1), Outcome::Later(0)));
    assert_eq!(outbox.on(Event::Due(first)), []);
    assert_eq!(outbox.on(Event::Due(second)), [Effect::Send(a(1))]);
}

#[test]
fn a_collector_that_asked_for_time_gets_it_even_if_there_is_new_reason_to_try() {
    let (mut outbox, pause) = waiting(60);
    assert_eq!(pause.millis, 61_000);
    outbox.on(Event::Wake);
    assert_eq!(outbox.take_next(), None);
    assert_eq!(outbox.on(Event::Due(pause)), [Effect::Send(a(1))]);
}

#[test]
fn a_newer_revision_goes_when_the_older_one_is_back_and_nobody_hears_of_that_one() {
    for outcome in [Outcome::Later(3), Outcome::Refused("no".into()), Outcome::PageRefused] {
        let mut outbox = Outbox::new();
        put(&mut outbox, a(1), Urgency::Send);
        assert_eq!(put(&mut outbox, a(2), Urgency::Send), [Effect::Keep(a(2))]);
        assert_eq!(settle(&mut outbox, a(1), outcome), [Effect::Send(a(2))]);
    }
}

#[test]
fn a_newer_revision_that_is_only_kept_does_not_go_because_an_older_one_is_back() {
    let mut outbox = Outbox::new();
    put(&mut outbox, a(1), Urgency::Send);
    put(&mut outbox, a(2), Urgency::Keep);
    assert_eq!(settle(&mut outbox, a(1), Outcome::Stored), [Effect::Forget(a(1))]);
    assert_eq!(put(&mut outbox, a(3), Urgency::Send).last(), Some(&Effect::Send(a(3))));
}

#[test]
fn an_older_revision_than_the_page_has_is_not_taken_in() {
    let mut outbox = Outbox::new();
    put(&mut outbox, a(2), Urgency::Keep);
    assert_eq!(put(&mut outbox, a(2), Urgency::Send), []);
    assert_eq!(outbox.on(Event::Adopt(a(1))), [], "perhaps it is all that the device has");
    outbox.on(Event::Kept(a(2)));
    assert_eq!(outbox.on(Event::Adopt(a(1))), [Effect::Forget(a(1))]);
}

#[test]
fn what_an_earlier_page_left_is_sent_one_after_the_other() {
    let mut outbox = Outbox::new();
    for id in ["a", "b", "c"] {
        outbox.on(Event::Adopt(Rev::new(id, 1)));
    }
    assert_eq!(outbox.take_next(), Some(Rev::new("a", 1)));
    assert_eq!(outbox.take_next(), None, "a is underway");
    settle(&mut outbox, Rev::new("a", 1), Outcome::Later(0));
    assert_eq!(outbox.take_next(), Some(Rev::new("b", 1)));
    settle(&mut outbox, Rev::new("b", 1), Outcome::Stored);
    assert_eq!(outbox.take_next(), Some(Rev::new("c", 1)));
}

#[test]
fn pauses_grow_up_to_five_minutes_and_are_jittered_in_full() {
    assert_eq!(pause_millis(0, 0, 0.0), 0);
    assert_eq!(pause_millis(0, 0, 0.5), 1_000);
    assert_eq!(pause_millis(3, 0, 0.5), 8_000);
    assert_eq!(pause_millis(u32::MAX, 0, 1.0), 300_000);
}

#[test]
fn no_attempt_comes_sooner_than_the_collector_asked_for() {
    assert_eq!(pause_millis(0, 7, 0.0), 7_000);
    assert_eq!(pause_millis(0, u32::MAX, 0.0), 86_400_000);
}

#[test]
fn what_the_collector_has_decided_about_is_not_sent_again_when_it_was_read_from_the_device_before() {
    for outcome in [Outcome::Stored, Outcome::Refused("too long".into())] {
        let mut outbox = Outbox::new();
        put(&mut outbox, a(1), Urgency::Send);
        put(&mut outbox, a(2), Urgency::Send);
        settle(&mut outbox, a(1), Outcome::Stored);
        settle(&mut outbox, a(2), outcome);
        for late in [a(1), a(2)] {
            assert_eq!(outbox.on(Event::Adopt(late.clone())), [Effect::Forget(late)]);
        }
        assert_eq!(outbox.take_next(), None);
        // Another tab may know more.
        assert_eq!(outbox.on(Event::Adopt(a(3))), []);
        assert_eq!(outbox.take_next(), Some(a(3)));
    }
}
