//! Starts what sends mail.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::mail::Mailer;
use crate::mail::worker::Worker;
use crate::outbox::Sender;
use crate::sites::Directory;
use crate::store::Engine;

/// The sender of messages, and the task that sends mails to customers and the weekly ones. The address is the one that the
/// collector listens to, and whether it is encrypted.
pub(super) fn start(
    config: &Config,
    (address, encrypted): (SocketAddr, bool),
    (store, directory): (&Arc<dyn Engine>, &Arc<Directory>),
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<(Sender, JoinHandle<()>)> {
    let links = links(config, address, encrypted);
    let sender = Sender::new(config.private_targets, links.clone());
    let Some(post) = &config.post else { return Ok((sender, tokio::spawn(async {}))) };
    let mailer = Mailer::new(post)?;
    let sender = sender.mailing(mailer.clone(), Arc::clone(directory));
    let (store, directory) = (Arc::downgrade(store), Arc::clone(directory));
    let worker = Worker { store, directory, mailer, address: links };
    Ok((sender, tokio::spawn(worker.run(stop.clone()))))
}

/// The address that links in messages begin with. Without a public one, only the collector's own machine can
/// open them, so there are none if it listens to others.
fn links(config: &Config, address: SocketAddr, encrypted: bool) -> Option<String> {
    let scheme = if encrypted { "https" } else { "http" };
    let own = || address.ip().is_loopback().then(|| format!("{scheme}://{address}"));
    config.public_url.first().map(str::to_owned).or_else(own)
}
