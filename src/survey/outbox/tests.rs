use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

/// A revision that is nothing besides.
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
fn while_the_visitor_is_choosing_it_is_only_kept() {
    let mut outbox = Outbox::new();
    assert_eq!(put(&mut outbox, a(1), Urgency::Keep), [Effect::Keep(a(1))]);
    outbox.on(Event::Wake);
    assert_eq!(outbox.take_turn(), None, "nobody has said yet that this is the score");
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
    // It is found on the device again whenever the page is looked at.
    assert_eq!(outbox.on(Event::Adopt(a(1))), []);
    outbox.on(Event::Wake);
    assert_eq!(outbox.take_turn(), None);
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
fn whoever_waits_is_told_where_it_is_kept() {
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
    assert_eq!(outbox.take_turn(), Some(a(1)));
    let second = pause(&settle(&mut outbox, a(1), Outcome::Later(0)));
    assert_eq!(outbox.on(Event::Due(first)), []);
    assert_eq!(outbox.on(Event::Due(second)), [Effect::Send(a(1))]);
}

#[test]
fn a_collector_that_asked_for_time_gets_it_even_if_there_is_new_reason_to_try() {
    let (mut outbox, pause) = waiting(60);
    assert_eq!(pause.millis, 61_000);
    outbox.on(Event::Wake);
    assert_eq!(outbox.take_turn(), None);
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
    assert_eq!(outbox.take_turn(), Some(Rev::new("a", 1)));
    assert_eq!(outbox.take_turn(), None, "a is underway");
    settle(&mut outbox, Rev::new("a", 1), Outcome::Later(0));
    assert_eq!(outbox.take_turn(), Some(Rev::new("b", 1)));
    settle(&mut outbox, Rev::new("b", 1), Outcome::Stored);
    assert_eq!(outbox.take_turn(), Some(Rev::new("c", 1)));
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

/// What a browser, its visitor and the network may do next.
#[derive(Clone, Debug)]
enum Step {
    /// A new revision of that answer.
    Put(usize, Urgency),
    /// One of the attempts that are underway ends.
    Settle(usize, Outcome),
    /// One of the pauses is over.
    Due(usize),
    /// The database reports what it has.
    Kept,
    /// The page is looked at again, and all that is on the device is found.
    Wake,
    /// The next one is sent.
    Next,
    /// The page is gone, and with it all but the device.
    Reload,
}

const IDS: [&str; 3] = ["a", "b", "c"];

/// A driver that does what the effects say, with a device and a collector, and holds the promises.
#[derive(Default)]
struct World {
    outbox: Outbox<Rev>,
    device: Vec<Rev>,
    /// Whether the device takes anything.
    forbidden: bool,
    collector: Vec<Rev>,
    refused: Vec<Rev>,
    underway: Vec<Rev>,
    pauses: Vec<Pause<Rev>>,
    given: [u32; 3],
    /// The latest of each that was to be sent, as far as the device or this page has it.
    wanted: [u32; 3],
}

impl World {
    fn take(&mut self, event: Event<Rev>) {
        for effect in self.outbox.on(event) {
            match effect {
                Effect::Keep(it) if !self.forbidden => {
                    self.device.retain(|kept| kept.id != it.id);
                    self.device.push(it);
                }
                Effect::Keep(_) => {}
                Effect::Send(it) => self.begin(it),
                Effect::Wait(pause) => self.pauses.push(pause),
                Effect::Forget(it) => {
                    let safe = |kept: &Rev| kept.id == it.id && kept.rev >= it.rev;
                    let newer = |kept: &Rev| kept.id == it.id && kept.rev > it.rev;
                    assert!(
                        self.collector.iter().any(safe) || self.device.iter().any(newer),
                        "{it:?} is forgotten and nobody has it"
                    );
                    self.device.retain(|kept| *kept != it);
                }
                Effect::SetAside(it, _) => {
                    assert!(self.refused.contains(&it), "{it:?} is set aside and was never refused");
                    self.device.retain(|kept| *kept != it);
                }
                Effect::Tell(it, delivery) => self.check_told(&it, delivery),
            }
        }
    }

    fn check_told(&self, it: &Rev, delivery: Delivery) {
        let has = |place: &[Rev]| place.iter().any(|other| other.id == it.id && other.rev >= it.rev);
        match delivery {
            Delivery::Stored => assert!(has(&self.collector), "{it:?} is not stored"),
            Delivery::Kept => assert!(has(&self.device), "{it:?} is not on the device"),
            Delivery::Refused => assert!(has(&self.refused), "{it:?} was not refused"),
            _ => {}
        }
    }

    fn begin(&mut self, it: Rev) {
        assert!(self.underway.iter().all(|other| other.id != it.id), "two attempts at once with {it:?}");
        self.underway.push(it);
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Put(at, urgency) => self.put(at, urgency),
            Step::Settle(at, outcome) if !self.underway.is_empty() => self.settle(at, outcome),
            Step::Due(at) if !self.pauses.is_empty() => {
                let pause = self.pauses.swap_remove(at % self.pauses.len());
                self.take(Event::Due(pause));
            }
            Step::Kept => self.device.clone().into_iter().for_each(|it| self.take(Event::Kept(it))),
            Step::Wake => self.wake(),
            Step::Next => self.next(),
            Step::Reload => {
                self.outbox = Outbox::default();
                self.underway.clear();
                self.pauses.clear();
                self.wake();
            }
            _ => {}
        }
    }

    fn put(&mut self, at: usize, urgency: Urgency) {
        self.given[at] += 1;
        if urgency == Urgency::Send {
            self.wanted[at] = self.given[at];
        }
        self.take(Event::Put(Rev::new(IDS[at], self.given[at]), urgency));
    }

    fn settle(&mut self, at: usize, outcome: Outcome) {
        let sent = self.underway.swap_remove(at % self.underway.len());
        match outcome {
            Outcome::Stored => self.collector.push(sent.clone()),
            Outcome::Refused(_) => self.refused.push(sent.clone()),
            _ => {}
        }
        self.take(Event::Settled(sent, outcome, 0.5));
    }

    fn wake(&mut self) {
        self.device.clone().into_iter().for_each(|it| self.take(Event::Adopt(it)));
        self.take(Event::Wake);
    }

    fn next(&mut self) {
        if let Some(it) = self.outbox.take_turn() {
            self.begin(it);
        }
    }

    /// From now on nothing goes wrong.
    fn calm_down(&mut self) {
        for _ in 0..40 {
            self.wake();
            self.next();
            while !self.pauses.is_empty() {
                self.step(Step::Due(0));
            }
            while !self.underway.is_empty() {
                self.settle(0, Outcome::Stored);
            }
        }
    }
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        3 => Just(Outcome::Stored),
        3 => (0_u32..3).prop_map(Outcome::Later),
        1 => Just(Outcome::Refused("no".to_string())),
        1 => Just(Outcome::PageRefused),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let urgency = prop_oneof![Just(Urgency::Keep), Just(Urgency::Send)];
    prop_oneof![
        3 => (0..IDS.len(), urgency).prop_map(|(at, urgency)| Step::Put(at, urgency)),
        4 => (0..4_usize, outcome()).prop_map(|(at, outcome)| Step::Settle(at, outcome)),
        2 => (0..4_usize).prop_map(Step::Due),
        1 => Just(Step::Kept),
        1 => Just(Step::Wake),
        2 => Just(Step::Next),
        1 => Just(Step::Reload),
    ]
}

proptest! {
    /// Whatever happens in whatever order: nothing leaves the device that nobody else has, no answer has
    /// two attempts at once, nobody is told what isn't so; and once things go well, what was to be sent
    /// is there, unless the collector has refused it.
    #[test]
    fn no_answer_is_lost_whatever_happens(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::default();
        steps.into_iter().for_each(|step| world.step(step));
        // Another page, which the collector lets in.
        world.step(Step::Reload);
        world.calm_down();
        prop_assert!(world.outbox.is_empty() && world.device.is_empty(), "{:?}", world.outbox);
        for (at, id) in IDS.iter().enumerate() {
            let there = |place: &[Rev]| place.iter().any(|it| it.id == *id && it.rev >= world.wanted[at]);
            prop_assert!(world.wanted[at] == 0 || there(&world.collector) || there(&world.refused));
        }
    }

    /// Where the device keeps nothing, the page does, for as long as it lives.
    #[test]
    fn without_a_device_the_page_still_delivers(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World { forbidden: true, ..World::default() };
        let stays = |step: &Step| !matches!(step, Step::Reload | Step::Settle(_, Outcome::PageRefused));
        steps.into_iter().filter(stays).for_each(|step| world.step(step));
        // Whatever was still being chosen is meant in the end.
        (0..IDS.len()).for_each(|at| world.put(at, Urgency::Send));
        world.calm_down();
        for (at, id) in IDS.iter().enumerate() {
            let there = |place: &[Rev]| place.iter().any(|it| it.id == *id && it.rev >= world.wanted[at]);
            prop_assert!(world.wanted[at] == 0 || there(&world.collector) || there(&world.refused));
        }
    }
}
