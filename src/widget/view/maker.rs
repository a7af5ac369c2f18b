//! How the view makes its elements.

use std::cell::RefCell;
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener, element};
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

use super::press::Presses;
use super::{Action, Sink};

/// Makes elements.
pub(super) struct Maker<'a> {
    document: &'a Document,
    /// The stand-in for an element that could not be made.
    spare: &'a Element,
    pub(super) sink: &'a Sink,
    pub(super) presses: &'a Rc<Presses>,
    failure: RefCell<Option<JsValue>>,
}

/// A button, which hears its clicks as long as it is held.
pub(super) struct Button {
    pub(super) element: Element,
    _listener: Listener,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        document: &'a Document,
        spare: &'a Element,
        sink: &'a Sink,
        presses: &'a Rc<Presses>,
    ) -> Self {
        Self { document, spare, sink, presses, failure: RefCell::default() }
    }

    /// The result, if every element could be made.
    ///
    /// One check at the end: with one at each element, what is to be let go of in between is as much code
    /// again.
    pub(super) fn finish<T>(self, made: T) -> Result<T, JsValue> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(made),
        }
    }

    /// A new element.
    pub(super) fn element(&self, tag: &str) -> Element {
        element(self.document, tag).unwrap_or_else(|failure| {
            self.failure.replace(Some(failure));
            self.spare.clone()
        })
    }

    /// A new element whose class is also the name of its part.
    pub(super) fn part(&self, tag: &str, name: &str) -> Element {
        self.element(tag).attr("class", name).attr("part", name)
    }

    /// A place for an error, hidden until there is one. It describes what the focus goes to then: that is
    /// how it is heard, once.
    pub(super) fn error(&self, id: &str) -> Element {
        self.part("p", "error").attr("id", id).attr("hidden", "")
    }

    /// A button that does this, whose words come later. It does no more than that: a page in a sandbox may
    /// submit no form, so Send doesn't wait for one.
    pub(super) fn button(&self, name: &str, action: Action) -> Button {
        let element = self.part("button", name).attr("type", "button");
        let (sink, presses) = (self.sink.clone(), self.presses.clone());
        let listener = Listener::new(&element, "click", move |event| {
            event.prevent_default();
            if !presses.is_stale(&event) {
                sink(action);
            }
        });
        Button { element, _listener: listener }
    }
}
