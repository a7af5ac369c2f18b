//! `www/answer.schema.json`, the reference for other receivers, agrees with the checks in the code.

use aanrader_survey::{Answer, Field, Raw, limits};
use aanrader_tests::collector::{Collector, Options, answer};
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};

const SCHEMA: &str = include_str!("../../www/answer.schema.json");

/// Every field by its name on the wire, with a valid value.
fn full() -> Value {
    let mut full = answer();
    let more = json!({
        "comment": "good\nservice", "contact": { "allowed": true, "how": "a@example.nl" }, "customer": "c-1",
        "properties": { "plan": "pro" }, "language": "pt-BR", "wording": "w-1",
        "answered_at": 1_700_000_000_000_u64, "sent_at": 1_700_000_000_001_u64,
    });
    let fields: Map<String, Value> = serde_json::from_value(more).expect("an object");
    full.as_object_mut().expect("an object").extend(fields);
    full
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn accepted(message: &Value) -> bool {
    let raw: Raw = serde_json::from_value(message.clone()).expect("any JSON");
    Answer::check(&raw).is_ok()
}

/// Values to try in any field: every type, and both sides of each limit.
fn values() -> Vec<Value> {
    let mut values = vec![Value::Null, json!(true), json!(false), json!([]), json!({}), json!("")];
    let numbers = [-1.0, -0.5, 0.0, 1.0, 6.5, 9.0, 10.0, 11.0, 1_000_000.0, 1_000_001.0, 8.64e15, 8.65e15];
    values.extend(numbers.map(|number| json!(number)));
    values.extend([0, 1, 10, 11].map(|number| json!(number)));
    let lengths = [
        limits::SLUG_CHARS,
        limits::COMMENT_CHARS,
        limits::HOW_CHARS,
        limits::CUSTOMER_CHARS,
        limits::KEY_CHARS,
        limits::VALUE_CHARS,
        limits::LANGUAGE_CHARS,
    ];
    for length in lengths.into_iter().flat_map(|length| [length, length + 1]) {
        values.extend(["a", "é", "👩"].map(|letter| json!(letter.repeat(length))));
    }
    let texts = ["a", "A", "a b", "a-1", "a_b.c", "pt-BR", "é", "9", "a\nb", "0-9", "x@y"];
    values.extend(texts.map(|text| json!(text)));
    let uuids = ["9c0b8a9e-2d66-4a3f-8f1e-6f2b8f6f0a11", "9c0b8a9e-2d66-1a3f-8f1e-6f2b8f6f0a11"];
    values.extend(uuids.iter().flat_map(|id| [json!(id), json!(id.to_uppercase()), json!(&id[1..])]));
    values
}

/// The complete message with each value in each field, and with each field left out.
fn messages() -> Vec<Value> {
    let full = full();
    let mut messages = vec![full.clone(), answer(), json!([]), json!("text"), Value::Null];
    let mut put = |pointer: &str, value: Option<Value>| {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let mut message = full.clone();
        let object = message.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        match value {
            Some(value) => drop(object.insert(name.to_owned(), value)),
            None => drop(object.remove(name)),
        }
        messages.push(message);
    };
    let fields: Vec<String> =
        full.as_object().expect("an object").keys().map(|it| format!("/{it}")).collect();
    let inner = ["/contact/allowed", "/contact/how", "/properties/plan", "/unknown"].map(str::to_owned);
    for pointer in fields.iter().chain(&inner) {
        put(pointer, None);
        values().into_iter().for_each(|value| put(pointer, Some(value)));
    }
    for key in values().iter().filter_map(Value::as_str).filter(|key| !key.contains(['/', '~'])) {
        put(&format!("/properties/{key}"), Some(json!("x")));
    }
    for count in [limits::PROPERTIES, limits::PROPERTIES + 1] {
        let properties: Map<String, Value> = (0..count).map(|n| (format!("k{n}"), json!("v"))).collect();
        put("/properties", Some(properties.into()));
    }
    put("/contact", Some(json!({ "allowed": false })));
    put("/contact", Some(json!({ "allowed": false, "how": "x" })));
    messages
}

#[test]
fn the_schema_and_the_code_accept_and_refuse_the_same_messages() {
    let (validator, messages) = (validator(), messages());
    let differ: Vec<String> = messages
        .iter()
        .filter(|message| validator.is_valid(message) != accepted(message))
        .map(|message| format!("the schema says {}: {message:.300}", validator.is_valid(message)))
        .collect();
    assert!(
        differ.is_empty(),
        "{} of {}:\n{}",
        differ.len(),
        messages.len(),
        differ[..differ.len().min(9)].join("\n")
    );
    let valid = messages.iter().filter(|message| accepted(message)).count();
    assert!(valid > 100 && messages.len() - valid > 100, "{valid} of {}", messages.len());
}

#[test]
fn the_schema_knows_every_field_of_the_wire_and_no_other() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let known: Vec<&String> = schema["properties"].as_object().expect("its fields").keys().collect();
    let full = full();
    let checked: Answer = serde_json::from_value(full.clone())
        .map(|raw: Raw| Answer::check(&raw).expect("a valid answer"))
        .expect("any JSON");
    let written = serde_json::to_value(&checked).expect("an answer is JSON");
    let written: Vec<&String> = written.as_object().expect("an object").keys().collect();
    assert_eq!(known, written);
    assert!(known.iter().all(|name| *name != Field::Body.name()));
}

#[tokio::test]
async fn the_collector_serves_the_schema() {
    let collector = Collector::start(Options::default());
    let reply = collector.request(Method::GET, "/answer.schema.json").send().await.expect("a reply");
    assert_eq!(reply.status(), 200);
    let served: Value = serde_json::from_slice(&reply.bytes().await.expect("its body")).expect("JSON");
    assert_eq!(served, serde_json::from_str::<Value>(SCHEMA).expect("JSON"));
}
