//! `build`: writes all files that ship into `target/dist`.
//!
//! ```text
//! aanrader.js          the loader
//! aanrader.LANG.js     the bundle: everything in one script, in one language
//! answer.schema.json   the form of an answer on the wire, for other receivers
//! nps.js               npsOf for any page; it imports the one of this version
//! aanrader.json        the tag of this version's loader, with its hash
//! v/HASH/…             this loader, modules, glue, targeting, languages and assets, immutable under their hash
//! demo/**/*.html       the demo shop, with this hash
//! en/, nl/             the owner's pages and the documents in both languages, also with it
//! docs/                the files that the documents link, and the index of their search
//! NAME.br              brotli forms, beside their files
//! npm/…                the same as an npm package, which the collector doesn't serve
//! aanrader.tgz         that package in one file, as shops install it
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::owner::{self, Owner};
use crate::{bundle, command, dist, docs, glue, layout, loader, locales, npm, size, template, tools};

/// The JSON Schema of the wire.
const SCHEMA: &str = "answer.schema.json";

/// Builds `target/dist`.
pub(crate) fn run() -> Result<()> {
    let started = std::time::Instant::now();
    needed()?;
    tools::ensure_wasm_target()?;
    tools::ensure_npm_tools()?;
    let stage = root_of_stage();
    let done = assemble(&stage).and_then(|version| dist::publish(&stage).map(|()| version));
    if done.is_err() {
        // Half a build is useless; the next build replaces what can't be removed now.
        let _ = fs::remove_dir_all(&stage);
    }
    let version = done?;
    // Without git there are no earlier figures to compare with.
    let _ = size::keep();
    println!("built target/dist (v/{version}) in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Names every file that is missing in `www`, before the long steps.
fn needed() -> Result<()> {
    let scripts = [
        "aanrader.js",
        "element.js",
        "json.js",
        "module.js",
        "natives.js",
        "nps.js",
        "nps-text.js",
        "properties.js",
        "script.js",
        "bundle.js",
        "widget.js",
    ];
    let needed =
        scripts.into_iter().chain([SCHEMA, "assets", "locales/en.json", "owner", "pages", "targeting"]);
    let missing: Vec<_> = needed.filter(|path| !layout::www().join(path).exists()).collect();
    ensure!(missing.is_empty(), "www lacks {}", missing.join(", "));
    Ok(())
}

/// A folder of this process's own beside `target/dist`, so that renaming it is atomic.
fn root_of_stage() -> PathBuf {
    layout::dist().with_file_name(format!("dist.{}", std::process::id()))
}

/// Fills the stage and returns the version.
fn assemble(stage: &Path) -> Result<String> {
    let unnamed = stage.join("v/unnamed");
    fs::create_dir_all(&unnamed)?;
    glue::build(&unnamed)?;
    println!("languages, assets and pages");
    locales::build(&unnamed)?;
    targeting(&unnamed)?;
    assets(&unnamed)?;
    loader::announce(&unnamed)?;
    let version = dist::version(&unnamed)?;
    fs::rename(&unnamed, stage.join("v").join(&version))?;
    loader::build(stage, &version)?;
    bundle::build(stage, &version, &locales::languages()?)?;
    fs::copy(layout::www().join(SCHEMA), stage.join(SCHEMA))?;
    fs::write(stage.join("nps.js"), format!("export * from \"./v/{version}/nps.js\";\n"))?;
    pages(stage, &version)?;
    println!("compressing");
    dist::compress(stage)?;
    // The last step, because the package's files are in its tarball.
    npm::build(stage, &stage.join("v").join(&version), &locales::languages()?)?;
    Ok(version)
}

/// Minifies scripts and style sheets, copies the rest.
fn assets(out: &Path) -> Result<()> {
    let dir = layout::www().join("assets");
    for file in dist::files(&dir)? {
        let (from, to) = (dir.join(&file), out.join(&file));
        ensure!(!to.exists(), "www/assets/{} has the name of a built file", file.display());
        make_parent(&to)?;
        let mut esbuild = tools::esbuild();
        esbuild.arg(&from).args(["--minify", "--target=es2022,chrome114,firefox125,safari17"]);
        esbuild.arg(format!("--outfile={}", to.display()));
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("js") => drop(command::output(esbuild.arg("--format=esm"))?),
            Some("css") => drop(command::output(&mut esbuild)?),
            _ => drop(fs::copy(&from, &to)?),
        }
    }
    Ok(())
}

/// Bundles the targeting into one script.
fn targeting(out: &Path) -> Result<()> {
    let mut esbuild = tools::esbuild();
    esbuild.arg(layout::www().join("targeting/index.js")).args(["--bundle", "--minify", "--format=esm"]);
    esbuild.arg("--target=es2022");
    esbuild.arg(format!("--define:__LANGS__={}", serde_json::to_string(&locales::languages()?)?));
    esbuild.arg(format!("--outfile={}", out.join("targeting.js").display()));
    command::output(&mut esbuild).map(drop)
}

/// Copies the pages: the demo shop's unchanged, the owner's once in each language, below `en/` and `nl/`.
///
/// In a page, `{{head}}` becomes the beginning of each head, `{{v}}` the folder of this version, and
/// `{{receivers/…}}` the code in that file.
fn pages(stage: &Path, version: &str) -> Result<()> {
    let dir = layout::www().join("pages");
    let mut owner = Owner::read()?;
    for file in dist::files(&dir)? {
        let page = template::named(&fs::read_to_string(dir.join(&file))?, version)?;
        if file.starts_with("demo") {
            write(&stage.join(&file), &page)?;
            continue;
        }
        let path = file.to_string_lossy().replace("index.html", "");
        for language in owner::LANGUAGES {
            let page = owner.page(&page, language, &path).with_context(|| file.display().to_string())?;
            write(&stage.join(language).join(&file), &page)?;
        }
    }
    docs::build(stage, version, &mut owner)?;
    let unused = owner.unused();
    ensure!(unused.is_empty(), "no page has these texts of www/owner: {}", unused.join(", "));
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    make_parent(path)?;
    fs::write(path, text).with_context(|| path.display().to_string())
}

fn make_parent(path: &Path) -> Result<()> {
    let parent = path.parent().context("a file without a folder")?;
    fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))
}
