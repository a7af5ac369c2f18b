//! The scores of a text, for `npsOf`: a module of its own, which only pages that count text load.
//!
//! It reads text exactly as the preview page does; this crate only carries values between JavaScript and
//! Rust. `www/nps.js` loads the module, and passes the counts to the module of `aanrader-nps`.
//!
//! **Invariant:** this file holds all exports to JavaScript.

mod error;

use aanrader_scores::{Column, Reading};
use js_sys::TypeError;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// An allocator smaller than the standard library's, and as steady with many small texts.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[wasm_bindgen]
extern "C" {
    /// The options of a call.
    pub type Options;

    /// The column of a table: its heading, or its name in an error.
    #[wasm_bindgen(method, getter, catch)]
    fn column(this: &Options) -> Result<JsValue, JsValue>;
}

/// The result for a text.
#[derive(Serialize)]
struct Text {
    /// How often each score occurs, that of 0 first.
    counts: Vec<u64>,
    read: Read,
}

/// How a text was read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    column: String,
    left_out: u64,
    left_out_lines: Vec<String>,
    remarks: Vec<String>,
}

/// The counts of a text's scores, and how the text was read.
///
/// # Errors
///
/// An `Error` for text without scores or with several possible columns; a `TypeError` for invalid options.
#[wasm_bindgen(skip_typescript)]
pub fn read(text: &str, options: Option<Options>) -> Result<JsValue, JsValue> {
    let wanted = options.map_or(Ok(None), |options| column(&options))?;
    let reading = aanrader_scores::read_text(text);
    let column = chosen(&reading, wanted.as_deref())?;
    to_js(&Text {
        counts: column.tally.counts().to_vec(),
        read: Read {
            column: column.to_string(),
            left_out: column.without_score(),
            left_out_lines: column.named.iter().map(ToString::to_string).collect(),
            remarks: reading.remarks.iter().map(ToString::to_string).collect(),
        },
    })
}

/// The wanted column, or the only possible one.
fn chosen<'a>(reading: &'a Reading, wanted: Option<&str>) -> Result<&'a Column, JsValue> {
    let Some(wanted) = wanted else {
        return reading.counted().ok_or_else(|| error::of(reading));
    };
    let is_meant = |column: &&Column| column.name.as_deref() == Some(wanted) || column.to_string() == wanted;
    let mut meant = reading.columns.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(column), None) => Ok(column),
        (None, _) => Err(error::no_column(reading, wanted)),
        _ => Err(error::many_columns(reading, wanted)),
    }
}

fn column(options: &Options) -> Result<Option<String>, JsValue> {
    let column = options.column()?;
    if column.is_undefined() || column.is_null() {
        return Ok(None);
    }
    column.as_string().map(Some).ok_or_else(|| TypeError::new("options.column must be a text").into())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    Ok(value.serialize(&serializer)?)
}
