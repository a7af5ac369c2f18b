//! The bundle `aanrader.LANG.js`: the loader with everything that a question needs in that language.
//!
//! A page that is sure to ask gets it all with one request. The module is in it as text, with one or two
//! characters for each byte. That costs 300 bytes of brotli; base64 would cost 5,700.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::{command, dist, layout, tools};

/// The sources of the script, besides the built widget.
const SOURCES: [&str; 5] = ["bundle.js", "element.js", "json.js", "properties.js", "script.js"];

/// The mark in `www/bundle.js` before a byte whose highest bit is set.
const HIGH: char = '\u{ff}';

/// Writes a script for each language into the stage, from the files that were built for that version.
pub(crate) fn build(stage: &Path, version: &str, languages: &[String]) -> Result<()> {
    let built = stage.join("v").join(version);
    let script = bundle(&built)?;
    let names = serde_json::to_string(languages)?;
    let script = script.replace("__V__", &format!("v/{version}")).replace("__LANGS__", &names);
    let script = script.replace("__MODULE__", &literal(&fs::read(built.join("widget.wasm"))?));
    for tag in languages {
        let texts = fs::read_to_string(built.join(format!("{tag}.json")))?;
        let script = script.replace("__LANG__", tag).replace("__TEXTS__", &format!("({texts})"));
        fs::write(stage.join(name(tag)), script)?;
    }
    Ok(())
}

/// The name of a language's bundle.
fn name(tag: &str) -> String {
    format!("aanrader.{tag}.js")
}

/// The script, without the module and the texts yet.
fn bundle(built: &Path) -> Result<String> {
    let scratch = layout::scratch().join(format!("{}-bundle", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let bundled = bundle_in(&scratch, built);
    // A scratch folder that remains does no harm.
    let _ = fs::remove_dir_all(&scratch);
    let script = bundled?;
    for part in ["__V__", "__LANGS__", "__MODULE__", "__LANG__", "__TEXTS__"] {
        ensure!(script.matches(part).count() == 1, "www/bundle.js does not use {part} once");
    }
    // If the server doesn't name a script's encoding, the browser assumes the page's own, unless the script
    // begins with this mark.
    Ok(format!("\u{feff}{script}"))
}

fn bundle_in(scratch: &Path, built: &Path) -> Result<String> {
    for name in SOURCES {
        fs::copy(layout::www().join(name), scratch.join(name))?;
    }
    dist::copy(&layout::www().join("targeting"), &scratch.join("targeting"))?;
    fs::copy(built.join("widget.js"), scratch.join("widget.js"))?;
    let mut esbuild = tools::esbuild();
    esbuild.arg(scratch.join(SOURCES[0]));
    esbuild.args(["--bundle", "--minify", "--format=iife", "--target=es2022"]);
    command::output(&mut esbuild)
}

/// Bytes as a template literal of their lower seven bits; [`HIGH`] precedes a byte with the eighth bit. The
/// literal may hold any character except these; JavaScript reads a carriage return as a line feed.
fn literal(bytes: &[u8]) -> String {
    let mut text = String::from("`");
    for (i, &byte) in bytes.iter().enumerate() {
        if !byte.is_ascii() {
            text.push(HIGH);
        }
        match byte & 0x7f {
            b'\r' => text += "\\r",
            low @ (b'\\' | b'`') => text.extend(['\\', char::from(low)]),
            b'$' if bytes.get(i + 1).is_some_and(|next| next & 0x7f == b'{') => text += "\\$",
            low => text.push(char::from(low)),
        }
    }
    text.push('`');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_characters_but_for_those_that_mean_something_in_a_literal() {
        assert_eq!(literal(b"\0a\n"), "`\0a\n`");
        assert_eq!(literal(&[0x80, 1, 0xff]), "`\u{ff}\0\u{1}\u{ff}\u{7f}`");
        assert_eq!(literal(&[0x8d, 0xa4, 0xfb]), "`\u{ff}\\r\u{ff}\\$\u{ff}{`");
        assert_eq!(literal(b"\r\\`${$"), "`\\r\\\\\\`\\${$`");
    }
}
