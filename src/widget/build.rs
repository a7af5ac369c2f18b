//! Removes comments and indentation from the style sheet, which is part of the module.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=style.css");
    let sheet = std::fs::read_to_string("style.css").expect("the style sheet");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    std::fs::write(Path::new(&folder).join("style.css"), shorten(&sheet)).expect("a file in it");
}

/// The sheet without comments, indentation and empty lines.
fn shorten(sheet: &str) -> String {
    let mut pieces = sheet.split("/*");
    let mut code = pieces.next().unwrap_or_default().to_owned();
    pieces.filter_map(|piece| piece.split_once("*/")).for_each(|(_, after)| code.push_str(after));
    code.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
