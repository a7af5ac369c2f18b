//! Carries out what the outbox's rules ask for: they stand in [`aanrader_survey::outbox`].
//!
//! An answer is kept on the device before it is sent, and forgotten only when
//! the collector has given its receipt. What is left over from an earlier
//! page is sent from the next one.

use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};

use aanrader_dom::Listener;
use aanrader_survey::outbox::{Effect, Event, Outbox, Pause, Revision};
use aanrader_survey::{Answer, Delivery};
use js_sys::{Math, Promise};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::delivery;
use crate::storage::{self, Record};

pub(crate) use aanrader_survey::outbox::Urgency;
pub(crate) use storage::open;

/// Whoever waits for an answer's fate.
pub(crate) trait Told {
    /// The latest revision has come so far.
    fn delivered(&self, delivery: Delivery);
}

/// A revision, and whoever waits for its fate, if that is still there.
struct Parcel {
    record: Record,
    told: Option<Weak<dyn Told>>,
}

#[derive(Clone)]
struct Sent(Rc<Parcel>);

impl Sent {
    fn new(record: Record, told: Option<Weak<dyn Told>>) -> Self {
        Self(Rc::new(Parcel { record, told }))
    }
}

impl Revision for Sent {
    fn id(&self) -> &str {
        self.0.record.id()
    }

    fn rev(&self) -> u32 {
        self.0.record.rev()
    }
}

thread_local! {
    /// What all surveys in the page share.
    static OUTBOX: RefCell<Outbox<Sent>> = const { RefCell::new(Outbox::new()) };
    /// They hear that the network is back, or that the page is looked at again.
    static LISTENERS: OnceCell<[Option<Listener>; 2]> = const { OnceCell::new() };
}

/// Keeps the latest revision of an answer, and sends it if it is to go now; what comes of this revision,
/// not of earlier ones, is told.
pub(crate) fn put(answer: &Answer, endpoint: &str, urgency: Urgency, told: Weak<dyn Told>) {
    match Record::new(answer, endpoint) {
        Some(record) => take(Event::Put(Sent::new(record, Some(told)), urgency)),
        None => tell(&Some(told), Delivery::Refused),
    }
}

/// Sends what an earlier page left behind, now and whenever the network comes
/// back or the page is looked at again.
pub(crate) fn wake() {
    LISTENERS.with(|listeners| {
        listeners.get_or_init(|| {
            let window = web_sys::window();
            let document = aanrader_dom::document();
            [
                window.map(|window| Listener::new(&window, "online", |_| wake())),
                document.map(|document| Listener::new(&document, "visibilitychange", |_| wake())),
            ]
        });
    });
    storage::unsent().into_iter().for_each(adopt);
    spawn_local(async {
        storage::unsent_in_database().await.into_iter().for_each(adopt);
        take(Event::Wake);
        // A collector that has just come back is not to be run over.
        storage::alone(send_in_turn).await;
    });
}

/// Takes in what is kept on the device.
fn adopt(record: Record) {
    take(Event::Adopt(Sent::new(record, None)));
}

/// Sends one after the other.
async fn send_in_turn() {
    while let Some(sent) = OUTBOX.with_borrow_mut(Outbox::take_turn) {
        send(sent).await;
    }
}

/// Takes the outbox one event further. It is free again before anything is done about it: that may be
/// the next event.
fn take(event: Event<Sent>) {
    for effect in OUTBOX.with_borrow_mut(|outbox| outbox.on(event)) {
        carry_out(effect);
    }
}

fn carry_out(effect: Effect<Sent>) {
    match effect {
        Effect::Keep(sent) => keep(sent),
        Effect::Send(sent) => spawn_local(send(sent)),
        Effect::Wait(pause) => spawn_local(wait(pause)),
        Effect::Forget(sent) => spawn_local(async move { storage::forget(&sent.0.record).await }),
        Effect::SetAside(sent, why) => {
            spawn_local(async move { storage::set_aside(&sent.0.record, &why).await });
        }
        Effect::Tell(sent, delivery) => {
            if delivery == Delivery::Stored {
                storage::mark_stored(&sent.0.record);
            }
            tell(&sent.0.told, delivery);
        }
    }
}

/// Writes it to both stores: to one at once, to the other as soon as it is open.
fn keep(sent: Sent) {
    if storage::keep(&sent.0.record) {
        take(Event::Kept(sent.clone()));
    }
    spawn_local(async move {
        if storage::keep_in_database(&sent.0.record).await {
            take(Event::Kept(sent));
        }
    });
}

async fn send(sent: Sent) {
    let outcome = delivery::attempt(&sent.0.record).await;
    take(Event::Settled(sent, outcome, Math::random()));
}

async fn wait(pause: Pause<Sent>) {
    let millis = i32::try_from(pause.millis).unwrap_or(i32::MAX);
    let timer = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // A window that has no timers has no next attempt either; the next page makes it.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    if JsFuture::from(timer).await.is_ok() {
        take(Event::Due(pause));
    }
}

fn tell(told: &Option<Weak<dyn Told>>, delivery: Delivery) {
    if let Some(told) = told.as_ref().and_then(Weak::upgrade) {
        told.delivered(delivery);
    }
}
