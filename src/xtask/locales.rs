//! The texts: every language has exactly the English keys, with the same placeholders.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::{dist, layout};

/// The language with which the others are compared.
const REFERENCE: &str = "en";

/// The available languages, sorted.
pub(crate) fn languages() -> Result<Vec<String>> {
    let files = dist::files(&layout::www().join("locales"))?;
    Ok(files.iter().filter_map(|file| Some(file.to_str()?.strip_suffix(".json")?.to_owned())).collect())
}

/// Checks `www/locales/*.json` and writes them minified into `out`.
pub(crate) fn build(out: &Path) -> Result<()> {
    let dir = layout::www().join("locales");
    let mut texts = Vec::new();
    for entry in fs::read_dir(&dir).context("www/locales is missing")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let language = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let json = serde_json::from_slice(&fs::read(&path)?);
            texts.push((language, json.with_context(|| format!("{}", path.display()))?));
        }
    }
    texts.sort_by(|(a, _), (b, _)| a.cmp(b));
    let problems = problems(&texts);
    if !problems.is_empty() {
        bail!("www/locales:\n  {}", problems.join("\n  "));
    }
    for (language, json) in &texts {
        // The widget finds a text by its index among the sorted names.
        let json: BTreeMap<_, _> = json.iter().collect();
        fs::write(out.join(format!("{language}.json")), serde_json::to_vec(&json)?)?;
    }
    ensure!(!texts.is_empty(), "www/locales holds no language");
    Ok(())
}

/// The problems in the texts of several languages.
fn problems(texts: &[(String, Map<String, Value>)]) -> Vec<String> {
    let Some((_, reference)) = texts.iter().find(|(language, _)| language == REFERENCE) else {
        return vec![format!("{REFERENCE}.json is missing")];
    };
    texts.iter().flat_map(|(language, json)| compare(language, json, reference)).collect()
}

/// The differences between a file's texts and the reference: in keys, types or placeholders.
pub(crate) fn compare(
    language: &str,
    json: &Map<String, Value>,
    reference: &Map<String, Value>,
) -> Vec<String> {
    let mut problems = Vec::new();
    for (key, wanted) in reference {
        match json.get(key).map(Value::as_str) {
            None => problems.push(format!("{language}.json lacks \"{key}\"")),
            Some(None) => problems.push(format!("{language}.json: \"{key}\" is not a string")),
            Some(Some(text)) => {
                let (has, wants) = (placeholders(text), placeholders(wanted.as_str().unwrap_or_default()));
                if has != wants {
                    problems.push(format!("{language}.json: \"{key}\" has {has:?}, en.json has {wants:?}"));
                }
            }
        }
    }
    let unknown = json.keys().filter(|key| !reference.contains_key(*key));
    problems.extend(unknown.map(|key| format!("{language}.json: \"{key}\" is not in en.json")));
    problems
}

/// The names in `{braces}`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(texts: &[(&str, &str)]) -> Vec<String> {
        let texts: Vec<_> = texts
            .iter()
            .map(|(language, json)| ((*language).to_owned(), serde_json::from_str(json).unwrap()))
            .collect();
        problems(&texts)
    }

    #[test]
    fn languages_with_the_same_keys_and_placeholders_pass() {
        let none: [&str; 0] = [];
        assert_eq!(problems_of(&[("en", r#"{"a":"{n} left"}"#), ("nl", r#"{"a":"nog {n}"}"#)]), none);
    }

    #[test]
    fn english_is_needed() {
        assert_eq!(problems_of(&[("nl", "{}")]), ["en.json is missing"]);
    }

    #[test]
    fn a_missing_and_an_unknown_key_are_both_named() {
        assert_eq!(
            problems_of(&[("en", r#"{"a":"A"}"#), ("nl", r#"{"b":"B"}"#)]),
            ["nl.json lacks \"a\"", "nl.json: \"b\" is not in en.json"]
        );
    }

    #[test]
    fn a_text_is_a_string() {
        assert_eq!(problems_of(&[("en", r#"{"a":1}"#)]), ["en.json: \"a\" is not a string"]);
    }

    #[test]
    fn a_lost_placeholder_is_named() {
        assert_eq!(
            problems_of(&[("en", r#"{"a":"{n} left"}"#), ("nl", r#"{"a":"nog wat"}"#)]),
            [r#"nl.json: "a" has {}, en.json has {"n"}"#]
        );
    }
}
