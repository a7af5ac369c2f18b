//! The commands on a database. They also work while a collector serves from it.

mod causes;
mod check;
mod command;
mod demo;
mod keep;
mod moving;
mod notify;
mod privacy;
mod sites;
mod tokens;
mod wall;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
pub use command::{Command, command_line};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::{Config, Given, Settings};
use crate::store::{Engine, Location, Millis, SiteId, attach};

/// The command.
#[derive(Debug, Subcommand)]
pub enum Tool {
    /// Add sites, list them, change their settings
    Site {
        /// What to do with them
        #[command(subcommand)]
        command: sites::Command,
    },
    /// Name the causes of cases, rename them, remove them
    Cause {
        /// What to do with them
        #[command(subcommand)]
        command: causes::Command,
    },
    /// Make tokens for the owner's pages and programs, list them, revoke them
    Token {
        /// What to do with them
        #[command(subcommand)]
        command: tokens::Command,
    },
    /// Add notices for people and programs, list, test and remove them
    Notify {
        /// What to do with them
        #[command(subcommand)]
        command: notify::Command,
    },
    /// Make links for screens and badges, list them, revoke them
    Wall {
        /// What to do with them
        #[command(subcommand)]
        command: wall::Command,
    },
    /// Fill a new database with a year of made-up answers
    Demo(demo::Demo),
    /// Count all answers anew and compare with the tallies
    Check(check::Check),
    /// Write answers as NDJSON or CSV
    Export(moving::export::Export),
    /// Read answers that were exported
    Import(Box<moving::import::Import>),
    /// Copy the database while it is served from
    Backup(keep::Backup),
    /// Put a backup in the database's place
    Restore(keep::Restore),
    /// Take everything of a customer out of the answers; the scores stay
    Erase(privacy::Erase),
    /// Make the answers anonymous that are older than their site keeps them
    Retention(privacy::Retention),
}

/// Which database.
#[derive(Debug, Args)]
pub struct At {
    /// The SQLite file, or a postgres:// URL [default: aanrader.db]
    #[arg(long, value_name = "FILE|URL", env = "AANRADER_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// The collector's TOML file, which names the database
    #[arg(long, value_name = "FILE", env = "AANRADER_CONFIG", hide_env_values = true)]
    config: Option<String>,
    /// The file with the key under which customers are stored, if there is one
    #[arg(long, value_name = "FILE", env = "AANRADER_PSEUDONYM_KEY_FILE", hide_env_values = true)]
    pseudonym_key_file: Option<String>,
}

impl At {
    fn location(&self) -> anyhow::Result<Location> {
        Ok(self.settings()?.database)
    }

    /// The name of a site's customer in the database.
    fn customer(&self, site: &SiteId, customer: &str) -> anyhow::Result<String> {
        let pseudonyms = self.settings()?.pseudonyms;
        Ok(pseudonyms.map_or_else(|| customer.to_owned(), |names| names.of(site, customer)))
    }

    fn settings(&self) -> anyhow::Result<Config> {
        let given = |text: &Option<String>, place: &str| {
            let text = text.clone().filter(|text| !text.is_empty())?;
            Some(Given { text, place: place.to_owned() })
        };
        let settings = Settings {
            database: given(&self.database, "--database"),
            config: given(&self.config, "--config"),
            pseudonym_key_file: given(&self.pseudonym_key_file, "--pseudonym-key-file"),
            ..Settings::default()
        };
        Ok(Config::load(settings)?)
    }

    /// Opens the database. It creates a file only for a new site or token, so that a misspelled name creates
    /// none.
    async fn open(&self) -> anyhow::Result<Arc<dyn Engine>> {
        let location = self.location()?;
        if let Location::File(path) = &location {
            anyhow::ensure!(
                path.exists(),
                "there is no database {}; name it with --database",
                path.display()
            );
        }
        attach(&location).await
    }

    async fn open_or_make(&self) -> anyhow::Result<Arc<dyn Engine>> {
        attach(&self.location()?).await
    }
}

/// Runs the command; the exit code tells success or failure.
pub fn run(tool: Tool) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(tool.run()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aanrader: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Tool {
    async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Site { command } => command.run().await,
            Self::Cause { command } => command.run().await,
            Self::Token { command } => command.run().await,
            Self::Notify { command } => command.run().await,
            Self::Wall { command } => command.run().await,
            Self::Demo(demo) => demo.run().await,
            Self::Check(check) => check.run().await,
            Self::Export(export) => export.run().await,
            Self::Import(import) => import.run().await,
            Self::Backup(backup) => backup.run(),
            Self::Restore(restore) => restore.run(),
            Self::Erase(erase) => erase.run().await,
            Self::Retention(retention) => retention.run().await,
        }
    }
}

/// Finds a site; the error lists the existing ones.
async fn known_site(store: &dyn Engine, id: &str) -> anyhow::Result<SiteId> {
    let site = SiteId::try_from(id.to_owned()).map_err(anyhow::Error::msg)?;
    let sites = store.sites().await?;
    if site.is_default() || sites.iter().any(|known| known.id == site) {
        return Ok(site);
    }
    let names: Vec<_> = sites.iter().map(|known| known.id.as_str()).collect();
    anyhow::bail!(
        "there is no site {site}; there is default{}{}; add one with `aanrader site add`",
        if names.is_empty() { "" } else { ", " },
        names.join(", ")
    )
}

/// A progress bar on a terminal; nothing if the output goes to a file.
fn progress(total: Option<u64>, what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = if total.is_some() {
        "{bar:40} {pos}/{len} {msg} {per_sec} {eta}"
    } else {
        "{spinner} {pos} {msg} {per_sec}"
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total.unwrap_or(0)).with_style(style).with_message(what)
}

/// The instant in RFC 3339.
fn instant(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |instant| instant.to_string())
}

/// The file of a database that is an SQLite file.
fn file(location: &Location) -> anyhow::Result<&Path> {
    match location {
        Location::File(path) => Ok(path),
        Location::Postgres(_) => {
            anyhow::bail!("this is for SQLite; PostgreSQL's own pg_dump and pg_restore do it for a server")
        }
    }
}
