//! How many files and connections the system lets this process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More open files than this are of no use to a collector.
const WANTED: u64 = 65_536;

/// Open files that are no connections: the database, its log, its readers, the listeners.
const OTHERS: usize = 64;

/// Raises the limit on open files as far as it may go, and says how many connections fit below it.
pub(super) fn raise() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(WANTED).min(WANTED);
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = Rlimit { current: Some(wanted), maximum: limit.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit on open files could not be raised");
        }
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(WANTED).min(WANTED);
    usize::try_from(files).unwrap_or(usize::MAX).saturating_sub(OTHERS).max(OTHERS)
}
