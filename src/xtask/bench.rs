//! `bench`: what is promised about speed, measured in Chromium on what ships.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{assemble, command, dist, engines, layout, tools};

/// Builds what ships, the collector and the program that measures; then hands the options on to it.
pub(crate) fn run(options: &[String]) -> Result<()> {
    assemble::run()?;
    let prepared = layout::root().join("target/bench");
    prepare(&prepared)?;
    let packages = ["build", "--workspace", "--exclude", "xtask", "--bins"];
    command::run(command::cargo().args(packages).env("AANRADER_DIST", layout::dist()))?;
    let programs = layout::cargo_target().join("debug");
    let mut bench = Command::new(programs.join("bench"));
    engines::ENGINES[0].name_to(&mut bench)?;
    bench.env("AANRADER_BIN", programs.join("aanrader")).env("AANRADER_DIST", layout::dist());
    command::run(bench.args(options).env("AANRADER_BENCH", prepared))
}

/// Makes the opponent as small as what ships: minified and compressed in the same way.
fn prepare(out: &Path) -> Result<()> {
    let sources = layout::root().join("tests/bench");
    fs::create_dir_all(out)?;
    for name in ["bare.js", "counting.js"] {
        let mut esbuild = tools::esbuild();
        esbuild.arg(sources.join(name)).args(["--minify", "--target=es2022"]);
        let script = command::output(&mut esbuild)?.into_bytes();
        let brotli = dist::brotli(&script)?;
        println!("{name}: {} bytes of brotli", brotli.len());
        fs::write(out.join(name), script)?;
        fs::write(dist::with_br(&out.join(name)), brotli)?;
    }
    let mut wasm_as = tools::wasm_as();
    wasm_as.arg(sources.join("read.wat")).arg("-o").arg(out.join("read.wasm"));
    command::output(&mut wasm_as).map(drop)
}
