//! The words of the field: a word that the glossary has replaced is found in no file.
//!
//! Names in code are read as words, too: `answersByDay` and `answers_by_day` are "answers by day". A phrase may
//! go on in the next line.

use std::fs;

use anyhow::{Result, bail};

use crate::{dist, layout};

mod words;

use words::{OLD, Old};

/// Files in other languages or by other authors: customers' languages, Dutch, files of other programs; and
/// the glossary itself.
const OTHERS: [&str; 4] = ["www/locales/", "www/owner/nl/", "src/scores/suite/files/", "src/xtask/glossary"];

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

/// The old words in one file and in its name.
fn used(path: &str, text: &str) -> Vec<String> {
    if OTHERS.iter().any(|begin| path.starts_with(begin)) {
        return Vec::new();
    }
    let fine = OLD.iter().flat_map(|old| old.fine).flat_map(|(uses, _)| *uses).copied();
    let names: Vec<&str> = fine.filter(|fine| fine.contains('_')).collect();
    let words_in = |line| words_of(&without_names(line, &names));
    let lines = std::iter::once(path).chain(text.lines()).enumerate();
    let words: Vec<(usize, String)> =
        lines.flat_map(|(number, line)| words_in(line).into_iter().map(move |word| (number, word))).collect();
    let all: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
    let mut found = Vec::new();
    for at in 0..all.len() {
        for old in OLD {
            if let Some(phrase) = old.phrases.iter().find(|phrase| starts(&all[at..], phrase))
                && !is_fine(&all, at, old)
            {
                found.push(format!("{path}:{}: \"{phrase}\"; we say: {}", words[at].0, old.now));
            }
        }
    }
    found
}

/// The line without the names that are stored or sent.
fn without_names(line: &str, names: &[&str]) -> String {
    names.iter().fold(line.to_owned(), |line, name| line.replace(name, " · "))
}

/// The words of a line in lower case; a name in code is several.
fn words_of(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = line.replace('’', "'").chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map_or(' ', |before| letters[before]);
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let begins =
            letter.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && after.is_lowercase());
        if begins || !(letter.is_alphanumeric() || *letter == '\'') {
            words.push(String::new());
        }
        if letter.is_alphanumeric() || *letter == '\'' {
            words.last_mut().expect("one at least").extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.trim_matches('\'').is_empty());
    words.iter().map(|word| word.trim_matches('\'').to_owned()).collect()
}

/// Whether the words begin with this phrase.
fn starts(words: &[&str], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|one| words.next() == Some(&one))
}

/// Whether the old word at this place is part of one of its legitimate uses.
fn is_fine(all: &[&str], at: usize, old: &Old) -> bool {
    old.fine.iter().flat_map(|(uses, _)| *uses).any(|fine| {
        let length = fine.split(' ').count();
        (at.saturating_sub(length - 1)..=at).any(|from| from + length > at && starts(&all[from..], fine))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_word_is_found_in_text_in_names_and_over_the_end_of_a_line() {
        let found = used(
            "src/a.rs",
            "fine\n// Whoever asks.\nfn whoever_asks(isWhoever: X) {}\n// nothing\n// but\n",
        );
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].starts_with("src/a.rs:2: \"whoever\"; we say: "), "{found:?}");
        assert!(found[3].starts_with("src/a.rs:4: \"nothing but\""), "{found:?}");
    }

    #[test]
    fn an_old_word_is_found_in_the_name_of_a_file() {
        assert_eq!(used("src/moment.rs", "").len(), 1);
    }

    #[test]
    fn every_old_word_is_found() {
        for old in OLD {
            for phrase in old.phrases {
                assert!(!used("src/a.rs", &format!("// {phrase}.")).is_empty(), "{phrase}");
            }
        }
    }

    #[test]
    fn a_legitimate_use_is_fine_and_has_a_reason() {
        for old in OLD {
            for (uses, reason) in old.fine {
                assert!(reason.len() > 10, "{uses:?}");
                for fine in *uses {
                    let found = used("src/a.rs", &format!("// {fine}."));
                    assert!(found.is_empty(), "{found:?}");
                }
            }
        }
        assert!(used("src/a.rs", "root.adoptedStyleSheets = [new CSSStyleSheet()]").is_empty());
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
