//! Which database: an SQLite file or a PostgreSQL server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use super::sqlite::{QUEUE, Sqlite};
use super::{Registry, Store, Upkeep};

/// Everything that an engine does.
pub trait Engine: Store + Registry + Upkeep {}

impl<T: Store + Registry + Upkeep> Engine for T {}

/// Where the answers are.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// One SQLite file.
    File(PathBuf),
}

impl Location {
    /// Reads the setting `database`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to give instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if text.is_empty() || path.is_dir() {
            return Err(format!("{text:?} is no file; give the path of the SQLite file"));
        }
        if !folder.is_dir() {
            return Err(format!(
                "the folder {} does not exist; make it, or give another path",
                folder.display()
            ));
        }
        Ok(Self::File(path))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Opens the database to serve from it; a file is then no other collector's.
///
/// # Errors
///
/// Why it can't be used.
pub async fn open(location: &Location) -> anyhow::Result<Arc<dyn Engine>> {
    let opened: anyhow::Result<Arc<dyn Engine>> = match location {
        Location::File(path) => Sqlite::serve(path, QUEUE).map(|store| Arc::new(store) as Arc<dyn Engine>),
    };
    opened.with_context(|| format!("can't use the database {location}"))
}
