//! One tab at a time, where the browser can say so. The collector's idempotency
//! is what counts; this only saves it the work.

use std::future::Future;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, spawn_local};

#[wasm_bindgen]
extern "C" {
    // web-sys knows locks only as an unstable interface.
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &Object, then: &JsValue) -> Result<Promise, JsValue>;
}

/// Does the work if no other tab is at it.
pub(crate) fn alone(work: impl Future<Output = ()> + 'static) {
    match locks() {
        Some(locks) => drop(request(&locks, work)),
        // Pages without TLS have no locks.
        None => spawn_local(work),
    }
}

fn locks() -> Option<Locks> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &JsValue::from_str("locks")).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

fn request(locks: &Locks, work: impl Future<Output = ()> + 'static) -> Result<Promise, JsValue> {
    let then = Closure::once_into_js(move |lock: JsValue| {
        future_to_promise(async move {
            // Null: another tab has it.
            if !lock.is_null() {
                work.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("ifAvailable"), &JsValue::TRUE)?;
    locks.request("aanrader-outbox", &options, &then)
}
