//! Reads scores from JavaScript values.

use aanrader_scores::tally_of_bytes;
use aanrader_survey::{Score, Tally};
use js_sys::{Array, ArrayBuffer, RangeError, Reflect, Symbol, TypeError, Uint8Array};
use wasm_bindgen::prelude::*;

/// How many scores are copied from JavaScript at a time, so that memory doesn't grow with their number.
const PIECE: u32 = 64 * 1024;

#[wasm_bindgen]
extern "C" {
    /// The needed part of a result of `npsOf`.
    type Counted;

    #[wasm_bindgen(method, getter, catch)]
    fn counts(this: &Counted) -> Result<JsValue, JsValue>;
}

/// The counts of an argument of `compare`: scores, or a result of `npsOf`.
///
/// # Errors
///
/// A `TypeError` or a `RangeError` that names the invalid value.
pub(crate) fn tally(value: &JsValue) -> Result<Tally, JsValue> {
    if !value.is_object() || Array::is_array(value) || is_bytes(value) {
        return tally_of(value);
    }
    let takes = "compare takes results of npsOf, or scores as npsOf takes them";
    let counts = value.unchecked_ref::<Counted>().counts()?;
    let counts = counts.dyn_ref::<Array>().and_then(counts_of);
    counts.map(Tally::from_counts).ok_or_else(|| TypeError::new(takes).into())
}

/// Eleven counts; `None` for any other list.
fn counts_of(list: &Array) -> Option<[u64; Score::COUNT]> {
    let count = |value: JsValue| {
        let number = value.as_f64()?;
        (number.fract() == 0.0 && (0.0..=js_sys::Number::MAX_SAFE_INTEGER).contains(&number))
            .then_some(number as u64)
    };
    list.iter().map(count).collect::<Option<Vec<u64>>>()?.try_into().ok()
}

/// Counts the scores of a `Uint8Array` or an array of numbers.
///
/// # Errors
///
/// As [`tally`].
pub(crate) fn tally_of(scores: &JsValue) -> Result<Tally, JsValue> {
    if is_bytes(scores) {
        return tally_of_array(scores.unchecked_ref());
    }
    let Some(list) = scores.dyn_ref::<Array>() else {
        let takes = "scores must be an array of numbers, a Uint8Array with a score in each byte, or text";
        return Err(TypeError::new(takes).into());
    };
    let mut tally = Tally::default();
    for index in 0..list.length() {
        let value = list.get(index);
        let Some(number) = value.as_f64() else {
            return Err(TypeError::new(&message(index, &name_of(&value))).into());
        };
        tally.add(score(number).ok_or_else(|| RangeError::new(&message(index, &printed(number))))?);
    }
    Ok(tally)
}

/// Whether it is a `Uint8Array`, also one of another frame or of a derived class such as Node's `Buffer`. The
/// tag of a typed array tells its kind, whatever its class.
fn is_bytes(value: &JsValue) -> bool {
    ArrayBuffer::is_view(value)
        && Reflect::get(value, &Symbol::to_string_tag()).is_ok_and(|tag| tag == "Uint8Array")
}

fn tally_of_array(bytes: &Uint8Array) -> Result<Tally, JsValue> {
    let mut tally = Tally::default();
    let mut buffer = vec![0; PIECE.min(bytes.length()) as usize];
    for from in (0..bytes.length()).step_by(PIECE as usize) {
        let piece = bytes.subarray(from, from.saturating_add(PIECE).min(bytes.length()));
        let scores = &mut buffer[..piece.length() as usize];
        piece.copy_to(scores);
        let refused = |at: usize| {
            let place = message(from + at as u32, &scores[at].to_string());
            RangeError::new(&format!("{place}; if these are the bytes of a file, give its text"))
        };
        tally.merge(&tally_of_bytes(scores).map_err(refused)?);
    }
    Ok(tally)
}

fn score(number: f64) -> Option<Score> {
    let is_score = number.fract() == 0.0 && (0.0..=f64::from(Score::MAX)).contains(&number);
    if is_score { Score::new(number as u8) } else { None }
}

/// A number as JavaScript prints it: Rust's own way takes several kilobytes.
fn printed(number: f64) -> String {
    js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

fn name_of(value: &JsValue) -> String {
    if let Some(text) = value.as_string() {
        return format!("the text “{text}”");
    }
    if value.is_null() { "null".into() } else { value.js_typeof().as_string().unwrap_or_default() }
}

fn message(index: u32, found: &str) -> String {
    format!("scores[{index}] is {found}; a score is a whole number from 0 to 10")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_whole_number_from_0_to_10_are_no_scores() {
        for number in [6.5, -0.1, 11.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(score(number), None, "{number}");
        }
        assert_eq!([0.0, -0.0, 10.0].map(|n| score(n).map(Score::get)), [Some(0), Some(0), Some(10)]);
    }
}
