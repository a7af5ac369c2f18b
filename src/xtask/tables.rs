//! `tables`: writes the element's tables in `www/README.md` from `www/custom-elements.json`.
//!
//! A table is between `<!-- table: NAME -->` and `<!-- table: end -->`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::manifest::{self, Element};
use crate::{dist, layout};

const END: &str = "<!-- table: end -->";

/// Writes the tables into the reference.
pub(crate) fn run() -> Result<()> {
    Ok(fs::write(reference(), renewed()?)?)
}

/// Fails if the reference differs from the manifest.
pub(crate) fn check() -> Result<()> {
    let is_so = fs::read_to_string(reference())? == renewed()?;
    ensure!(is_so, "www/README.md differs from www/custom-elements.json: run `cargo xtask tables`");
    Ok(())
}

fn reference() -> PathBuf {
    layout::www().join("README.md")
}

/// The reference with current tables.
fn renewed() -> Result<String> {
    let mut text = fs::read_to_string(reference())?;
    let element = manifest::element(&manifest::read()?)?;
    for (name, table) in [
        ("attributes", attributes(&element)),
        ("methods", methods(&element)),
        ("events", events(&element)),
        ("custom properties", css_properties(&element)),
        ("parts", parts(&element)),
        ("languages", languages()?),
    ] {
        text = replace(&text, name, &table)?;
    }
    Ok(text)
}

/// The text with this table between the markers of that name.
fn replace(text: &str, name: &str, table: &str) -> Result<String> {
    let begin = format!("<!-- table: {name} -->");
    let (before, rest) = text.split_once(&begin).with_context(|| format!("www/README.md lacks {begin}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{begin} has no {END}"))?;
    Ok(format!("{before}{begin}\n{table}{END}{after}"))
}

/// A table with these columns; bars inside cells are escaped.
fn table<const N: usize>(columns: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut table = line(&columns.map(str::to_owned)) + "|" + &"---|".repeat(N) + "\n";
    for row in rows {
        table += &line(&row.map(|cell| cell.replace('|', "\\|")));
    }
    table
}

fn attributes(element: &Element) -> String {
    let row = |name: &str, description: &str, default: &str| {
        let (with, without) = manifest::with_and_without(description, default);
        [code(name), with, without]
    };
    let rows = element.attributes.iter().map(|it| row(&it.name, &it.description, &it.default));
    table(["attribute", "meaning", "default"], rows)
}

fn methods(element: &Element) -> String {
    let rows = element.members.iter().map(|it| [code(&format!("{}()", it.name)), it.description.clone()]);
    table(["method", "what it does"], rows)
}

fn events(element: &Element) -> String {
    let detail = |kind: &str| kind.trim_start_matches("CustomEvent<").trim_end_matches('>').to_owned();
    let rows = element
        .events
        .iter()
        .map(|it| [code(&it.name), it.description.clone(), code(&detail(&it.kind.text))]);
    table(["event", "when", "`detail`"], rows)
}

fn css_properties(element: &Element) -> String {
    let rows = element.css_properties.iter().map(|it| {
        let (with, without) = manifest::with_and_without(&it.description, &it.default);
        [code(&it.name), with, without]
    });
    table(["property", "what", "default"], rows)
}

fn parts(element: &Element) -> String {
    table(["part", "what"], element.css_parts.iter().map(|it| [code(&it.name), it.description.clone()]))
}

/// The available languages, by their files.
fn languages() -> Result<String> {
    let files = dist::files(&layout::www().join("locales"))?;
    let names: Vec<_> =
        files.iter().filter_map(|file| file.file_stem()?.to_str().map(str::to_owned)).collect();
    Ok(format!("{} languages:\n\n```text\n{}\n```\n", names.len(), names.join(" ")))
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_what_stood_between_its_markers() {
        let text = "a\n<!-- table: x -->\nold\n<!-- table: end -->\nb";
        assert_eq!(replace(text, "x", "new\n").unwrap(), "a\n<!-- table: x -->\nnew\n<!-- table: end -->\nb");
        assert!(replace(text, "y", "").is_err());
    }

    #[test]
    fn a_bar_in_a_cell_ends_no_cell() {
        let rows = [["a".to_owned(), "'x' | 'y'".to_owned()]];
        assert_eq!(table(["k", "v"], rows.into_iter()), "| k | v |\n|---|---|\n| a | 'x' \\| 'y' |\n");
    }

    #[test]
    fn a_description_says_what_is_so_without_it() {
        let told = |description, default| manifest::with_and_without(description, default);
        assert_eq!(told("a name. Default: \"us\"", ""), ("a name".into(), "\"us\"".into()));
        assert_eq!(told("seconds", "0"), ("seconds".into(), "`0`".into()));
    }
}
