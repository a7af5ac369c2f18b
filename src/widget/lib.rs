//! `<aanrader-survey>`, compiled to WebAssembly.
//!
//! **Invariant:** this file holds all that JavaScript can call, and nothing else.

/// `key!(thanks)` is the name of a text, as `www/locales` has it.
macro_rules! key {
    ($name:ident) => {
        stringify!($name)
    };
}

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

use js::Value;
use wasm_bindgen::prelude::*;

/// A smaller allocator than the standard library's, made for WebAssembly.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Sends what an earlier page left behind.
#[wasm_bindgen]
pub fn wake() {
    js::turn(&outbox::wake);
}

/// The Rust side of one `<aanrader-survey>`, with the texts of a language, which is named there as
/// `language`, as is the address to post to, as `collector`.
///
/// It is one function. The element's class, which has to be JavaScript, calls it with 0 when it is to ask,
/// and when the element has come back into the page; with 1 when it is to take the question away for good;
/// with 2 when the element has left the page; with 3 when one of its attributes has another value.
/// Whoever holds the function holds all of this.
#[wasm_bindgen]
pub fn survey(host: &JsValue, texts: &JsValue) -> JsValue {
    js::turn(&|| element::Element::start(Value::of(host), texts::Texts::new(texts)))
}
