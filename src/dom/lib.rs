//! The DOM as the widget and the owner's pages use it: elements made without HTML text (so that
//! Trusted Types has nothing to object to), and listeners and timeouts that end with their owner.

mod platform;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, Window};

/// The page's window; none in a worker. web-sys asks in four places where it might be.
pub fn window() -> Option<Window> {
    platform::WINDOW.with(Clone::clone)
}

/// The page's document, where there is one.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// A new element.
///
/// # Errors
///
/// What the browser says of a name that is no element's, or a page that has replaced `createElement`.
pub fn element(document: &Document, tag: &str) -> Result<Element, JsValue> {
    document.create_element(tag)
}

/// What one does with an element, in a chain. A setting that the browser
/// refuses is left out rather than breaking the host's page.
pub trait ElementExt: Sized {
    /// With this attribute.
    fn attr(self, name: &str, value: &str) -> Self;
    /// With this text in place of its children.
    fn text(self, text: &str) -> Self;
    /// With this child added at the end.
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

/// A callback of the platform. All callbacks are of this one type: glue and shims for each further type are half
/// a kilobyte.
pub type Callback = Closure<dyn Fn(JsValue) -> JsValue>;

/// A callback that returns nothing.
fn callback(call: Box<dyn Fn(JsValue)>) -> Callback {
    Closure::new(move |value| {
        call(value);
        JsValue::UNDEFINED
    })
}

/// Waits for one of two callbacks, and hands on what it was called with: `Ok` for the first, `Err` for the second.
/// Nothing of it is left when one of them has been called.
pub fn settle(
    listen: impl FnOnce(&Function, &Function),
    then: impl FnOnce(Result<JsValue, JsValue>) + 'static,
) {
    let [done, failed] = pair(Box::new(then));
    listen(&done, &failed);
}

/// Waits for one of two events, and hands on whether it was the first.
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

/// Hands on what the promise comes to.
pub fn when(promise: &Promise, then: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
    let promise: &platform::Thenable = promise.unchecked_ref();
    settle(|done, failed| promise.then(done, failed), then);
}

/// A callback for the outcome.
type Then = Box<dyn FnOnce(Result<JsValue, JsValue>)>;

/// Waits for one of two callbacks, and keeps both alive until then.
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
            // The one that runs is among them: it is let go of when it has returned.
            drop(callbacks);
        }));
        let function: Function = callback.as_ref().clone().unchecked_into();
        waiting.borrow_mut().callbacks.push(callback);
        function
    };
    [function(Ok), function(Err)]
}

/// A call that happens once, some time from now, unless this is dropped before.
#[must_use = "a timeout that nobody holds is cancelled at once"]
pub struct Timeout {
    id: i32,
    _callback: Callback,
}

impl Timeout {
    /// Calls `then` in that many milliseconds; `None` outside a window.
    pub fn new(millis: i32, then: impl FnOnce() + 'static) -> Option<Self> {
        Self::boxed(millis, Box::new(then))
    }

    /// The part that is the same for every closure, and so is there only once.
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

/// A listener that is taken off its target when this is dropped.
///
/// It may be called while it runs: one event that is handled can be the cause of the next.
#[must_use = "a listener that nobody holds is taken off at once"]
pub struct Listener {
    target: EventTarget,
    /// With spaces between them.
    kinds: &'static str,
    callback: Callback,
}

impl Listener {
    /// Calls `on` for each event of one of these kinds, which have spaces between them, at the target.
    pub fn new(target: &EventTarget, kinds: &'static str, on: impl Fn(Event) + 'static) -> Self {
        Self::boxed(target, kinds, Box::new(move |event: JsValue| on(event.unchecked_into())))
    }

    /// The part that is the same for every closure, and so is there only once.
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
