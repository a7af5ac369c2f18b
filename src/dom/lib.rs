//! The DOM as the widget and the owner's pages use it. Elements are made without HTML text, so Trusted Types
//! has no objection. Listeners and timeouts end with their owner.

mod platform;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, Window};

/// The page's window; `None` in a worker. web-sys would try four ways to reach it.
pub fn window() -> Option<Window> {
    platform::WINDOW.with(Clone::clone)
}

/// The page's document; `None` in a worker.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// A new element.
///
/// # Errors
///
/// The browser rejects the name, or the page has replaced `createElement`.
pub fn element(document: &Document, tag: &str) -> Result<Element, JsValue> {
    document.create_element(tag)
}

/// An element's setters, as a chain. A setting that the browser refuses is skipped, so the host's page
/// doesn't break.
pub trait ElementExt: Sized {
    /// Sets this attribute.
    fn attr(self, name: &str, value: &str) -> Self;
    /// Sets this text in place of the children.
    fn text(self, text: &str) -> Self;
    /// Adds this child at the end.
    fn child(self, child: &Element) -> Self;
    /// Shows or hides it through the `hidden` attribute.
    fn set_hidden(&self, hidden: bool);
}

impl ElementExt for Element {
    fn attr(self, name: &str, value: &str) -> Self {
        let _ = self.set_attribute(name, value);
        self
    }

    fn text(self, text: &str) -> Self {
        self.set_text_content(Some(text));
        self
    }

    fn child(self, child: &Element) -> Self {
        let _ = self.append_child(child);
        self
    }

    fn set_hidden(&self, hidden: bool) {
        let _ = self.toggle_attribute_with_force("hidden", hidden);
    }
}

/// A callback of the platform. All callbacks share this type, because the JavaScript shims of each further
/// type take half a kilobyte.
pub type Callback = Closure<dyn Fn(JsValue) -> JsValue>;

/// A callback that returns nothing.
fn callback(call: Box<dyn Fn(JsValue)>) -> Callback {
    Closure::new(move |value| {
        call(value);
        JsValue::UNDEFINED
    })
}

/// Waits for one of two callbacks and passes its argument on: `Ok` for the first, `Err` for the second. After
/// one call, both callbacks are freed.
pub fn settle(
    listen: impl FnOnce(&Function, &Function),
    then: impl FnOnce(Result<JsValue, JsValue>) + 'static,
) {
    let [done, failed] = pair(Box::new(then));
    listen(&done, &failed);
}

/// Waits for one of two events, and tells `then` whether the first one happened.
pub fn once(
    target: &EventTarget,
    done: &str,
    failed: &str,
    then: impl FnOnce(Result<JsValue, JsValue>) + 'static,
) {
    let listen = |on_done: &Function, on_failed: &Function| {
        let _ = target.add_event_listener_with_callback(done, on_done);
        let _ = target.add_event_listener_with_callback(failed, on_failed);
    };
    settle(listen, then);
}

/// Passes the promise's outcome on to `then`.
pub fn when(promise: &Promise, then: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
    let promise: &platform::Thenable = promise.unchecked_ref();
    settle(|done, failed| promise.then(done, failed), then);
}

/// A callback for the outcome.
type Then = Box<dyn FnOnce(Result<JsValue, JsValue>)>;

/// Waits for one of two callbacks, and keeps both alive until one is called.
#[derive(Default)]
struct Waiting {
    then: Option<Then>,
    callbacks: Vec<Callback>,
}

fn pair(then: Then) -> [Function; 2] {
    let waiting = Rc::new(RefCell::new(Waiting { then: Some(then), callbacks: Vec::new() }));
    let function = |wrap: fn(JsValue) -> Result<JsValue, JsValue>| {
        let held = waiting.clone();
        let callback = callback(Box::new(move |value| {
            let Waiting { then, callbacks } = held.take();
            if let Some(then) = then {
                then(wrap(value));
            }
            // The callback that is running is one of these; it is freed after it returns.
            drop(callbacks);
        }));
        let function: Function = callback.as_ref().clone().unchecked_into();
        waiting.borrow_mut().callbacks.push(callback);
        function
    };
    [function(Ok), function(Err)]
}

/// One delayed call. Dropping the timeout cancels it.
#[must_use = "a timeout that nobody holds is cancelled at once"]
pub struct Timeout {
    id: i32,
    _callback: Callback,
}

impl Timeout {
    /// Calls `then` after `millis`; `None` outside a window.
    pub fn new(millis: i32, then: impl FnOnce() + 'static) -> Option<Self> {
        Self::boxed(millis, Box::new(then))
    }

    /// The code that all closure types share, compiled once.
    fn boxed(millis: i32, then: Box<dyn FnOnce()>) -> Option<Self> {
        let then = Cell::new(Some(then));
        let callback = callback(Box::new(move |_| {
            if let Some(then) = then.take() {
                then();
            }
        }));
        let id = window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(callback.as_ref().unchecked_ref(), millis)
            .ok()?;
        Some(Self { id, _callback: callback })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// A listener that is removed from its target on drop.
///
/// It may be called while it runs, because handling one event can cause the next.
#[must_use = "a listener that nobody holds is taken off at once"]
pub struct Listener {
    target: EventTarget,
    /// The event types, separated by spaces.
    kinds: &'static str,
    callback: Callback,
}

impl Listener {
    /// Calls `on` for each of these event types at the target. Spaces separate the types.
    pub fn new(target: &EventTarget, kinds: &'static str, on: impl Fn(Event) + 'static) -> Self {
        Self::boxed(target, kinds, Box::new(move |event: JsValue| on(event.unchecked_into())))
    }

    /// The code that all closure types share, compiled once.
    fn boxed(target: &EventTarget, kinds: &'static str, on: Box<dyn Fn(JsValue)>) -> Self {
        let callback = callback(on);
        for kind in kinds.split(' ') {
            let _ = target.add_event_listener_with_callback(kind, callback.as_ref().unchecked_ref());
        }
        Self { target: target.clone(), kinds, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        for kind in self.kinds.split(' ') {
            let _ = self.target.remove_event_listener_with_callback(kind, function);
        }
    }
}
