//! What the screens show, read once for all that show the same, and sent to each as it changes.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use tokio::sync::{mpsc, watch};

use super::glance::{Glance, Room};
use super::page;
use crate::http::State;
use crate::http::owner::Texts;

/// How often the database is read while anybody looks.
const EVERY: Duration = Duration::from_secs(3);

/// How often a screen hears something, so that proxies keep the connection open.
const ALIVE: Duration = Duration::from_secs(15);

/// The rooms that somebody looks at.
#[derive(Debug)]
pub struct Live {
    rooms: Mutex<HashMap<Room, watch::Sender<Option<Arc<Glance>>>>>,
    stop: watch::Receiver<bool>,
}

impl Live {
    pub(crate) fn new(stop: watch::Receiver<bool>) -> Self {
        Self { rooms: Mutex::default(), stop }
    }

    /// The events for one screen, until it leaves, its link is revoked, or the collector stops.
    pub(super) fn events(
        state: &State,
        room: Room,
        texts: &'static Texts,
        still: impl Fn() -> bool + Send + 'static,
    ) -> Body {
        let (sender, receiver) = mpsc::channel(1);
        let (seen, mut stop) = (Self::enter(state, room), state.live.stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = tell(seen, texts, still, sender) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
        Body::new(Events(receiver))
    }

    /// Joins a room; the first one starts its reading.
    fn enter(state: &State, room: Room) -> watch::Receiver<Option<Arc<Glance>>> {
        let mut rooms = state.live.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = rooms.get(&room) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(None);
        rooms.insert(room.clone(), sender);
        tokio::spawn(read_for(state.clone(), room));
        receiver
    }

    /// Hands what was read to everybody in the room; `false` if nobody is there, and the room is closed.
    fn show(&self, room: &Room, glance: Option<Glance>) -> bool {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = rooms.get(room).filter(|sender| sender.receiver_count() > 0) else {
            rooms.remove(room);
            return false;
        };
        if let Some(glance) = glance {
            sender.send_replace(Some(Arc::new(glance)));
        }
        true
    }
}

/// Reads again and again what there is to see, as long as somebody is in the room.
async fn read_for(state: State, room: Room) {
    let mut stop = state.live.stop.clone();
    loop {
        // An error is in the log already; the screens keep what they show.
        let glance = Glance::read(&state, &room).await.ok();
        if !state.live.show(&room, glance) {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Sends what is to be seen, whenever it differs from what was sent.
async fn tell(
    mut seen: watch::Receiver<Option<Arc<Glance>>>,
    texts: &'static Texts,
    still: impl Fn() -> bool,
    sender: mpsc::Sender<Bytes>,
) {
    let mut sent = String::new();
    while still() {
        let glance = seen.borrow_and_update().clone();
        let now = glance.map(|glance| page::event(texts, &glance)).filter(|event| *event != sent);
        let next = now.clone().unwrap_or_else(|| ":\n\n".to_owned());
        if sender.send(next.into()).await.is_err() {
            return;
        }
        sent = now.unwrap_or(sent);
        // The end of the room is the end of its events.
        if let Ok(Err(_)) = tokio::time::timeout(ALIVE, seen.changed()).await {
            return;
        }
    }
}

/// A body of events.
struct Events(mpsc::Receiver<Bytes>);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}
