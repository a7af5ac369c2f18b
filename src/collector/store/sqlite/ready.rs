//! Proves that answers can be stored: writes something, on a connection of its own.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::migrate;
use super::open::connect;

/// Up to this size the entire file is checked each time, which takes some 100 ms.
const LOOKED_THROUGH: u64 = 64 * 1024 * 1024;

/// Commits a change without effect, and reads.
///
/// # Errors
///
/// Answers can't be stored: no space, no right to write, a lock, another database, or damage.
pub(super) fn prove(path: &Path) -> anyhow::Result<()> {
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = migrate::version(&transaction)?;
    anyhow::ensure!(version == migrate::LATEST, "the database has version {version}: it is another one");
    // The first page holds the version, and is written even if the version stays the same.
    transaction.pragma_update(None, "user_version", version)?;
    transaction.query_row("SELECT count(*) FROM (SELECT 1 FROM answers LIMIT 1)", [], |_| Ok(()))?;
    transaction.commit()?;
    look_through(&connection, path)
}

fn look_through(connection: &Connection, path: &Path) -> anyhow::Result<()> {
    if path.metadata()?.len() > LOOKED_THROUGH {
        return Ok(());
    }
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    anyhow::ensure!(found == "ok", "the database is damaged: {found}");
    Ok(())
}
