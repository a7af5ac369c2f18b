//! Opening the file, and noticing that it is no longer there.

use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::migrate;

/// How long to wait for somebody else's lock before giving up.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// Bytes of the log that stay for the next writes when it begins anew; more are given back.
const LOG_KEPT: u64 = 4 << 20;

/// A connection together with the files that it has open.
///
/// On Unix a process can go on writing to a file that was deleted or whose
/// folder was moved, and every commit would seem to work. So each user of the
/// connection asks [`Opened::intact`] before it believes in a result.
pub(super) struct Opened {
    pub(super) connection: Connection,
    path: PathBuf,
    files: Files,
}

/// Device and inode of the database and of its write-ahead log.
type Files = [(u64, u64); 2];

impl Opened {
    /// Opens the file for writing, makes it if there is none, and brings its tables up to date.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        // Only the operator may read what customers wrote. SQLite gives the log the same rights.
        std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        Self::existing(path)
    }

    /// Opens a file that was there before. One that has gone is not replaced by an
    /// empty one: its disk may just not be mounted.
    pub(super) fn existing(path: &Path) -> anyhow::Result<Self> {
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // Deleted data is gone from the file, not only from the tables.
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
        migrate::run(&mut connection)?;
        Self::remember(connection, path)
    }

    /// Opens the file for reading.
    pub(super) fn reader(path: &Path) -> anyhow::Result<Self> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Self::remember(connection, path)
    }

    fn remember(connection: Connection, path: &Path) -> anyhow::Result<Self> {
        // The log is opened by the first statement that reads the database.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(Self { connection, path: path.to_owned(), files: files(path)? })
    }

    /// The length of the log beside the database, in bytes.
    pub(super) fn log_bytes(&self) -> u64 {
        log_of(&self.path).metadata().map_or(0, |log| log.len())
    }

    /// Whether the files that are open are still the ones that a restart would find.
    ///
    /// # Errors
    ///
    /// The reason.
    pub(super) fn intact(&self) -> anyhow::Result<()> {
        let now =
            files(&self.path).map_err(|error| anyhow::anyhow!("the database's files are gone: {error}"))?;
        anyhow::ensure!(now == self.files, "the database's files were replaced");
        Ok(())
    }
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    // Closing would delete the log by its name, even if by then it is another database's.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
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

/// Makes this process the only collector of a file, until the value is dropped or the process ends, however
/// it ends. The lock is on a file of its own: closing the database's a second time would let go of SQLite's
/// own locks on it.
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
