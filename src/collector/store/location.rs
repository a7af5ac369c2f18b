//! The location of the database: an SQLite file or a PostgreSQL server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use super::postgres::{Address, Postgres};
use super::sqlite::{QUEUE, Sqlite};
use super::{Cases, Closing, Moving, Outbox, Registry, Store, Trends, Upkeep};

/// All operations of an engine.
pub trait Engine: Store + Registry + Upkeep + Cases + Closing + Moving + Outbox + Trends {}

impl<T: Store + Registry + Upkeep + Cases + Closing + Moving + Outbox + Trends> Engine for T {}

/// The location of the answers.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// One SQLite file.
    File(PathBuf),
    /// A PostgreSQL server, by its URL, which may hold a password.
    Postgres(String),
}

impl Location {
    /// Reads the setting `database`.
    ///
    /// # Errors
    ///
    /// The problem and its remedy.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Address::parse(text).map(|_| Self::Postgres(text.to_owned()));
        }
        let path = PathBuf::from(text);
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if text.is_empty() || path.is_dir() {
            return Err(format!(
                "{text:?} is no file; give the path of an SQLite file, or a URL that begins with postgres://"
            ));
        }
        if !folder.is_dir() {
            return Err(format!(
                "the folder {} does not exist; make it, or give another path",
                folder.display()
            ));
        }
        Ok(Self::File(path))
    }

    /// The file for the token that a collector of this database makes itself.
    pub fn own_token(&self) -> PathBuf {
        match self {
            Self::File(path) => path.with_extension("token"),
            Self::Postgres(_) => PathBuf::from("aanrader.token"),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

/// A URL without user and password.
fn without_password(url: &str) -> String {
    let config = Address::parse(url).map(|address| address.config).unwrap_or_default();
    let hosts = config.get_hosts().iter().map(|host| match host {
        tokio_postgres::config::Host::Tcp(name) => name.clone(),
        tokio_postgres::config::Host::Unix(folder) => folder.display().to_string(),
    });
    format!("postgres://{}/{}", hosts.collect::<Vec<_>>().join(","), config.get_dbname().unwrap_or_default())
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Opens the database, even if a collector serves from it.
///
/// # Errors
///
/// The database is unusable.
pub async fn attach(location: &Location) -> anyhow::Result<Arc<dyn Engine>> {
    let opened: anyhow::Result<Arc<dyn Engine>> = match location {
        Location::File(path) => Sqlite::open(path, QUEUE).map(|store| Arc::new(store) as Arc<dyn Engine>),
        Location::Postgres(url) => Postgres::open(url).await.map(|store| Arc::new(store) as Arc<dyn Engine>),
    };
    opened.with_context(|| format!("can't use the database {location}"))
}

/// Opens the database to serve from it; a file is then locked against other collectors.
///
/// # Errors
///
/// The database is unusable.
pub async fn open(location: &Location) -> anyhow::Result<Arc<dyn Engine>> {
    let opened: anyhow::Result<Arc<dyn Engine>> = match location {
        Location::File(path) => Sqlite::serve(path, QUEUE).map(|store| Arc::new(store) as Arc<dyn Engine>),
        Location::Postgres(url) => Postgres::open(url).await.map(|store| Arc::new(store) as Arc<dyn Engine>),
    };
    opened.with_context(|| format!("can't use the database {location}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        let location = Location::parse("postgres://anna:secret-7@db.example:5433/nps").expect("a URL");
        assert_eq!(location.to_string(), "postgres://db.example/nps");
        assert_eq!(format!("{location:?}"), "postgres://db.example/nps");
    }

    #[test]
    fn what_is_no_database_is_refused_with_what_would_be_one() {
        for (text, says) in [
            ("", "postgres://"),
            ("/nowhere/at/all.db", "the folder /nowhere/at does not exist"),
            ("postgres://a.example:port/x", "give postgres://USER"),
        ] {
            let why = Location::parse(text).expect_err("wrong");
            assert!(why.contains(says), "{text}: {why}");
        }
    }
}
