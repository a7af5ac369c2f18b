//! Random bodies and queries. The core is the reference: the collector stores what the core accepts, refuses
//! what the core refuses, and never fails.
//!
//! The regular suite sends some thousands. `AANRADER_FUZZ=100000` sends that many bodies, and a fifth as many
//! queries. The same seed makes the same attempts.

use std::sync::LazyLock;

use aanrader_survey::{Answer, Raw};
use aanrader_tests::collector::{Collector, Options, Reply, answer};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

/// The number of bodies in the regular suite.
const BODIES: usize = 2_500;

/// A small random generator (xorshift64*), so that every run makes the same attempts.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() >> 16).unwrap_or(0) % n.max(1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

fn attempts() -> usize {
    std::env::var("AANRADER_FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or(BODIES)
}

/// Texts for any field.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    [
        "",
        " ",
        "a",
        "9",
        "account",
        "A",
        "ä",
        "\u{0}",
        "\u{202e}",
        "\u{feff}a",
        "a\nb",
        "\u{1f600}",
        "nl-BE",
        &"x".repeat(64),
        &"x".repeat(65),
        &"ab".repeat(1_000),
        &"é".repeat(2_001),
        "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b",
        "3F0E2B9A-5C1D-4E7F-8A6B-9C0D1E2F3A4B",
        "try-out",
    ]
    .map(str::to_owned)
    .to_vec()
});

/// A value for any field.
fn value(dice: &mut Dice, depth: usize) -> Value {
    let numbers = [
        json!(0),
        json!(-1),
        json!(1),
        json!(6.5),
        json!(10),
        json!(11),
        json!(1_000_000),
        json!(1_000_001),
        json!(-0.0),
        json!(1e308),
        json!(9_007_199_254_740_993_i64),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e-9),
    ];
    match dice.below(8) {
        0 => Value::Null,
        1 => json!(dice.one_in(2)),
        2 | 3 => dice.pick(&numbers).clone(),
        4 | 5 => json!(dice.pick(&TEXTS)),
        6 if depth > 0 => (0..dice.below(4)).map(|_| value(dice, depth - 1)).collect(),
        _ if depth > 0 => {
            let pairs = (0..dice.below(25))
                .map(|n| (format!("{}{n}", dice.pick(&TEXTS[2..8])), value(dice, depth - 1)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        _ => json!(dice.below(11)),
    }
}

/// An answer with some of its fields changed, missing or added.
fn body(dice: &mut Dice, fields: &[String]) -> Vec<u8> {
    let mut sent = answer();
    let object = sent.as_object_mut().expect("an object");
    object.insert("score".into(), json!(dice.below(11)));
    for _ in 0..dice.below(4) {
        let field = dice.pick(fields).clone();
        match dice.below(6) {
            0 => drop(object.remove(&field)),
            1 => drop(object.insert(format!("{field}x"), value(dice, 2))),
            2 => drop(
                object.insert("contact".into(), json!({"allowed": value(dice, 1), "how": value(dice, 1)})),
            ),
            3 => {
                drop(object.insert("properties".into(), json!({"plan": value(dice, 0), "": value(dice, 0)})));
            }
            _ => drop(object.insert(field, value(dice, 2))),
        }
    }
    let mut bytes = if dice.one_in(40) { value(dice, 3).to_string() } else { sent.to_string() }.into_bytes();
    if dice.one_in(5) {
        for _ in 0..=dice.below(3) {
            let place = dice.below(bytes.len());
            if bytes.is_empty() {
                break;
            }
            match dice.below(4) {
                0 => bytes[place] = u8::try_from(dice.below(256)).unwrap_or(0),
                1 => drop(bytes.remove(place)),
                2 => bytes.insert(place, *dice.pick(b"\"{}[],:\\0e.-\xff\x00")),
                _ => bytes.truncate(place.max(1)),
            }
        }
    }
    bytes
}

/// The expected outcome of a body.
fn expected(bytes: &[u8]) -> &'static [u16] {
    if bytes.len() > 16 * 1024 {
        return &[413];
    }
    match serde_json::from_slice::<Raw>(bytes) {
        Err(_) => &[400],
        Ok(raw) if Answer::check(&raw).is_ok() => &[200, 201],
        Ok(_) => &[422],
    }
}

async fn fields_of_the_document(collector: &Collector) -> Vec<String> {
    let document = collector.get("/openapi.json").await.expect(StatusCode::OK).json();
    let fields =
        document["components"]["schemas"]["Sent"]["properties"].as_object().expect("its fields").clone();
    fields.keys().cloned().collect()
}

#[tokio::test]
async fn the_collector_keeps_what_the_core_takes_and_nothing_else_whatever_is_sent() {
    let mut collector = Collector::start(Options { rate: Some((0, 0)), ..Options::default() });
    let fields = fields_of_the_document(&collector).await;
    let (mut dice, mut kept) = (Dice(0x5EED), 0);
    for attempt in 0..attempts() {
        let bytes = body(&mut dice, &fields);
        let request = collector.request(Method::POST, "/v1/answers").header("content-type", "text/plain");
        let reply = Reply::of(request.body(bytes.clone())).await;
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(500)]).into_owned();
        let wanted = expected(&bytes);
        assert!(
            wanted.contains(&reply.status.as_u16()),
            "{attempt}: {} and not {wanted:?} for {shown}",
            reply.status
        );
        kept += usize::from(reply.status == StatusCode::CREATED);
    }
    assert!(kept > attempts() / 10, "only {kept} were answers");
    let found = everything_kept(&collector).await;
    assert_eq!(found.len(), kept);
    for kept in &found {
        let raw: Raw = serde_json::from_value(as_it_was_sent(kept)).expect("an answer");
        Answer::check(&raw).unwrap_or_else(|problems| panic!("{problems:?} in {kept}"));
    }
    collector.stop();
    assert!(!collector.log().contains("panicked"), "{}", collector.log());
}

/// All answers, page by page.
async fn everything_kept(collector: &Collector) -> Vec<Value> {
    let (mut found, mut before) = (Vec::new(), String::new());
    loop {
        let page = collector.get_as_owner(&format!("/v1/answers?limit=200&before={before}")).await;
        let page = page.expect(StatusCode::OK).json();
        found.extend(page["answers"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut before),
            None => return found,
        }
    }
}

/// The fields of an answer in the form in which it was sent, as far as they are stored.
fn as_it_was_sent(kept: &Value) -> Value {
    let names = [
        "id",
        "rev",
        "complete",
        "survey",
        "touchpoint",
        "score",
        "comment",
        "contact",
        "customer",
        "properties",
        "language",
        "wording",
    ];
    let pairs = names.iter().filter(|name| !kept[**name].is_null());
    Value::Object(pairs.map(|name| ((*name).to_owned(), kept[*name].clone())).collect())
}

/// Names and values of parameters, valid and invalid.
fn query(dice: &mut Dice, known: &[String]) -> String {
    let values = [
        "",
        "0",
        "1",
        "10",
        "11",
        "-1",
        "50",
        "200",
        "201",
        "9.5",
        "account",
        "none",
        "2026-01-31",
        "2026-13-01",
        "0000-01-01",
        "9999-12-31",
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00+99:99",
        "-009999-01-02T01:59:59Z",
        "Europe/Amsterdam",
        "Mars/Base",
        "../../etc/passwd",
        "1.account.3f0e",
        "9223372036854775807.a.b",
        "-9223372036854775808.a.b",
        "..",
        "%",
        "%00",
        "%ff%fe",
        "\u{202e}",
        "'; DROP TABLE answers;--",
        "<script>",
        "1e400",
        "NaN",
        &"x".repeat(3_000),
    ];
    let mut serializer = url::form_urlencoded::Serializer::new(String::new());
    for _ in 0..dice.below(6) {
        let name = if dice.one_in(6) {
            *dice.pick(&["", "form", "page", "limit[]", "a\u{0}b"])
        } else {
            dice.pick(known).as_str()
        };
        serializer.append_pair(name, dice.pick::<&str>(&values));
    }
    let mut text = serializer.finish();
    if dice.one_in(4) && !text.is_empty() {
        text.insert_str(
            dice.below(text.len()),
            dice.pick::<&str>(&["&", "=", "%", "%0", "+", ";", "&&", "?"]),
        );
    }
    text
}

#[tokio::test]
async fn every_query_is_answered_or_refused_by_name() {
    let mut collector = Collector::start(Options::default());
    for score in 0..=10 {
        let mut sent = answer();
        sent["score"] = json!(score);
        collector.post(&sent).await.expect(StatusCode::CREATED);
    }
    let document = collector.get("/openapi.json").await.expect(StatusCode::OK).json();
    let mut dice = Dice(0xD1CE);
    for attempt in 0..attempts() / 5 {
        let path = *dice.pick(&["/v1/results", "/v1/answers"]);
        let parameters = document["paths"][path]["get"]["parameters"].as_array().expect("parameters").clone();
        let known: Vec<String> =
            parameters.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect();
        let query = query(&mut dice, &known);
        let reply = collector.get_as_owner(&format!("{path}?{query}")).await;
        match reply.status {
            StatusCode::OK => assert!(reply.json().is_object()),
            StatusCode::UNPROCESSABLE_ENTITY => assert!(!reply.problems().is_empty()),
            status => panic!("{attempt}: {status} for {path}?{query}: {}", reply.text()),
        }
        let link = collector.get(&format!("/s/shop?{query}")).await;
        assert_eq!(link.status, StatusCode::OK, "{attempt}: /s/shop?{query}");
    }
    assert_eq!(everything_kept(&collector).await.len(), 11);
    collector.stop();
    assert!(!collector.log().contains("panicked"), "{}", collector.log());
}

#[tokio::test]
async fn the_document_can_be_read_by_people_and_by_programs() {
    let collector = Collector::start(Options::default());
    let reply = collector.get("/openapi.json").await.expect(StatusCode::OK);
    assert_eq!(reply.header("content-type"), "application/json");
    let document = reply.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
    let page = collector.get("/api/").await.expect(StatusCode::OK).text();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            assert!(page.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path} in {page}");
        }
    }
    // Every documented path exists.
    for path in document["paths"].as_object().expect("paths").keys() {
        let reply = collector.get_as_owner(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }
}
