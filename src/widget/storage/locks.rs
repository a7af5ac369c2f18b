//! Lets one tab send at a time, if the browser has locks. Correctness rests on the collector's idempotency;
//! locks only save the collector work.

use aanrader_dom::{Callback, when};
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Navigator;

use super::Then;

/// The lock of the sending tab.
const NAME: &str = "aanrader-outbox";

// web-sys has Web Locks only behind `web_sys_unstable_apis`.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Navigator)]
    type LockingNavigator;

    /// `None` on pages without TLS.
    #[wasm_bindgen(method, getter)]
    fn locks(this: &LockingNavigator) -> Option<LockManager>;

    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &LockOptions,
        granted: &Callback,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type LockOptions;

    #[wasm_bindgen(method, setter, js_name = ifAvailable)]
    fn set_if_available(this: &LockOptions, is: bool);
}

/// Does the work, unless another tab does it. Without locks, as in a sandbox, it always does the work.
/// The work reports its end.
pub(crate) fn alone(work: fn(Then<()>)) {
    let locks = aanrader_dom::window()
        .and_then(|window| window.navigator().unchecked_into::<LockingNavigator>().locks());
    match locks.map(|locks| exclusively(&locks, work)) {
        Some(Ok((asked, granted))) => when(&asked, move |settled| {
            drop(granted);
            if settled.is_err() {
                work(Box::new(drop));
            }
        }),
        _ => work(Box::new(drop)),
    }
}

/// Does the work, if this tab gets the lock.
fn exclusively(locks: &LockManager, work: fn(Then<()>)) -> Result<(Promise, Callback), JsValue> {
    let options = Object::new().unchecked_into::<LockOptions>();
    options.set_if_available(true);
    // The lock is held until the promise is resolved.
    let granted = Callback::new(move |lock: JsValue| {
        let held = Promise::new(&mut |resolve, _| {
            let done = move |()| drop(resolve.call0(&JsValue::NULL));
            if lock.is_null() { done(()) } else { work(Box::new(done)) }
        });
        held.into()
    });
    Ok((locks.request(NAME, &options, &granted)?, granted))
}
