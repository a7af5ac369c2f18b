//! The TOML file.

use std::path::Path;

use toml::{Table, Value};

use super::{Given, Settings};

/// Reads the settings in the file; adds the problems of single settings to `wrong`.
///
/// # Errors
///
/// The file can't be read at all.
pub(super) fn read(path: &Path, wrong: &mut Vec<String>) -> Result<Settings, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
    let table: Table =
        text.parse().map_err(|error: toml::de::Error| format!("{}: {error}", path.display()))?;
    Ok(settings(&table, path, wrong))
}

/// The types of a setting in the file.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Texts,
    Number,
    Truth,
}

/// All settings.
const KINDS: [(&str, Kind); 20] = [
    ("listen", Kind::Text),
    ("database", Kind::Text),
    ("origins", Kind::Texts),
    ("public_url", Kind::Texts),
    ("token_file", Kind::Text),
    ("admin_token", Kind::Text),
    ("rate_limit", Kind::Number),
    ("proxies", Kind::Number),
    ("connections", Kind::Number),
    ("client_connections", Kind::Number),
    ("customer_key_file", Kind::Text),
    ("signed_only", Kind::Truth),
    ("pseudonym_key_file", Kind::Text),
    ("tls_cert", Kind::Text),
    ("tls_key", Kind::Text),
    ("metrics", Kind::Text),
    ("private_targets", Kind::Truth),
    ("smtp_url", Kind::Text),
    ("mail_from", Kind::Text),
    ("demo", Kind::Truth),
];

impl Kind {
    fn read(self, value: &Value) -> Option<String> {
        match self {
            Self::Text => text(value),
            Self::Texts => texts(value),
            Self::Number => number(value),
            Self::Truth => value.as_bool().map(|truth| truth.to_string()),
        }
    }

    const fn takes(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Number => "a whole number",
            Self::Truth => "true or false",
        }
    }
}

/// Whether a setting may stand in the file.
#[cfg(test)]
pub(super) fn knows(name: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == name)
}

fn settings(table: &Table, path: &Path, wrong: &mut Vec<String>) -> Settings {
    let mut settings = Settings::default();
    for (key, value) in table {
        let place = format!("{key} in {}", path.display());
        let kind = KINDS.iter().find(|(name, _)| name == key).map(|(_, kind)| *kind);
        match (kind, settings.slot(key)) {
            (Some(kind), Some(slot)) => match kind.read(value) {
                Some(text) => *slot = Some(Given { text, place }),
                None => wrong.push(format!("{place}: is of another type; give {}", kind.takes())),
            },
            _ => {
                let names = KINDS.map(|(name, _)| name).join(", ");
                wrong.push(format!("{place}: no such setting; there are {names}"));
            }
        }
    }
    settings
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn number(value: &Value) -> Option<String> {
    value.as_integer().map(|number| number.to_string())
}

/// A list of texts, or one text with commas as for the flag.
fn texts(value: &Value) -> Option<String> {
    if let Some(list) = value.as_array() {
        let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
        return texts.map(|texts| texts.join(","));
    }
    text(value)
}
