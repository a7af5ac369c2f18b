//! JSON: an array of numbers, an array of objects, or an object a line, as rows of a table.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::layout::Row;

/// What JSON holds.
pub(crate) enum Json {
    /// Values one after the other.
    List(Vec<String>),
    /// Objects, one a row below a heading.
    Table(Vec<Row>),
}

/// A value, with texts and numbers as they are shown.
#[derive(Clone, Debug)]
enum Value {
    Cell(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// Objects within objects are looked into this deep.
const DEPTH: usize = 6;
/// Elements of a list within an object that become columns.
const ELEMENTS: usize = 24;

/// Whether a text may be JSON that holds more than a typed list.
pub(crate) fn may_be(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    match text.first() {
        Some(b'{') => true,
        Some(b'[') => {
            let next = text[1..].trim_ascii_start().first();
            matches!(next, Some(b'{' | b'[' | b'"' | b'0'..=b'9' | b'-' | b'n' | b']'))
        }
        _ => false,
    }
}

/// What this text holds.
///
/// # Errors
///
/// The line where it stops making sense, from 1.
pub(crate) fn read(text: &[u8]) -> Result<Json, u64> {
    let text = String::from_utf8_lossy(text);
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
        values.push(value.map_err(|error| error.line() as u64)?);
    }
    let value = if values.len() == 1 { values.remove(0) } else { Value::List(values) };
    Ok(rows(largest_list(value)))
}

/// The list that is meant: itself, or the longest one within an object.
fn largest_list(value: Value) -> Vec<Value> {
    match value {
        Value::List(list) => list,
        Value::Cell(cell) => vec![Value::Cell(cell)],
        Value::Object(fields) => {
            let inner = fields.iter().enumerate().filter_map(|(at, (_, field))| match field {
                Value::List(list) if list.iter().any(|value| matches!(value, Value::Object(_))) => {
                    Some((list.len(), at))
                }
                _ => None,
            });
            match (inner.max(), counts(&fields)) {
                (Some((_, at)), _) => fields.into_iter().nth(at).map(|(_, field)| largest_list(field)),
                (None, Some(counts)) => Some(counts),
                (None, None) => nested(fields),
            }
            .unwrap_or_default()
        }
    }
}

/// `{"0": 3, "1": 1, …}`: a table of counts.
fn counts(fields: &[(String, Value)]) -> Option<Vec<Value>> {
    let pair = |(name, value): &(String, Value)| {
        let is_score = crate::cell::score(name).is_ok();
        let row = vec![("score".into(), Value::Cell(name.clone())), ("count".into(), value.clone())];
        (is_score && matches!(value, Value::Cell(_))).then_some(Value::Object(row))
    };
    if fields.is_empty() { None } else { fields.iter().map(pair).collect() }
}

/// The object itself is the only entry, unless one of its fields holds a list or the entries.
fn nested(fields: Vec<(String, Value)>) -> Option<Vec<Value>> {
    let lists: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, (_, field))| matches!(field, Value::List(list) if list.len() > 1))
        .map(|(at, _)| at)
        .collect();
    let within = fields.iter().position(|(_, field)| {
        matches!(field, Value::Object(inner)
            if inner.iter().any(|(_, field)| matches!(field, Value::List(list) if !list.is_empty())))
    });
    match (&lists[..], within) {
        ([only], _) => fields.into_iter().nth(*only).map(|(_, field)| largest_list(field)),
        (_, Some(at)) => fields.into_iter().nth(at).map(|(_, field)| largest_list(field)),
        _ => Some(vec![Value::Object(fields)]),
    }
}

fn rows(list: Vec<Value>) -> Json {
    if !list.iter().any(|value| matches!(value, Value::Object(_) | Value::List(_))) {
        let cell = |value| if let Value::Cell(cell) = value { cell } else { String::new() };
        return Json::List(list.into_iter().map(cell).collect());
    }
    let (mut names, mut places) = (Vec::new(), HashMap::new());
    let mut rows = Vec::new();
    for (at, value) in list.into_iter().enumerate() {
        let mut cells = Vec::new();
        flatten(String::new(), value, DEPTH, &mut |name, cell| {
            let place = *places.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            if cells.len() <= place {
                cells.resize(place + 1, String::new());
            }
            cells[place] = cell;
        });
        rows.push(Row { line: at as u64 + 1, cells, after_blank: false });
    }
    for row in &mut rows {
        row.cells.resize(names.len(), String::new());
    }
    rows.insert(0, Row { line: 0, cells: names, after_blank: false });
    Json::Table(rows)
}

fn flatten(path: String, value: Value, depth: usize, on: &mut impl FnMut(String, String)) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Cell(cell) => on(if path.is_empty() { "value".into() } else { path }, cell),
        Value::Object(fields) if depth > 0 => {
            for (name, field) in fields {
                flatten(join(&name), field, depth - 1, on);
            }
        }
        Value::List(list) if depth > 0 => {
            for (at, element) in list.into_iter().take(ELEMENTS).enumerate() {
                flatten(join(&at.to_string()), element, depth - 1, on);
            }
        }
        _ => {}
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Cell(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Cell(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Cell(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Cell(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Cell(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Cell(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Value::Object(fields))
    }
}
