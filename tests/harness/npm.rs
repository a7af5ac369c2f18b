//! Third-party libraries from npm, for pages that use them.

use std::path::PathBuf;

/// A file of a package that the build has installed, such as `htmx.org/dist/htmx.min.js`.
///
/// # Panics
/// When it isn't there.
pub fn script(path: &str) -> String {
    let file = PathBuf::from(crate::from_xtask("AANRADER_NODE_MODULES")).join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
