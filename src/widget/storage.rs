//! Browser storage that may be absent, full or forbidden: every failure is an
//! answer, never an exception.
//!
//! An answer is written twice. localStorage takes it at once, even while the page
//! is being left, but a browser that is killed may lose it again; IndexedDB keeps
//! what it has committed, but it has to have been opened before.
//!
//! **Invariant:** nothing else in the widget touches the visitor's device, and
//! nothing here writes before the visitor has acted.

mod database;
mod local;
mod locks;
mod record;

use aanrader_survey::{Field, Raw};

use crate::json;
use local::Local;

pub(crate) use database::{keep as keep_in_database, open, unsent as unsent_in_database};
pub(crate) use locks::alone;
pub(crate) use record::Record;

/// Keeps an answer's latest revision in localStorage; says whether that has taken it.
pub(crate) fn keep(record: &Record) -> bool {
    Local::of_page().is_some_and(|local| local.keep(record))
}

/// The answers in localStorage that are still to be sent.
pub(crate) fn unsent() -> Vec<Record> {
    Local::of_page().map_or_else(Vec::new, |local| local.unsent())
}

/// Forgets this very revision.
pub(crate) async fn forget(record: &Record) {
    if let Some(local) = Local::of_page() {
        local.forget(record);
    }
    database::forget(record).await;
}

/// The collector has stored the answer: whoever keeps marks, with the visitor's consent, hears when.
pub(crate) fn mark_stored(record: &Record) {
    if let (Some(local), Some(Raw::Text(survey))) =
        (Local::of_page(), json::read(record.body()).get(Field::Survey.name()))
    {
        local.mark_stored(survey);
    }
}

/// Sets an answer aside that the collector will never take.
pub(crate) async fn set_aside(record: &Record, why: &str) {
    if let Some(local) = Local::of_page() {
        local.forget(record);
        local.set_aside(record, why);
    }
    database::forget(record).await;
}
