//! Counts a file in a worker, so that the page stays responsive: the page's half.

use aanrader_dom::Listener;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Event, EventTarget, File, MessageEvent};

use crate::counter::Said;

#[wasm_bindgen]
extern "C" {
    /// The browser's `Worker`, with an address that Trusted Types accepts.
    #[wasm_bindgen(extends = EventTarget)]
    type Worker;

    #[wasm_bindgen(constructor, catch)]
    fn new(url: &JsValue, options: &JsValue) -> Result<Worker, JsValue>;

    #[wasm_bindgen(method, js_name = postMessage, catch)]
    fn post_message(this: &Worker, message: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    fn terminate(this: &Worker);

    type TrustedTypes;

    #[wasm_bindgen(thread_local_v2, js_name = trustedTypes)]
    static TRUSTED_TYPES: Option<TrustedTypes>;

    #[wasm_bindgen(method, js_name = createPolicy, catch)]
    fn create_policy(this: &TrustedTypes, name: &str, rules: &JsValue) -> Result<Policy, JsValue>;

    type Policy;

    #[wasm_bindgen(method, js_name = createScriptURL, catch)]
    fn create_script_url(this: &Policy, url: &str) -> Result<JsValue, JsValue>;
}

/// The counting of a file. Dropping it ends the worker at once.
pub(crate) struct Counting {
    worker: Worker,
    _listeners: [Listener; 2],
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Counting {
    /// Starts a worker, passes it the file, and reports its messages; `None` if it can't run.
    ///
    /// # Errors
    ///
    /// The browser's error if it allows no worker.
    pub(crate) fn start(
        document: &Document,
        file: File,
        on: impl Fn(Option<Said>) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let worker = worker(document)?;
        let (failed, to) = (on.clone(), worker.clone().unchecked_into::<Worker>());
        let listeners = [
            Listener::new(&worker, "message", move |event: Event| {
                match said(&event) {
                    // A file can always be sent; it is not copied.
                    Some(Said::Ready) => drop(to.post_message(&file)),
                    said => on(said),
                }
            }),
            Listener::new(&worker, "error", move |_| failed(None)),
        ];
        Ok(Self { worker, _listeners: listeners })
    }
}

fn said(event: &Event) -> Option<Said> {
    serde_wasm_bindgen::from_value(event.dyn_ref::<MessageEvent>()?.data()).ok()
}

/// A worker that runs the script of this page.
fn worker(document: &Document) -> Result<Worker, JsValue> {
    let script = document.query_selector("script[type=module]")?;
    let script = script.and_then(|script| script.get_attribute("src")).unwrap_or_default();
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"module".into())?;
    Worker::new(&trusted(&script)?, &options)
}

/// The address, made trusted if the browser has Trusted Types.
fn trusted(script: &str) -> Result<JsValue, JsValue> {
    TRUSTED_TYPES.with(|factory| {
        let Some(factory) = factory else { return Ok(script.into()) };
        let same = Closure::<dyn Fn(String) -> String>::new(|url| url);
        let rules = Object::new();
        Reflect::set(&rules, &"createScriptURL".into(), same.as_ref())?;
        factory.create_policy("aanrader-pages", &rules)?.create_script_url(script)
    })
}
