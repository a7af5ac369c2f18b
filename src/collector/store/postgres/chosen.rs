//! Of several revisions of one answer in a batch, the parts that count.

use std::collections::BTreeMap;

use crate::store::{Millis, Received};

/// Site, survey and id.
pub(super) type Key<'a> = (&'a str, &'a str, &'a str);

/// The parts that count, from all revisions of one key.
pub(super) struct Chosen<'a> {
    /// The highest revision.
    pub(super) received: &'a Received,
    /// The highest revision that names the comment, or any.
    pub(super) comment: &'a Received,
    /// The highest revision that names the contact, or any.
    pub(super) contact: &'a Received,
    pub(super) first_at: Millis,
}

impl<'a> Chosen<'a> {
    fn new(received: &'a Received) -> Self {
        Self { received, comment: received, contact: received, first_at: received.received_at }
    }

    /// Whether it is older than the stored revision, and names something that this one may not name.
    pub(super) fn names_what_is_older_than(&self, rev: u32) -> bool {
        let names = self.comment.comment_rev() > 0 || self.contact.contact_rev() > 0;
        self.received.answer.rev() < rev && names
    }

    fn add(&mut self, received: &'a Received) {
        self.first_at = self.first_at.min(received.received_at);
        if self.received.answer.rev() < received.answer.rev() {
            self.received = received;
        }
        if self.comment.comment_rev() < received.comment_rev() {
            self.comment = received;
        }
        if self.contact.contact_rev() < received.contact_rev() {
            self.contact = received;
        }
    }
}

/// The parts that count for each key, in the order of keys.
pub(super) fn chosen(batch: &[Received]) -> BTreeMap<Key<'_>, Chosen<'_>> {
    let mut chosen: BTreeMap<Key<'_>, Chosen<'_>> = BTreeMap::new();
    for received in batch {
        chosen.entry(received.key()).or_insert_with(|| Chosen::new(received)).add(received);
    }
    chosen
}
