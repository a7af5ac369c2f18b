//! Listening, and stopping without losing what was accepted.

mod accept;
mod connection;
mod files;
mod seats;
mod stream;

use std::future::Future;
use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use rustix::process::Signal;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::http::assets::Assets;
use crate::http::limit::Limit;
use crate::http::pages::Pages;
use crate::http::{self, State};
use crate::store::{self, Store};
use seats::Seats;

/// Serves until SIGTERM or SIGINT, finishes what was accepted and closes the store.
///
/// # Errors
///
/// Why it can't start, or what went wrong at the end.
pub async fn serve(config: &Config) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    survive_file_size_limits()?;
    let seats =
        Arc::new(Seats::new(config.connections.all.min(files::raise()), config.connections.per_client));
    let store: Arc<dyn Store> = store::open(&config.database).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("can't listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let app = http::app(state(config, Arc::clone(&store))?);
    tracing::info!(%address, database = %config.database, "listening");
    announce(&format!("ready: http://{address}"));
    accept::run(listener, app, seats, stop).await;
    store.close().await?;
    tracing::info!("stopped");
    Ok(())
}

fn state(config: &Config, store: Arc<dyn Store>) -> anyhow::Result<State> {
    let assets = Assets::embedded(config.demo);
    if assets.is_empty() {
        tracing::warn!("no widget files are built in; build them and then the collector");
    }
    if config.admin_token.is_none() {
        tracing::warn!("no admin token is set, so nobody can read results");
    }
    Ok(State {
        store,
        origins: Arc::new(config.origins.clone().with_own(&config.public_url)),
        hints: Arc::default(),
        readiness: Arc::default(),
        limit: Arc::new(Limit::new(config.rate)),
        admin_token: config.admin_token.clone().map(Arc::new),
        assets,
        pages: Arc::new(Pages::of(&assets).context("the English texts that were built in")?),
    })
}

/// Tells whoever started this where it listens. That nobody reads it is no reason to stop.
fn announce(line: &str) {
    let mut out = std::io::stdout();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        tracing::warn!("nobody reads standard output");
    }
}

/// Ends at the first SIGTERM or SIGINT.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Writing beyond a limit on a file's size becomes an error of that write: without a handler the signal that
/// comes with it would end the process.
fn survive_file_size_limits() -> std::io::Result<()> {
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}
