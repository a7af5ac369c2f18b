//! `<aanrader-survey>`, compiled to WebAssembly.
//!
//! **Invariant:** this file holds exactly the functions that JavaScript can call.

mod delivery;
mod draft;
mod element;
mod events;
mod json;
mod options;
mod outbox;
mod storage;
mod strings;
mod texts;
mod view;

use std::rc::Rc;

pub use options::ATTRIBUTES;
pub use texts::Settings;
use texts::Texts;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

/// An allocator made for WebAssembly, smaller than the standard library's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Sends what an earlier page left behind.
#[wasm_bindgen]
pub fn wake() {
    outbox::wake();
}

/// The Rust side of one `<aanrader-survey>`. The element's class must be JavaScript; it passes every callback
/// on to this.
#[wasm_bindgen]
pub struct Survey(Rc<element::Element>);

#[wasm_bindgen]
impl Survey {
    /// The survey of this element, in the language of these texts. It doesn't ask yet.
    #[wasm_bindgen(constructor)]
    pub fn new(host: &HtmlElement, texts: &Object, settings: Settings) -> Self {
        Self(element::Element::new(host, Texts::of(texts), settings))
    }

    /// The element has entered the page: asks, or shows the same screen again.
    pub fn connect(&self) {
        self.0.connect();
    }

    /// The element has left the page, perhaps to come back.
    pub fn disconnect(&self) {
        self.0.disconnect();
    }

    /// The page has changed attributes of the element.
    pub fn changed(&self) {
        self.0.changed();
    }

    /// The language has changed.
    pub fn translate(&self, texts: &Object, settings: Settings) {
        self.0.translate(Texts::of(texts), settings);
    }

    /// The answer's id and its revision so far, separated by a space; empty before the first choice.
    #[wasm_bindgen(getter)]
    pub fn answer(&self) -> String {
        self.0.answer()
    }

    /// Takes the question off the screen for good.
    pub fn close(&self) {
        self.0.close();
    }
}
