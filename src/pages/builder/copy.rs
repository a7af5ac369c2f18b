//! Copies text to the clipboard, or selects it if the browser doesn't let the page copy.

use std::rc::Rc;

use aanrader_dom::ElementExt;
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element};

use crate::language::t;
use crate::page::by_id;

/// Copies the text that a button names, and reports the outcome.
pub(crate) struct Copier {
    document: Document,
    said: Rc<Element>,
}

impl Copier {
    /// A copier for all buttons of the page.
    ///
    /// # Errors
    ///
    /// A sentence that names what the page lacks.
    pub(crate) fn new(document: &Document) -> Result<Self, JsValue> {
        Ok(Self { document: document.clone(), said: Rc::new(by_id(document, "said")?) })
    }

    /// Copies the text of the element that the button names.
    pub(crate) fn copy(&self, button: &Element) {
        let Some(from) =
            button.get_attribute("data-copies").and_then(|id| self.document.get_element_by_id(&id))
        else {
            return;
        };
        self.rest();
        let (button, said) = (button.clone(), Rc::clone(&self.said));
        spawn_local(async move {
            let words = match write(&from.text_content().unwrap_or_default()).await {
                Ok(_) => t().copied,
                Err(_) => select(&from),
            };
            said.set_text_content(Some(words));
            let _ = button.text(words);
        });
    }

    /// Resets the labels of all buttons.
    pub(crate) fn rest(&self) {
        let Ok(buttons) = self.document.query_selector_all("[data-copies]") else { return };
        for index in 0..buttons.length() {
            if let Some(button) = buttons.item(index) {
                button.set_text_content(Some(t().copy));
            }
        }
    }
}

/// Writes a text to the clipboard; pages without TLS have no clipboard.
async fn write(text: &str) -> Result<JsValue, JsValue> {
    let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
    if Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err(JsValue::NULL);
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await
}

/// Selects the text, so that one key press copies it; returns the keys to press.
fn select(element: &Element) -> &'static str {
    if let Some(selection) = web_sys::window().and_then(|window| window.get_selection().ok().flatten()) {
        // If this fails, the owner can still select by hand.
        let _ = selection.select_all_children(element);
    }
    t().selected
}
