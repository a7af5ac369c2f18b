//! `<aanrader-survey>`, compiled to WebAssembly.
//!
//! **Invariant:** this file holds all that JavaScript can call, and nothing else.

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

/// The Rust side of one `<aanrader-survey>`. The element's class, which has to be JavaScript, hands every
/// callback to it.
#[wasm_bindgen]
pub struct Survey(Rc<element::Element>);

#[wasm_bindgen]
impl Survey {
    /// The survey of this element, in the language of these texts. It isn't asked yet.
    #[wasm_bindgen(constructor)]
    pub fn new(host: &HtmlElement, texts: &Object, settings: Settings) -> Self {
        Self(element::Element::new(host, Texts::of(texts), settings))
    }

    /// The element is in the page: asks, or shows again what was on the screen.
    pub fn connect(&self) {
        self.0.connect();
    }

    /// The element has left the page, perhaps to come back.
    pub fn disconnect(&self) {
        self.0.disconnect();
    }

    /// Attributes of the element have other values.
    pub fn changed(&self) {
        self.0.changed();
    }

    /// The language is another one.
    pub fn translate(&self, texts: &Object, settings: Settings) {
        self.0.translate(Texts::of(texts), settings);
    }

    /// The answer's id and its revision so far, with a space between; empty before the first choice.
    #[wasm_bindgen(getter)]
    pub fn answer(&self) -> String {
        self.0.answer()
    }

    /// Takes the question off the screen for good.
    pub fn close(&self) {
        self.0.close();
    }
}
