//! `soak`: the fault suite in its long form, against what ships.

use std::process::Command;

use anyhow::Result;

use crate::{assemble, command, engines, layout};

/// Builds what ships, the collector and the program that does it; then hands the options on to it.
pub(crate) fn run(options: &[String]) -> Result<()> {
    assemble::run()?;
    let packages = ["build", "--workspace", "--exclude", "xtask", "--bins"];
    command::run(command::cargo().args(packages).env("AANRADER_DIST", layout::dist()))?;
    let programs = layout::cargo_target().join("debug");
    let mut soak = Command::new(programs.join("soak"));
    engines::ENGINES[0].name_to(&mut soak)?;
    command::run(soak.args(options).env("AANRADER_BIN", programs.join("aanrader")))
}
