//! The collector: takes answers over HTTP, keeps them, serves the widget's files
//! and gives the owner the number.
//!
//! **Invariants:** what an answer may hold and how scores become a number is
//! decided by `aanrader_survey` alone; a handler never touches SQL; nothing is
//! acknowledged before it is committed; no comment, contact or token is logged.

pub mod config;
pub mod http;
pub mod server;
pub mod store;

use std::process::ExitCode;

use config::Config;

/// Serves until a signal asks to stop; the exit code says whether all went well.
pub fn run(config: &Config) -> ExitCode {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
    match serve(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "stopped");
            ExitCode::FAILURE
        }
    }
}

fn serve(config: &Config) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(server::serve(config))
}
