//! The tools that a build needs besides Rust: fetched once, at pinned versions.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{command, layout};

/// The target of the modules.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// npm packages and their exact versions.
// adonisjs-livewire contains the script of Livewire 3, which Laravel itself gets by composer.
const PACKAGES: [(&str, &str); 24] = [
    ("@alpinejs/morph", "3.17.4"),
    ("@github/hotkey", "3.1.4"),
    ("@hotwired/stimulus", "3.2.2"),
    ("@hotwired/turbo", "8.0.23"),
    ("adonisjs-livewire", "0.1.21"),
    ("alpinejs", "3.17.5"),
    ("axe-core", "4.14.1"),
    ("binaryen", "132.0.0"),
    ("bluebird", "3.7.2"),
    ("core-js-bundle", "3.50.0"),
    ("esbuild", "0.28.2"),
    ("fastclick", "1.0.6"),
    ("hotkeys-js", "4.1.2"),
    ("htmx.org", "2.0.11"),
    ("jquery", "4.0.0"),
    ("keyboardjs", "2.7.0"),
    ("keymaster", "1.6.2"),
    ("mootools", "1.5.2"),
    ("mousetrap", "1.6.5"),
    ("navigo", "8.11.1"),
    ("page", "1.11.6"),
    ("swup", "4.10.0"),
    ("tinykeys", "4.0.0"),
    ("zone.js", "0.16.3"),
];

/// Ensures that rustc can compile for the browser.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    let libdir = command::output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if PathBuf::from(libdir.trim()).is_dir() {
        return Ok(());
    }
    println!("installing the {WASM} target");
    command::run(Command::new("rustup").args(["target", "add", WASM]))
        .with_context(|| format!("install Rust's {WASM} target (with rustup: `rustup target add {WASM}`)"))
}

/// The toolchain's folder, with the source of the standard library, if known.
pub(crate) fn sysroot() -> Option<PathBuf> {
    let sysroot = command::output(Command::new("rustc").args(["--print", "sysroot"])).ok()?;
    Some(sysroot.trim().into())
}

/// Ensures that the npm tools are installed at their versions.
pub(crate) fn ensure_npm_tools() -> Result<()> {
    if PACKAGES.iter().all(|(name, version)| installed(name).as_deref() == Some(version)) {
        return Ok(());
    }
    let dir = layout::npm();
    fs::create_dir_all(&dir)?;
    let versions: serde_json::Map<String, Value> =
        PACKAGES.iter().map(|(name, version)| ((*name).into(), json!(version))).collect();
    let manifest = json!({ "private": true, "dependencies": versions });
    fs::write(dir.join("package.json"), format!("{manifest:#}\n"))?;
    println!("installing esbuild, binaryen, axe-core and the libraries of the tests' pages from npm");
    let mut npm = npm();
    npm.args([
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
        "--legacy-peer-deps",
    ]);
    npm.current_dir(&dir);
    command::output(&mut npm)
        .context("the build needs Node 18 or newer with npm, and npm's registry once")?;
    Ok(())
}

/// The installed version of a package, if any.
fn installed(name: &str) -> Option<String> {
    let manifest = fs::read(layout::npm().join("node_modules").join(name).join("package.json")).ok()?;
    let manifest: Value = serde_json::from_slice(&manifest).ok()?;
    manifest["version"].as_str().map(str::to_owned)
}

/// npm, the package manager.
pub(crate) fn npm() -> Command {
    Command::new("npm")
}

/// esbuild, the minifier.
pub(crate) fn esbuild() -> Command {
    let mut esbuild = Command::new(layout::npm().join("node_modules/.bin/esbuild"));
    esbuild.args(["--log-level=warning", "--charset=utf8", "--legal-comments=none"]);
    esbuild
}

/// wasm-opt, the module optimiser.
pub(crate) fn wasm_opt() -> Command {
    Command::new(layout::npm().join("node_modules/.bin/wasm-opt"))
}

/// wasm-as, the assembler.
pub(crate) fn wasm_as() -> Command {
    Command::new(layout::npm().join("node_modules/.bin/wasm-as"))
}
