//! The owner's pages in WebAssembly: the builder of surveys, the preview of any scores, and the results of
//! collected answers. `aanrader_survey` computes every number.
//!
//! **Invariant:** this file holds all exports to JavaScript. Only `api.rs` uses the network, and none
//! uses the browser's storage.

mod api;
mod builder;
mod counter;
mod counting;
mod figures;
mod format;
mod language;
mod page;
mod preview;
mod reading;
mod results;
mod selection;
mod texts;
mod wire;

use std::any::Any;
use std::cell::RefCell;

use wasm_bindgen::prelude::*;

thread_local! {
    /// Keeps the listeners of the page or the worker for all its life.
    static PAGE: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// Starts the page that `<body data-page="…">` names. In a worker, waits for a file to count.
///
/// # Errors
///
/// A sentence for the developer, if the page lacks an element that the module needs.
#[wasm_bindgen(start)]
pub fn start() -> Result<(), JsValue> {
    let Some(document) = aanrader_dom::document() else {
        if let Ok(worker) = js_sys::global().dyn_into() {
            PAGE.set(Some(Box::new(counter::start(&worker))));
        }
        return Ok(());
    };
    language::speak(&page::language(&document));
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
