//! How the view makes its elements.

use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener, element};
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

use super::press::Presses;
use super::{Action, Sink};

/// What elements are made with.
pub(super) struct Maker<'a> {
    pub(super) document: &'a Document,
    pub(super) sink: &'a Sink,
    pub(super) presses: &'a Rc<Presses>,
}

impl Maker<'_> {
    /// A new element.
    pub(super) fn element(&self, tag: &str) -> Result<Element, JsValue> {
        element(self.document, tag)
    }

    /// A new element whose class is also the name of its part.
    pub(super) fn part(&self, tag: &str, name: &str) -> Result<Element, JsValue> {
        Ok(self.element(tag)?.attr("class", name).attr("part", name))
    }

    /// A place for an error, hidden until there is one. It describes what the focus goes to then: that is
    /// how it is heard, once.
    pub(super) fn error(&self, id: &str) -> Result<Element, JsValue> {
        Ok(self.part("p", "error")?.attr("id", id).attr("hidden", ""))
    }

    /// A button that does this, whose words come later.
    pub(super) fn button(&self, name: &str, action: Action) -> Result<Button, JsValue> {
        let element = self.part("button", name)?.attr("type", "button");
        let (sink, presses) = (self.sink.clone(), self.presses.clone());
        let listener = Listener::new(&element, "click", move |event| {
            if !presses.is_stale(&event) {
                sink(action);
            }
        });
        Ok(Button { element, _listener: listener })
    }
}

/// A button, which hears its clicks as long as it is held.
pub(super) struct Button {
    pub(super) element: Element,
    _listener: Listener,
}
