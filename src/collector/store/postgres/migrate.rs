//! Brings a database's tables up to date. Migrations are numbered and never change once released. They add
//! columns long before they remove others, so that an older collector can serve while the newer one starts.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// The first one makes version 1 of version 0, an empty database.
const MIGRATIONS: [&str; 11] = [
    include_str!("migrations/0001_answers.sql"),
    include_str!("migrations/0002_late_answers.sql"),
    include_str!("migrations/0003_unverified.sql"),
    include_str!("migrations/0004_named.sql"),
    include_str!("migrations/0005_cases.sql"),
    include_str!("migrations/0006_trend.sql"),
    include_str!("migrations/0007_closing.sql"),
    include_str!("migrations/0008_delayed.sql"),
    include_str!("migrations/0009_outbox.sql"),
    include_str!("migrations/0010_tasks.sql"),
    include_str!("migrations/0011_recovery.sql"),
];

/// The version that this collector writes.
pub(super) const LATEST: i64 = MIGRATIONS.len() as i64;

/// How often the migration is tried while others hold the tables.
const TRIES: u32 = 5;

/// Runs the migrations that the database lacks, all or none of them. Collectors that start together wait for
/// each other at the row with the version.
pub(super) async fn run(client: &mut Client) -> anyhow::Result<()> {
    for _ in 1..TRIES {
        match up_to(client, LATEST).await {
            // A running collector may hold one table and wait for another, which this migration holds.
            Err(error) if is_deadlock(&error) => {}
            outcome => return outcome,
        }
    }
    up_to(client, LATEST).await
}

fn is_deadlock(error: &anyhow::Error) -> bool {
    let code = error.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::code);
    code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
}

/// Brings the database to this version, unless it already has it.
pub(super) async fn up_to(client: &mut Client, latest: i64) -> anyhow::Result<()> {
    while let Err(error) = make_version(client).await {
        // Two collectors may create the table at once; the next try finds it.
        let twice = [SqlState::UNIQUE_VIOLATION, SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
        if !error.code().is_some_and(|code| twice.contains(code)) {
            return Err(error.into());
        }
    }
    let transaction = client.transaction().await?;
    let version: i64 = transaction
        .query_one("SELECT version FROM aanrader WHERE name = 'schema' FOR UPDATE", &[])
        .await?
        .get(0);
    anyhow::ensure!(
        version <= LATEST,
        "the database has version {version}, this collector knows {LATEST} at most; run the newer collector"
    );
    for migration in &MIGRATIONS[usize::try_from(version)?..usize::try_from(latest.max(version))?] {
        transaction.batch_execute(migration).await?;
    }
    if version < latest {
        transaction.execute("UPDATE aanrader SET version = $1 WHERE name = 'schema'", &[&latest]).await?;
    }
    Ok(transaction.commit().await?)
}

async fn make_version(client: &Client) -> Result<(), tokio_postgres::Error> {
    client
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS aanrader (name text PRIMARY KEY, version bigint NOT NULL);
             INSERT INTO aanrader VALUES ('schema', 0) ON CONFLICT DO NOTHING",
        )
        .await
}
