//! Stores answers on a PostgreSQL server, which several collectors may share. One statement commits all
//! queued answers together. If its outcome is lost, it is tried again: a stored answer stays the same.

mod address;
mod cases;
mod chosen;
mod closing;
mod migrate;
mod moving;
mod outbox;
mod reader;
mod recovery;
mod registry;
mod save;
mod trends;
mod upkeep;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Timeouts};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_postgres::Config;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

pub(super) use address::Address;

use super::pace::Pace;
use super::sqlite::READ_SECONDS;
use super::{Counted, PageRequest, Pending, Received, Saved, Store, StoreError, Stored, TallyFilter};

/// The largest number of answers in one commit.
const BATCH: usize = 256;

/// The largest number of queued answers; further ones are refused with a time to come back.
const QUEUE: usize = 1024;

/// The number of concurrent reads: more would take the server's processors from senders of answers.
const READERS: usize = 2;

/// The number of concurrent statements on the outbox.
const SENDERS: usize = 2;

/// How often a batch is tried. The pause before the second try is below; each later pause is twice as long.
/// In total they take some 3 s, after which the browser tries again by itself.
const TRIES: u32 = 7;
const PAUSE: Duration = Duration::from_millis(50);

/// The longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// The engine.
pub struct Postgres {
    /// `None` once the store is closed.
    writing: Mutex<Option<Writing>>,
    readers: Pool,
    pace: Pace,
    workers: Pool,
    senders: Pool,
    tls: MakeRustlsConnect,
}

struct Writing {
    queue: mpsc::Sender<Job>,
    writer: JoinHandle<()>,
}

/// An answer in the queue, and the channel for the reply.
struct Job {
    received: Received,
    reply: oneshot::Sender<Result<Saved, StoreError>>,
}

/// Error of a statement.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{}", described(.0))]
    Statement(#[from] tokio_postgres::Error),
    #[error("no connection: {0}")]
    Pool(#[from] PoolError),
    #[error("the database holds what no collector writes: {0}")]
    Data(String),
}

/// The server's own message, which tokio-postgres has in the source of its error.
fn described(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => std::error::Error::source(error)
            .map_or_else(|| error.to_string(), |why| format!("{error}: {why}")),
    }
}

impl Failure {
    /// Whether another try may succeed: after a conflict with another transaction, a deadlock, a lost
    /// connection, or a restart of the server.
    fn passes(&self) -> bool {
        let Self::Statement(error) = self else { return matches!(self, Self::Pool(_)) };
        let again = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::TOO_MANY_CONNECTIONS,
        ];
        error.code().is_none_or(|code| again.contains(code) || code.code().starts_with("08"))
    }

    /// The part for the caller; the rest is in the log.
    fn told(self) -> StoreError {
        if let Self::Statement(error) = &self
            && error.code() == Some(&SqlState::QUERY_CANCELED)
        {
            return StoreError::TooSlow;
        }
        let error = self.to_string();
        tracing::error!(error, "the database could not do it");
        StoreError::Unavailable(error)
    }
}

impl Postgres {
    /// Connects, brings the tables up to date, and starts the writer.
    ///
    /// # Errors
    ///
    /// The server is unusable.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let Address { config, tls } = Address::parse(url).map_err(anyhow::Error::msg)?;
        let (mut client, connection) = config.connect(tls.clone()).await?;
        let driving = tokio::spawn(connection);
        migrate::run(&mut client).await?;
        drop(client);
        drop(driving.await);
        // A commit is on the disk before its receipt, whatever the server's default.
        let writers = pool(with(&config, "-c synchronous_commit=on"), &tls, 1)?;
        let limit = format!("-c statement_timeout={READ_SECONDS}s");
        // A plan for any period is several times slower than one for this period, and planning is quick.
        let planned = format!("{limit} -c plan_cache_mode=force_custom_plan");
        let readers = pool(with(&config, &planned), &tls, READERS)?;
        let (queue, receiver) = mpsc::channel(QUEUE);
        let writer = tokio::spawn(write(writers, receiver));
        Ok(Self {
            writing: Mutex::new(Some(Writing { queue, writer })),
            readers,
            pace: Pace::default(),
            senders: pool(with(&config, &limit), &tls, SENDERS)?,
            workers: pool(config, &tls, 1)?,
            tls,
        })
    }

    fn enqueue(
        &self,
        received: Received,
    ) -> Result<oneshot::Receiver<Result<Saved, StoreError>>, StoreError> {
        self.pace.answer_arrived();
        let (reply, outcome) = oneshot::channel();
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let writing = writing.as_ref().ok_or_else(closed)?;
        writing.queue.try_send(Job { received, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        Ok(outcome)
    }

    /// Runs a short read within its time limit; dropping the caller's future cancels it.
    fn read<T, F>(&self, read: impl FnOnce(Arc<Client>) -> F + Send + 'static) -> Pending<'_, T>
    where
        F: Future<Output = Result<T, Failure>> + Send,
    {
        Box::pin(async move {
            let reading = async {
                let alone = self.pace.alone().await;
                let client = Arc::new(self.readers.get().await.map_err(Failure::from)?);
                let started = Instant::now();
                let mut asker = Asker { client: Some(Arc::clone(&client)), tls: self.tls.clone() };
                let found = read(client).await;
                self.pace.give_back((asker.client.take(), alone), started.elapsed());
                found
            };
            let limit = Duration::from_secs(READ_SECONDS);
            let found = tokio::time::timeout(limit, reading).await;
            found.map_or(Err(StoreError::TooSlow), |found| found.map_err(Failure::told))
        })
    }

    /// Runs a short statement on the outbox.
    fn send<T, F>(&self, send: impl FnOnce(Arc<Client>) -> F + Send + 'static) -> Pending<'_, T>
    where
        F: Future<Output = Result<T, Failure>> + Send,
    {
        Box::pin(async move {
            let client = self.senders.get().await.map_err(|error| Failure::from(error).told())?;
            send(Arc::new(client)).await.map_err(Failure::told)
        })
    }

    /// Runs a long task without a time limit.
    fn work<T, F>(&self, work: impl FnOnce(Arc<Client>) -> F + Send + 'static) -> Pending<'_, T>
    where
        F: Future<Output = Result<T, Failure>> + Send,
    {
        Box::pin(async move {
            let client = self.workers.get().await.map_err(|error| Failure::from(error).told())?;
            work(Arc::new(client)).await.map_err(Failure::told)
        })
    }
}

/// The caller of a read. Dropping it early cancels the read on the server and closes its connection, because
/// the cancellation might hit the connection's next statement.
struct Asker {
    client: Option<Arc<Client>>,
    tls: MakeRustlsConnect,
}

impl Drop for Asker {
    fn drop(&mut self) {
        let Some(client) = self.client.take().and_then(Arc::into_inner) else { return };
        let (client, tls) = (Client::take(client), self.tls.clone());
        tokio::spawn(async move {
            drop(client.cancel_token().cancel_query(tls).await);
            drop(client);
        });
    }
}

fn with(config: &Config, options: &str) -> Config {
    let mut config = config.clone();
    let all = config.get_options().map_or_else(|| options.to_owned(), |given| format!("{given} {options}"));
    config.options(all);
    config
}

fn pool(mut config: Config, tls: &MakeRustlsConnect, size: usize) -> anyhow::Result<Pool> {
    config.connect_timeout(CONNECT);
    let manager =
        Manager::from_config(config, tls.clone(), ManagerConfig { recycling_method: RecyclingMethod::Fast });
    let timeouts = Timeouts { wait: Some(CONNECT), create: Some(CONNECT), recycle: Some(CONNECT) };
    let pool = Pool::builder(manager).max_size(size).timeouts(timeouts);
    Ok(pool.runtime(deadpool_postgres::Runtime::Tokio1).build()?)
}

/// Commits batches until all senders are gone and the queue is empty.
///
/// One at a time: what arrives meanwhile becomes a larger batch, which costs the server less than two of half the size.
async fn write(pool: Pool, mut queue: mpsc::Receiver<Job>) {
    loop {
        let mut jobs = Vec::new();
        if queue.recv_many(&mut jobs, BATCH).await == 0 {
            return;
        }
        let (batch, replies): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|job| (job.received, job.reply)).unzip();
        let outcome = commit(&pool, &batch).await.map_err(|failure| {
            let error = failure.to_string();
            tracing::error!(error, answers = batch.len(), "answers could not be stored");
            StoreError::Unavailable(error)
        });
        for (place, reply) in replies.into_iter().enumerate() {
            // The receiver may be gone: a browser that has left doesn't read the reply.
            drop(reply.send(outcome.as_ref().map(|saved| saved[place]).map_err(StoreError::clone)));
        }
    }
}

/// Tries until the batch is committed or hopeless. The next try recognises a commit whose outcome was lost.
async fn commit(pool: &Pool, batch: &[Received]) -> Result<Vec<Saved>, Failure> {
    let mut pause = PAUSE;
    for _ in 1..TRIES {
        match attempt(pool, batch).await {
            Err(failure) if failure.passes() => tokio::time::sleep(pause).await,
            outcome => return outcome,
        }
        pause *= 2;
    }
    attempt(pool, batch).await
}

async fn attempt(pool: &Pool, batch: &[Received]) -> Result<Vec<Saved>, Failure> {
    let mut client = pool.get().await?;
    Ok(save::save(&mut client, batch).await?)
}

impl Store for Postgres {
    fn save(&self, received: Received) -> Pending<'_, Saved> {
        Box::pin(async move {
            let outcome = self.enqueue(received)?.await;
            outcome.map_err(|error| StoreError::Unavailable(error.to_string()))?
        })
    }

    fn tallies(&self, filter: TallyFilter) -> Pending<'_, Vec<Counted>> {
        self.read(move |client| async move { reader::tallies(&client, &filter).await })
    }

    fn page(&self, request: PageRequest) -> Pending<'_, Vec<Stored>> {
        self.read(move |client| async move { reader::page(&client, &request).await })
    }

    fn ping(&self) -> Pending<'_, ()> {
        self.read(|client| async move { Ok(client.batch_execute("SELECT 1").await?) })
    }

    /// Rewrites the row with the version unchanged, and checks that the tables for answers exist.
    fn prove(&self) -> Pending<'_, ()> {
        self.read(|client| async move {
            client
                .batch_execute("SELECT 1 FROM answers, tallies, cases, case_events, outbox LIMIT 0")
                .await?;
            let written = "UPDATE aanrader SET version = version WHERE name = 'schema'";
            match client.execute(written, &[]).await? {
                1 => Ok(()),
                _ => Err(Failure::Data("the table aanrader holds no version of the schema, so this is another program's database".into())),
            }
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner).take();
            self.readers.close();
            self.workers.close();
            self.senders.close();
            let Some(Writing { queue, writer }) = writing else { return Ok(()) };
            drop(queue);
            writer.await.map_err(|error| StoreError::Unavailable(error.to_string()))
        })
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}

#[cfg(test)]
mod tests;
