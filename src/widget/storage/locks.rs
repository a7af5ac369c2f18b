//! One tab at a time, where the browser can say so. The collector's idempotency is what counts; this
//! only saves it the work.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::Navigator;

/// The lock of the tab that is sending.
const NAME: &str = "aanrader-outbox";

// web-sys has Web Locks behind `web_sys_unstable_apis`.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Navigator)]
    type LockingNavigator;

    /// Pages without TLS have none.
    #[wasm_bindgen(method, getter)]
    fn locks(this: &LockingNavigator) -> Option<LockManager>;

    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &LockOptions,
        granted: &Closure<dyn FnMut(Option<Lock>) -> Promise>,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type LockOptions;

    #[wasm_bindgen(method, setter, js_name = ifAvailable)]
    fn set_if_available(this: &LockOptions, is: bool);

    type Lock;
}

/// Does the work, unless another tab is at it. Where nobody can know, as in a sandbox, it is done.
pub(crate) async fn alone<F: Future<Output = ()> + 'static>(work: fn() -> F) {
    let locks =
        web_sys::window().and_then(|window| window.navigator().unchecked_into::<LockingNavigator>().locks());
    let is_settled = match locks {
        Some(locks) => in_turn(&locks, work).await.is_ok(),
        None => false,
    };
    if !is_settled {
        work().await;
    }
}

/// Does the work, if this tab is given the lock.
async fn in_turn<F: Future<Output = ()> + 'static>(
    locks: &LockManager,
    work: fn() -> F,
) -> Result<(), JsValue> {
    let options = Object::new().unchecked_into::<LockOptions>();
    options.set_if_available(true);
    let granted = Closure::<dyn FnMut(Option<Lock>) -> Promise>::new(move |lock: Option<Lock>| {
        future_to_promise(async move {
            if lock.is_some() {
                work().await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    JsFuture::from(locks.request(NAME, &options, &granted)?).await.map(drop)
}
