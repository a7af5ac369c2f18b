//! The words of the field: a word that the glossary has replaced is found in no file.
//!
//! The glossary: consent, targeting and triggers, follow-up, draft, bundle, action, receipt, default, fallback
//! content, opt out, postpone, detractor, passive, promoter, touchpoint, respondent or customer.

use std::fs;

use anyhow::{Result, bail};

use crate::{dist, layout};

/// Replaced words, in lower case, each with its replacement.
const OLD: [(&str, &str); 17] = [
    ("leave to be contacted", "consent to be contacted"),
    ("leave to contact", "consent"),
    ("gave leave", "gave consent"),
    ("gives leave", "consents"),
    ("no leave", "no consent"),
    ("without leave", "without consent"),
    ("without their leave", "without their consent"),
    ("visitor's leave", "visitor's consent"),
    ("customer's leave", "customer's consent"),
    ("whoever", "the person or thing that acts, by its name"),
    ("nothing but", "only"),
    ("beforehand", "first, or early"),
    ("what is not there", "an absent value"),
    ("everything aboard", "the bundle"),
    ("without it: ", "default: "),
    ("answer sheet", "draft"),
    ("a doing", "an action"),
];

/// Files in other languages or by other authors: customers' languages, Dutch, files of other programs; and
/// this file.
const OTHERS: [&str; 4] =
    ["www/locales/", "www/owner/nl/", "src/scores/suite/files/", "src/xtask/glossary.rs"];

/// Checks the checkout.
///
/// # Errors
///
/// Every old word with its file and line, and its replacement.
pub(crate) fn run() -> Result<()> {
    let root = layout::root();
    let mut found = used("README.md", &fs::read_to_string(root.join("README.md"))?);
    for folder in ["src", "tests", "www"] {
        for file in dist::files(&root.join(folder))? {
            let path = format!("{folder}/{}", file.display());
            // Pictures and modules contain no words.
            if let Ok(text) = fs::read_to_string(root.join(&path)) {
                found.extend(used(&path, &text));
            }
        }
    }
    if found.is_empty() { Ok(()) } else { bail!("\n  {}", found.join("\n  ")) }
}

/// The old words in one file.
fn used(path: &str, text: &str) -> Vec<String> {
    if OTHERS.iter().any(|begin| path.starts_with(begin)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // A code of the wire keeps its name. Underscores separate the words of names in code.
        let line = line.replace("\"without_leave", "").to_lowercase().replace('_', " ").replace('’', "'");
        let old = OLD.iter().filter(|(old, _)| line.contains(old));
        found.extend(old.map(|(old, now)| format!("{path}:{}: \"{old}\"; we say: {now}", index + 1)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_word_is_found_in_text_and_in_names() {
        let found = used("src/a.rs", "fine\n// Whoever asks.\nfn whoever_asks() {}\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("src/a.rs:2: \"whoever\"; we say: "), "{found:?}");
    }

    #[test]
    fn other_peoples_words_are_theirs() {
        assert!(used("www/locales/en.json", "whoever").is_empty());
    }

    #[test]
    fn no_file_of_the_repository_uses_an_old_word() {
        if let Err(found) = run() {
            panic!("{found}");
        }
    }
}
