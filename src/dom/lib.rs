//! The DOM as the widget and the owner's pages use it: elements made without HTML text (so that
//! Trusted Types has nothing to object to), and listeners and timeouts that end with their owner.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, EventTarget};

/// The page's document, where there is one.
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
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

/// A call that happens once, some time from now, unless this is dropped before.
#[must_use = "a timeout that nobody holds is cancelled at once"]
pub struct Timeout {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `then` in that many milliseconds; `None` outside a window.
    pub fn new(millis: i32, then: impl FnOnce() + 'static) -> Option<Self> {
        let mut then = Some(then);
        let call = move || {
            if let Some(then) = then.take() {
                then();
            }
        };
        Self::boxed(millis, Box::new(call))
    }

    /// The part that is the same for every closure, and so is there only once.
    fn boxed(millis: i32, call: Box<dyn FnMut()>) -> Option<Self> {
        let closure = Closure::wrap(call);
        let id = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), millis)
            .ok()?;
        Some(Self { id, _closure: closure })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
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
    kinds: Box<[&'static str]>,
    closure: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Calls `on` for each such event at the target.
    pub fn new(target: &EventTarget, kind: &'static str, on: impl Fn(Event) + 'static) -> Self {
        Self::boxed(target, Box::new([kind]), Box::new(on))
    }

    /// Calls `on` for each event of one of these kinds at the target.
    pub fn each<const N: usize>(
        target: &EventTarget,
        kinds: [&'static str; N],
        on: impl Fn(Event) + 'static,
    ) -> Self {
        Self::boxed(target, Box::new(kinds), Box::new(on))
    }

    /// The part that is the same for every closure, and so is there only once.
    fn boxed(target: &EventTarget, kinds: Box<[&'static str]>, on: Box<dyn Fn(Event)>) -> Self {
        let closure = Closure::wrap(on);
        for kind in &kinds {
            let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
        }
        Self { target: target.clone(), kinds, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        for kind in &self.kinds {
            let _ = self.target.remove_event_listener_with_callback(kind, function);
        }
    }
}
