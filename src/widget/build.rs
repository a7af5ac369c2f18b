//! Leaves out what only readers need of the style sheet, which is a part of the module, and of the names
//! of the texts.

use std::collections::BTreeMap;
use std::path::Path;

/// All languages have its keys.
const ENGLISH: &str = "../../www/locales/en.json";

fn main() {
    println!("cargo::rerun-if-changed=style.css");
    println!("cargo::rerun-if-changed={ENGLISH}");
    let sheet = std::fs::read_to_string("style.css").expect("the style sheet");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    std::fs::write(Path::new(&folder).join("style.css"), shorten(&sheet)).expect("a file in it");
    let english = std::fs::read_to_string(ENGLISH).expect("the English texts");
    std::fs::write(Path::new(&folder).join("keys.rs"), keys(&english)).expect("another file in it");
}

/// A macro that knows what each text is called in what ships, as `xtask/locales.rs` writes it.
fn keys(json: &str) -> String {
    let texts: BTreeMap<String, String> = serde_json::from_str(json).expect("an object of texts");
    let arm = |(key, short)| format!("    ({key}) => {{ \"{short}\" }};\n");
    let arms: String = texts.keys().zip('a'..).map(arm).collect();
    format!("macro_rules! key {{\n{arms}}}\n")
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
