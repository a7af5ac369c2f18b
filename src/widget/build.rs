//! Leaves out of the style sheet what only its readers need, long names among it; it is a part of the
//! module.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=style.css");
    let sheet = std::fs::read_to_string("style.css").expect("the style sheet");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    std::fs::write(Path::new(&folder).join("style.css"), shorten(&sheet)).expect("a file in it");
}

/// Without comments, indentation, and the spaces that mean nothing.
fn shorten(sheet: &str) -> String {
    let without_comments: String = sheet
        .split("/*")
        .enumerate()
        .map(
            |(nth, piece)| if nth == 0 { piece } else { piece.split_once("*/").map_or("", |(_, rest)| rest) },
        )
        .collect();
    let mut short: String = without_comments.lines().map(str::trim).collect();
    for (long, brief) in
        [(" {", "{"), ("{ ", "{"), ("; ", ";"), (";}", "}"), (" }", "}"), (": ", ":"), (", ", ",")]
    {
        short = short.replace(long, brief);
    }
    rename(&short)
}

/// The sheet's own properties have names of one letter. Those of the shop keep theirs, and `--seen`,
/// which view.rs sets.
fn rename(sheet: &str) -> String {
    let mut letters = 'a'..='z';
    let mut own: Vec<&str> = Vec::new();
    for piece in sheet.split("--").skip(1) {
        let end = piece.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        if rest.starts_with(':') && name != "seen" && !own.contains(&name) {
            own.push(name);
        }
    }
    // The longest first: `on-accent` begins like no other, but `in` could be the end of one.
    own.sort_by_key(|name| std::cmp::Reverse(name.len()));
    own.iter().fold(sheet.to_owned(), |sheet, name| {
        let letter = letters.next().expect("at most 26 properties");
        [":", ")", ","].iter().fold(sheet, |sheet, behind| {
            sheet.replace(&format!("--{name}{behind}"), &format!("--{letter}{behind}"))
        })
    })
}
