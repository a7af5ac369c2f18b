//! The NPS of any scores, for other people's pages: a small module of its own.
//!
//! The core computes the numbers; this crate only carries values between JavaScript and Rust. `www/nps.js`
//! starts the module, and leaves text to the module of `aanrader-nps-text`. `www/npm/nps.d.ts` documents the
//! JavaScript API.
//!
//! **Invariant:** this file holds all exports to JavaScript.

mod result;
mod scores;

use serde::Serialize;
use wasm_bindgen::prelude::*;

/// An allocator made for WebAssembly, smaller than the standard library's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// The NPS of these scores: an array of numbers, or a `Uint8Array` with a score in each byte.
///
/// # Errors
///
/// A `TypeError` for a value of another type and a `RangeError` for a number that is no score, both with
/// its index.
#[wasm_bindgen(js_name = npsOf, skip_typescript)]
pub fn nps_of(scores: &JsValue) -> Result<JsValue, JsValue> {
    to_js(&result::NpsOf::new(&scores::tally_of(scores)?))
}

/// The NPS of an object with `counts`: a result of [`nps_of`], or the counts of a text.
///
/// # Errors
///
/// A `TypeError` for any other value.
#[wasm_bindgen(js_name = ofCounts, skip_typescript)]
pub fn of_counts(counted: &JsValue) -> Result<JsValue, JsValue> {
    to_js(&result::NpsOf::new(&scores::tally(counted)?))
}

/// The comparison of two scores: scores of any form, or results of [`nps_of`].
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

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    Ok(value.serialize(&serializer)?)
}
