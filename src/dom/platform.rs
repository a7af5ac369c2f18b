//! Bindings that js-sys and web-sys lack, or have in another form.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Window;

#[wasm_bindgen]
extern "C" {
    /// web-sys asks in four places where it might be, and what it is.
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    pub(crate) static WINDOW: Option<Window>;

    #[wasm_bindgen(extends = Promise)]
    pub(crate) type Thenable;

    /// js-sys has it for closures of types of its own.
    #[wasm_bindgen(method)]
    pub(crate) fn then(this: &Thenable, done: &Function, failed: &Function);
}
