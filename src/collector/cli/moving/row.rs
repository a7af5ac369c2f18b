//! An answer as a line of NDJSON or a row of CSV, and back.

use aanrader_survey::Raw;
use serde_json::{Map, Value, json};

use crate::store::{Millis, Stored};

/// The columns, in their order; their names are those of the wire.
pub(super) const COLUMNS: [&str; 16] = [
    "id",
    "rev",
    "complete",
    "survey",
    "touchpoint",
    "score",
    "comment",
    "contact_allowed",
    "contact_how",
    "customer",
    "properties",
    "language",
    "wording",
    "answered_at",
    "received_at",
    UNVERIFIED,
];

/// The column that marks unverified answers.
pub(super) const UNVERIFIED: &str = "unverified";

/// Whether an answer is unverified, in an export from before [`UNVERIFIED`].
pub(super) fn said_unverified(raw: &Raw) -> bool {
    match raw.get("properties").and_then(|properties| properties.get("verified")) {
        Some(Raw::Text(text)) => text == "no",
        _ => false,
    }
}

/// An answer as a JSON object, without absent fields.
pub(super) fn object(stored: &Stored) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            object.insert(name.to_owned(), value);
        }
    };
    put("id", json!(stored.id));
    put("rev", json!(stored.rev));
    put("complete", json!(stored.complete));
    put("survey", json!(stored.survey));
    put("touchpoint", json!(stored.touchpoint));
    put("score", json!(stored.score.get()));
    put("comment", json!(stored.comment));
    if let Some(contact) = &stored.contact {
        let how = contact.how.as_ref();
        put("contact", how.map_or(json!({ "allowed": true }), |how| json!({ "allowed": true, "how": how })));
    }
    put("customer", json!(stored.customer));
    if !stored.properties.is_empty() {
        put("properties", Value::Object(stored.properties.clone()));
    }
    put("language", json!(stored.language));
    put("wording", json!(stored.wording));
    put("answered_at", json!(stored.answered_at));
    put("received_at", json!(stored.received_at));
    put(UNVERIFIED, json!(stored.unverified.then_some(true)));
    Value::Object(object)
}

/// An answer as the cells of [`COLUMNS`], with instants in a form for people and spreadsheets.
pub(super) fn cells(stored: &Stored) -> [String; 16] {
    let text = |text: &Option<String>| safe(text.as_deref().unwrap_or_default());
    let properties = if stored.properties.is_empty() {
        String::new()
    } else {
        Value::Object(stored.properties.clone()).to_string()
    };
    [
        stored.id.clone(),
        stored.rev.to_string(),
        stored.complete.to_string(),
        safe(&stored.survey),
        safe(&stored.touchpoint),
        stored.score.get().to_string(),
        text(&stored.comment),
        stored.contact.is_some().to_string(),
        stored.contact.as_ref().map_or(String::new(), |contact| text(&contact.how)),
        text(&stored.customer),
        properties,
        text(&stored.language),
        text(&stored.wording),
        instant(stored.answered_at),
        instant(stored.received_at),
        stored.unverified.to_string(),
    ]
}

/// With milliseconds: they are part of an answer's place in the list.
fn instant(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |instant| instant.to_string())
}

/// The characters with which a formula begins in spreadsheets.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A text that a spreadsheet shows without computing it: a formula gets an apostrophe in front. A text that
/// already begins with apostrophes and a formula gets one more, so that [`plain`] restores it.
pub(super) fn safe(text: &str) -> String {
    if text.trim_start_matches('\'').starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// Restores the text before [`safe`].
pub(super) fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.trim_start_matches('\'').starts_with(FORMULA) => text,
        _ => cell,
    }
}

/// The answer in a row of our export, in the form in which it was sent.
pub(super) fn raw<'a>(cell: impl Fn(&str) -> Option<&'a str>) -> Result<Raw, String> {
    let mut fields = Vec::new();
    let get = |name: &str| cell(name).map(plain).filter(|text| !text.is_empty());
    for name in ["id", "survey", "touchpoint", "comment", "customer", "language", "wording"] {
        fields.extend(get(name).map(|text| (name.to_owned(), Raw::Text(text.to_owned()))));
    }
    for name in ["rev", "score"] {
        if let Some(text) = get(name) {
            let number = text.parse().map_err(|_| format!("{name} is {text:?}, which is no number"))?;
            fields.push((name.to_owned(), Raw::Number(number)));
        }
    }
    fields.push(("complete".to_owned(), Raw::Bool(get("complete").is_none_or(|text| text != "false"))));
    if get("contact_allowed") == Some("true") {
        let how = get("contact_how").map(|how| ("how".to_owned(), Raw::Text(how.to_owned())));
        let allowed = ("allowed".to_owned(), Raw::Bool(true));
        fields.push(("contact".to_owned(), Raw::Map(std::iter::once(allowed).chain(how).collect())));
    }
    if let Some(text) = get("properties") {
        let properties = serde_json::from_str(text).map_err(|error| format!("properties: {error}"))?;
        fields.push(("properties".to_owned(), properties));
    }
    Ok(Raw::Map(fields))
}
