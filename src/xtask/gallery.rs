//! `gallery`: pictures of the survey in every state, look, language and width, to be looked at by a person.

use std::process::Command;

use anyhow::Result;

use crate::{assemble, command, engines, layout};

/// Builds what ships, the collector and the program that takes the pictures; then hands the options on to it.
pub(crate) fn run(options: &[String]) -> Result<()> {
    assemble::run()?;
    let packages = ["build", "--workspace", "--exclude", "xtask", "--bins"];
    command::run(command::cargo().args(packages).env("AANRADER_DIST", layout::dist()))?;
    let programs = layout::cargo_target().join("debug");
    let mut gallery = Command::new(programs.join("gallery"));
    engines::ENGINES[0].name_to(&mut gallery)?;
    command::run(gallery.args(options).env("AANRADER_BIN", programs.join("aanrader")))
}
