//! The one writer: a thread that commits all that has queued up as one
//! transaction, and replies to each sender only after the commit.

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use aanrader_survey::Answer;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params, params};
use tokio::sync::{mpsc, oneshot};

use super::open::Opened;
use crate::store::{Received, Saved, StoreError};

/// At most so many answers share one commit.
pub(super) const BATCH: usize = 256;

/// An answer on its way, and where the reply goes.
pub(super) struct Job {
    pub(super) received: Received,
    pub(super) reply: oneshot::Sender<Result<Saved, StoreError>>,
}

/// Starts the thread. It ends once every sender of its queue is gone and the queue is empty.
pub(super) fn start(
    opened: Opened,
    path: PathBuf,
    queue: mpsc::Receiver<Job>,
) -> std::io::Result<JoinHandle<()>> {
    let writer = Writer { opened: Some(opened), path };
    thread::Builder::new().name("writer".into()).spawn(move || writer.run(queue))
}

struct Writer {
    /// Nothing after a failure, until the next batch.
    opened: Option<Opened>,
    path: PathBuf,
}

impl Writer {
    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(first) = queue.blocking_recv() {
            let mut jobs = vec![first];
            while jobs.len() < BATCH
                && let Ok(job) = queue.try_recv()
            {
                jobs.push(job);
            }
            self.survive(|writer| writer.commit(jobs));
        }
        self.finish();
    }

    /// A panic costs this batch, whose senders are told to come again, and not all that come after it.
    fn survive(&mut self, work: impl FnOnce(&mut Self)) {
        if panic::catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            // It may be in the middle of a transaction.
            self.opened = None;
        }
    }

    fn commit(&mut self, jobs: Vec<Job>) {
        match self.try_commit(&jobs) {
            Ok(outcomes) => {
                for (job, saved) in jobs.into_iter().zip(outcomes) {
                    reply(job, Ok(saved));
                }
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(error, answers = jobs.len(), "answers could not be stored");
                // A connection that failed may be stuck in its transaction; the next batch gets a new one.
                self.opened = None;
                for job in jobs {
                    reply(job, Err(StoreError::Unavailable(error.clone())));
                }
            }
        }
    }

    /// All of them or none.
    fn try_commit(&mut self, jobs: &[Job]) -> anyhow::Result<Vec<Saved>> {
        let opened = intact(&mut self.opened, &self.path)?;
        let transaction = opened.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcomes =
            jobs.iter().map(|job| save(&transaction, &job.received)).collect::<rusqlite::Result<_>>()?;
        transaction.commit()?;
        opened.intact()?;
        Ok(outcomes)
    }

    /// Moves the log into the database, so that the file alone is the whole.
    fn finish(self) {
        let Some(opened) = self.opened else { return };
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        if let Err(error) = opened.connection.query_row(checkpoint, [], |_| Ok(())) {
            tracing::warn!(%error, "the log stays beside the database; nothing is lost");
        }
    }
}

/// The connection, opened anew after a failure, or if other files have taken the place of its own.
fn intact<'a>(opened: &'a mut Option<Opened>, path: &Path) -> anyhow::Result<&'a mut Opened> {
    let usable = match opened.take() {
        Some(usable) if usable.intact().is_ok() => usable,
        _ => Opened::existing(path)?,
    };
    Ok(opened.insert(usable))
}

/// Nobody may be waiting any more: a browser that left does not read the reply.
fn reply(job: Job, outcome: Result<Saved, StoreError>) {
    drop(job.reply.send(outcome));
}

fn save(transaction: &Transaction<'_>, received: &Received) -> rusqlite::Result<Saved> {
    let answer = &received.answer;
    match kept_rev(transaction, answer)? {
        None => {
            insert(transaction, received)?;
            Ok(Saved::New)
        }
        Some(rev) if rev < answer.rev() => {
            update(transaction, received)?;
            Ok(Saved::Known { rev: answer.rev() })
        }
        Some(rev) => Ok(Saved::Known { rev }),
    }
}

fn kept_rev(connection: &Connection, answer: &Answer) -> rusqlite::Result<Option<u32>> {
    connection
        .prepare_cached("SELECT rev FROM answers WHERE survey = ?1 AND id = ?2")?
        .query_row(params![answer.survey(), answer.id()], |row| row.get(0))
        .optional()
}

const INSERT: &str = "
    INSERT INTO answers (
        survey, id, rev, complete, touchpoint, score, comment, contact_allowed, contact_how,
        customer, properties, language, wording, answered_at, first_received_at, last_received_at
    ) VALUES (
        :survey, :id, :rev, :complete, :touchpoint, :score, :comment, :contact_allowed, :contact_how,
        :customer, :properties, :language, :wording, :answered_at, :received_at, :received_at
    )";

/// The first arrival stays: it is an answer's place in the list.
const UPDATE: &str = "
    UPDATE answers SET
        rev = :rev, complete = :complete, touchpoint = :touchpoint, score = :score, comment = :comment,
        contact_allowed = :contact_allowed, contact_how = :contact_how, customer = :customer,
        properties = :properties, language = :language, wording = :wording,
        answered_at = :answered_at, last_received_at = :received_at
    WHERE survey = :survey AND id = :id";

fn insert(connection: &Connection, received: &Received) -> rusqlite::Result<()> {
    write(connection, INSERT, received)
}

fn update(connection: &Connection, received: &Received) -> rusqlite::Result<()> {
    write(connection, UPDATE, received)
}

fn write(connection: &Connection, sql: &str, received: &Received) -> rusqlite::Result<()> {
    let answer = &received.answer;
    connection.prepare_cached(sql)?.execute(named_params! {
        ":survey": answer.survey(),
        ":id": answer.id(),
        ":rev": answer.rev(),
        ":complete": answer.complete(),
        ":touchpoint": answer.touchpoint(),
        ":score": answer.score().get(),
        ":comment": answer.comment(),
        ":contact_allowed": answer.contact().is_some(),
        ":contact_how": answer.contact().and_then(|contact| contact.how.as_deref()),
        ":customer": answer.customer(),
        ":properties": properties(answer),
        ":language": answer.language(),
        ":wording": answer.wording(),
        ":answered_at": received.answered_at,
        ":received_at": received.received_at,
    })?;
    Ok(())
}

fn properties(answer: &Answer) -> String {
    let object: serde_json::Map<_, _> =
        answer.properties().iter().map(|(key, value)| (key.clone(), value.clone().into())).collect();
    serde_json::Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_its_batch_and_not_the_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answers.db");
        let opened = Opened::create(&path).expect("a database");
        let mut writer = Writer { opened: Some(opened), path };
        writer.survive(|_| panic!("a bug"));
        assert!(writer.opened.is_none());
        let (reply, mut outcome) = oneshot::channel();
        let received = crate::store::suite::received(1, 1, 9, 1);
        writer.survive(|writer| writer.commit(vec![Job { received, reply }]));
        assert_eq!(outcome.try_recv().expect("a reply").expect("kept"), Saved::New);
    }
}
