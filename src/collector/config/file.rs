//! The TOML file.

use std::path::Path;

use toml::{Table, Value};

use super::{Given, Settings};

/// Reads the settings in the file; what is wrong with one of them is added to `wrong`.
///
/// # Errors
///
/// Why the file as a whole can't be read.
pub(super) fn read(path: &Path, wrong: &mut Vec<String>) -> Result<Settings, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
    let table: Table =
        text.parse().map_err(|error: toml::de::Error| format!("{}: {error}", path.display()))?;
    Ok(settings(&table, path, wrong))
}

fn settings(table: &Table, path: &Path, wrong: &mut Vec<String>) -> Settings {
    let mut settings = Settings::default();
    for (key, value) in table {
        let place = format!("{key} in {}", path.display());
        let (slot, found, takes) = match key.as_str() {
            "listen" => (&mut settings.listen, text(value), "a text"),
            "database" => (&mut settings.database, text(value), "a text"),
            "origins" => (&mut settings.origins, texts(value), "a list of texts"),
            "public_url" => (&mut settings.public_url, texts(value), "a list of texts"),
            "admin_token" => (&mut settings.admin_token, text(value), "a text"),
            "rate_limit" => (&mut settings.rate_limit, number(value), "a whole number"),
            "proxies" => (&mut settings.proxies, number(value), "a whole number"),
            "connections" => (&mut settings.connections, number(value), "a whole number"),
            "client_connections" => (&mut settings.client_connections, number(value), "a whole number"),
            "demo" => (&mut settings.demo, value.as_bool().map(|demo| demo.to_string()), "true or false"),
            _ => {
                wrong.push(format!(
                    "{place}: no such setting; there are listen, database, origins, public_url, admin_token, rate_limit, proxies, connections, client_connections and demo"
                ));
                continue;
            }
        };
        match found {
            Some(text) => *slot = Some(Given { text, place }),
            None => wrong.push(format!("{place}: is of another type; give {takes}")),
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

/// A list of texts, or one text with commas, as the flag takes it.
fn texts(value: &Value) -> Option<String> {
    if let Some(list) = value.as_array() {
        let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
        return texts.map(|texts| texts.join(","));
    }
    text(value)
}
