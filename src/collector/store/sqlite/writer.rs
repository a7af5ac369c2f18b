//! The only writer: a thread that commits all queued answers in one transaction, and replies to each sender
//! only after the commit.

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::gate::Gate;
use super::open::Opened;
use super::save::{self, Deltas};
use crate::store::{Received, Saved, StoreError};

/// The largest number of answers in one commit.
pub(super) const BATCH: usize = 256;

/// Above the first length, readers must let the log restart; above the second, those still reading are
/// interrupted. Together with one batch, the log stays well below 64 MiB.
const LOG_BYTES: [u64; 2] = [16 << 20, 36 << 20];

/// The size of the log while nothing is written.
const IDLE_LOG_BYTES: u64 = 5 << 20;

/// How long the log isn't tried again after another process, such as a backup, kept it from restarting.
const HINDERED: Duration = Duration::from_secs(1);

/// How long interrupted readers may take to end.
const LEAVE: Duration = Duration::from_millis(250);

/// A request to the writer.
pub(super) enum Job {
    /// Store an answer.
    Save(Box<Save>),
    /// Make another change.
    Work(Work),
    /// Check the log, because nothing else may be written for long.
    Tidy,
}

/// A short change. After the commit, what it returns tells the caller.
pub(super) type Work = Box<dyn FnOnce(&Connection) -> rusqlite::Result<Done> + Send>;

/// Tells the caller of a change that it is committed.
pub(super) type Done = Box<dyn FnOnce() + Send>;

/// An answer in the queue, and the channel for the reply.
pub(super) struct Save {
    pub(super) received: Arc<Received>,
    pub(super) reply: oneshot::Sender<Result<Saved, StoreError>>,
}

/// Starts the thread. It ends once all senders are gone and the queue is empty.
///
/// # Errors
///
/// The file is unusable, or there is no thread.
pub(super) fn start(
    path: PathBuf,
    patience: Duration,
    gate: Arc<Gate>,
    queue: mpsc::Receiver<Job>,
) -> anyhow::Result<JoinHandle<()>> {
    let writer =
        Writer { opened: Some(Opened::create(&path, patience)?), path, patience, gate, hindered: None };
    Ok(thread::Builder::new().name("writer".into()).spawn(move || writer.run(queue))?)
}

struct Writer {
    /// `None` after a failure, until the next batch.
    opened: Option<Opened>,
    path: PathBuf,
    /// How long it waits for another process's lock.
    patience: Duration,
    gate: Arc<Gate>,
    /// When another process last kept the log from restarting.
    hindered: Option<Instant>,
}

impl Writer {
    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(first) = queue.blocking_recv() {
            let (mut saves, mut works) = (Vec::new(), Vec::new());
            let mut tidy = false;
            let mut sort = |job| match job {
                Job::Save(save) => saves.push(*save),
                Job::Work(work) => works.push(work),
                Job::Tidy => tidy = true,
            };
            sort(first);
            for _ in 1..BATCH {
                let Ok(job) = queue.try_recv() else { break };
                sort(job);
            }
            if !saves.is_empty() {
                self.survive(|writer| writer.commit(saves));
            }
            if !works.is_empty() {
                self.survive(|writer| writer.change(works));
            }
            let most = if tidy { IDLE_LOG_BYTES } else { LOG_BYTES[0] };
            self.survive(|writer| writer.tidy(most));
        }
        self.finish();
    }

    /// Moves the log into the database and restarts it, if it is longer than `most`. That needs a time
    /// without readers: the gate stays closed until then, and answers are committed meanwhile.
    fn tidy(&mut self, most: u64) {
        let Some(length) = self.opened.as_ref().map(Opened::log_bytes) else { return };
        if length <= most || self.hindered.is_some_and(|when| when.elapsed() < HINDERED) {
            return;
        }
        if !self.gate.close() && !self.are_gone(length, most) {
            return;
        }
        self.hindered = self.opened.as_mut().and_then(|opened| (!restart(opened)).then(Instant::now));
        self.gate.open();
    }

    /// Whether all readers are gone, after the gate was closed. While answers arrive, the writer doesn't wait
    /// for readers; if the log is far too long, it interrupts them. If none arrive, it has time to wait.
    fn are_gone(&self, length: u64, most: u64) -> bool {
        if length >= LOG_BYTES[1] {
            return self.gate.clear(LEAVE);
        }
        most == IDLE_LOG_BYTES && self.gate.wait(LEAVE)
    }

    /// Limits a panic to this batch, whose senders must try again.
    fn survive(&mut self, work: impl FnOnce(&mut Self)) {
        if panic::catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            // The connection may be in the middle of a transaction.
            self.opened = None;
        }
    }

    fn commit(&mut self, jobs: Vec<Save>) {
        match self.try_commit(&jobs) {
            Ok(outcomes) => {
                for (job, saved) in jobs.into_iter().zip(outcomes) {
                    reply(job, Ok(saved));
                }
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(error, answers = jobs.len(), "answers could not be stored");
                // A failed connection may be stuck in its transaction; the next batch gets a new one.
                self.opened = None;
                for job in jobs {
                    reply(job, Err(StoreError::Unavailable(error.clone())));
                }
            }
        }
    }

    /// Makes all changes in one transaction, apart from answers: their commit depends on nothing else.
    fn change(&mut self, works: Vec<Work>) {
        if let Err(error) = self.try_change(works) {
            // The callers notice that nobody replies.
            tracing::error!(error = format!("{error:#}"), "a change could not be stored");
            self.opened = None;
        }
    }

    fn try_change(&mut self, works: Vec<Work>) -> anyhow::Result<()> {
        let opened = self.intact()?;
        let transaction = opened.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = works.into_iter().map(|work| work(&transaction)).collect::<rusqlite::Result<Vec<_>>>()?;
        transaction.commit()?;
        done.into_iter().for_each(|done| done());
        Ok(())
    }

    /// Commits all answers or none.
    fn try_commit(&mut self, jobs: &[Save]) -> anyhow::Result<Vec<Saved>> {
        let opened = self.intact()?;
        let transaction = opened.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut deltas = Deltas::default();
        // In the order of the keys, each page of their index is visited once, although ids are random.
        let mut places: Vec<_> = (0..jobs.len()).collect();
        places.sort_by_key(|place| jobs[*place].received.key());
        let mut outcomes = vec![Saved::New; jobs.len()];
        for place in places {
            outcomes[place] = save::save(&transaction, &jobs[place].received, &mut deltas)?;
        }
        deltas.write(&transaction)?;
        transaction.commit()?;
        opened.intact()?;
        Ok(outcomes)
    }

    /// The connection. It is opened again after a failure, or if other files have replaced its own.
    fn intact(&mut self) -> anyhow::Result<&mut Opened> {
        let usable = match self.opened.take() {
            Some(usable) if usable.intact().is_ok() => usable,
            _ => Opened::existing(&self.path, self.patience)?,
        };
        Ok(self.opened.insert(usable))
    }

    /// Moves the log into the database, so that the file alone is complete.
    fn finish(self) {
        if let Some(mut opened) = self.opened {
            restart(&mut opened);
        }
    }
}

/// Moves the log into the database and restarts it; false if another process uses it. No answer waits for that.
fn restart(opened: &mut Opened) -> bool {
    let busy = opened.without_waiting(|connection| {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
    });
    busy.map(|busy| !busy).unwrap_or_else(|error| {
        tracing::warn!(%error, "the log stays beside the database; nothing is lost");
        false
    })
}

/// Sends the reply. The receiver may be gone, because a browser that has left doesn't read it.
///
/// The answer goes first, so that the asker releases the memory that it has allocated.
fn reply(job: Save, outcome: Result<Saved, StoreError>) {
    let Save { received, reply } = job;
    drop(received);
    drop(reply.send(outcome));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::open::LOCK_TIMEOUT;

    #[test]
    fn a_panic_ends_its_batch_and_not_the_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answers.db");
        let opened = Some(Opened::create(&path, LOCK_TIMEOUT).expect("a database"));
        let (gate, hindered) = (Arc::default(), None);
        let mut writer = Writer { opened, path, patience: LOCK_TIMEOUT, gate, hindered };
        writer.survive(|_| panic!("a bug"));
        assert!(writer.opened.is_none());
        let (reply, mut outcome) = oneshot::channel();
        let received = Arc::new(crate::store::suite::received(1, 1, 9, 1));
        writer.survive(|writer| writer.commit(vec![Save { received, reply }]));
        assert_eq!(outcome.try_recv().expect("a reply").expect("kept"), Saved::New);
    }
}
