//! Sends what the outbox holds: workers lease its rows, make the messages and deliver them.
//!
//! To add a kind of target: a variant of [`Target`], and a branch in [`Sender::deliver`].

mod addresses;
mod chat;
mod mail;
mod message;
mod payload;
mod signature;
mod web;
mod worker;

pub use addresses::is_public;
pub use message::{Item, Message};
pub use web::{Reply, Web};
pub use worker::Worker;

use std::sync::Arc;

use crate::mail::Mailer;
use crate::notices::Target;
use crate::sites::Directory;
use crate::store::Millis;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has the message; with a word on how, such as the status of the reply.
    Delivered(String),
    /// It failed. A further attempt may succeed, not before the given wait in milliseconds.
    Failed(String, Option<Millis>),
    /// The receiver wants no more messages.
    Gone(String),
}

impl Outcome {
    /// Its name in the figures.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Delivered(_) => "delivered",
            Self::Failed(..) => "failed",
            Self::Gone(_) => "gone",
        }
    }

    /// The word on how, or the error.
    pub fn said(&self) -> &str {
        match self {
            Self::Delivered(said) | Self::Failed(said, _) | Self::Gone(said) => said,
        }
    }
}

/// Sends messages.
#[derive(Debug)]
pub struct Sender {
    web: Web,
    /// Mails, and whom they go to; `None` without a mail server.
    mail: Option<mail::Mail>,
    /// The collector's public address, for links to cases.
    address: Option<String>,
}

impl Sender {
    /// Sends to private addresses only if `private` allows it. `address` is the collector's public one.
    pub fn new(private: bool, address: Option<String>) -> Self {
        Self { web: Web::new(private), mail: None, address }
    }

    /// Also sends mails, to the people that the directory's sites list.
    #[must_use]
    pub fn mailing(mut self, mailer: Mailer, directory: Arc<Directory>) -> Self {
        self.mail = Some(mail::Mail { mailer, directory });
        self
    }

    /// Makes one attempt to deliver a message.
    pub async fn deliver(&self, message: &Message, now: Millis) -> Outcome {
        let replied = match &message.notice.target {
            Target::Webhook(webhook) => {
                let body = payload::json(message, webhook.full);
                let headers = signature::headers(webhook, &message.id, now, &body);
                self.web.post(&webhook.url, &headers, body).await
            }
            Target::Slack { url } => {
                self.web.post(url, &[], chat::slack(message, self.address.as_deref())).await
            }
            Target::Teams { url } => {
                self.web.post(url, &[], chat::teams(message, self.address.as_deref())).await
            }
            Target::Ntfy { url } => match chat::ntfy(message, url, self.address.as_deref()) {
                Some((server, body)) => self.web.post(&server, &[], body).await,
                None => Err(format!("{url} names no topic")),
            },
            Target::Mail { to } => {
                return match &self.mail {
                    Some(mail) => mail.deliver(message, to, self.address.as_deref()).await,
                    None => Outcome::Failed("this collector has no --smtp-url".into(), None),
                };
            }
        };
        replied.map_or_else(|why| Outcome::Failed(why, None), |reply| reply.outcome(now))
    }
}
