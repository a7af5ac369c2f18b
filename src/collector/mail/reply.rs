//! Mails to customers: a person writes them at a case, the outbox holds them, and a worker sends them.
//!
//! The text is in the case's history. A row of the outbox names the case and the version that the mail made, so an
//! answer that was erased meanwhile takes its mail along.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::link;
use super::{Failure, Letter, Mailer, Part};
use crate::cases::{Action, Settings, State};
use crate::email::Email;
use crate::notices::{Event, Wanted, pause};
use crate::sites::{Directory, new_token};
use crate::store::{
    Act, Case, CaseEvent, CaseKey, Delivery, Engine, Finish, Happening, How, Lease, Millis, SiteId,
    StoreError, now,
};
use crate::texts::Texts;

/// The name under which these mails are in the outbox. No notice can have it.
pub const CUSTOMER: &str = "@customer";

/// Who an event of a mail that can't be delivered is by.
const COLLECTOR: &str = "Aanrader";

/// How often the outbox is read.
const POLL: Duration = Duration::from_millis(500);

/// How long a row is leased, in milliseconds: longer than an attempt takes.
const LEASED: Millis = 120_000;

/// How many mails of a site are leased at once.
const AT_ONCE: u32 = 8;

/// The row of the outbox that an action with a mail needs.
pub fn wanted(at: Millis) -> Wanted {
    Wanted { notice: CUSTOMER.into(), fits: true, events: vec![Event::CaseChanged], due_at: at, period: 0 }
}

/// Subject and text of a mail as one text, for the history.
pub fn text(subject: &str, text: &str) -> String {
    format!("{subject}\n\n{text}")
}

/// The address to which the shop may write about a case: the customer gave it, with consent.
pub fn address(case: &Case) -> Option<Email> {
    let contact = case.answer.contact.as_ref()?;
    Email::parse(contact.how.as_deref()?).ok()
}

/// The owner's language nearest to that of the answer.
pub fn language(case: &Case) -> &'static str {
    let tag = case.answer.language.as_deref().unwrap_or_default();
    let first = tag.split('-').next().unwrap_or_default();
    Texts::in_language(first).language()
}

/// Sends what is due.
pub struct Worker {
    /// The outbox and the cases.
    pub store: Weak<dyn Engine>,
    /// The settings of sites.
    pub directory: Arc<Directory>,
    /// The mail server.
    pub mailer: Mailer,
    /// The collector's public address, for the link "is it solved?".
    pub address: Option<String>,
}

impl Worker {
    /// Works until the signal to stop. The leases of mails on their way end by themselves.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let Some(store) = self.store.upgrade() else { return };
            if let Err(error) = self.send_due(&*store).await {
                tracing::warn!(%error, "mails to customers wait; they are tried again");
            }
            drop(store);
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn send_due(&self, store: &dyn Engine) -> Result<(), StoreError> {
        for site in store.waiting(CUSTOMER, now()).await? {
            let (at, notice) = (now(), CUSTOMER.to_owned());
            let lease = Lease { site: site.clone(), notice, now: at, until: at + LEASED, limit: AT_ONCE };
            for row in store.lease(lease).await? {
                self.deliver(store, &site, &row).await?;
            }
        }
        Ok(())
    }

    /// Makes one attempt, and stores what became of it.
    async fn deliver(&self, store: &dyn Engine, site: &SiteId, row: &Delivery) -> Result<(), StoreError> {
        let key = row.key.of();
        let found = store.case(key.clone()).await?;
        let letter = match &found {
            Some((case, history)) => self.letter(store, (&key, case, history), row).await?,
            None => None,
        };
        let how = match letter {
            // The answer was erased, or the consent was withdrawn.
            None => How::Dropped,
            Some(letter) => match self.mailer.send(&letter).await {
                Ok(()) => How::Delivered("mail".into()),
                Err(failure) => again(row, failure),
            },
        };
        if let How::Failed(why) = &how {
            self.say_failed(store, site, &key, row, why).await?;
        }
        store.finish(Finish { rows: vec![(row.key.clone(), row.leased)], at: now(), how }).await
    }

    async fn letter(
        &self,
        store: &dyn Engine,
        (key, case, history): (&CaseKey, &Case, &[CaseEvent]),
        row: &Delivery,
    ) -> Result<Option<Letter>, StoreError> {
        let Some(to) = address(case) else { return Ok(None) };
        let Some(event) = history.iter().find(|event| event.version == row.key.number) else {
            return Ok(None);
        };
        let Happening::Did(action, Some(text)) = &event.what else { return Ok(None) };
        let mut parts = Vec::new();
        let (subject, body) = text.split_once("\n\n").unwrap_or((text, ""));
        parts.push(Part::Text(body.to_owned()));
        let texts = Texts::in_language(language(case));
        if let (Action::Tell, Some(address)) = (action, &self.address) {
            let secret = store.secret(key.site.clone(), link::SECRET, new_token()).await?;
            let path = link::path(&secret, key, event.at, texts.language());
            let link =
                path.map(|path| Part::Link(texts.get("solved_link").to_owned(), format!("{address}{path}")));
            parts.extend(link);
        }
        let Settings { sender, shop, reply_to, .. } = self.directory.cases(&key.site);
        Ok(Some(Letter {
            id: row.key.event_id(),
            at: event.at,
            sender,
            name: shop,
            to,
            reply_to,
            subject: subject.to_owned(),
            language: texts.language().to_owned(),
            parts,
            is_personal: true,
        }))
    }

    /// Writes into the case that its mail can't be delivered. A case that the mail has closed is reopened,
    /// because the customer knows nothing.
    async fn say_failed(
        &self,
        store: &dyn Engine,
        site: &SiteId,
        key: &CaseKey,
        row: &Delivery,
        why: &str,
    ) -> Result<(), StoreError> {
        let at = now();
        let settings = self.directory.cases(site);
        let texts = Texts::in_language(settings.language.as_deref().unwrap_or("en"));
        let note = texts.with("mail_failed", &[("why", why)]);
        let act = |version, action, text| Act {
            key: key.clone(),
            version,
            who: COLLECTOR.into(),
            at,
            action,
            text,
            wanted: self.directory.wanted_of_action(site, at),
        };
        let still = store.case(key.clone()).await?.map(|(case, _)| case);
        let untouched = still.filter(|case| case.version == row.key.number && case.state == State::Told);
        if let Some(case) = untouched {
            store.act(act(Some(case.version), Action::Reopen, None)).await?;
        }
        store.act(act(None, Action::Note, Some(note))).await.map(drop)
    }
}

/// What the outbox stores of a failed attempt.
fn again(row: &Delivery, failure: Failure) -> How {
    let next = if failure.is_final { None } else { pause(row.failed + 1, 0.5, None) };
    match next {
        Some(pause) => How::Again(now() + pause, failure.said),
        None => How::Failed(failure.said),
    }
}
