//! `soak`, `gallery` and `bench`: programs in `tests/` that need the shipping files, the collector and
//! Chromium.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::{assemble, command, dist, engines, layout, postgres, tools};

/// The options of `soak`.
#[derive(Debug, Args)]
pub(crate) struct Soak {
    /// Answers from clients without a browser
    #[arg(long, default_value_t = 10_000)]
    answers: usize,
    /// Answers in real browsers, of which at least a fifth are killed
    #[arg(long, default_value_t = 300)]
    browsers: usize,
    /// What is left to chance [default: the time]
    #[arg(long)]
    seed: Option<u64>,
    /// Only with collectors that are killed, and without browsers: for the cases
    #[arg(long)]
    cases: bool,
}

/// The options of `gallery`.
#[derive(Debug, Args)]
pub(crate) struct Gallery {
    /// Every language in every look, not in the plain one alone
    #[arg(long)]
    all: bool,
}

/// The options of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Fewer rounds
    #[arg(long)]
    quick: bool,
    /// Another build's target/dist, to compare with round by round
    #[arg(long, value_name = "DIST")]
    against: Option<PathBuf>,
    /// Only this part
    part: Option<Part>,
}

/// A part of the measurements.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    Start,
    Page,
    Counting,
    Preview,
    Collector,
}

/// Runs the fault suite's long form.
pub(crate) fn soak(options: &Soak) -> Result<()> {
    let mut soak = program("soak")?;
    soak.arg("--answers").arg(options.answers.to_string());
    soak.arg("--browsers").arg(options.browsers.to_string());
    soak.args(options.seed.iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
    soak.args(options.cases.then_some("--cases"));
    command::run(&mut soak)
}

/// Takes pictures of the survey, for a person to look at.
pub(crate) fn gallery(options: &Gallery) -> Result<()> {
    let mut gallery = program("gallery")?;
    gallery.args(options.all.then_some("--all"));
    command::run(&mut gallery)
}

/// Measures the promises about speed, with the shipping files.
pub(crate) fn bench(options: &Bench) -> Result<()> {
    if matches!(options.part, Some(Part::Collector)) {
        return collector(options.quick);
    }
    let prepared = layout::root().join("target/bench");
    opponent(&prepared)?;
    let mut bench = program("bench")?;
    bench.env("AANRADER_DIST", layout::dist()).env("AANRADER_BENCH", prepared);
    if let Some(dist) = &options.against {
        let dist = fs::canonicalize(dist).with_context(|| format!("--against {}", dist.display()))?;
        bench.env("AANRADER_AGAINST", dist);
    }
    bench.args(options.quick.then_some("--quick"));
    bench.args(options.part.and_then(|part| Some(part.to_possible_value()?.get_name().to_owned())));
    command::run(&mut bench)
}

/// Runs the collector's own bench, without a browser.
fn collector(quick: bool) -> Result<()> {
    let mut bench = command::cargo();
    bench.args(["bench", "--package", "aanrader-collector", "--bench", "collector", "--"]);
    bench.args(quick.then_some("200000"));
    postgres::name_to(&mut bench)?;
    command::run(&mut bench)
}

/// Builds the shipping files, the collector and a program of `tests/`, and tells the program their paths.
fn program(name: &str) -> Result<Command> {
    assemble::run()?;
    let packages = ["build", "--workspace", "--exclude", "xtask", "--bins"];
    command::run(command::cargo().args(packages).env("AANRADER_DIST", layout::dist()))?;
    let programs = layout::cargo_target().join("debug");
    let mut program = Command::new(programs.join(name));
    engines::ENGINES[0].name_to(&mut program)?;
    program.env("AANRADER_BIN", programs.join("aanrader"));
    Ok(program)
}

/// Minifies and compresses the opponent in the same way as our files.
fn opponent(out: &Path) -> Result<()> {
    tools::ensure_npm_tools()?;
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
