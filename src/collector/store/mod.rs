//! Stores of answers. Handlers know only these traits; each engine has a folder of its own.
//!
//! Every engine keeps a tally of the answers and changes it in the same transaction, so that results need no
//! counting. [`period`] explains how tallies make up a period of any time zone.

mod answers;
mod cases;
mod closing;
mod location;
mod moving;
mod outbox;
mod pace;
mod period;
mod plan;
pub mod postgres;
mod sites;
pub mod sqlite;
mod trends;

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
pub(crate) use cases::{Kept, SAID, SCORED};
pub(crate) use closing::Asked;
pub use closing::{CaseFigures, Closing, Said, Saying, Week};
pub use location::{Engine, Location, attach, open};
pub use moving::{CaseRecord, EventRecord, Moved, Moving};
pub(crate) use outbox::message_id;
pub use outbox::{
    CUSTOMER, Delivery, Finish, Health, How, Lease, LogRequest, NoticeRecord, Outbox, Replay, RowKey,
    Settled, State as DeliveryState,
};
pub(crate) use period::DAY;
pub use sites::{Scope, Scopes, Site, SiteId, TokenRecord};
pub use trends::{Asking, Days, Grouping, Mark, MarkKind, Series, Trends, WORDINGS, Wording, periods};
pub(crate) use trends::{Grouped, grouped, grouped_of, grouped_text};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// The current time, by the system's clock.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// The future of an engine's reply.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Stores answers.
pub trait Store: Send + Sync {
    /// Stores an answer. `Ok` means that it is committed and survives a crash.
    ///
    /// The highest revision of an id counts; comment and contact are those of the highest revision that names
    /// them. The order in which revisions arrive changes nothing.
    fn save(&self, received: Received) -> Pending<'_, Saved>;

    /// The scores of a period per survey and touchpoint, sorted by name.
    fn tallies(&self, filter: TallyFilter) -> Pending<'_, Vec<Counted>>;

    /// One page of answers, newest first.
    fn page(&self, request: PageRequest) -> Pending<'_, Vec<Stored>>;

    /// Checks that the store responds.
    fn ping(&self) -> Pending<'_, ()>;

    /// Proves that answers can be stored, by a write on a connection of its own.
    fn prove(&self) -> Pending<'_, ()>;

    /// Finishes all accepted work and closes; later calls fail.
    fn close(&self) -> Pending<'_, ()>;
}

/// The sites of a collector, and the tokens that open them.
pub trait Registry: Send + Sync {
    /// Every added site, sorted by id. The default site exists without being listed.
    fn sites(&self) -> Pending<'_, Vec<Site>>;

    /// Adds a site, or replaces the settings of the site with this id.
    fn put_site(&self, site: Site) -> Pending<'_, ()>;

    /// Every notice, sorted by site and name. Settings that this collector can't read are left out.
    fn notices(&self) -> Pending<'_, Vec<NoticeRecord>>;

    /// Every token, including revoked ones, sorted by site and name.
    fn tokens(&self) -> Pending<'_, Vec<TokenRecord>>;

    /// Adds a token, or replaces the one of this site and name.
    fn put_token(&self, token: TokenRecord) -> Pending<'_, ()>;
}

/// The upkeep of a database.
pub trait Upkeep: Send + Sync {
    /// Counts all answers again and compares the tallies; an empty list means a sound database.
    fn check(&self) -> Pending<'_, Vec<Mismatch>>;

    /// Deletes comment, contact, customer and properties of answers for good; returns the number of answers.
    ///
    /// Scores and tallies stay. A later revision of such an answer changes nothing.
    fn anonymize(&self, whose: Whose) -> Pending<'_, u64>;
}

/// The answers to anonymise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of one customer.
    Customer {
        /// The customer's site.
        site: SiteId,
        /// The stored id.
        customer: String,
    },
    /// A site's answers that first arrived before an instant.
    Before {
        /// The site.
        site: SiteId,
        /// The instant.
        instant: Millis,
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
    /// The tally: the number of answers, and that of unverified ones.
    pub kept: [i64; 2],
    /// The same two numbers, counted from the rows.
    pub counted: [i64; 2],
}

/// Error of a storage engine. Its text is for the log, not for a reply.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue is full.
    #[error("the queue is full")]
    Busy,
    /// A read exceeded its time limit.
    #[error("reading took longer than {} s", sqlite::READ_SECONDS)]
    TooSlow,
    /// The engine failed.
    #[error("{0}")]
    Unavailable(String),
}
