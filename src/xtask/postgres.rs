//! PostgreSQL's programs, with which tests start their own servers.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::packages;

/// The variable that names the folder with the programs.
const FOLDER: &str = "AANRADER_POSTGRES";

/// Finds PostgreSQL, and installs it if that needs no question. Tells a test program its path.
pub(crate) fn name_to(program: &mut Command) -> Result<()> {
    let found = packages::ensure(&["postgresql"], find)?;
    program.env(FOLDER, found);
    Ok(())
}

/// The folder in the variable, or Debian's newest version.
fn find() -> Option<PathBuf> {
    let named = std::env::var_os(FOLDER).map(PathBuf::from);
    named.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|version| version.path());
        let number = |version: &PathBuf| version.file_name()?.to_str()?.parse::<u32>().ok();
        let folders = versions.filter(|version| version.join("bin/initdb").is_file());
        folders.max_by_key(number).map(|version| version.join("bin"))
    })
}
