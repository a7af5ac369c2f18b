//! The loader, built twice from the same source: `aanrader.js`, with a permanent address, and one for this
//! version only, which checks the hash of everything it loads.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{command, layout, locales, tools};

/// Its name, also in the folder of a version.
const NAME: &str = "aanrader.js";

/// Puts the pinned loader into the version's folder before the version has a name. It lacks the name and the
/// hashes, but a changed source already changes the version.
pub(crate) fn announce(folder: &Path) -> Result<()> {
    Ok(fs::write(folder.join(NAME), bundle(true)?)?)
}

/// Writes both loaders, and `aanrader.json` with the tag for the pinned one.
pub(crate) fn build(stage: &Path, version: &str) -> Result<()> {
    let folder = format!("v/{version}");
    let plain = bundle(false)?.replace("__V__", &folder);
    fs::write(stage.join(NAME), plain).context("writing the loader")?;
    let hashes = Value::Object(hashes(&stage.join(&folder))?).to_string();
    let pinned = fs::read_to_string(stage.join(&folder).join(NAME))?;
    ensure!(pinned.contains("__HASHES__"), "www/aanrader.js does not use __HASHES__");
    let pinned = pinned.replace("__HASHES__", &format!("({hashes})")).replace("__V__", &folder);
    let snippet = json!({ "src": format!("{folder}/{NAME}"), "integrity": integrity(pinned.as_bytes()) });
    fs::write(stage.join(&folder).join(NAME), pinned).context("writing the pinned loader")?;
    fs::write(stage.join("aanrader.json"), snippet.to_string()).context("writing aanrader.json")
}

/// Bundles and minifies the loader as a classic script.
fn bundle(pinned: bool) -> Result<String> {
    let mut esbuild = tools::esbuild();
    esbuild.arg(layout::www().join(NAME)).arg(format!("--define:__PINNED__={pinned}"));
    esbuild.args(["--bundle", "--minify", "--format=iife", "--target=es2022"]);
    let script = command::output(&mut esbuild)?;
    ensure!(script.contains("__V__"), "www/aanrader.js does not use __V__");
    Ok(script)
}

/// The hashes of the files for a customer's page: glue, module, targeting and texts.
fn hashes(folder: &Path) -> Result<Map<String, Value>> {
    let texts = locales::languages()?.into_iter().map(|language| format!("{language}.json"));
    let files = ["widget.js", "widget.wasm", "targeting.js"].map(str::to_owned).into_iter().chain(texts);
    files.map(|file| Ok((file.clone(), integrity(&fs::read(folder.join(&file))?).into()))).collect()
}

/// The hash in the form of the `integrity` attribute.
fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}
