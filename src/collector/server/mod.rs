//! Listens, and stops without losing accepted answers.

mod accept;
mod connection;
mod figures;
mod files;
mod mail;
mod seats;
mod stream;
mod tls;
mod token;

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use rustix::process::Signal;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::http::assets::Assets;
use crate::http::limit::Limit;
use crate::http::pages::Pages;
use crate::http::{self, App, Askings, Shared, State};
use crate::log::Lost;
use crate::metrics::Metrics;
use crate::outbox::{Sender, Worker};
use crate::sites::Directory;
use crate::store::{self, Engine, Trends};
use crate::{recount, retention};
use accept::Doors;
use seats::Seats;
use tls::Certificate;

/// Serves until SIGTERM or SIGINT, then finishes all accepted requests and closes the store.
///
/// # Errors
///
/// It can't start, or fails at the end.
pub async fn serve(config: &Config, log: Lost) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    let tls = config.tls.as_ref().map(Certificate::of).transpose()?;
    if tls.is_none() {
        survive_reloads()?;
    }
    survive_file_size_limits()?;
    let most = config.connections.all.min(files::raise());
    let seats = Arc::new(Seats::new(most, config.connections.per_client));
    let figures = Arc::new(Metrics::new(log));
    let store = store::open(&config.database).await?;
    let directory = Arc::new(Directory::default());
    directory.load_or_later(&*store).await;
    Directory::keep_fresh(Arc::downgrade(&directory), Arc::downgrade(&store));
    retention::keep(Arc::downgrade(&store));
    recount::keep(Arc::downgrade(&store));
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("can't listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let (sender, letters) = mail::start(config, (address, tls.is_some()), (&store, &directory), &stop)?;
    let parts = (sender, stop.clone());
    let shared = state(config, Arc::clone(&store), Arc::clone(&directory), Arc::clone(&figures), parts)?;
    let (sender, news) = (Arc::clone(&shared.sender), Arc::clone(&shared.news));
    let (store_of_worker, metrics) = (Arc::downgrade(&store), Arc::clone(&figures));
    let worker = Worker { store: store_of_worker, directory, sender, metrics, news };
    let worker = tokio::spawn(worker.run(stop.clone()));
    let askings = Arc::clone(&shared.askings);
    let app = App::of(shared);
    let others = figures::listen(config.metrics, figures, Arc::clone(&seats), stop.clone()).await?;
    tracing::info!(%address, database = %config.database, "listening");
    announce(&format!("ready: {}://{address}", if tls.is_some() { "https" } else { "http" }));
    accept::run(listener, app, Doors { seats, tls }, stop).await;
    others.await?;
    worker.await?;
    letters.await?;
    finish(&askings, &*store).await
}

/// Stores what is still in memory, and closes the store.
async fn finish(askings: &Askings, store: &dyn Engine) -> anyhow::Result<()> {
    askings.flush(store).await;
    store.close().await?;
    tracing::info!("stopped");
    Ok(())
}

fn state(
    config: &Config,
    store: Arc<dyn Engine>,
    directory: Arc<Directory>,
    metrics: Arc<Metrics>,
    (sender, stop): (Sender, watch::Receiver<bool>),
) -> anyhow::Result<State> {
    let assets = Assets::embedded(config.demo);
    if assets.is_empty() {
        tracing::warn!("no widget files are built in; build them and then the collector");
    }
    let trends: Arc<dyn Trends> = Arc::<dyn Engine>::clone(&store);
    Ok(State::of(Shared {
        cases: Arc::<dyn Engine>::clone(&store),
        closing: Arc::<dyn Engine>::clone(&store),
        registry: Arc::<dyn Engine>::clone(&store),
        outbox: Arc::<dyn Engine>::clone(&store),
        sender: Arc::new(sender),
        sends_mail: config.post.is_some(),
        news: Arc::default(),
        askings: http::counting(&trends),
        live: http::live(stop),
        trends,
        store,
        directory,
        origins: Arc::new(config.origins.clone().with_own(&config.public_url)),
        hints: Arc::default(),
        signing: config.signing.clone(),
        pseudonyms: config.pseudonyms.clone(),
        readiness: Arc::default(),
        limit: Arc::new(Limit::new(config.rate)),
        tokens: token::owners(config).into(),
        metrics,
        assets,
        pages: Arc::new(Pages::of(&assets).context("the English texts that were built in")?),
    }))
}

/// Prints the address. If standard output is closed, the collector still starts.
fn announce(line: &str) {
    let mut out = std::io::stdout();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        tracing::warn!("nobody reads standard output");
    }
}

/// Becomes true at the first SIGTERM or SIGINT.
fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.send_replace(true);
        // The end of this task must not look like the signal to the receiver.
        stop.closed().await;
    });
    Ok(stopped)
}

/// Keeps SIGHUP from ending the process, even without a certificate to read again: an operator may reload all
/// services at once.
fn survive_reloads() -> std::io::Result<()> {
    signal(SignalKind::hangup()).map(drop)
}

/// Makes a write beyond the limit on file size into an error of that write. Without a handler its signal
/// would end the process.
fn survive_file_size_limits() -> std::io::Result<()> {
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}
