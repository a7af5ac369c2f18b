//! Removes comments and indentation from the style sheet, which is part of the module.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=style.css");
    let styles = std::fs::read_to_string("style.css").expect("the style sheet");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    std::fs::write(Path::new(&folder).join("style.css"), shorten(&styles)).expect("a file in it");
}

/// The style sheet without comments, indentation and empty lines.
fn shorten(styles: &str) -> String {
    let mut pieces = styles.split("/*");
    let mut code = pieces.next().unwrap_or_default().to_owned();
    pieces.filter_map(|piece| piece.split_once("*/")).for_each(|(_, after)| code.push_str(after));
    code.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
