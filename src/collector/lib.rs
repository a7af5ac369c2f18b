//! The collector: receives answers over HTTP, stores them, serves the widget's files and gives the owner the
//! number.
//!
//! **Invariants:** only `aanrader_survey` decides what an answer may hold and how scores become a number. A
//! handler never touches SQL. The collector sends a receipt only after the commit. It logs no comment,
//! contact or token.

pub mod cases;
pub mod cli;
pub mod config;
pub mod email;
pub mod http;
pub mod log;
pub mod mail;
pub mod metrics;
pub mod notices;
pub mod origins;
pub mod outbox;
pub mod pseudonym;
pub(crate) mod recount;
pub(crate) mod retention;
pub mod server;
pub mod sites;
pub mod store;
pub mod story;
pub(crate) mod texts;
pub mod trend;

use std::process::ExitCode;
use std::time::Duration;

use config::Config;
use log::Log;

/// How long leftover work, such as a long query, may take after the server has stopped.
const LEFTOVERS: Duration = Duration::from_secs(1);

/// Serves until a signal asks to stop; the exit code tells success or failure.
pub fn run(config: &Config) -> ExitCode {
    // Without a thread there is no server either, and no way to log it.
    let Ok(log) = Log::start() else { return ExitCode::FAILURE };
    let outcome = serve(config, log.lost());
    if let Err(error) = &outcome {
        tracing::error!(error = format!("{error:#}"), "stopped");
    }
    log.flush();
    if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn serve(config: &Config, lost: log::Lost) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(server::serve(config, lost));
    runtime.shutdown_timeout(LEFTOVERS);
    outcome
}
