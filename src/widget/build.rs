//! Leaves out of the style sheet what only its readers need; it is a part of the module.

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
    short
}
