//! `size`: the bytes of what ships, and the budget of a customer's page.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{dist, layout};

/// The most that a customer's browser may download for a survey, in bytes of brotli: loader,
/// moment, glue, module and the largest language. The next step is 24,000.
const BUDGET_BYTES: usize = 27_100;

/// The most that a page downloads which asks nothing: the loader, in bytes of brotli.
const LOADER_BYTES: usize = 1_000;

struct Row {
    file: PathBuf,
    raw: usize,
    brotli: usize,
}

/// Prints the table; over the budget is an error.
pub(crate) fn run() -> Result<()> {
    let dir = layout::dist();
    let rows = rows(&dir).context("target/dist is not there or not complete: run `cargo xtask build`")?;
    let (page, others) = split(rows);
    ensure!(page.len() == 5, "target/dist is not complete: run `cargo xtask build`");
    println!("{:<44} {:>9} {:>9}", "a customer's page", "raw", "brotli");
    page.iter().for_each(print);
    let sum = |of: fn(&Row) -> usize| page.iter().map(of).sum::<usize>();
    let (raw, brotli) = (sum(|row| row.raw), sum(|row| row.brotli));
    println!("{:<44} {raw:>9} {brotli:>9}  budget {BUDGET_BYTES}\n\nother files", "together");
    others.iter().for_each(print);
    let loader = page.iter().find(|row| row.file == Path::new("aanrader.js")).map_or(0, |row| row.brotli);
    ensure!(loader <= LOADER_BYTES, "the loader needs {loader} bytes, the limit is {LOADER_BYTES}");
    ensure!(brotli <= BUDGET_BYTES, "a customer's page needs {brotli} bytes, the budget is {BUDGET_BYTES}");
    Ok(())
}

fn print(row: &Row) {
    println!("{:<44} {:>9} {:>9}", row.file.display(), row.raw, row.brotli);
}

/// Every shipped file with its sizes; one without a brotli form travels raw.
fn rows(dir: &Path) -> Result<Vec<Row>> {
    let files = dist::files(dir)?.into_iter().filter(|file| file.extension().is_none_or(|it| it != "br"));
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

/// The files of a customer's page (loader, moment, glue, module, the largest language), and the others.
fn split(rows: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let is_language =
        |row: &Row| row.file.starts_with("v") && row.file.extension().is_some_and(|it| it == "json");
    let largest = rows.iter().filter(|row| is_language(row)).max_by_key(|row| row.brotli);
    let largest = largest.map(|row| row.file.clone());
    rows.into_iter().partition(|row| {
        let name = row.file.file_name().unwrap_or_default();
        name == "aanrader.js"
            || name == "moment.js"
            || name == "widget.js"
            || name == "widget.wasm"
            || Some(&row.file) == largest.as_ref()
    })
}
