//! Limits of the system on this process: open files, and so connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The number of open files beyond which a collector has no use for more.
const WANTED: u64 = 65_536;

/// Open files that aren't connections: the database, its log, its readers, the listeners.
const OTHERS: usize = 64;

/// Raises the limit on open files as far as allowed, and returns how many connections fit.
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
