//! Reads JSON as rows of a table: an array of numbers, an array of objects, or one object a line.

use std::collections::BTreeMap;

use aanrader_survey::Score;
use json_event_parser::{JsonEvent, LowLevelJsonParser, LowLevelJsonParserResult};

use crate::decode;
use crate::names;
use crate::row::Row;

/// The contents of a JSON text.
pub(crate) enum Json {
    /// A list of values.
    List(Vec<String>),
    /// Objects, one a row, below a row of keys.
    Table(Vec<Row>),
}

/// A value; texts and numbers are in the form to show.
#[derive(Clone, Debug)]
enum Value {
    Cell(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// The deepest nesting: no export of scores needs more, and a deeper one would need a deep stack.
const NESTED: usize = 64;
/// How many levels of objects within objects are searched.
const DEPTH: usize = 6;
/// How many elements of a list within an object become columns.
const ELEMENTS: usize = 24;

/// Whether a text may be JSON, rather than a typed list in brackets.
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

/// Reads this text.
///
/// # Errors
///
/// The first line that isn't valid JSON, from 1.
pub(crate) fn read(text: &[u8]) -> Result<Json, u64> {
    let text = decode::text(text);
    let mut reader = Values::new(text.as_bytes());
    let mut values = Vec::new();
    while let Some(value) = reader.next()? {
        values.push(value);
    }
    let value = if values.len() == 1 { values.remove(0) } else { Value::List(values) };
    Ok(rows(largest_list(value)))
}

/// The list with the data: the value itself, or the longest list within an object.
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
    if fields.is_empty() {
        return None;
    }
    fields.iter().map(pair).collect::<Option<_>>().or_else(|| fields.iter().find_map(eleven))
}

/// `{"counts": [1, 0, …], …}`, eleven counts, the form of `npsOf`.
fn eleven((name, value): &(String, Value)) -> Option<Vec<Value>> {
    let Value::List(counts) = value else { return None };
    let row = |(score, count): (usize, &Value)| {
        let score = ("score".into(), Value::Cell(score.to_string()));
        matches!(count, Value::Cell(_)).then(|| Value::Object(vec![score, ("count".into(), count.clone())]))
    };
    let is_counts = counts.len() == Score::COUNT && names::is_count(name);
    if is_counts { counts.iter().enumerate().map(row).collect() } else { None }
}

/// The object itself as the only entry, unless one of its fields holds a list or the entries.
fn nested(fields: Vec<(String, Value)>) -> Option<Vec<Value>> {
    let lists: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, (_, field))| matches!(field, Value::List(list) if list.len() > 1))
        .map(|(at, _)| at)
        .collect();
    let within = fields.iter().position(|(_, field)| {
        matches!(field, Value::Object(inner) if inner.iter().any(|(_, field)| holds_list(field)))
    });
    if let Some(rows) = columns(&fields) {
        return Some(rows);
    }
    let of_lists = |at: &&usize| matches!(&fields[**at].1, Value::List(list) if list.iter().all(|row| matches!(row, Value::List(_))));
    let lists: Vec<usize> = match lists.iter().find(of_lists) {
        Some(rows) => vec![*rows],
        None => lists,
    };
    match (&lists[..], within) {
        ([only], _) => fields.into_iter().nth(*only).map(|(_, field)| largest_list(field)),
        (_, Some(at)) => fields.into_iter().nth(at).map(|(_, field)| largest_list(field)),
        _ => Some(vec![Value::Object(fields)]),
    }
}

/// Whether a value is or contains a list that isn't empty.
fn holds_list(value: &Value) -> bool {
    match value {
        Value::Cell(_) => false,
        Value::List(list) => !list.is_empty(),
        Value::Object(fields) => fields.iter().any(|(_, field)| holds_list(field)),
    }
}

/// `{"id": [1, 2], "score": [9, 10]}`: a list for each column.
fn columns(fields: &[(String, Value)]) -> Option<Vec<Value>> {
    let lists = fields.iter().map(|(name, value)| match value {
        Value::List(list) if list.iter().all(|cell| matches!(cell, Value::Cell(_))) => Some((name, list)),
        _ => None,
    });
    let lists: Vec<(&String, &Vec<Value>)> = lists.collect::<Option<_>>()?;
    let length = lists.first()?.1.len();
    if lists.len() < 2 || lists.iter().any(|(_, list)| list.len() != length) {
        return None;
    }
    let row = |at: usize| lists.iter().map(|(name, list)| ((*name).clone(), list[at].clone())).collect();
    Some((0..length).map(|at| Value::Object(row(at))).collect())
}

fn rows(list: Vec<Value>) -> Json {
    if !list.iter().any(|value| matches!(value, Value::Object(_) | Value::List(_))) {
        let cell = |value| if let Value::Cell(cell) = value { cell } else { String::new() };
        return Json::List(list.into_iter().map(cell).collect());
    }
    let (mut names, mut places) = (Vec::new(), BTreeMap::new());
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

/// The values of a text, one after the other, from the parser's events.
struct Values<'a> {
    text: &'a [u8],
    parser: LowLevelJsonParser,
    /// How many bytes were read.
    read: usize,
    /// Where the current value began.
    start: usize,
}

impl<'a> Values<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { text, parser: LowLevelJsonParser::new(), read: 0, start: 0 }
    }

    /// The next value; `None` at the end of the text.
    fn next(&mut self) -> Result<Option<Value>, u64> {
        let blank = self.text[self.read..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.read += blank;
        if self.read == self.text.len() {
            return Ok(None);
        }
        self.start = self.read;
        self.parser = LowLevelJsonParser::new().with_max_stack_size(NESTED);
        let first = self.event()?;
        self.value(first)
    }

    fn event(&mut self) -> Result<JsonEvent<'a>, u64> {
        loop {
            let LowLevelJsonParserResult { event, consumed_bytes } =
                self.parser.parse_next(&self.text[self.read..], true);
            self.read += consumed_bytes;
            if let Some(event) = event {
                let above = self.text[..self.start].iter().filter(|byte| **byte == b'\n').count() as u64;
                return event.map_err(|error| above + error.location().start.line + 1);
            }
        }
    }

    /// The value that begins with this event; `None` if a list or an object ends.
    fn value(&mut self, first: JsonEvent<'a>) -> Result<Option<Value>, u64> {
        Ok(Some(match first {
            // Numbers keep their notation, because a float would only be printed again.
            JsonEvent::String(text) | JsonEvent::Number(text) => Value::Cell(text.into_owned()),
            JsonEvent::Boolean(is) => Value::Cell(if is { "true" } else { "false" }.into()),
            JsonEvent::Null => Value::Cell(String::new()),
            JsonEvent::StartArray => {
                let mut list = Vec::new();
                loop {
                    let next = self.event()?;
                    let Some(value) = self.value(next)? else { break Value::List(list) };
                    list.push(value);
                }
            }
            JsonEvent::StartObject => {
                let mut fields = Vec::new();
                while let JsonEvent::ObjectKey(name) = self.event()? {
                    let next = self.event()?;
                    fields.extend(self.value(next)?.map(|value| (name.into_owned(), value)));
                }
                Value::Object(fields)
            }
            JsonEvent::EndArray | JsonEvent::EndObject | JsonEvent::ObjectKey(_) | JsonEvent::Eof => {
                return Ok(None);
            }
        }))
    }
}
