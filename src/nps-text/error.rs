//! The error for a text that needs a choice, or holds no scores.

use aanrader_scores::{Column, Reading};
use js_sys::{Error, Reflect};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::to_js;

/// A possible column, as the error names it.
#[derive(Serialize)]
struct Candidate {
    column: String,
    samples: Vec<String>,
    rounded: Option<i32>,
    n: u64,
}

impl Candidate {
    fn of(column: &Column) -> Self {
        Self {
            column: column.to_string(),
            samples: column.samples.clone(),
            rounded: column.tally.nps().map(|nps| nps.shown()),
            n: column.tally.n(),
        }
    }
}

/// The question, or the reason why there is nothing to count.
pub(crate) fn of(reading: &Reading) -> JsValue {
    let candidates: Vec<&Column> = reading.candidates().collect();
    let message = if candidates.is_empty() {
        reading.to_string()
    } else {
        format!("{reading} Name it: npsOf(text, {{ column: \"…\" }}).")
    };
    with_candidates(&message, candidates)
}

/// No column has this name.
pub(crate) fn no_column(reading: &Reading, wanted: &str) -> JsValue {
    let names: Vec<String> = reading.columns.iter().map(ToString::to_string).collect();
    let there_are = if names.is_empty() { "no columns".into() } else { names.join(", ") };
    with_candidates(
        &format!("there is no column “{wanted}”; the text has {there_are}"),
        reading.columns.iter().collect(),
    )
}

/// Several columns have this name.
pub(crate) fn many_columns(reading: &Reading, wanted: &str) -> JsValue {
    with_candidates(
        &format!("several columns are named “{wanted}”; give them different headings"),
        reading.candidates().collect(),
    )
}

/// An `Error` with these columns in its property `candidates`.
fn with_candidates(message: &str, columns: Vec<&Column>) -> JsValue {
    let error = Error::new(message);
    let candidates: Vec<Candidate> = columns.into_iter().map(Candidate::of).collect();
    if let Ok(candidates) = to_js(&candidates) {
        // Setting a property of a new object can't fail, and the message names the columns anyway.
        let _ = Reflect::set(&error, &"candidates".into(), &candidates);
    }
    error.into()
}
