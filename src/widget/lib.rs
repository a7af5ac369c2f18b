//! `<aanrader-survey>`, compiled to WebAssembly.
//!
//! **Invariant:** this file holds all that JavaScript can call, and nothing else.

mod delivery;
mod element;
mod events;
mod lock;
mod options;
mod outbox;
mod sheet;
mod storage;
mod texts;
mod view;

pub use options::ATTRIBUTES;

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

/// A smaller allocator than the standard library's, made for WebAssembly.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Sends what an earlier page left behind.
#[wasm_bindgen]
pub fn wake() {
    outbox::wake();
}

/// The Rust side of one `<aanrader-survey>`. The element's class, which has to
/// be JavaScript, hands every callback on to it.
#[wasm_bindgen]
pub struct Survey(element::Element);

#[wasm_bindgen]
impl Survey {
    /// For that element, with the texts of that language, posting to that address.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(host: HtmlElement, texts: JsValue, language: String, collector: String) -> Self {
        Self(element::Element::new(host, texts::Texts::new(texts, language), collector))
    }

    /// The element is in the page; asks once so many milliseconds have passed.
    pub fn connect(&self, millis: f64) {
        self.0.connect(millis);
    }

    /// The element has left the page.
    pub fn disconnect(&self) {
        self.0.disconnect();
    }

    /// One of the element's attributes has changed.
    pub fn change(&self) {
        self.0.change();
    }
}
