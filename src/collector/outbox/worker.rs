//! Leases rows of the outbox and delivers them. Several collectors share the work; what a collector that was
//! killed had leased, the next one gets when the lease ends.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::message::Message;
use super::{Outcome, Sender};
use crate::metrics::Metrics;
use crate::notices::{ATTEMPTS, Notice, pause};
use crate::sites::Directory;
use crate::store::{DAY, Delivery, Engine, Finish, Health, How, Lease, Millis, SiteId, StoreError, now};

/// How often the outbox is read while nothing happens here: another collector may have written a row, and
/// some rows become due later.
const POLL: Duration = Duration::from_millis(400);

/// The shortest time between two reads.
const LULL: Duration = Duration::from_millis(10);

/// How long a worker leases rows, in milliseconds. What a collector that was killed had leased, another one
/// gets after this time.
const LEASED: Millis = 10_000;

/// How often a lease is renewed while an attempt is under way.
const RENEW: Duration = Duration::from_secs(3);

/// How many messages one notice may have on their way, so that a slow receiver holds up no other.
const PER_NOTICE: usize = 16;

/// The most rows of a digest, which are leased together.
const DIGEST: u32 = 100_000;

/// How long rows are kept after their event: the log, and what can be sent again.
const KEPT: Millis = 30 * DAY;

/// How often old rows are deleted.
const HOUR: Duration = Duration::from_secs(3_600);

/// How long messages may take to arrive after the signal to stop.
const LEAVE: Duration = Duration::from_secs(4);

/// What a worker needs.
pub struct Worker {
    /// The outbox.
    pub store: Weak<dyn Engine>,
    /// The notices.
    pub directory: Arc<Directory>,
    /// Sends messages.
    pub sender: Arc<Sender>,
    /// Counts outcomes.
    pub metrics: Arc<Metrics>,
    /// Tells that there may be something to send.
    pub news: Arc<Notify>,
}

type Key = (SiteId, String);

impl Worker {
    /// Works until the signal to stop. Messages on their way get a short time to arrive; the leases of the others
    /// end by themselves.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let worker = Arc::new(self);
        let mut under_way = JoinSet::new();
        let mut counts: HashMap<Key, usize> = HashMap::new();
        let mut tidied = Instant::now();
        while !*stop.borrow() {
            let Some(store) = worker.store.upgrade() else { break };
            let begun = Instant::now();
            if worker.directory.has_notices() {
                worker.start(&*store, &mut under_way, &mut counts).await;
            }
            worker.metrics.set_failing(worker.directory.failing_notices());
            if tidied.elapsed() > HOUR {
                tidied = Instant::now();
                drop(store.forget(now() - KEPT).await);
            }
            drop(store);
            tokio::select! {
                Some(ended) = under_way.join_next() => release(&mut counts, ended),
                () = worker.news.notified() => {}
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
            tokio::time::sleep_until(begun + LULL).await;
            while let Some(ended) = under_way.try_join_next() {
                release(&mut counts, ended);
            }
        }
        drop(tokio::time::timeout(LEAVE, async { while under_way.join_next().await.is_some() {} }).await);
    }

    /// Leases what is due and starts its deliveries.
    async fn start(
        self: &Arc<Self>,
        store: &dyn Engine,
        under_way: &mut JoinSet<Option<Key>>,
        counts: &mut HashMap<Key, usize>,
    ) {
        let due = match store.due(now()).await {
            Ok(due) => due,
            Err(error) => return tracing::warn!(%error, "the outbox could not be read; it is tried again"),
        };
        for key in due {
            let free = PER_NOTICE.saturating_sub(counts.get(&key).copied().unwrap_or(0));
            let Some(record) = self.directory.notice(&key.0, &key.1).filter(|_| free > 0) else { continue };
            let rows = match self.lease(store, &record.notice, &key, free).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::warn!(%error, "the outbox could not be leased; it is tried again");
                    continue;
                }
            };
            for rows in together(rows) {
                *counts.entry(key.clone()).or_default() += 1;
                let (worker, key, notice) = (Arc::clone(self), key.clone(), record.notice.clone());
                under_way.spawn(async move {
                    worker.deliver(&key, &notice, rows).await;
                    Some(key)
                });
            }
        }
    }

    async fn lease(
        &self,
        store: &dyn Engine,
        notice: &Notice,
        key: &Key,
        free: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let now = now();
        let limit = if notice.when.is_digest() { DIGEST } else { free.try_into().unwrap_or(1) };
        store
            .lease(Lease { site: key.0.clone(), notice: key.1.clone(), now, until: now + LEASED, limit })
            .await
    }

    /// Delivers the rows of one message, and stores what became of it.
    async fn deliver(&self, (site, name): &Key, notice: &Notice, rows: Vec<Delivery>) {
        let Some(store) = self.store.upgrade() else { return };
        let made = Message::of(&*store, site, notice, &rows).await;
        let (message, dropped) = match made {
            Ok(made) => made,
            // The rows are due again when their lease ends.
            Err(error) => return tracing::warn!(%error, "a message could not be made; it is tried again"),
        };
        let kept: Vec<_> = rows.into_iter().filter(|row| !dropped.contains(row)).collect();
        finish(&*store, &dropped, How::Dropped).await;
        let Some(message) = message else { return };
        let outcome = self.attempt(&*store, &message, &kept).await;
        self.metrics.delivered(notice.target.kind(), outcome.name());
        let failed = kept.iter().map(|row| row.failed).max().unwrap_or(0);
        finish(&*store, &kept, how(&outcome, failed)).await;
        self.note_health(&*store, (site, name), outcome).await;
    }

    /// Makes an attempt, and renews the lease meanwhile.
    async fn attempt(&self, store: &dyn Engine, message: &Message, rows: &[Delivery]) -> Outcome {
        let mut attempt = std::pin::pin!(self.sender.deliver(message, now()));
        loop {
            match tokio::time::timeout(RENEW, &mut attempt).await {
                Ok(outcome) => return outcome,
                Err(_) => finish(store, rows, How::Renewed(now() + LEASED)).await,
            }
        }
    }

    /// Notes whether the receiver works, if that has changed.
    async fn note_health(&self, store: &dyn Engine, (site, name): (&SiteId, &str), outcome: Outcome) {
        let Some(record) = self.directory.notice(site, name) else { return };
        let (was, now) = (record.health, now());
        let health = match outcome {
            Outcome::Delivered(_) => Health::default(),
            Outcome::Failed(error, _) => {
                Health { failing_since: was.failing_since.or(Some(now)), error: Some(error), ..was.clone() }
            }
            Outcome::Gone(error) => {
                tracing::warn!(%site, notice = name, "the receiver wants no more messages; the notice is off");
                Health { off_since: Some(now), error: Some(error), ..was.clone() }
            }
        };
        if health == was {
            return;
        }
        match store.put_health(site.clone(), name.to_owned(), health).await {
            Ok(()) => drop(self.directory.load(store).await),
            Err(error) => tracing::warn!(%error, "the state of a notice could not be stored"),
        }
    }
}

/// What the outbox stores of an outcome, after this many failed attempts.
fn how(outcome: &Outcome, failed: u32) -> How {
    let said = outcome.said().to_owned();
    let (failed, asked) = match outcome {
        Outcome::Delivered(_) => return How::Delivered(said),
        // The row waits until the notice is turned on again.
        Outcome::Gone(_) => return How::Again(now(), said),
        Outcome::Failed(_, asked) => (failed + 1, *asked),
    };
    debug_assert!(failed <= ATTEMPTS);
    match pause(failed, chance(), asked) {
        Some(pause) => How::Again(now() + pause, said),
        None => How::Failed(said),
    }
}

/// A random number from 0 to 1.
fn chance() -> f64 {
    let [a, b, ..] = *uuid::Uuid::new_v4().as_bytes();
    f64::from(u16::from_be_bytes([a, b])) / f64::from(u16::MAX)
}

async fn finish(store: &dyn Engine, rows: &[Delivery], how: How) {
    if rows.is_empty() {
        return;
    }
    let rows = rows.iter().map(|row| (row.key.clone(), row.leased)).collect();
    if let Err(error) = store.finish(Finish { rows, at: now(), how }).await {
        // The rows are due again when their lease ends: the receiver gets the message twice.
        tracing::warn!(%error, "the outcome of a message could not be stored");
    }
}

/// The rows of each message: those of a digest's period, or one alone.
fn together(rows: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut messages: Vec<Vec<Delivery>> = Vec::new();
    for row in rows {
        let same = |message: &&mut Vec<Delivery>| row.period != 0 && message[0].period == row.period;
        match messages.iter_mut().find(same) {
            Some(message) => message.push(row),
            None => messages.push(vec![row]),
        }
    }
    messages
}

fn release(counts: &mut HashMap<Key, usize>, ended: Result<Option<Key>, tokio::task::JoinError>) {
    // A delivery that panicked keeps its place, so a bug doesn't become a flood.
    if let Some(count) = ended.ok().flatten().and_then(|key| counts.get_mut(&key)) {
        *count = count.saturating_sub(1);
    }
}
