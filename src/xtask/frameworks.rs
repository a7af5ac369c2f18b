//! The apps of `tests/frameworks`: installed from the packed npm package and built as a shop would.

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{command, dist, layout, npm, tools};

/// An app: its folder, with which its tests' names begin, and whether it is always built, or only when
/// everything is.
type App = (&'static str, bool);

const APPS: [App; 6] = [
    ("webpack", true),
    ("vite-react", true),
    ("vite-vue", false),
    ("vite-svelte", false),
    ("angular", false),
    ("next", false),
];

/// What holds an install against what was asked for.
const STAMP: &str = "installed";

/// Where they are built, which is what the tests have to know.
pub(crate) fn folder() -> PathBuf {
    layout::root().join("target/frameworks")
}

/// The beginnings of the names of tests that need an app which is left out.
pub(crate) fn left_out(all: bool) -> impl Iterator<Item = String> {
    APPS.iter().filter(move |(_, always)| !all && !always).map(|(name, _)| name.replace('-', "_"))
}

/// Installs and builds them, two at a time, for much of that is waiting; the first that can't be is an error.
pub(crate) fn build(all: bool) -> Result<()> {
    fs::create_dir_all(folder())?;
    let tarball = folder().join(npm::TARBALL);
    fs::copy(layout::dist().join(npm::TARBALL), &tarball)?;
    if !all {
        println!("left out: {}; with --all they are not", left_out(all).collect::<Vec<_>>().join(", "));
    }
    let wanted: Vec<_> = APPS.iter().filter(|(_, always)| all || *always).map(|(name, _)| *name).collect();
    for pair in wanted.chunks(2) {
        thread::scope(|scope| {
            let building: Vec<_> = pair.iter().map(|name| scope.spawn(|| app(name, &tarball))).collect();
            building.into_iter().try_for_each(|app| app.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })?;
    }
    Ok(())
}

/// Makes the copy of an app what its sources are, with its dependencies, and builds it.
fn app(name: &str, tarball: &Path) -> Result<()> {
    let started = Instant::now();
    make(name, tarball).with_context(|| format!("tests/frameworks/{name}"))?;
    println!("{name}: {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn make(name: &str, tarball: &Path) -> Result<()> {
    let from = layout::root().join("tests/frameworks").join(name);
    let to = folder().join(name);
    for file in dist::files(&from)? {
        let copy = to.join(&file);
        fs::create_dir_all(copy.parent().context("a file without a folder")?)?;
        fs::copy(from.join(&file), copy)?;
    }
    let wanted = fingerprint(&[&from.join("package.json"), tarball])?;
    if fs::read_to_string(to.join(STAMP)).ok().as_deref() != Some(&wanted) {
        install(&to)?;
        fs::write(to.join(STAMP), &wanted)?;
    }
    let mut build = npm_in(&to);
    // None of them is to tell anybody that it was built.
    build
        .args(["run", "--silent", "build"])
        .env("NEXT_TELEMETRY_DISABLED", "1")
        .env("NG_CLI_ANALYTICS", "false");
    command::output(&mut build).map(drop)
}

/// Without a lock file: the versions of `package.json` are exact, and it would name whence they came.
fn install(to: &Path) -> Result<()> {
    // npm takes the package for the one it has, since its version is the same.
    let before = to.join("node_modules/aanrader");
    if before.exists() {
        fs::remove_dir_all(before)?;
    }
    let mut install = npm_in(to);
    install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]);
    install.args(["--loglevel=error", "--prefer-offline"]);
    command::output(&mut install).map(drop)
}

fn npm_in(folder: &Path) -> Command {
    let mut npm = tools::npm();
    npm.current_dir(folder).env("CI", "true");
    npm
}

fn fingerprint(files: &[&Path]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).with_context(|| format!("{}", file.display()))?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
