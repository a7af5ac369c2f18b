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

/// An app: its folder, which is also the prefix of its tests' names, and whether every run builds it. `--all`
/// builds the others, too.
type App = (&'static str, bool);

const APPS: [App; 6] = [
    ("webpack", true),
    ("vite-react", true),
    ("vite-vue", false),
    ("vite-svelte", false),
    ("angular", false),
    ("next", false),
];

/// The file that records what was installed.
const STAMP: &str = "installed";

/// The folder of the builds, which the tests need to know.
pub(crate) fn folder() -> PathBuf {
    layout::root().join("target/frameworks")
}

/// The prefixes of tests whose app isn't built.
pub(crate) fn left_out(all: bool) -> impl Iterator<Item = String> {
    APPS.iter().filter(move |(_, always)| !all && !always).map(|(name, _)| name.replace('-', "_"))
}

/// Installs and builds the apps, two at a time, because much of the time is waiting; fails at the first
/// error.
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

/// Updates the copy of an app from its sources, with its dependencies, and builds it.
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
    // No build tool may send telemetry.
    build
        .args(["run", "--silent", "build"])
        .env("NEXT_TELEMETRY_DISABLED", "1")
        .env("NG_CLI_ANALYTICS", "false");
    command::output(&mut build).map(drop)
}

/// Without a lock file: the versions in `package.json` are exact, and a lock file would name the registry.
fn install(to: &Path) -> Result<()> {
    // npm would keep the old package, because its version is the same.
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
