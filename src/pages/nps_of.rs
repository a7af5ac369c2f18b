//! `npsOf(scores)`: a list of scores from JavaScript, and what there is to say about them.

use aanrader_scores::tally_of_bytes;
use aanrader_survey::{Category, Confidence, Nps, Score, Tally};
use js_sys::{Array, RangeError, TypeError, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

/// How many scores are taken over from JavaScript at a time, so that memory does not grow with them.
const PIECE: u32 = 64 * 1024;

/// The result, as JavaScript gets it. Without answers there is no NPS and no interval: `null`.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct NpsOf {
    nps: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    confidence: f64,
    n: u64,
    promoters: u64,
    passives: u64,
    detractors: u64,
    counts: [u64; Score::COUNT],
}

impl NpsOf {
    /// What a tally says.
    pub(crate) fn new(tally: &Tally) -> Self {
        let nps = tally.nps();
        Self {
            nps: nps.as_ref().map(Nps::score),
            low: nps.as_ref().map(Nps::low),
            high: nps.as_ref().map(Nps::high),
            confidence: Confidence::P95.level(),
            n: tally.n(),
            promoters: tally.of(Category::Promoter),
            passives: tally.of(Category::Passive),
            detractors: tally.of(Category::Detractor),
            counts: *tally.counts(),
        }
    }
}

/// Counts what is in a `Uint8Array` or an array of numbers.
///
/// # Errors
///
/// A `TypeError` for what is no number, a `RangeError` for a number that is no
/// score; both name its index and the value.
pub(crate) fn tally_of(scores: &JsValue) -> Result<Tally, JsValue> {
    if let Some(bytes) = scores.dyn_ref::<Uint8Array>() {
        return tally_of_array(bytes);
    }
    let Some(list) = scores.dyn_ref::<Array>() else {
        return Err(TypeError::new("scores must be a Uint8Array or an array of numbers").into());
    };
    let mut tally = Tally::default();
    for index in 0..list.length() {
        let value = list.get(index);
        let Some(number) = value.as_f64() else {
            let kind = value.js_typeof().as_string().unwrap_or_default();
            let found =
                value.as_string().map_or_else(|| name_of(&value, &kind), |text| format!("the text {text:?}"));
            return Err(TypeError::new(&message(index, &found)).into());
        };
        tally.add(score(number).ok_or_else(|| RangeError::new(&message(index, &number.to_string())))?);
    }
    Ok(tally)
}

fn tally_of_array(bytes: &Uint8Array) -> Result<Tally, JsValue> {
    let mut tally = Tally::default();
    let mut buffer = vec![0; PIECE.min(bytes.length()) as usize];
    for from in (0..bytes.length()).step_by(PIECE as usize) {
        let piece = bytes.subarray(from, from.saturating_add(PIECE).min(bytes.length()));
        let scores = &mut buffer[..piece.length() as usize];
        piece.copy_to(scores);
        tally.merge(
            &tally_of_bytes(scores)
                .map_err(|at| RangeError::new(&message(from + at as u32, &scores[at].to_string())))?,
        );
    }
    Ok(tally)
}

fn score(number: f64) -> Option<Score> {
    let is_score = number.fract() == 0.0 && (0.0..=f64::from(Score::MAX)).contains(&number);
    if is_score { Score::new(number as u8) } else { None }
}

fn name_of(value: &JsValue, kind: &str) -> String {
    if value.is_null() { "null".into() } else { kind.into() }
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

    #[test]
    fn what_javascript_gets_is_what_the_core_computed() {
        let tally: Tally = [0, 7, 8, 9, 10, 10].into_iter().filter_map(Score::new).collect();
        let (told, nps) = (NpsOf::new(&tally), tally.nps().expect("an NPS"));
        assert_eq!(told.nps, Some(nps.score()));
        assert_eq!((told.low, told.high), (Some(nps.low()), Some(nps.high())));
        assert_eq!((told.n, told.promoters, told.passives, told.detractors), (6, 3, 2, 1));
        assert_eq!(told.counts, [1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2]);
    }

    #[test]
    fn nobody_has_no_nps() {
        let told = serde_json::to_value(NpsOf::new(&Tally::default())).expect("JSON");
        for key in ["nps", "low", "high"] {
            assert!(told[key].is_null(), "{key}");
        }
        assert_eq!(told["n"], 0);
    }
}
