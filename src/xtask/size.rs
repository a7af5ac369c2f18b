//! `size`: the bytes of the shipping files, and the budget of a customer's page.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::figures::{self, Figures};
use crate::{dist, layout, sections};

/// The most bytes of brotli that a customer's browser downloads for a survey: loader, targeting, glue, module
/// and the largest language. A few hundred bytes are left free: the lines of panics are numbers in the module, so
/// comments alone moved the sum by 123.
const BUDGET_BYTES: usize = 53_300;

/// The most bytes of the largest bundle.
const BUNDLE_BYTES: usize = 54_200;

/// The most bytes of brotli that a page downloads if it doesn't ask: the loader.
const LOADER_BYTES: usize = 1_000;

/// The most bytes of brotli that a page downloads for `npsOf`: its script and its module.
const NPS_BYTES: usize = 19_000;

/// The most additional bytes if there is text to read: lists, tables, JSON and pages.
const NPS_TEXT_BYTES: usize = 76_500;

/// The growth since the last commit below which a change is noise.
const GROWTH: f64 = 0.02;

/// The name of the sum of a customer's page.
const TOGETHER: &str = "together";

/// The files of `npsOf`, and the name of their sum.
const NPS: [&str; 3] = ["nps.js", "v/nps.js", "v/nps.wasm"];
const NPS_TOGETHER: &str = "npsOf";
const NPS_TEXT: [&str; 2] = ["v/nps-text.js", "v/nps-text.wasm"];
const NPS_TEXT_TOGETHER: &str = "npsOf, text";

struct Row {
    file: PathBuf,
    raw: usize,
    brotli: usize,
}

/// Prints the tables. A file over its budget is an error; growth since the last commit is a warning.
pub(crate) fn run() -> Result<()> {
    let (page, others) = shipped()?;
    let before = figures::before();
    let known = before.as_ref().map(|(_, figures)| figures).ok();
    let since = before.as_ref().map(|(commit, _)| format!("since {commit}")).unwrap_or_default();
    println!("{:<44} {:>9} {:>9}  {since}", "a customer's page", "raw", "brotli");
    page.iter().for_each(|row| print(row, known));
    let together = together(&page);
    print(&together, known);
    let is_bundle = |file: &str| file.starts_with("aanrader.") && file.ends_with(".js");
    let bundle = largest(&others, |row| row.file.to_str().is_some_and(is_bundle));
    let bundle = bundle.context("there is no bundle")?;
    println!("\n{:<44} {:>9} {:>9}", "or all in one script", "raw", "brotli");
    print(bundle, known);
    crates("widget", &page)?;
    let nps = group("npsOf on a page", &others, &NPS, NPS_TOGETHER, known);
    crates("nps", &others)?;
    let nps_text = group("and once there is text", &others, &NPS_TEXT, NPS_TEXT_TOGETHER, known);
    crates("nps-text", &others)?;
    println!("\n{:<44} {:>9} {:>9}", "other files", "raw", "brotli");
    others.iter().filter(|row| row.file != bundle.file).for_each(|row| print(row, known));
    println!();
    match &before {
        Ok((commit, figures)) => {
            let grown = page.iter().chain([&together, bundle]).filter_map(|row| grown(row, figures));
            grown.for_each(|grown| println!("warning: {grown} since {commit}"));
        }
        Err(why) => println!("nothing to hold it against: {why:#}"),
    }
    let loader = page.iter().find(|row| row.file == Path::new("aanrader.js")).context("no loader")?;
    let budgets = [
        (loader, LOADER_BYTES),
        (&together, BUDGET_BYTES),
        (bundle, BUNDLE_BYTES),
        (&nps, NPS_BYTES),
        (&nps_text, NPS_TEXT_BYTES),
    ];
    let over: Vec<_> = budgets.into_iter().filter_map(|(row, budget)| over(row, budget)).collect();
    if over.is_empty() { Ok(()) } else { bail!("{}", over.join("; ")) }
}

/// Prints these files under a title, and returns their sum.
fn group(title: &str, rows: &[Row], files: &[&str], sum_name: &str, known: Option<&Figures>) -> Row {
    let group: Vec<&Row> = rows.iter().filter(|row| files.contains(&name(row).as_str())).collect();
    println!("\n{title:<44} {:>9} {:>9}", "raw", "brotli");
    group.iter().for_each(|row| print(row, known));
    let sum = sum(sum_name, group.into_iter());
    print(&sum, known);
    sum
}

/// The total of a page's files.
fn together(page: &[Row]) -> Row {
    sum(TOGETHER, page.iter())
}

/// The total of some files, under this name.
fn sum<'a>(name: &str, rows: impl Iterator<Item = &'a Row>) -> Row {
    let nothing = Row { file: name.into(), raw: 0, brotli: 0 };
    rows.fold(nothing, |sum, row| Row { raw: sum.raw + row.raw, brotli: sum.brotli + row.brotli, ..sum })
}

/// The problem with a row's size, if there is one; prints the remaining room.
fn over(row: &Row, budget: usize) -> Option<String> {
    println!("{:<44} {:>9} {:>9} of {budget}", name(row), "", row.brotli);
    (row.brotli > budget).then(|| format!("{}: {} bytes, the budget is {budget}", name(row), row.brotli))
}

/// The growth of a row, if it is more than noise.
fn grown(row: &Row, before: &Figures) -> Option<String> {
    let before = *before.get(&name(row))? as f64;
    let growth = row.brotli as f64 / before - 1.0;
    (growth > GROWTH).then(|| format!("{} has grown by {:.1} %", name(row), 100.0 * growth))
}

/// Stores the figures of this build, for later comparisons.
pub(crate) fn keep() -> Result<()> {
    let (page, others) = shipped()?;
    let sum = together(&page);
    figures::keep(&page.iter().chain(&others).chain([&sum]).map(|row| (name(row), row.brotli)).collect())
}

/// The files of a customer's page, and the others.
fn shipped() -> Result<(Vec<Row>, Vec<Row>)> {
    let incomplete = "target/dist is not there or not complete: run `cargo xtask build`";
    let (page, others) = split(rows(&layout::dist()).context(incomplete)?);
    ensure!(page.len() == 5, incomplete);
    Ok((page, others))
}

/// Prints the size of each crate in a module: raw bytes, because those of brotli can't be split.
fn crates(module: &str, rows: &[Row]) -> Result<()> {
    let file = format!("{module}.wasm");
    let module_row =
        rows.iter().find(|row| row.file.ends_with(&file)).with_context(|| format!("no {file}"))?;
    let named = fs::read(layout::named(module)).context("run `cargo xtask build`")?;
    println!("\n{:<44} {:>9} {:>9}", format!("in {file}"), "raw", "share");
    for (part, bytes) in sections::parts(&named)? {
        println!("{part:<44} {bytes:>9} {:>8.1}%", 100.0 * bytes as f64 / module_row.raw as f64);
    }
    Ok(())
}

/// The name of a row without the version's hash in its folder, so that versions compare.
fn name(row: &Row) -> String {
    let name = row.file.to_string_lossy();
    let in_version = name.strip_prefix("v/").and_then(|rest| rest.split_once('/'));
    in_version.map_or_else(|| name.to_string(), |(_, name)| format!("v/{name}"))
}

fn print(row: &Row, before: Option<&Figures>) {
    let change =
        before.map_or_else(String::new, |figures| change(figures.get(&name(row)).copied(), row.brotli));
    println!("{:<44} {:>9} {:>9}  {change}", row.file.display(), row.raw, row.brotli);
}

/// The change in size; empty if there is none.
fn change(before: Option<usize>, now: usize) -> String {
    match before {
        None => "new".into(),
        Some(before) if before == now => String::new(),
        Some(before) => format!("{:+}", now as i64 - before as i64),
    }
}

/// Every shipping file with its sizes; a file without a brotli form ships raw.
fn rows(dir: &Path) -> Result<Vec<Row>> {
    // The npm package contains the same files again, for bundlers.
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

/// The largest of these files, in its shipping form.
fn largest(rows: &[Row], is: impl Fn(&Row) -> bool) -> Option<&Row> {
    rows.iter().filter(|row| is(row)).max_by_key(|row| row.brotli)
}

/// The files of a customer's page (loader, targeting, glue, module, the largest language), and the others.
fn split(rows: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let is_language =
        |row: &Row| row.file.starts_with("v") && row.file.extension().is_some_and(|it| it == "json");
    let largest = largest(&rows, is_language).map(|row| row.file.clone());
    rows.into_iter().partition(|row| {
        let name = row.file.file_name().unwrap_or_default();
        row.file == Path::new("aanrader.js")
            || name == "targeting.js"
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
    fn more_than_a_budget_and_more_than_noise_are_told() {
        let row = |brotli| Row { file: "aanrader.js".into(), raw: 0, brotli };
        let before = Figures::from([("aanrader.js".to_owned(), 1000)]);
        assert_eq!(grown(&row(1019), &before), None);
        assert_eq!(grown(&row(1021), &before).as_deref(), Some("aanrader.js has grown by 2.1 %"));
        assert_eq!(over(&row(1000), 1000), None);
        assert_eq!(over(&row(1001), 1000).as_deref(), Some("aanrader.js: 1001 bytes, the budget is 1000"));
    }

    #[test]
    fn a_change_has_its_sign() {
        assert_eq!(
            [Some(3), Some(1), Some(2), None].map(|before| change(before, 2)),
            ["-1", "+1", "", "new"]
        );
    }
}
