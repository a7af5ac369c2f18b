//! The outbox keeps its promises while device, network and collector behave at random.

use proptest::prelude::*;

use super::*;

/// The next step of the browser, its customer or the network.
#[derive(Clone, Debug)]
enum Step {
    /// A new revision of that answer.
    Put(usize, Urgency),
    /// One of the underway attempts ends.
    Settle(usize, Outcome),
    /// One of the pauses is over.
    Due(usize),
    /// The database reports its content.
    Kept,
    /// The customer looks at the page again, and the driver finds all that is on the device.
    Wake,
    /// The queue sends the next one.
    Next,
    /// The page is gone; only the device remains.
    Reload,
}

const IDS: [&str; 3] = ["a", "b", "c"];

/// A driver that carries out the effects, with a device and a collector, and checks the promises.
#[derive(Default)]
struct World {
    outbox: Outbox<Rev>,
    device: Vec<Rev>,
    /// Whether the device refuses every write.
    forbidden: bool,
    collector: Vec<Rev>,
    refused: Vec<Rev>,
    underway: Vec<Rev>,
    pauses: Vec<Pause<Rev>>,
    given: [u32; 3],
    /// The latest revision of each answer that was to be sent, as far as the device or this page has it.
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
        if let Some(it) = self.outbox.take_next() {
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
    /// In any order of events, an answer leaves the device only after the collector or the page's memory has
    /// it. No answer has two attempts at once, and every notice is true. Once failures end, the collector has
    /// every answer that was to be sent, unless it refused it.
    #[test]
    fn no_answer_is_lost_whatever_happens(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::default();
        steps.into_iter().for_each(|step| world.step(step));
        // Another page, which the collector accepts.
        world.step(Step::Reload);
        world.calm_down();
        prop_assert!(world.outbox.is_empty() && world.device.is_empty(), "{:?}", world.outbox);
        for (at, id) in IDS.iter().enumerate() {
            let there = |place: &[Rev]| place.iter().any(|it| it.id == *id && it.rev >= world.wanted[at]);
            prop_assert!(world.wanted[at] == 0 || there(&world.collector) || there(&world.refused));
        }
    }

    /// If the device keeps nothing, the page keeps its answers as long as it lives.
    #[test]
    fn without_a_device_the_page_still_delivers(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World { forbidden: true, ..World::default() };
        let stays = |step: &Step| !matches!(step, Step::Reload | Step::Settle(_, Outcome::PageRefused));
        steps.into_iter().filter(stays).for_each(|step| world.step(step));
        // In the end, every score that was still being chosen is final.
        (0..IDS.len()).for_each(|at| world.put(at, Urgency::Send));
        world.calm_down();
        for (at, id) in IDS.iter().enumerate() {
            let there = |place: &[Rev]| place.iter().any(|it| it.id == *id && it.rev >= world.wanted[at]);
            prop_assert!(world.wanted[at] == 0 || there(&world.collector) || there(&world.refused));
        }
    }
}
