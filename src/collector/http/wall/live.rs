//! What the screens show, read once for all that show the same, and sent to each as it changes.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aanrader_survey::Tally;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use jiff::ToSpan;
use tokio::sync::{mpsc, watch};

use super::page;
use crate::http::State;
use crate::http::error::Error;
use crate::http::owner::Texts;
use crate::http::trend::buckets::{Buckets, By, day_of};
use crate::http::trend::line::Line;
use crate::store::{DAY, PageRequest, Series, SiteId, TallyFilter, now, periods};

/// How often the database is read while anybody looks.
const EVERY: Duration = Duration::from_secs(3);

/// How often a screen hears something, so that proxies keep the connection open.
const ALIVE: Duration = Duration::from_secs(15);

/// How many of today's comments are shown.
const COMMENTS: usize = 3;

/// What a screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Room {
    pub(super) site: SiteId,
    pub(super) survey: Option<String>,
    pub(super) comments: bool,
}

/// What there is to see in a room.
#[derive(Clone, Debug)]
pub(super) struct Glance {
    pub(super) line: Line,
    pub(super) buckets: Buckets,
    /// The answers of today.
    pub(super) today: Tally,
    /// Today's latest comments, if they may be shown.
    pub(super) comments: Vec<String>,
}

impl Glance {
    pub(super) async fn read(state: &State, room: &Room) -> Result<Self, Error> {
        let zone = state.directory.zone(&room.site);
        let survey = match &room.survey {
            Some(survey) => Some(survey.clone()),
            None => largest(state, room).await?,
        };
        let of = Series { site: room.site.clone(), survey: survey.clone(), touchpoint: None };
        let buckets = Buckets::up_to(now(), By::Week, &zone);
        let line = Line::read(&*state.trends, of.clone(), &buckets, 1).await?;
        let date = day_of(now(), &zone);
        let midnights = [date, date.saturating_add(1.day())].map(|day| {
            day.to_zoned_datetime(zone.clone()).map_or(0, |first| first.timestamp().as_millisecond())
        });
        let days = state.trends.days(of.clone(), midnights[0] - DAY..midnights[1] + DAY).await?;
        let today = periods(&*state.trends, of, &midnights, &days).await?;
        let comments =
            if room.comments { comments(state, room, survey, midnights[0]).await? } else { Vec::new() };
        Ok(Self { line, buckets, today: today.first().copied().unwrap_or_default(), comments })
    }
}

/// The survey with most answers.
async fn largest(state: &State, room: &Room) -> Result<Option<String>, Error> {
    let filter = TallyFilter { site: room.site.clone(), ..TallyFilter::default() };
    let counted = state.store.tallies(filter).await?;
    let answers = |survey: &str| {
        counted.iter().filter(|one| one.survey == survey).map(|one| one.tally.n()).sum::<u64>()
    };
    Ok(counted.iter().map(|one| &one.survey).max_by_key(|survey| answers(survey)).cloned())
}

async fn comments(
    state: &State,
    room: &Room,
    survey: Option<String>,
    from: i64,
) -> Result<Vec<String>, Error> {
    let request = PageRequest {
        site: room.site.clone(),
        survey,
        from: Some(from),
        limit: 50,
        ..PageRequest::default()
    };
    let page = state.store.page(request).await?;
    let comments = page.into_iter().filter_map(|answer| answer.comment);
    Ok(comments.map(|comment| comment.chars().take(200).collect()).take(COMMENTS).collect())
}

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
