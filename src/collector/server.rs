//! Listening, and stopping without losing what was accepted.

use std::future::Future;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::http::assets::Assets;
use crate::http::limit::{Limit, Peer};
use crate::http::pages::Pages;
use crate::http::{self, State};
use crate::store::Store;
use crate::store::sqlite::{QUEUE, Sqlite};

/// A request's headers have to come within this time; an idle connection is closed after it.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// Requests that are under way when the signal comes get so long to finish.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or SIGINT, finishes what was accepted and closes the store.
///
/// # Errors
///
/// Why it can't start, or what went wrong at the end.
pub async fn serve(config: &Config) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    let store = Sqlite::open(&config.database, QUEUE)
        .with_context(|| format!("can't use the database {}", config.database.display()))?;
    let store: Arc<dyn Store> = Arc::new(store);
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("can't listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let app = http::app(state(config, Arc::clone(&store))?);
    tracing::info!(%address, database = %config.database.display(), "listening");
    announce(&format!("ready: http://{address}"));
    accept(listener, app, stop).await;
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
        origins: Arc::new(config.origins.clone()),
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

async fn accept(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let app = app.clone().layer(Extension(Peer(peer.ip())));
                    spawn(stream, app, &connections);
                }
                Err(error) => {
                    // Out of file descriptors, say: others have to end first.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    tracing::info!("stopping");
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn spawn(stream: TcpStream, app: Router, connections: &GracefulShutdown) {
    // Small replies go out at once instead of waiting for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no-delay could not be set");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        // A visitor who leaves halfway is not worth a line.
        if let Err(error) = watched.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}
