//! Generates the module's texts from `www/owner/LANG/program.json`: a struct with a field for each key. If
//! one language lacks a key, the code doesn't compile; if no code uses a text, the compiler warns.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const LANGUAGES: [&str; 2] = ["en", "nl"];

fn main() {
    let mut code = String::new();
    for language in LANGUAGES {
        let file = format!("../../www/owner/{language}/program.json");
        println!("cargo::rerun-if-changed={file}");
        let json = std::fs::read(&file).expect("the owner's texts");
        let texts: BTreeMap<String, String> = serde_json::from_slice(&json).expect("a table of texts");
        if code.is_empty() {
            code.push_str(
                "/// What the pages say in one language.\n#[derive(Debug)]\npub(crate) struct Texts {\n",
            );
            texts.keys().for_each(|key| {
                let _ = writeln!(code, "    pub(crate) {key}: &'static str,");
            });
            code.push_str("}\n");
        }
        let _ = writeln!(code, "static {}: Texts = Texts {{", language.to_uppercase());
        for (key, text) in &texts {
            let _ = writeln!(code, "    {key}: {text:?},");
        }
        code.push_str("};\n");
    }
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    std::fs::write(Path::new(&folder).join("texts.rs"), code).expect("a file in it");
}
