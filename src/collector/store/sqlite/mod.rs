//! Stores answers in one SQLite file: a write-ahead log, one writer that commits in groups with
//! `synchronous=FULL`, and a few read-only connections.

mod cases;
mod closing;
mod copy;
mod gate;
mod migrate;
mod moving;
mod open;
mod outbox;
mod reader;
mod ready;
mod registry;
mod save;
mod trends;
mod upkeep;
mod writer;

use std::cell::Cell;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, InterruptHandle};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::pace::Pace;
use super::{Counted, PageRequest, Pending, Received, Saved, Store, StoreError, Stored, TallyFilter};
pub use copy::copy;
use gate::Gate;
use open::{LOCK_TIMEOUT, Opened, PATIENCE};
use writer::{Job, Save, Work};

/// The largest number of queued answers; further ones are refused with a time to come back.
pub const QUEUE: usize = 1024;

/// The number of concurrent reads: more would take the processors from senders of answers.
const READERS: usize = 2;

/// The `nice` value of reading, so that writing comes first if processors are scarce.
const READ_NICE: i32 = 10;

/// The time limit of a read, including its wait for a permit.
pub const READ_SECONDS: u64 = 10;

/// How often the log's length is checked while nothing is written.
const TIDY: Duration = Duration::from_secs(2);

/// The engine.
pub struct Sqlite {
    path: PathBuf,
    /// `None` once the store is closed.
    writer: Mutex<Option<Running>>,
    readers: Arc<Readers>,
    /// The lock, held while this process serves.
    _claim: Option<File>,
}

/// The writer's queue and thread, and the sender whose end stops the reminding thread.
struct Running {
    queue: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
    _reminder: std::sync::mpsc::Sender<()>,
}

/// The idle connections for reading.
struct Readers {
    idle: Mutex<Vec<Opened>>,
    permits: Arc<Semaphore>,
    pace: Pace,
    gate: Arc<Gate>,
}

impl Sqlite {
    /// Opens the file for a command, creates it if it is missing, and starts the writer with a queue of `queue`
    /// answers. It waits for a collector that serves from the file.
    ///
    /// # Errors
    ///
    /// The file is unusable.
    pub fn open(path: &Path, queue: usize) -> anyhow::Result<Self> {
        Self::open_with(path, queue, PATIENCE)
    }

    fn open_with(path: &Path, queue: usize, patience: Duration) -> anyhow::Result<Self> {
        let gate = Arc::new(Gate::default());
        let (sender, receiver) = mpsc::channel(queue);
        let thread = writer::start(path.to_owned(), patience, Arc::clone(&gate), receiver)?;
        let running = Running { _reminder: remind(sender.downgrade())?, queue: sender, thread };
        let permits = Arc::new(Semaphore::new(READERS));
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(Some(running)),
            readers: Arc::new(Readers { idle: Mutex::default(), permits, pace: Pace::default(), gate }),
            _claim: None,
        })
    }

    /// Opens the file as [`Sqlite::open`] does, as its only collector.
    ///
    /// # Errors
    ///
    /// Another collector serves from it, or it is unusable.
    pub fn serve(path: &Path, queue: usize) -> anyhow::Result<Self> {
        let claim = open::claim(path)?;
        Ok(Self { _claim: Some(claim), ..Self::open_with(path, queue, LOCK_TIMEOUT)? })
    }

    /// Prevents collectors from serving from a file, until the returned value is dropped.
    ///
    /// # Errors
    ///
    /// Another collector serves from it.
    pub fn claim(path: &Path) -> anyhow::Result<File> {
        open::claim(path)
    }

    fn enqueue(
        &self,
        received: Arc<Received>,
    ) -> Result<oneshot::Receiver<Result<Saved, StoreError>>, StoreError> {
        self.readers.pace.answer_arrived();
        let (reply, outcome) = oneshot::channel();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let running = writer.as_ref().ok_or_else(closed)?;
        running.queue.try_send(Job::Save(Box::new(Save { received, reply }))).map_err(
            |error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => closed(),
            },
        )?;
        Ok(outcome)
    }

    /// Reads on a blocking thread, as soon as it has a permit. A read that takes too long, or whose caller is gone,
    /// is interrupted.
    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Pending<'_, T> {
        let (readers, path) = (Arc::clone(&self.readers), self.path.clone());
        Box::pin(async move {
            let asker = Asker::default();
            let asked = Arc::clone(&asker.asked);
            let reading = async move {
                // The permit ends with the read, even if the caller has left before.
                let permit = Arc::clone(&readers.permits).acquire_owned().await.map_err(|_| closed())?;
                let reading = tokio::task::spawn_blocking(move || {
                    stand_back();
                    let started = Instant::now();
                    let found = readers.read(&path, &asked, read);
                    readers.pace.give_back(permit, started.elapsed());
                    found
                });
                reading.await.map_err(unavailable)?
            };
            let limit = Duration::from_secs(READ_SECONDS);
            tokio::time::timeout(limit, reading).await.unwrap_or(Err(StoreError::TooSlow))
        })
    }

    /// Lets the writer make a short change, as soon as it is free.
    fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Pending<'_, T> {
        let (reply, outcome) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let value = write(connection)?;
            // The caller may have left.
            Ok(Box::new(move || drop(reply.send(value))))
        });
        let running = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = running.as_ref().map(|running| running.queue.clone());
        drop(running);
        Box::pin(async move {
            let queue = queue.ok_or_else(closed)?;
            queue.send(Job::Work(work)).await.map_err(|_| closed())?;
            drop(queue);
            outcome.await.map_err(|_| unavailable("the change could not be written"))
        })
    }

    /// Runs an occasional change on a connection of its own, which waits for the writer.
    fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Connection) -> anyhow::Result<T> + Send + 'static,
    ) -> Pending<'_, T> {
        let path = self.path.clone();
        Box::pin(async move {
            let changing = tokio::task::spawn_blocking(move || {
                let mut opened = Opened::existing(&path, PATIENCE)?;
                change(&mut opened.connection)
            });
            changing.await.map_err(unavailable)?.map_err(|error| unavailable(format!("{error:#}")))
        })
    }
}

/// Pauses between two transactions of a long change for as long as the last one took, and returns the time after it.
/// The writer looks ever more rarely whether the database is free; without a pause it would hardly ever find it so.
fn give_way(since: Instant) -> Instant {
    thread::sleep(since.elapsed());
    Instant::now()
}

/// Lowers this blocking thread's priority for good. No sender of an answer ever waits for such threads.
fn stand_back() {
    thread_local!(static DONE: Cell<bool> = const { Cell::new(false) });
    if !DONE.replace(true)
        && let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), READ_NICE)
    {
        tracing::debug!(%error, "reading is as urgent as writing");
    }
}

/// Starts a thread that reminds the writer to check the log, until the returned value is dropped.
fn remind(queue: mpsc::WeakSender<Job>) -> std::io::Result<std::sync::mpsc::Sender<()>> {
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    thread::Builder::new().name("reminder".into()).spawn(move || {
        while stopped.recv_timeout(TIDY) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            // If the queue is full, the writer is at work, and checks the log anyway.
            let Some(queue) = queue.upgrade() else { return };
            drop(queue.try_send(Job::Tidy));
        }
    })?;
    Ok(stop)
}

/// The caller of a read. Dropping it interrupts the read.
#[derive(Default)]
struct Asker {
    asked: Arc<Asked>,
}

#[derive(Default)]
struct Asked {
    gone: AtomicBool,
    interrupt: Mutex<Option<InterruptHandle>>,
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.asked.gone.store(true, Ordering::SeqCst);
        let interrupt = self.asked.interrupt.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(interrupt) = &*interrupt {
            interrupt.interrupt();
        }
    }
}

impl Readers {
    fn read<T>(
        &self,
        path: &Path,
        asked: &Asked,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.try_read(path, asked, read).map_err(|error| {
            let interrupted =
                error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code)
                    == Some(rusqlite::ErrorCode::OperationInterrupted);
            if interrupted {
                return StoreError::Busy;
            }
            tracing::error!(error = format!("{error:#}"), "the database could not be read");
            unavailable(format!("{error:#}"))
        })
    }

    /// Reads, and returns the connection to the others only on success: a broken one is closed.
    fn try_read<T>(
        &self,
        path: &Path,
        asked: &Asked,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> anyhow::Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let opened = match idle {
            Some(opened) if opened.intact().is_ok() => opened,
            _ => Opened::reader(path)?,
        };
        let found = {
            let entered = self.gate.enter(opened.connection.get_interrupt_handle());
            let _reading = entered.ok_or_else(|| anyhow::anyhow!("the store is closed"))?;
            let set = |handle| *asked.interrupt.lock().unwrap_or_else(PoisonError::into_inner) = handle;
            set(Some(opened.connection.get_interrupt_handle()));
            anyhow::ensure!(!asked.gone.load(Ordering::SeqCst), "the asker has left");
            let found = read(&opened.connection);
            set(None);
            found?
        };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
        Ok(found)
    }
}

impl Store for Sqlite {
    fn save(&self, received: Received) -> Pending<'_, Saved> {
        Box::pin(async move {
            // This thread has allocated it, so this one releases it: for the writer that costs more.
            let received = Arc::new(received);
            let outcome = self.enqueue(Arc::clone(&received))?.await;
            drop(received);
            outcome.map_err(unavailable)?
        })
    }

    fn tallies(&self, filter: TallyFilter) -> Pending<'_, Vec<Counted>> {
        self.read(move |connection| reader::tallies(connection, &filter))
    }

    fn page(&self, request: PageRequest) -> Pending<'_, Vec<Stored>> {
        self.read(move |connection| reader::page(connection, &request))
    }

    /// Reads something, and checks that the writer still runs.
    fn ping(&self) -> Pending<'_, ()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.as_ref().is_none_or(|running| running.queue.is_closed()) {
            return Box::pin(async { Err(closed()) });
        }
        drop(writer);
        self.read(|connection| connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())))
    }

    fn prove(&self) -> Pending<'_, ()> {
        let (ping, path) = (self.ping(), self.path.clone());
        Box::pin(async move {
            ping.await?;
            let proved =
                tokio::task::spawn_blocking(move || ready::prove(&path)).await.map_err(unavailable)?;
            proved.map_err(|error| StoreError::Unavailable(format!("{error:#}")))
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            let running = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
            let readers = Arc::clone(&self.readers);
            let ended = move || {
                readers.gate.end();
                readers.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
                let Some(Running { queue, thread, .. }) = running else { return Ok(()) };
                drop(queue);
                thread.join()
            };
            let joined = tokio::task::spawn_blocking(ended).await.map_err(unavailable)?;
            joined.map_err(|_| StoreError::Unavailable("the writer panicked".into()))
        })
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}

fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests;
