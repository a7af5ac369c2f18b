//! Brings a database's tables up to date. Migrations are numbered and never change once released. They add
//! columns long before they remove others.

use rusqlite::{Connection, TransactionBehavior};

/// The first one makes version 1 of version 0, an empty file.
const MIGRATIONS: [&str; 12] = [
    include_str!("migrations/0001_answers.sql"),
    include_str!("migrations/0002_sites_and_tallies.sql"),
    include_str!("migrations/0003_late_answers.sql"),
    include_str!("migrations/0004_unverified.sql"),
    include_str!("migrations/0005_named.sql"),
    include_str!("migrations/0006_cases.sql"),
    include_str!("migrations/0007_trend.sql"),
    include_str!("migrations/0008_closing.sql"),
    include_str!("migrations/0009_delayed.sql"),
    include_str!("migrations/0010_outbox.sql"),
    include_str!("migrations/0011_tasks.sql"),
    include_str!("migrations/0012_recovery.sql"),
];

/// The version that this collector writes.
pub(super) const LATEST: usize = MIGRATIONS.len();

/// Runs the migrations that the file lacks, all or none of them.
pub(super) fn run(connection: &mut Connection) -> anyhow::Result<()> {
    if version(connection)? == MIGRATIONS.len() {
        return Ok(());
    }
    up_to(connection, LATEST)
}

/// Brings the file to this version, unless it already has it.
pub(super) fn up_to(connection: &mut Connection, latest: usize) -> anyhow::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = version(&transaction)?;
    anyhow::ensure!(
        version <= MIGRATIONS.len(),
        "the database has version {version}, this collector knows {} at most; run the newer collector",
        MIGRATIONS.len()
    );
    if version > 0 {
        tracing::info!(from = version, to = latest, "bringing the database up to date");
    }
    for migration in &MIGRATIONS[version..latest] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", latest)?;
    Ok(transaction.commit()?)
}

pub(super) fn version(connection: &Connection) -> rusqlite::Result<usize> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_gets_every_migration_once() {
        let mut connection = Connection::open_in_memory().expect("a database");
        run(&mut connection).expect("migrated");
        run(&mut connection).expect("migrated again");
        assert_eq!(version(&connection).expect("a version"), MIGRATIONS.len());
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        let mut connection = Connection::open_in_memory().expect("a database");
        connection.pragma_update(None, "user_version", 99).expect("set");
        let error = run(&mut connection).expect_err("refused").to_string();
        assert!(error.contains("version 99"), "{error}");
    }
}
