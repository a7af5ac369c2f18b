//! `aanrader backup` and `aanrader restore`, for SQLite files.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::{At, file, progress};
use crate::store::sqlite::{Sqlite, copy};

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to make; it must not be there
    to: PathBuf,
    #[command(flatten)]
    at: At,
}

impl Backup {
    /// Writes to a temporary name first, so that a file with the final name is complete.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let location = self.at.location()?;
        let from = file(&location)?;
        anyhow::ensure!(from.exists(), "there is no database {}", from.display());
        anyhow::ensure!(!self.to.exists(), "{} is there already; give another name", self.to.display());
        let part = beside(&self.to);
        let bar = progress(Some(0), "pages");
        copy(from, &part, |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })
        .with_context(|| format!("copying {} to {}", from.display(), part.display()))?;
        bar.finish_and_clear();
        File::open(&part)?.sync_all()?;
        std::fs::rename(&part, &self.to)?;
        println!("{} is a complete database", self.to.display());
        Ok(())
    }
}

#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    from: PathBuf,
    /// Replace a database that is there; it is kept beside, with `.before` at its end
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    at: At,
}

impl Restore {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let location = self.at.location()?;
        let to = file(&location)?;
        anyhow::ensure!(
            self.from.is_file(),
            "there is no backup {}; give the path of one",
            self.from.display()
        );
        // No collector may serve from it meanwhile.
        let _claim = Sqlite::claim(to)?;
        let part = beside(to);
        copy(&self.from, &part, |_, _| {})
            .with_context(|| format!("{} is no backup", self.from.display()))?;
        if to.exists() {
            anyhow::ensure!(self.replace, "{} is there; to replace it give --replace", to.display());
            for suffix in ["", "-wal", "-shm"] {
                move_aside(to, suffix)?;
            }
        }
        std::fs::rename(&part, to)?;
        println!("{} is what {} was", to.display(), self.from.display());
        Ok(())
    }
}

fn move_aside(path: &Path, suffix: &str) -> anyhow::Result<()> {
    let with = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let (from, to) = (with(suffix), with(&format!(".before{suffix}")));
    if from.exists() {
        std::fs::rename(&from, &to)
            .with_context(|| format!("keeping {} as {}", from.display(), to.display()))?;
    }
    Ok(())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    // An interrupted copy is useless.
    let part = PathBuf::from(name);
    drop(std::fs::remove_file(&part));
    part
}
