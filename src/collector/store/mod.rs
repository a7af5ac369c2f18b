//! Where answers are kept. Handlers know these traits only; an engine lives in a folder of its own.
//!
//! Every engine keeps a tally beside the answers and changes it in the same transaction, so that the
//! results are read instead of counted. [`period`] says how a period of any time zone is made of them.

mod answers;
mod cases;
mod location;
mod period;
mod plan;
pub mod postgres;
mod sites;
pub mod sqlite;

#[cfg(test)]
mod suite;

use std::pin::Pin;
use std::time::{SystemTime, UNIX_EPOCH};

pub use answers::{
    BELIEVED, Counted, Cursor, LATE_AFTER, PageRequest, Received, Saved, Stored, StoredContact, TallyFilter,
};
#[cfg(test)]
pub(crate) use cases::look;
pub use cases::{
    Act, Acted, Case, CaseEvent, CaseFilter, CaseKey, Cases, Found, Happening, Owned, Place, Session, find,
};
pub(crate) use cases::{Kept, SCORED};
pub use location::{Engine, Location, attach, open};
pub(crate) use period::DAY;
pub use sites::{Scope, Scopes, Site, SiteId, TokenRecord};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// This moment, by the system's clock.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// The future of an engine's reply.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place that keeps answers.
pub trait Store: Send + Sync {
    /// Keeps an answer. `Ok` means that it is committed and survives a crash.
    ///
    /// The highest revision of an id counts; the comment and the contact are those of the highest one that names
    /// them. The order in which revisions come in changes nothing.
    fn save(&self, received: Received) -> Pending<'_, Saved>;

    /// The scores of a period per survey and touchpoint, in the order of their names.
    fn tallies(&self, filter: TallyFilter) -> Pending<'_, Vec<Counted>>;

    /// One page of answers, newest first.
    fn page(&self, request: PageRequest) -> Pending<'_, Vec<Stored>>;

    /// Whether the place answers.
    fn ping(&self) -> Pending<'_, ()>;

    /// Proves that answers can be kept, by writing something on a connection of its own.
    fn prove(&self) -> Pending<'_, ()>;

    /// Finishes what was accepted and lets go; everything after it fails.
    fn close(&self) -> Pending<'_, ()>;
}

/// The sites of one collector and the tokens that open them.
pub trait Registry: Send + Sync {
    /// Every site that was added, in the order of their ids. The default one is there without being listed.
    fn sites(&self) -> Pending<'_, Vec<Site>>;

    /// Adds a site, or replaces the settings of the one with this id.
    fn put_site(&self, site: Site) -> Pending<'_, ()>;

    /// Every token, revoked ones too, in the order of their sites and names.
    fn tokens(&self) -> Pending<'_, Vec<TokenRecord>>;

    /// Adds a token, or replaces the one of this site and name.
    fn put_token(&self, token: TokenRecord) -> Pending<'_, ()>;
}

/// The upkeep of a database.
pub trait Upkeep: Send + Sync {
    /// Counts every answer anew and compares with the tallies; an empty list is a sound database.
    fn check(&self) -> Pending<'_, Vec<Mismatch>>;

    /// Takes comment, contact, customer and properties out of answers, for good; returns out of how many.
    ///
    /// The scores stay, and so do the tallies. A later revision of such an answer changes nothing.
    fn anonymize(&self, whose: Whose) -> Pending<'_, u64>;
}

/// Which answers become anonymous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of one customer.
    Customer {
        /// The customer's site.
        site: SiteId,
        /// The id as it is stored.
        customer: String,
    },
    /// Those of a site that first came in before a moment.
    Before {
        /// The site.
        site: SiteId,
        /// The moment.
        moment: Millis,
    },
}

/// A tally that differs from the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Site, survey and touchpoint.
    pub of: [String; 3],
    /// The day, in days since 1970 in UTC.
    pub day: i64,
    /// The score.
    pub score: i64,
    /// The tally: how many answers, and how many of them that nobody vouches for.
    pub kept: [i64; 2],
    /// The count of the rows, likewise.
    pub counted: [i64; 2],
}

/// Error of a storage engine. Its text is for the log, not for a reply.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// More has come in than can be kept up with.
    #[error("the queue is full")]
    Busy,
    /// A read took longer than it may.
    #[error("reading took longer than {} s", sqlite::READ_SECONDS)]
    TooSlow,
    /// The engine failed.
    #[error("{0}")]
    Unavailable(String),
}
