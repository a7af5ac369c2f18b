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

use std::rc::Rc;

use crate::json;
use local::Local;

pub(crate) use database::{keep as keep_in_database, open, unsent as unsent_in_database};
pub(crate) use locks::alone;
pub(crate) use record::Record;

/// What is done with what something comes to. Callbacks, not futures: js-sys's executor and what rustc makes of an
/// `async fn` are kilobytes more.
pub(crate) type Then<T> = Box<dyn FnOnce(T)>;

/// Keeps an answer's latest revision in localStorage; says whether that has taken it.
pub(crate) fn keep(record: &Record) -> bool {
    Local::of_page().is_some_and(|local| local.keep(record))
}

/// The answers in localStorage that are still to be sent.
pub(crate) fn unsent() -> Vec<Record> {
    Local::of_page().map_or_else(Vec::new, |local| local.unsent())
}

/// Forgets this very revision.
pub(crate) fn forget(record: Rc<Record>) {
    if let Some(local) = Local::of_page() {
        local.forget(&record);
    }
    database::forget(record);
}

/// The collector has stored the answer. If the visitor consents to marks, the targeting hears when.
pub(crate) fn mark_stored(record: &Record) {
    if let (Some(local), Some(survey)) = (Local::of_page(), json::survey(record.body())) {
        local.mark_stored(&survey);
    }
}

/// Sets an answer aside that the collector will never take.
pub(crate) fn set_aside(record: Rc<Record>, why: &str) {
    if let Some(local) = Local::of_page() {
        local.forget(&record);
        local.set_aside(&record, why);
    }
    database::forget(record);
}
