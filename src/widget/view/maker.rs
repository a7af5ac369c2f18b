//! Makes the view's elements.

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
    /// The stand-in for an element that couldn't be made.
    spare: &'a Element,
    pub(super) sink: &'a Sink,
    pub(super) presses: &'a Rc<Presses>,
    failure: RefCell<Option<JsValue>>,
}

/// A button that listens for clicks until it is dropped.
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
    /// This is the only check: one after each element would double the code, for everything to free in
    /// between.
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

    /// A new element whose class is its part's name.
    pub(super) fn part(&self, tag: &str, name: &str) -> Element {
        self.element(tag).attr("class", name).attr("part", name)
    }

    /// A hidden element for an error. It describes the element that then gets the focus, so a screen reader
    /// reads it exactly once.
    pub(super) fn error(&self, id: &str) -> Element {
        self.part("p", "error").attr("id", id).attr("hidden", "")
    }

    /// A button for this action, without words yet. It submits no form: a sandboxed page may not submit
    /// forms, so Send works without.
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
