//! Files in the forms that survey tools and spreadsheets really write.

use serde_json::Value;

use crate::read;
use crate::reading::{Outcome, Reading};

pub(super) fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/suite/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The expected contents of each file.
fn expected() -> Vec<Value> {
    serde_json::from_slice(&file("expected.json")).expect("JSON")
}

/// The names of all files.
pub(super) fn names() -> Vec<String> {
    expected().iter().filter_map(|case| case["file"].as_str().map(str::to_owned)).collect()
}

fn outcome(reading: &Reading) -> String {
    match reading.counted() {
        Some(column) => {
            let nps = column.tally.nps().map(|nps| (nps.score() * 1e4).round() / 1e4);
            format!(
                "{} answers, NPS {nps:?}, {column}; without score {} {:?}",
                column.tally.n(),
                column.without_score(),
                column.named
            )
        }
        None => format!("{reading}"),
    }
}

#[test]
fn every_file_comes_out_as_expected() {
    let (expected, mut wrong) = (expected(), Vec::new());
    for case in &expected {
        let name = case["file"].as_str().expect("a file");
        let reading = read(&file(name));
        let answers = case["answers"].as_u64().expect("a number");
        let right = match (&reading.outcome, answers) {
            (Outcome::Counted { .. }, 0) => false,
            (Outcome::Counted { .. }, n) => {
                let column = reading.counted().expect("a column");
                let nps = column.tally.nps().map(|nps| nps.score()).unwrap_or(f64::NAN);
                column.tally.n() == n && (nps - case["nps"].as_f64().expect("a number")).abs() < 0.001
            }
            (_, n) => n == 0,
        };
        println!("{} {name}: {}", if right { "ok   " } else { "WRONG" }, outcome(&reading));
        if !right {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
