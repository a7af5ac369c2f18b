//! The npm package in `target/dist/npm`, and its tarball: the loader's own element, for bundlers.
//!
//! The loader gets its files by address; the package imports them by name, so that a bundler finds them and
//! makes chunks. Its sources are in `www/npm`; this module combines them with the built files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{command, dist, layout, manifest, tools, types};

/// The package as shops install it; the collector serves it.
pub(crate) const TARBALL: &str = "aanrader.tgz";

/// Fills `npm` in the stage, and packs it; `built` contains the built files.
pub(crate) fn build(stage: &Path, built: &Path, languages: &[String]) -> Result<()> {
    let (www, out) = (layout::www(), stage.join("npm"));
    fs::create_dir_all(out.join("texts"))?;
    let copy = |from: &Path, name: &str| {
        fs::copy(from.join(name), out.join(name)).map(drop).with_context(|| format!("the package's {name}"))
    };
    let own = www.join("npm");
    for file in dist::files(&own)? {
        fs::copy(own.join(&file), out.join(&file))?;
    }
    // Left readable, because the shop's bundler minifies.
    ["element.js", "json.js", "properties.js"].into_iter().try_for_each(|name| copy(&www, name))?;
    dist::copy(&www.join("targeting"), &out.join("targeting"))?;
    ["nps.js", "nps.wasm", "nps-text.js", "nps-text.wasm", "widget.js", "widget.wasm"]
        .into_iter()
        .try_for_each(|name| copy(built, name))?;
    copy(&layout::root(), "LICENSE")?;
    texts(&out, built, languages)?;
    let mut manifest = manifest::read()?;
    fs::write(out.join("index.d.ts"), types::types(&manifest::element(&manifest)?))?;
    manifest::add_fields(&mut manifest);
    fs::write(out.join("custom-elements.json"), format!("{manifest:#}\n"))?;
    fs::write(out.join("package.json"), package()?)?;
    pack(stage)
}

/// The texts of each language as a module, and a list of the modules that bundlers understand.
fn texts(out: &Path, built: &Path, languages: &[String]) -> Result<()> {
    let mut list = String::new();
    for tag in languages {
        let texts = fs::read_to_string(built.join(format!("{tag}.json")))?;
        fs::write(out.join(format!("texts/{tag}.js")), format!("export default {texts};\n"))?;
        list += &format!("  \"{tag}\": () => import(\"./texts/{tag}.js\"),\n");
    }
    let names = format!("export const languages = {};\n", serde_json::to_string(languages)?);
    fs::write(out.join("targeting/languages.js"), names)?;
    let script =
        format!("// The texts, each language a chunk of its own.\nexport const texts = {{\n{list}}};\n");
    Ok(fs::write(out.join("texts.js"), script)?)
}

/// `package.json`: the one in `www/npm`, with the workspace's version.
fn package() -> Result<String> {
    const VERSION: &str = "\"version\": \"0.0.0\"";
    let package = fs::read_to_string(layout::www().join("npm/package.json"))?;
    ensure!(package.contains(VERSION), "www/npm/package.json has another version than 0.0.0");
    Ok(package.replace(VERSION, concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"")))
}

/// Packs it into a tarball without a version in its name, so that its address stays the same.
fn pack(stage: &Path) -> Result<()> {
    let mut npm = tools::npm();
    npm.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(stage);
    npm.arg(stage.join("npm"));
    let packed = command::output(&mut npm)?;
    Ok(fs::rename(stage.join(packed.trim()), stage.join(TARBALL))?)
}
