//! `<aanrader-survey>`, compiled to WebAssembly.
//!
//! **Invariant:** this file holds all that JavaScript can call, and nothing else.

mod delivery;
mod element;
mod events;
mod js;
mod options;
mod outbox;
mod sheet;
mod storage;
mod texts;
mod view;

pub use options::ATTRIBUTES;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

/// A smaller allocator than the standard library's, made for WebAssembly.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Sends what an earlier page left behind.
#[wasm_bindgen]
pub fn wake() {
    outbox::wake();
}

/// The Rust side of one `<aanrader-survey>`, with the texts of that language and posting to that address.
///
/// It is one function. The element's class, which has to be JavaScript, calls it with 0 when it is to ask,
/// and when the element has come back into the page; with 1 when it is to take the question away for good;
/// with `false` when the element has left the page; with `true` when one of its attributes has another
/// value. Whoever holds the function holds all of this.
#[wasm_bindgen]
pub fn survey(host: &HtmlElement, texts: JsValue, language: &JsValue, collector: &JsValue) -> Function {
    let [language, collector] = [language, collector].map(|text| text.as_string().unwrap_or_default());
    element::Element::start(host, texts::Texts::new(texts, language), collector)
}
