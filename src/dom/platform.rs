//! Bindings that js-sys and web-sys lack, or declare differently.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Window;

#[wasm_bindgen]
extern "C" {
    /// web-sys would try four ways to reach the window, and check its class.
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    pub(crate) static WINDOW: Option<Window>;

    #[wasm_bindgen(extends = Promise)]
    pub(crate) type Thenable;

    /// js-sys declares `then` only for its own closure types.
    #[wasm_bindgen(method)]
    pub(crate) fn then(this: &Thenable, done: &Function, failed: &Function);
}
