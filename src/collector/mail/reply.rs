//! Mails to customers: a person writes them at a case, the outbox holds them, and a worker sends them.
//!
//! The text is in the case's history. A row of the outbox names the case and the version that the mail made, so an
//! answer that was erased meanwhile takes its mail along.

use super::{Letter, Part, link};
use crate::cases::{Action, Settings, State};
use crate::email::Email;
use crate::notices::{Event, Wanted};
use crate::sites::{Directory, new_token};
use crate::store::{Act, CUSTOMER, Case, CaseEvent, Engine, Happening, Millis, RowKey, StoreError, now};
use crate::texts::Texts;

/// Who an event of a mail that can't be delivered is by.
const COLLECTOR: &str = "Aanrader";

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

/// The letter that a row stands for; `None` if the answer was erased, or the consent was withdrawn.
///
/// # Errors
///
/// The store's error.
pub async fn letter(
    store: &dyn Engine,
    directory: &Directory,
    row: &RowKey,
    address: Option<&str>,
) -> Result<Option<Letter>, StoreError> {
    let key = row.of();
    let Some((case, history)) = store.case(key.clone()).await? else { return Ok(None) };
    let Some(to) = self::address(&case) else { return Ok(None) };
    let Some(event) = history.iter().find(|event| event.version == row.number) else {
        return Ok(None);
    };
    let Happening::Did(action, Some(text)) = &event.what else { return Ok(None) };
    let mut parts = Vec::new();
    let (subject, body) = text.split_once("\n\n").unwrap_or((text, ""));
    parts.push(Part::Text(body.to_owned()));
    let texts = Texts::in_language(language(&case));
    if let (Action::Tell, Some(address)) = (action, address) {
        let secret = store.secret(key.site.clone(), link::SECRET, new_token()).await?;
        let path = link::path(&secret, &key, event.at, texts.language());
        let link =
            path.map(|path| Part::Link(texts.get("solved_link").to_owned(), format!("{address}{path}")));
        parts.extend(link);
    }
    let Settings { sender, shop, reply_to, .. } = directory.cases(&key.site);
    Ok(Some(Letter {
        id: row.event_id(),
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

/// The version of a case that its latest mail about the solution made.
fn told(history: &[CaseEvent]) -> Option<i64> {
    let mails = history.iter().filter(|event| matches!(event.what, Happening::Did(Action::Tell, _)));
    mails.map(|event| event.version).max()
}

/// Writes into the case that its mail can't be delivered. A case that the mail has closed is reopened,
/// because the customer knows nothing.
///
/// # Errors
///
/// The store's error.
pub async fn say_failed(
    store: &dyn Engine,
    directory: &Directory,
    row: &RowKey,
    why: &str,
) -> Result<(), StoreError> {
    let (at, key, site) = (now(), row.of(), &row.site);
    let settings = directory.cases(site);
    let texts = Texts::in_language(settings.language.as_deref().unwrap_or("en"));
    let note = texts.with("mail_failed", &[("why", why)]);
    let act = |version, action, text| Act {
        key: key.clone(),
        version,
        who: COLLECTOR.into(),
        at,
        action,
        text,
        wanted: directory.wanted_of_action(site, at),
    };
    let still = store.case(key.clone()).await?;
    // A note that somebody has added meanwhile changes nothing about that.
    let closed =
        still.filter(|(case, history)| case.state == State::Told && told(history) == Some(row.number));
    if let Some((case, _)) = closed {
        store.act(act(Some(case.version), Action::Reopen, None)).await?;
    }
    store.act(act(None, Action::Note, Some(note))).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_mail_about_the_solution_has_closed_a_case() {
        let did = |version, action| CaseEvent {
            version,
            at: 5,
            who: Some("Anna".into()),
            what: Happening::Did(action, None),
        };
        let mut history = vec![did(1, Action::Take), did(2, Action::Solve)];
        assert_eq!(told(&history), None);
        history.extend([did(3, Action::Tell), did(4, Action::Note)]);
        assert_eq!(told(&history), Some(3));
        history.extend([did(5, Action::Reopen), did(6, Action::Tell), did(7, Action::Note)]);
        assert_eq!(told(&history), Some(6));
    }
}
