//! Copies a database, even while a collector serves from it.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::migrate;

/// How many pages are copied at once.
const STEP: i32 = 2_000;

/// Copies one snapshot of the answers, and reports how many of all pages are done. Meanwhile the write-ahead
/// log of the source can't restart, so it grows by all writes until the copy is complete.
///
/// # Errors
///
/// A file can't be read or written, or the source is no collector's database.
pub fn copy(from: &Path, to: &Path, mut progress: impl FnMut(u64, u64)) -> anyhow::Result<()> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    source.busy_timeout(Duration::from_secs(10))?;
    // This transaction fixes the snapshot, so that later writes don't restart the copy.
    source.execute_batch("BEGIN")?;
    let version = migrate::version(&source).context("it is no database")?;
    anyhow::ensure!(
        (1..=migrate::LATEST).contains(&version),
        "it has version {version}; this collector knows 1 to {}",
        migrate::LATEST
    );
    let mut target = create(to)?;
    {
        let backup = Backup::new(&source, &mut target)?;
        loop {
            let step = backup.step(STEP)?;
            let pages = backup.progress();
            let total = u64::try_from(pages.pagecount).unwrap_or(0);
            progress(total.saturating_sub(u64::try_from(pages.remaining).unwrap_or(0)), total);
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
    let found: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    anyhow::ensure!(found == "ok", "the copy is damaged: {found}");
    // One file, without a write-ahead log.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(())
}

/// Only the operator may read what customers wrote.
fn create(path: &Path) -> anyhow::Result<Connection> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(Connection::open(path)?)
}
