//! The NPS of any scores, for other people's pages: a module of its own with two functions.
//!
//! The numbers are the core's and the text is read as on the preview page; this crate only
//! carries values between JavaScript and Rust. `www/nps.js` starts the module, and
//! `www/npm/nps.d.ts` documents what a developer sees.
//!
//! **Invariant:** this file holds all that is exported to JavaScript.

mod error;
mod result;
mod scores;

use serde::Serialize;
use wasm_bindgen::prelude::*;

// What comes in is looked at property by property: serde-wasm-bindgen's deserialiser prints every value that
// it refuses, floats among them, and that is a fifth of this module.
#[wasm_bindgen]
extern "C" {
    /// What a caller may say besides the scores.
    pub type Options;

    /// The column of a table, by its heading or as an error has named it.
    #[wasm_bindgen(method, getter, catch)]
    fn column(this: &Options) -> Result<JsValue, JsValue>;
}

/// The NPS of these scores: an array of numbers, a `Uint8Array` with a score in each byte, or text.
///
/// # Errors
///
/// A `TypeError` for a value of another type and a `RangeError` for a number that is no score, both with
/// its index; an `Error` for text that holds no scores, or in which several columns could be meant.
#[wasm_bindgen(js_name = npsOf, skip_typescript)]
pub fn nps_of(scores: &JsValue, options: Option<Options>) -> Result<JsValue, JsValue> {
    let column = options.map_or(Ok(None), |options| column(&options))?;
    to_js(&scores::count(scores, column.as_deref())?)
}

/// Two scores held against each other: scores of any form, or what [`nps_of`] has returned.
///
/// # Errors
///
/// As [`nps_of`]; and an `Error` if one of them has no answers.
#[wasm_bindgen(skip_typescript)]
pub fn compare(first: &JsValue, second: &JsValue) -> Result<JsValue, JsValue> {
    let (first, second) = (scores::tally(first)?, scores::tally(second)?);
    let compared = result::Compared::of(&first, &second)
        .ok_or_else(|| js_sys::Error::new("one of the two has no answers, so there is nothing to compare"))?;
    to_js(&compared)
}

fn column(options: &Options) -> Result<Option<String>, JsValue> {
    let column = options.column()?;
    if column.is_undefined() || column.is_null() {
        return Ok(None);
    }
    column.as_string().map(Some).ok_or_else(|| js_sys::TypeError::new("options.column must be a text").into())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    Ok(value.serialize(&serializer)?)
}
