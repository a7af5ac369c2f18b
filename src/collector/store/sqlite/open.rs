//! Opens the file, and detects that it has been moved or deleted.

use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::migrate;

/// How long an answer waits for another process's lock. Then its sender is told to try again.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a command or an occasional change waits for it: unlike an answer, nobody sends it again by itself.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Two looks at a lock that another process has. SQLite itself looks ever more rarely, up to ten times a second, and
/// so hardly ever finds it free beside a process that takes it again at once.
const LOOK: Duration = Duration::from_millis(2);

/// How many pages the log has before a commit moves them into the database: 10 MB. Answers have random ids, so
/// most pages change again and again, and a longer log moves each of them once.
const LOG_PAGES: u32 = 2_500;

/// How many bytes of the log stay allocated for the next writes after it restarts.
const LOG_KEPT: u64 = 16 << 20;

/// A connection with the identity of its open files.
///
/// On Unix a process can go on writing to a file that was deleted or whose folder was moved, and every commit
/// would seem to work. So each user of the connection calls [`Opened::intact`] before trusting a result.
pub(super) struct Opened {
    pub(super) connection: Connection,
    patience: Duration,
    path: PathBuf,
    files: Files,
}

/// Device and inode of the database and its write-ahead log.
type Files = [(u64, u64); 2];

impl Opened {
    /// Opens the file for writing, creates it if it is missing, and brings its tables up to date.
    pub(super) fn create(path: &Path, patience: Duration) -> anyhow::Result<Self> {
        // Only the operator may read what customers wrote. SQLite gives the log the same rights.
        std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        Self::existing(path, patience)
    }

    /// Opens an existing file. A missing one isn't replaced by an empty one, because its disk may just not be
    /// mounted.
    pub(super) fn existing(path: &Path, patience: Duration) -> anyhow::Result<Self> {
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        wait_for_locks(&mut connection, patience)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // Overwrites deleted data in the file.
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
        migrate::run(&mut connection)?;
        Self::remember(connection, path, patience)
    }

    /// Opens the file for reading.
    pub(super) fn reader(path: &Path) -> anyhow::Result<Self> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Self::remember(connection, path, LOCK_TIMEOUT)
    }

    fn remember(connection: Connection, path: &Path, patience: Duration) -> anyhow::Result<Self> {
        // The first statement that reads the database opens the log.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(Self { connection, patience, path: path.to_owned(), files: files(path)? })
    }

    /// The length of the write-ahead log, in bytes.
    pub(super) fn log_bytes(&self) -> u64 {
        log_of(&self.path).metadata().map_or(0, |log| log.len())
    }

    /// Does something that fails at once if another process has the lock.
    pub(super) fn without_waiting<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        wait_for_locks(&mut self.connection, Duration::ZERO)?;
        let done = work(&self.connection);
        wait_for_locks(&mut self.connection, self.patience)?;
        done
    }

    /// Checks that the open files are still those that a restart would find.
    ///
    /// # Errors
    ///
    /// The difference.
    pub(super) fn intact(&self) -> anyhow::Result<()> {
        let now =
            files(&self.path).map_err(|error| anyhow::anyhow!("the database's files are gone: {error}"))?;
        anyhow::ensure!(now == self.files, "the database's files were replaced");
        Ok(())
    }
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    wait_for_locks(&mut connection, LOCK_TIMEOUT)?;
    // Closing would delete the log by its name, even if that is now another database's log.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// From now on the connection waits this long for another process's lock.
pub(super) fn wait_for_locks(connection: &mut Connection, patience: Duration) -> rusqlite::Result<()> {
    let mut since = Instant::now();
    connection.busy_handler(Some(move |looks: i32| {
        if looks == 0 {
            since = Instant::now();
        }
        let waits = since.elapsed() < patience;
        if waits {
            thread::sleep(LOOK);
        }
        waits
    }))
}

fn files(path: &Path) -> io::Result<Files> {
    let of = |path: &Path| path.metadata().map(|file| (file.dev(), file.ino()));
    Ok([of(path)?, of(&log_of(path))?])
}

fn log_of(path: &Path) -> PathBuf {
    beside(path, "-wal")
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes this process the only collector of a file, until the value is dropped or the process ends in any
/// way. The lock is on a file of its own: closing a second handle of the database would release SQLite's own
/// locks.
///
/// # Errors
///
/// Another collector has it.
pub(super) fn claim(path: &Path) -> anyhow::Result<File> {
    let file =
        File::options().write(true).create(true).truncate(false).mode(0o600).open(beside(path, "-lock"))?;
    rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).map_err(|error| {
        if error == rustix::io::Errno::WOULDBLOCK {
            anyhow::anyhow!(
                "another collector serves from it; stop that one first, or give this one another file or a PostgreSQL server"
            )
        } else {
            error.into()
        }
    })?;
    Ok(file)
}
