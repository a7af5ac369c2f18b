//! The sizes of every state of the sources that was built here, for comparison.
//!
//! They are in `target/figures`, each under git's name for the tree of sources. So a state that is built and
//! then committed is known as that commit, if git knew every file at the time.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, layout};

/// Bytes of brotli by the name of a file.
pub(crate) type Figures = BTreeMap<String, usize>;

/// Stores the figures of the current working tree.
pub(crate) fn keep(figures: &Figures) -> Result<()> {
    let file = file(&tree()?);
    fs::create_dir_all(layout::figures())?;
    serde_json::to_writer(fs::File::create(file)?, figures).context("keeping the figures")
}

/// The last commit that differs from the working tree, and its figures.
///
/// # Errors
///
/// There are no figures for it.
pub(crate) fn before() -> Result<(String, Figures)> {
    let unchanged = git(&["rev-parse", "HEAD^{tree}"])? == tree()?;
    let commit = if unchanged { "HEAD~1" } else { "HEAD" };
    let name = git(&["rev-parse", "--short", commit])?;
    let file = file(&git(&["rev-parse", &format!("{commit}^{{tree}}")])?);
    let figures = fs::read(file).with_context(|| format!("{name} was not built here"))?;
    Ok((name, serde_json::from_slice(&figures)?))
}

fn file(tree: &str) -> PathBuf {
    layout::figures().join(tree).with_extension("json")
}

/// Git's name for the tracked files of the working tree. It makes a commit without references.
fn tree() -> Result<String> {
    let commit = git(&["stash", "create"])?;
    let commit = if commit.is_empty() { "HEAD" } else { &commit };
    git(&["rev-parse", &format!("{commit}^{{tree}}")])
}

fn git(args: &[&str]) -> Result<String> {
    Ok(command::output(Command::new("git").args(args).current_dir(layout::root()))?.trim().to_owned())
}
