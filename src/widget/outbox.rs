//! Carries out the effects of the outbox; its rules are in [`aanrader_survey::outbox`].
//!
//! The device keeps an answer before it is sent, and forgets it only after the collector's receipt. The next
//! page sends what an earlier page left behind.

use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};

use aanrader_dom::{Listener, settle};
use aanrader_survey::outbox::{Effect, Event, Outbox, Pause, Revision};
use aanrader_survey::{Answer, Delivery};
use js_sys::{Function, Math};

use crate::delivery;
use crate::storage::{self, Record, Then};

pub(crate) use aanrader_survey::outbox::Urgency;
pub(crate) use storage::open;

/// The element that waits for an answer's outcome.
pub(crate) trait Told {
    /// Receives the delivery of the latest revision.
    fn delivered(&self, delivery: Delivery);
}

/// A revision, and the element that waits for its outcome, if it still exists.
#[derive(Clone)]
struct Sent {
    record: Rc<Record>,
    told: Option<Weak<dyn Told>>,
}

impl Sent {
    fn new(record: Record, told: Option<Weak<dyn Told>>) -> Self {
        Self { record: Rc::new(record), told }
    }

    fn record(&self) -> Rc<Record> {
        self.record.clone()
    }
}

impl Revision for Sent {
    fn id(&self) -> &str {
        self.record.id()
    }

    fn rev(&self) -> u32 {
        self.record.rev()
    }
}

thread_local! {
    /// The outbox that all surveys in the page share.
    static OUTBOX: RefCell<Outbox<Sent>> = const { RefCell::new(Outbox::new()) };
    /// Listen for the network coming back, and for the customer's look at the page.
    static LISTENERS: OnceCell<[Option<Listener>; 2]> = const { OnceCell::new() };
}

/// Keeps the latest revision of an answer, and sends it now unless it is only to be kept. The element hears
/// only of this revision, not of earlier ones.
pub(crate) fn put(answer: &Answer, signature: &str, endpoint: &str, urgency: Urgency, told: Weak<dyn Told>) {
    match Record::new(answer, signature, endpoint) {
        Some(record) => take(Event::Put(Sent::new(record, Some(told)), urgency)),
        None => tell(&Some(told), Delivery::Refused),
    }
}

/// Sends what an earlier page left behind, now and whenever the network comes back or the customer looks at
/// the page again.
pub(crate) fn wake() {
    LISTENERS.with(|listeners| {
        listeners.get_or_init(|| {
            let window = aanrader_dom::window();
            let document = aanrader_dom::document();
            [
                window.map(|window| Listener::new(&window, "online", |_| wake())),
                document.map(|document| Listener::new(&document, "visibilitychange", |_| wake())),
            ]
        });
    });
    storage::unsent().into_iter().for_each(adopt);
    storage::unsent_in_database(Box::new(|records| {
        records.into_iter().for_each(adopt);
        take(Event::Wake);
        // Only one tab sends, so that a collector that has just come back isn't overloaded.
        storage::alone(send_queued);
    }));
}

/// Takes a record of the device into the outbox.
fn adopt(record: Record) {
    take(Event::Adopt(Sent::new(record, None)));
}

/// Sends the queued answers one after the other.
fn send_queued(then: Then<()>) {
    match OUTBOX.with_borrow_mut(Outbox::take_next) {
        Some(sent) => send(sent, Box::new(|()| send_queued(then))),
        None => then(()),
    }
}

/// Advances the outbox by one event. The borrow ends before the effects are carried out, because they may
/// cause the next event.
fn take(event: Event<Sent>) {
    for effect in OUTBOX.with_borrow_mut(|outbox| outbox.on(event)) {
        carry_out(effect);
    }
}

fn carry_out(effect: Effect<Sent>) {
    match effect {
        Effect::Keep(sent) => keep(sent),
        Effect::Send(sent) => send(sent, Box::new(drop)),
        Effect::Wait(pause) => wait(pause),
        Effect::Forget(sent) => storage::forget(sent.record()),
        Effect::SetAside(sent, why) => storage::set_aside(sent.record(), &why),
        Effect::Tell(sent, delivery) => {
            if delivery == Delivery::Stored {
                storage::mark_stored(&sent.record);
            }
            tell(&sent.told, delivery);
        }
    }
}

/// Writes it to both stores: to localStorage at once, to the database as soon as it is open.
fn keep(sent: Sent) {
    if storage::keep(&sent.record) {
        take(Event::Kept(sent.clone()));
    }
    let record = sent.record();
    let kept = move |is_kept| {
        if is_kept {
            take(Event::Kept(sent));
        }
    };
    storage::keep_in_database(record, Box::new(kept));
}

/// Makes one attempt, then calls `then`.
fn send(sent: Sent, then: Then<()>) {
    let record = sent.record();
    let settled = move |outcome| {
        take(Event::Settled(sent, outcome, Math::random()));
        then(());
    };
    delivery::attempt(record, Box::new(settled));
}

fn wait(pause: Pause<Sent>) {
    let millis = i32::try_from(pause.millis).unwrap_or(i32::MAX);
    let listen = |due: &Function, _: &Function| {
        if let Some(window) = aanrader_dom::window() {
            // A window without timers makes no further attempt; the next page does.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(due, millis);
        }
    };
    settle(listen, move |_| take(Event::Due(pause)));
}

fn tell(told: &Option<Weak<dyn Told>>, delivery: Delivery) {
    if let Some(told) = told.as_ref().and_then(Weak::upgrade) {
        told.delivered(delivery);
    }
}
