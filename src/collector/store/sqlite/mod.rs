//! Answers in one SQLite file: a write-ahead log, one writer that commits in
//! groups with `synchronous=FULL`, and a few connections that only read.

mod migrate;
mod open;
mod reader;
mod ready;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::{Counted, PageRequest, Pending, Received, Saved, Store, StoreError, Stored, TallyFilter};
use open::Opened;
use writer::Job;

/// At most so many answers wait for the writer; more are refused with a request to come back.
pub const QUEUE: usize = 1024;

/// At most so many reads go on at once.
const READERS: usize = 4;

/// The engine.
pub struct Sqlite {
    path: PathBuf,
    /// Gone once the store is closed.
    writer: Mutex<Option<(mpsc::Sender<Job>, JoinHandle<()>)>>,
    readers: Arc<Readers>,
}

/// Connections that nobody reads from at the moment.
struct Readers {
    idle: Mutex<Vec<Opened>>,
    turns: Semaphore,
}

impl Sqlite {
    /// Opens the file, makes it if it is not there, and starts the writer with
    /// room for `queue` waiting answers.
    ///
    /// # Errors
    ///
    /// Why the file can't be used.
    pub fn open(path: &Path, queue: usize) -> anyhow::Result<Self> {
        let (sender, receiver) = mpsc::channel(queue);
        let thread = writer::start(Opened::create(path)?, path.to_owned(), receiver)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(Some((sender, thread))),
            readers: Arc::new(Readers { idle: Mutex::default(), turns: Semaphore::new(READERS) }),
        })
    }

    fn enqueue(
        &self,
        received: Received,
    ) -> Result<oneshot::Receiver<Result<Saved, StoreError>>, StoreError> {
        let (reply, outcome) = oneshot::channel();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let (sender, _) = writer.as_ref().ok_or_else(closed)?;
        sender.try_send(Job { received, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        Ok(outcome)
    }

    /// Reads on a thread that may block, when it is this one's turn.
    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Pending<'_, T> {
        let (readers, path) = (Arc::clone(&self.readers), self.path.clone());
        Box::pin(async move {
            let _turn = readers.turns.acquire().await.map_err(|_| closed())?;
            let idle = Arc::clone(&readers);
            tokio::task::spawn_blocking(move || idle.read(&path, read)).await.map_err(unavailable)?.map_err(
                |error| {
                    tracing::error!(error = format!("{error:#}"), "the database could not be read");
                    StoreError::Unavailable(format!("{error:#}"))
                },
            )
        })
    }
}

impl Readers {
    /// A connection goes back only after it worked: a broken one is closed.
    fn read<T>(
        &self,
        path: &Path,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> anyhow::Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let opened = match idle {
            Some(opened) if opened.intact().is_ok() => opened,
            _ => Opened::reader(path)?,
        };
        let found = read(&opened.connection)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
        Ok(found)
    }
}

impl Store for Sqlite {
    fn save(&self, received: Received) -> Pending<'_, Saved> {
        Box::pin(async move { self.enqueue(received)?.await.map_err(unavailable)? })
    }

    fn tallies(&self, filter: TallyFilter) -> Pending<'_, Vec<Counted>> {
        self.read(move |connection| reader::tallies(connection, &filter))
    }

    fn page(&self, request: PageRequest) -> Pending<'_, Vec<Stored>> {
        self.read(move |connection| reader::page(connection, &request))
    }

    /// Reads something, and looks whether the writer still runs.
    fn ping(&self) -> Pending<'_, ()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.as_ref().is_none_or(|(sender, _)| sender.is_closed()) {
            return Box::pin(async { Err(closed()) });
        }
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
            let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
            let Some((sender, thread)) = writer else { return Ok(()) };
            drop(sender);
            let joined = tokio::task::spawn_blocking(move || thread.join()).await.map_err(unavailable)?;
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
