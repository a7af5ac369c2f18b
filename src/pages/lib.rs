//! The owner's pages in WebAssembly: the builder of surveys, the preview of any scores, and the
//! results of those that were collected. Every number comes from `aanrader_survey`.
//!
//! **Invariant:** this file holds all that is exported to JavaScript; only
//! `api.rs` talks to the network, and only `session.rs` to browser storage.

mod api;
mod builder;
mod counter;
mod counting;
mod figures;
mod format;
mod nps_of;
mod page;
mod preview;
mod reading;
mod results;
mod selection;
mod session;
mod texts;
mod wire;

use std::any::Any;
use std::cell::RefCell;

use serde::Serialize;
use wasm_bindgen::prelude::*;

thread_local! {
    /// What keeps the page's or the worker's listeners: it lives as long as either.
    static PAGE: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// Starts the page that `<body data-page="…">` names; on any other page this
/// module only offers [`nps_of`]. In a worker it waits for a file to count.
///
/// # Errors
///
/// A sentence for the developer, where the page lacks what the module fills in.
#[wasm_bindgen(start)]
pub fn start() -> Result<(), JsValue> {
    let Some(document) = aanrader_dom::document() else {
        if let Ok(worker) = js_sys::global().dyn_into() {
            PAGE.set(Some(Box::new(counter::start(&worker))));
        }
        return Ok(());
    };
    let name = document.body().and_then(|body| body.get_attribute("data-page"));
    let page: Box<dyn Any> = match name.as_deref() {
        Some("builder") => Box::new(builder::Builder::start(&document)?),
        Some("preview") => Box::new(preview::Preview::start(&document)?),
        Some("results") => Box::new(results::Results::start(&document)?),
        _ => return Ok(()),
    };
    PAGE.set(Some(page));
    page::ready(&document);
    Ok(())
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What `npsOf` says. Scores and interval are unrounded, from -100 to 100. */
export interface NpsOf {
  /** The Net Promoter Score; null when nobody answered, which is not an NPS of 0. */
  readonly nps: number | null;
  /** Lower end of the interval. */
  readonly low: number | null;
  /** Upper end of the interval. */
  readonly high: number | null;
  /** How sure the interval is meant to be, as a share: 0.95. */
  readonly confidence: number;
  /** How many answers there are. */
  readonly n: number;
  /** Answers of 9 and 10. */
  readonly promoters: number;
  /** Answers of 7 and 8. */
  readonly passives: number;
  /** Answers of 0 to 6. */
  readonly detractors: number;
  /** Answers per score, the one for score 0 first: eleven numbers. */
  readonly counts: readonly number[];
}
"#;

/// The NPS of these scores, with its 95 % interval, n and the counts.
///
/// # Errors
///
/// A `TypeError` for what is no number, a `RangeError` for a number that is not
/// a whole one from 0 to 10; both name its index and the value.
#[wasm_bindgen(js_name = npsOf, unchecked_return_type = "NpsOf")]
pub fn nps_of(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | readonly number[]")] scores: &JsValue,
) -> Result<JsValue, JsValue> {
    let tally = nps_of::tally_of(scores)?;
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    Ok(nps_of::NpsOf::new(&tally).serialize(&serializer)?)
}
