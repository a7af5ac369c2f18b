//! `test`: everything that must pass before a change lands.

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::engines::{Building, ENGINES, Engine, SHELL};
use crate::report::Report;
use crate::{
    assemble, command, dist, frameworks, glossary, invariants, layout, locales, msrv, packages, postgres,
    size, tables, tools,
};

/// The crates whose tests need the shipping files, always built together, so that their dependencies have one
/// set of features and compile once. xtask is excluded, because it has its own set.
const PRODUCT: [&str; 3] = ["--workspace", "--exclude", "xtask"];

/// A language: its name, the part of its tests' names, its packages, and whether it is installed.
type Language = (&'static str, &'static str, &'static [&'static str], fn() -> Option<()>);

/// The languages of the recipes' receivers, besides Node, which every build needs.
const LANGUAGES: [Language; 2] = [
    ("PHP with SQLite", "in_php_", &["php-cli", "php-sqlite3"], || {
        runs("php", &["-r", "new PDO('sqlite::memory:');"])
    }),
    ("Python", "in_python_", &["python3"], || runs("python3", &["-c", "import sqlite3, wsgiref"])),
];

/// The languages of the documents' signatures, besides Node.
const SIGNERS: [Language; 3] = [
    ("PHP", "in_php_", &["php-cli"], || runs("php", &["-v"])),
    ("Python", "in_python_", &["python3"], || runs("python3", &["--version"])),
    ("Ruby", "in_ruby_", &["ruby"], || runs("ruby", &["--version"])),
];

/// The selection of tests.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Also in the frameworks' apps that take long to install and to build
    #[arg(long)]
    all: bool,
    /// Only this suite, and no checks
    suite: Option<Suite>,
    /// Only tests with this in their names
    filter: Option<String>,
}

/// The suites, in the order of running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Suite {
    Unit,
    Contract,
    Browser,
    Frameworks,
    Fault,
}

impl Suite {
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// Runs all checks and suites, or one suite, with a filter; `--all` adds the slow apps.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut report = Report::default();
    match options.suite {
        None => everything(&mut report, options),
        Some(suite) => drop(prepare(&mut report).then(|| run_suite(&mut report, suite, options))),
    }
    report.finish()
}

fn everything(report: &mut Report, options: &Options) {
    let started = Instant::now();
    let mut building = Building::begin();
    check(report, "formatting", || command::run(components()?.args(["fmt", "--all", "--check"])));
    check(report, "invariants", invariants::run);
    check(report, "glossary", glossary::run);
    check(report, "rust-version", msrv::check);
    check(report, "tables", tables::check);
    check(report, "clippy", || clippy(&["--workspace", "--all-targets"]));
    check(report, "clippy for the browser", || {
        tools::ensure_wasm_target()?;
        clippy(&[
            "--target",
            tools::WASM,
            "-p",
            "aanrader-widget",
            "-p",
            "aanrader-nps",
            "-p",
            "aanrader-nps-text",
            "-p",
            "aanrader-pages",
        ])
    });
    if prepare(report) {
        check(report, "size", size::run);
        for &suite in Suite::value_variants() {
            if suite == Suite::Browser {
                drop(building.take());
            }
            run_suite(report, suite, options);
        }
    }
    println!("\neverything took {:.0} s", started.elapsed().as_secs_f64());
}

/// Builds the shipping files and all tests, which every suite needs.
fn prepare(report: &mut Report) -> bool {
    check(report, "build", assemble::run)
        && check(report, "compiling the tests", || {
            command::run(cargo().arg("build").args(PRODUCT).arg("--all-targets"))
        })
}

/// Runs one check under its heading and counts it; true if it passed.
fn check(report: &mut Report, name: &str, check: impl FnOnce() -> Result<()>) -> bool {
    let started = heading(name);
    let done = check();
    took(name, started);
    report.check(name, done)
}

/// Runs all test programs of a suite, even after a failure.
fn run_suite(report: &mut Report, suite: Suite, options: &Options) {
    if suite == Suite::Frameworks && !check(report, "building the apps", || frameworks::build(options.all)) {
        return;
    }
    let started = heading(&format!("{} tests", suite.name()));
    let programs: &[(&str, &[&str])] = match suite {
        Suite::Unit => &[("unit", &["--lib", "--bins"]), ("xtask", &["-p", "xtask"]), ("doc", &["--doc"])],
        Suite::Contract => &[("contract", &["--test", "contract"])],
        Suite::Fault => &[("fault", &["--test", "fault"])],
        Suite::Frameworks => &[("frameworks", &["--test", "frameworks"])],
        Suite::Browser => &[("browser", &["--test", "browser"])],
    };
    for (name, targets) in programs {
        let product: &[&str] = if *name == "xtask" { &[] } else { &PRODUCT };
        let mut cargo = cargo();
        cargo.args(["test", "--no-fail-fast"]).args(product).args(*targets).args(&options.filter);
        // Without a filter, every suite except the doc examples must have tests.
        let some = options.filter.is_none() && *name != "doc";
        let done = furnish(report, suite, &mut cargo, options.all)
            .and_then(|()| report.suite(name, &mut cargo, some));
        if let Err(error) = done {
            report.check(name, Err(error));
        }
    }
    if suite == Suite::Unit {
        let some = options.filter.is_none();
        let done = scripts(options).and_then(|mut node| report.suite("scripts", &mut node, some));
        if let Err(error) = done {
            report.check("scripts", Err(error));
        }
    }
    took(&suite.name(), started);
}

/// Runs the scripts' unit tests in Node. They are bundled like the scripts.
fn scripts(options: &Options) -> Result<Command> {
    let (tests, out) = (layout::root().join("tests/targeting"), layout::scratch().join("scripts"));
    // Leftovers of earlier tests would also run.
    let _ = fs::remove_dir_all(&out);
    let mut esbuild = tools::esbuild();
    esbuild.args(dist::files(&tests)?.iter().map(|file| tests.join(file)));
    esbuild.args(["--bundle", "--platform=node", "--format=esm", "--out-extension:.js=.mjs"]);
    esbuild.arg(format!("--define:__LANGS__={}", serde_json::to_string(&locales::languages()?)?));
    command::output(esbuild.arg(format!("--outdir={}", out.display())))?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=tap"]);
    if let Some(filter) = &options.filter {
        node.arg(format!("--test-name-pattern={filter}"));
    }
    node.arg(&out);
    Ok(node)
}

/// Tells a suite's tests the paths of everything that they need.
fn furnish(report: &mut Report, suite: Suite, cargo: &mut Command, all: bool) -> Result<()> {
    cargo.env("AANRADER_BIN", layout::cargo_target().join("debug/aanrader"));
    if matches!(suite, Suite::Unit | Suite::Contract | Suite::Fault) {
        postgres::name_to(cargo)?;
    }
    if suite == Suite::Contract {
        let nginx = || runs("/usr/sbin/nginx", &["-v"]).or_else(|| runs("nginx", &["-v"]));
        cargo.arg("--");
        if let Err(why) = packages::ensure(&["nginx-light"], nginx) {
            skip(report, "nginx", "behind_nginx", &why, cargo);
        }
        find_or_skip(report, &SIGNERS, cargo);
    }
    if matches!(suite, Suite::Unit | Suite::Contract) {
        return Ok(());
    }
    let [chromium, others @ ..] = &ENGINES;
    chromium.name_to(cargo).context(chromium.name)?;
    cargo.env("AANRADER_NODE_MODULES", layout::npm().join("node_modules"));
    cargo.env("AANRADER_AXE", layout::npm().join("node_modules/axe-core/axe.min.js"));
    if suite == Suite::Fault {
        cargo.arg("--");
        find_or_skip(report, &LANGUAGES, cargo);
    }
    if suite == Suite::Browser {
        if let Err(why) = SHELL.name_to(cargo) {
            println!("all of Chromium instead, which takes longer: {why:#}");
        }
        cargo.arg("--");
        others.iter().for_each(|engine| name_or_skip(report, engine, cargo));
    }
    if suite == Suite::Frameworks {
        cargo.env("AANRADER_FRAMEWORKS", frameworks::folder()).arg("--");
        for app in frameworks::left_out(all) {
            cargo.args(["--skip", &app]);
        }
    }
    Ok(())
}

/// Skips the tests of a language that is neither installed nor installable.
fn find_or_skip(report: &mut Report, languages: &[Language], cargo: &mut Command) {
    for (name, module, packages, find) in languages {
        if let Err(why) = packages::ensure(packages, find) {
            skip(report, name, module, &why, cargo);
        }
    }
}

/// Tells the tests the path of an engine, or skips its tests.
fn name_or_skip(report: &mut Report, engine: &Engine, cargo: &mut Command) {
    if let Err(why) = engine.name_to(cargo) {
        skip(report, engine.name, engine.module, &why, cargo);
    }
}

/// Skips the tests with this in their names; in a full run that is a failure.
fn skip(report: &mut Report, name: &str, module: &str, why: &anyhow::Error, cargo: &mut Command) {
    cargo.args(["--skip", module]);
    if std::env::var_os("CI").is_some_and(|ci| ci == "true") {
        report.check(name, Err(anyhow::anyhow!("{why:#}")));
    } else {
        report.skip(name, why);
    }
}

/// Whether the program runs with these arguments.
fn runs(program: &str, args: &[&str]) -> Option<()> {
    command::output(Command::new(program).args(args)).ok().map(drop)
}

fn cargo() -> Command {
    let mut cargo = command::cargo();
    cargo.env("AANRADER_DIST", layout::dist());
    cargo
}

fn clippy(what: &[&str]) -> Result<()> {
    command::run(components()?.arg("clippy").args(what).args(["--", "-D", "warnings"]))
}

/// Cargo, after ensuring that rustfmt and clippy are installed.
fn components() -> Result<Command> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if command::output(cargo().args([subcommand, "--version"])).is_err() {
            println!("installing {component}");
            command::run(Command::new("rustup").args(["component", "add", component])).with_context(
                || format!("install {component} (with rustup: `rustup component add {component}`)"),
            )?;
        }
    }
    Ok(cargo())
}

fn heading(name: &str) -> Instant {
    println!("\n== {name}");
    Instant::now()
}

fn took(name: &str, started: Instant) {
    println!("-- {name}: {:.1} s", started.elapsed().as_secs_f64());
}
