//! `size`: the bytes of what ships, and the budget of a customer's page.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::figures::{self, Before, Figures};
use crate::{dist, layout, sections};

/// The most that a customer's browser may download for a survey, in bytes of brotli: loader,
/// moment, glue, module and the largest language. The aim is 20,000.
const BUDGET_BYTES: usize = 21_600;

/// The most that the largest of the scripts may have that have all of that aboard.
const WHOLE_BYTES: usize = 21_900;

/// The most that a page downloads which asks nothing: the loader, in bytes of brotli.
const LOADER_BYTES: usize = 1_000;

/// What all files of a customer's page are called where they are summed up.
const TOGETHER: &str = "together";

struct Row {
    file: PathBuf,
    raw: usize,
    brotli: usize,
}

/// Prints the tables; over the budget is an error.
pub(crate) fn run() -> Result<()> {
    let (page, others) = shipped()?;
    let before = figures::before();
    println!("{:<44} {:>9} {:>9}  {}", "a customer's page", "raw", "brotli", since(&before));
    page.iter().for_each(|row| print(row, &before));
    let sum = |of: fn(&Row) -> usize| page.iter().map(of).sum::<usize>();
    let together = Row { file: TOGETHER.into(), raw: sum(|row| row.raw), brotli: sum(|row| row.brotli) };
    print(&together, &before);
    println!("{:<44} {:>9} {BUDGET_BYTES:>9}", "budget", "");
    let is_whole = |file: &str| file.starts_with("aanrader.") && file.ends_with(".js");
    let whole = largest(&others, |row| row.file.to_str().is_some_and(is_whole));
    let whole = whole.context("there is no script with everything aboard")?;
    println!("\n{:<44} {:>9} {:>9}", "or all in one script", "raw", "brotli");
    print(whole, &before);
    println!("{:<44} {:>9} {WHOLE_BYTES:>9}", "budget", "");
    crates(&page)?;
    println!("\n{:<44} {:>9} {:>9}", "other files", "raw", "brotli");
    others.iter().filter(|row| row.file != whole.file).for_each(|row| print(row, &before));
    if let Before::Unknown(why) = &before {
        println!("\n{why}");
    }
    let loader = page.iter().find(|row| row.file == Path::new("aanrader.js")).map_or(0, |row| row.brotli);
    ensure!(loader <= LOADER_BYTES, "the loader needs {loader} bytes, the limit is {LOADER_BYTES}");
    let brotli = together.brotli;
    ensure!(brotli <= BUDGET_BYTES, "a customer's page needs {brotli} bytes, the budget is {BUDGET_BYTES}");
    let brotli = whole.brotli;
    ensure!(
        brotli <= WHOLE_BYTES,
        "{} needs {brotli} bytes, the budget is {WHOLE_BYTES}",
        whole.file.display()
    );
    Ok(())
}

/// Keeps the figures of what was built, to hold later ones against them.
pub(crate) fn keep() -> Result<()> {
    let (page, others) = shipped()?;
    let mut kept: Figures = page.iter().chain(&others).map(|row| (name(row), row.brotli)).collect();
    kept.insert(TOGETHER.into(), page.iter().map(|row| row.brotli).sum());
    figures::keep(&kept)
}

/// The files of a customer's page, and the others.
fn shipped() -> Result<(Vec<Row>, Vec<Row>)> {
    let incomplete = "target/dist is not there or not complete: run `cargo xtask build`";
    let (page, others) = split(rows(&layout::dist()).context(incomplete)?);
    ensure!(page.len() == 5, incomplete);
    Ok((page, others))
}

/// What links what in the widget: raw bytes, for brotli's can't be told apart.
fn crates(page: &[Row]) -> Result<()> {
    let module = page.iter().find(|row| row.file.ends_with("widget.wasm"));
    let shipped = fs::read(layout::dist().join(&module.context("no widget.wasm")?.file))?;
    let named = fs::read(layout::named("widget")).unwrap_or_default();
    ensure!(
        sections::without_names(&named).is_ok_and(|bare| bare == shipped),
        "the names of the functions in widget.wasm are not there: run `cargo xtask build`"
    );
    println!("\n{:<44} {:>9} {:>9}", "in widget.wasm", "raw", "share");
    for (part, bytes) in sections::parts(&named)? {
        println!("{part:<44} {bytes:>9} {:>8.1}%", 100.0 * bytes as f64 / shipped.len() as f64);
    }
    Ok(())
}

/// The heading of what has changed.
fn since(before: &Before) -> String {
    match before {
        Before::Known(commit, _) => format!("since {commit}"),
        Before::Unknown(_) => String::new(),
    }
}

/// What a row is called in every version: without the hash of its contents, which names the folder.
fn name(row: &Row) -> String {
    let name = row.file.to_string_lossy();
    let in_version = name.strip_prefix("v/").and_then(|rest| rest.split_once('/'));
    in_version.map_or_else(|| name.to_string(), |(_, name)| format!("v/{name}"))
}

fn print(row: &Row, before: &Before) {
    let change = match before {
        Before::Known(_, figures) => change(figures.get(&name(row)).copied(), row.brotli),
        Before::Unknown(_) => String::new(),
    };
    println!("{:<44} {:>9} {:>9}  {change}", row.file.display(), row.raw, row.brotli);
}

/// By how much it has changed; nothing if it has not.
fn change(before: Option<usize>, now: usize) -> String {
    match before {
        None => "new".into(),
        Some(before) if before == now => String::new(),
        Some(before) => format!("{:+}", now as i64 - before as i64),
    }
}

/// Every shipped file with its sizes; one without a brotli form travels raw.
fn rows(dir: &Path) -> Result<Vec<Row>> {
    // The npm package is the same once more, for bundlers.
    let files = dist::files(dir)?.into_iter().filter(|file| !file.starts_with("npm"));
    let files = files.filter(|file| file.extension().is_none_or(|it| it != "br"));
    files
        .map(|file| {
            let raw = length(&dir.join(&file))?;
            let brotli = length(&dir.join(dist::with_br(&file))).unwrap_or(raw);
            Ok(Row { file, raw, brotli })
        })
        .collect()
}

fn length(path: &Path) -> Result<usize> {
    Ok(usize::try_from(fs::metadata(path)?.len())?)
}

/// The largest of these files, as it travels.
fn largest(rows: &[Row], is: impl Fn(&Row) -> bool) -> Option<&Row> {
    rows.iter().filter(|row| is(row)).max_by_key(|row| row.brotli)
}

/// The files of a customer's page (loader, moment, glue, module, the largest language), and the others.
fn split(rows: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let is_language =
        |row: &Row| row.file.starts_with("v") && row.file.extension().is_some_and(|it| it == "json");
    let largest = largest(&rows, is_language).map(|row| row.file.clone());
    rows.into_iter().partition(|row| {
        let name = row.file.file_name().unwrap_or_default();
        row.file == Path::new("aanrader.js")
            || name == "moment.js"
            || name == "widget.js"
            || name == "widget.wasm"
            || Some(&row.file) == largest.as_ref()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_file_in_another_version() {
        let row = |file: &str| Row { file: file.into(), raw: 0, brotli: 0 };
        assert_eq!(name(&row("v/0a1b2c3d4e5f/widget.wasm")), "v/widget.wasm");
        assert_eq!(name(&row("demo/en/index.html")), "demo/en/index.html");
    }

    #[test]
    fn a_change_has_its_sign() {
        assert_eq!(
            [Some(3), Some(1), Some(2), None].map(|before| change(before, 2)),
            ["-1", "+1", "", "new"]
        );
    }
}
