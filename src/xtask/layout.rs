//! Paths in the checkout.

use std::path::{Path, PathBuf};

/// The checkout's top level.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
}

/// Cargo's target folder.
pub(crate) fn cargo_target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The files that ship: made by `build`, embedded into the collector.
pub(crate) fn dist() -> PathBuf {
    root().join("target/dist")
}

/// The npm tools, at the versions of `tools`.
pub(crate) fn npm() -> PathBuf {
    root().join("target/tools/npm")
}

/// Firefox's WebDriver server, if we build it ourselves.
pub(crate) fn geckodriver() -> PathBuf {
    root().join("target/tools/geckodriver")
}

/// Intermediate files of the modules' build.
pub(crate) fn scratch() -> PathBuf {
    root().join("target/tools/build")
}

/// The sizes of earlier builds, for comparison.
pub(crate) fn figures() -> PathBuf {
    root().join("target/figures")
}

/// A shipping module, but with the names of its functions.
pub(crate) fn named(module: &str) -> PathBuf {
    figures().join(format!("{module}.wasm"))
}

/// The sources of all files for browsers.
pub(crate) fn www() -> PathBuf {
    root().join("www")
}
