//! Browser storage, which may be absent, full or forbidden: every failure is a value, never an exception.
//!
//! An answer is written twice. localStorage accepts it at once, even while the customer leaves the page, but
//! may lose it if the browser is killed. IndexedDB keeps every committed write, but must be opened first.
//!
//! **Invariant:** nothing else in the widget touches the customer's device, and nothing here writes before the
//! customer has acted.

mod database;
mod local;
mod locks;
mod record;

use std::rc::Rc;

use crate::json;
use local::Local;

pub(crate) use database::{keep as keep_in_database, open, unsent as unsent_in_database};
pub(crate) use locks::alone;
pub(crate) use record::Record;

/// Takes the result of an operation. Callbacks, not futures: js-sys's executor and the code of an `async fn`
/// take kilobytes more.
pub(crate) type Then<T> = Box<dyn FnOnce(T)>;

/// Keeps an answer's latest revision in localStorage; returns whether localStorage accepted it.
pub(crate) fn keep(record: &Record) -> bool {
    Local::of_page().is_some_and(|local| local.keep(record))
}

/// The unsent answers in localStorage.
pub(crate) fn unsent() -> Vec<Record> {
    Local::of_page().map_or_else(Vec::new, |local| local.unsent())
}

/// Forgets exactly this revision.
pub(crate) fn forget(record: Rc<Record>) {
    if let Some(local) = Local::of_page() {
        local.forget(&record);
    }
    database::forget(record);
}

/// Notes that the collector has stored the answer. If the customer consents to marks, the targeting learns the
/// time.
pub(crate) fn mark_stored(record: &Record) {
    if let (Some(local), Some(survey)) = (Local::of_page(), json::survey(record.body())) {
        local.mark_stored(&survey);
    }
}

/// Sets aside an answer that the collector refuses for good.
pub(crate) fn set_aside(record: Rc<Record>, why: &str) {
    if let Some(local) = Local::of_page() {
        local.forget(&record);
        local.set_aside(&record, why);
    }
    database::forget(record);
}
