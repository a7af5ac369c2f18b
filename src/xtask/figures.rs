//! The bytes of every state of the sources that was built here, to be held against each other.
//!
//! They lie in `target/figures`, each under git's name for the whole tree of sources. So what is built
//! and then committed is known as that commit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, layout};

/// Bytes of brotli by the name of a file, or of nothing but a part of one.
pub(crate) type Figures = BTreeMap<String, usize>;

/// What can be said of the last commit.
pub(crate) enum Before {
    /// Its short name and its figures.
    Known(String, Figures),
    /// Why they are not known, and what to do about it.
    Unknown(String),
}

/// Keeps the figures of what is in the working tree now.
pub(crate) fn keep(figures: &Figures) -> Result<()> {
    let file = file(&tree(&layout::root())?);
    fs::create_dir_all(file.parent().context("a file without a folder")?)?;
    let lines: String = figures.iter().map(|(name, bytes)| format!("{bytes}\t{name}\n")).collect();
    fs::write(file, lines).context("keeping the figures")
}

/// The figures of the last commit that is something else than what is in the working tree.
pub(crate) fn before() -> Before {
    last_commit()
        .unwrap_or_else(|error| Before::Unknown(format!("no last commit to hold it against: {error:#}")))
}

fn last_commit() -> Result<Before> {
    let root = layout::root();
    let unchanged = git(&root, &["rev-parse", "HEAD^{tree}"])? == tree(&root)?;
    let commit = if unchanged { "HEAD~1" } else { "HEAD" };
    let name = git(&root, &["rev-parse", "--short", commit])?;
    Ok(match read(&git(&root, &["rev-parse", &format!("{commit}^{{tree}}")])?) {
        Some(figures) => Before::Known(name, figures),
        None => Before::Unknown(how_to_know(&name, unchanged)),
    })
}

/// What makes a commit's figures known.
fn how_to_know(commit: &str, unchanged: bool) -> String {
    let build = "cargo xtask build";
    let how = if unchanged {
        format!("git switch --detach {commit} && {build}; git switch - && {build}")
    } else {
        format!("git stash --include-untracked && {build}; git stash pop && {build}")
    };
    format!("the bytes of the last commit, {commit}, are not known here; to know them:\n  {how}")
}

fn read(tree: &str) -> Option<Figures> {
    parse(&fs::read_to_string(file(tree)).ok()?)
}

fn parse(lines: &str) -> Option<Figures> {
    let figure = |line: &str| {
        let (bytes, name) = line.split_once('\t')?;
        Some((name.to_owned(), bytes.parse().ok()?))
    };
    lines.lines().map(figure).collect()
}

fn file(tree: &str) -> PathBuf {
    layout::figures().join(tree)
}

/// Git's name for all that is in the working tree and not ignored, committed or not. The index and the
/// objects that this takes are our own, so that nothing of the checkout changes.
fn tree(root: &Path) -> Result<String> {
    let dir = layout::figures().join(format!("git.{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    let done = tree_by(root, &dir);
    // A folder that stays behind harms nobody.
    let _ = fs::remove_dir_all(&dir);
    done
}

fn tree_by(root: &Path, dir: &Path) -> Result<String> {
    let path = |what| Ok::<_, anyhow::Error>(root.join(git(root, &["rev-parse", "--git-path", what])?));
    let (objects, index) = (path("objects")?, dir.join("index"));
    // With it, what has not changed need not be read again; it is only faster.
    let _ = fs::copy(path("index")?, &index);
    let run = |args: &[&str]| {
        let mut git = command_for(root, args);
        git.env("GIT_INDEX_FILE", &index).env("GIT_OBJECT_DIRECTORY", dir);
        command::output(git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects))
    };
    run(&["add", "--all"])?;
    Ok(run(&["write-tree"])?.trim().to_owned())
}

fn git(root: &Path, args: &[&str]) -> Result<String> {
    Ok(command::output(&mut command_for(root, args))?.trim().to_owned())
}

fn command_for(root: &Path, args: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(args).current_dir(root);
    git
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_back_as_they_were_kept_and_nothing_else_is_figures() {
        let figures = parse("12\taanrader.js\n7\ta b\n").unwrap();
        assert_eq!(figures, Figures::from([("aanrader.js".into(), 12), ("a b".into(), 7)]));
        assert!(parse("twelve\taanrader.js").is_none());
    }

    #[test]
    fn what_is_built_before_it_is_committed_is_known_as_that_commit() {
        let root = layout::figures().join(format!("test.{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        let run = |args: &[&str]| git(&root, args).unwrap();
        run(&["init", "--quiet"]);
        fs::write(root.join("file"), "one").unwrap();
        let built = tree(&root).unwrap();
        run(&["add", "file"]);
        let who = ["-c", "user.name=n", "-c", "user.email=e"];
        run(&[&who[..], &["commit", "--quiet", "--no-gpg-sign", "--message=one"]].concat());
        assert_eq!(run(&["rev-parse", "HEAD^{tree}"]), built);
        fs::write(root.join("file"), "two").unwrap();
        assert_ne!(tree(&root).unwrap(), built);
        assert_eq!(run(&["status", "--porcelain"]), "M file");
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn whoever_does_not_know_the_last_commit_is_told_how_to() {
        assert!(how_to_know("abc1234", true).ends_with(
            "git switch --detach abc1234 && cargo xtask build; git switch - && cargo xtask build"
        ));
        assert!(how_to_know("abc1234", false).contains("git stash --include-untracked && cargo xtask build"));
    }
}
