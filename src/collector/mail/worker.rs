//! Sends the mails that wait in the outbox: to customers, and the weekly ones.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::reply;
use super::weekly::{self, WEEKLY};
use super::{Failure, Letter, Mailer};
use crate::notices::pause;
use crate::sites::Directory;
use crate::store::{CUSTOMER, Delivery, Engine, Finish, How, Lease, Millis, StoreError, now};

/// How often the outbox is read.
const POLL: Duration = Duration::from_millis(500);

/// How often it is seen whether a week is over.
const WEEKS: Duration = Duration::from_secs(60);

/// How long a row is leased, in milliseconds. What a collector that was killed had leased, another one gets after
/// this time.
const LEASED: Millis = 10_000;

/// How often a lease is renewed while an attempt is under way.
const RENEW: Duration = Duration::from_secs(3);

/// How many mails of a site are sent one after the other, before those of another site.
const AT_ONCE: u32 = 4;

/// Sends what is due.
pub struct Worker {
    /// The outbox and the cases.
    pub store: Weak<dyn Engine>,
    /// The settings of sites.
    pub directory: Arc<Directory>,
    /// The mail server.
    pub mailer: Mailer,
    /// The address that links begin with.
    pub address: Option<String>,
}

impl Worker {
    /// Works until the signal to stop. The leases of mails on their way end by themselves.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut weeks_seen = None;
        while !*stop.borrow() {
            let Some(store) = self.store.upgrade() else { return };
            if weeks_seen.is_none_or(|seen: Instant| seen.elapsed() > WEEKS) {
                weeks_seen = Some(Instant::now());
                warn(self.open_weeks(&*store).await);
            }
            warn(self.send_due(&*store).await);
            drop(store);
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn open_weeks(&self, store: &dyn Engine) -> Result<(), StoreError> {
        for site in self.directory.sites() {
            let zone = self.directory.zone(&site.id);
            if weekly::open(store, &site.id, &site.cases, &zone, now()).await? {
                tracing::info!(site = %site.id, "the weekly mail is on its way");
            }
        }
        Ok(())
    }

    async fn send_due(&self, store: &dyn Engine) -> Result<(), StoreError> {
        for name in [CUSTOMER, WEEKLY] {
            for site in store.waiting(name, now()).await? {
                for _ in 0..AT_ONCE {
                    let at = now();
                    let until = at + LEASED;
                    let lease = Lease { site: site.clone(), notice: name.into(), now: at, until, limit: 1 };
                    let Some(row) = store.lease(lease).await?.pop() else { break };
                    self.deliver(store, &row).await?;
                }
            }
        }
        Ok(())
    }

    /// Sends a letter, and renews the lease meanwhile.
    async fn attempt(&self, store: &dyn Engine, row: &Delivery, letter: &Letter) -> Result<(), Failure> {
        let mut attempt = std::pin::pin!(self.mailer.send(letter));
        loop {
            match tokio::time::timeout(RENEW, &mut attempt).await {
                Ok(outcome) => return outcome,
                Err(_) => warn(finish(store, row, How::Renewed(now() + LEASED)).await),
            }
        }
    }

    /// Makes one attempt, and stores what became of it.
    async fn deliver(&self, store: &dyn Engine, row: &Delivery) -> Result<(), StoreError> {
        let how = match self.letter(store, row).await? {
            None => How::Dropped,
            Some(letter) => match self.attempt(store, row, &letter).await {
                Ok(()) => How::Delivered("mail".into()),
                Err(failure) => again(row, failure),
            },
        };
        match &how {
            How::Failed(why) if row.key.notice == CUSTOMER => {
                reply::say_failed(store, &self.directory, &row.key, why).await?;
            }
            How::Failed(why) => tracing::warn!(site = %row.key.site, why, "a weekly mail could not be sent"),
            _ => {}
        }
        finish(store, row, how).await
    }

    async fn letter(&self, store: &dyn Engine, row: &Delivery) -> Result<Option<Letter>, StoreError> {
        let (key, address) = (&row.key, self.address.as_deref());
        if key.notice == CUSTOMER {
            return reply::letter(store, &self.directory, key, address).await;
        }
        let (settings, zone) = (self.directory.cases(&key.site), self.directory.zone(&key.site));
        weekly::letter(store, &key.site, (&settings, &zone), (&key.id, &key.survey), address).await
    }
}

async fn finish(store: &dyn Engine, row: &Delivery, how: How) -> Result<(), StoreError> {
    store.finish(Finish { rows: vec![(row.key.clone(), row.leased)], at: now(), how }).await
}

fn warn(outcome: Result<(), StoreError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "mails wait; they are tried again");
    }
}

/// What the outbox stores of a failed attempt.
fn again(row: &Delivery, failure: Failure) -> How {
    let next = if failure.is_final { None } else { pause(row.failed + 1, 0.5, None) };
    match next {
        Some(pause) => How::Again(now() + pause, failure.said),
        None => How::Failed(failure.said),
    }
}
