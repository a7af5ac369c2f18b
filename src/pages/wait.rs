//! Waiting, so that the page stays responsive.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// How long the page may be kept busy at a time, in milliseconds: less than a frame.
const BUSY_MS: f64 = 12.0;

/// Waits so many milliseconds, and lets the browser do everything else meanwhile.
pub(crate) async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // It can't fail with a function; if it did, waiting would not end, as when the page is gone.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    // The promise is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// Measures how long the page has been kept busy.
pub(crate) struct Busy {
    since: f64,
}

impl Busy {
    /// From now on.
    pub(crate) fn start() -> Self {
        Self { since: now() }
    }

    /// Whether it is time to let the browser paint and listen.
    pub(crate) fn is_long(&self) -> bool {
        now() - self.since > BUSY_MS
    }
}

fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
