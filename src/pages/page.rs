//! Document helpers for all pages.

use aanrader_dom::ElementExt;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element};

/// The element with that id, as this type.
///
/// # Errors
///
/// A sentence that names the id, if the page has no such element.
pub(crate) fn by_id<T: JsCast>(document: &Document, id: &str) -> Result<T, JsValue> {
    let found = document.get_element_by_id(id).and_then(|element| element.dyn_into().ok());
    found.ok_or_else(|| js_sys::Error::new(&format!("the page has no fitting element #{id}")).into())
}

/// A new element with this class, unless the class is empty.
///
/// # Errors
///
/// The browser's error for an invalid tag name.
pub(crate) fn new(document: &Document, tag: &str, class: &str) -> Result<Element, JsValue> {
    let element = aanrader_dom::element(document, tag)?;
    Ok(if class.is_empty() { element } else { element.attr("class", class) })
}

/// A new element with this text, which is never read as markup.
///
/// # Errors
///
/// As [`new`].
pub(crate) fn text(document: &Document, tag: &str, class: &str, text: &str) -> Result<Element, JsValue> {
    Ok(new(document, tag, class)?.text(text))
}

/// Replaces an element's children by these.
pub(crate) fn fill(element: &Element, children: &[Element]) {
    element.set_text_content(None);
    for child in children {
        // It fails only for a child that contains its parent.
        let _ = element.append_child(child);
    }
}

/// Removes the notice that the module is loading, and enables the fields.
pub(crate) fn ready(document: &Document) {
    if let Some(boot) = document.get_element_by_id("boot") {
        boot.remove();
    }
    if let Some(inputs) = document.get_element_by_id("inputs") {
        // If the attribute is absent, there is nothing to remove.
        let _ = inputs.remove_attribute("disabled");
    }
}

/// The language of the page, such as `nl`.
pub(crate) fn language(document: &Document) -> String {
    document.document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

/// The locale for dates: the reader's own if it belongs to the page's language, such as `en-US`; otherwise
/// the page's language.
pub(crate) fn locale() -> String {
    let Some(window) = web_sys::window() else { return String::new() };
    let language = window.document().map(|document| language(&document)).unwrap_or_default();
    let of_reader =
        window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect::<Vec<_>>();
    let fitting = of_reader.into_iter().find(|tag| tag.split('-').next() == Some(&*language));
    fitting.unwrap_or(language)
}

/// The message of a JavaScript error.
pub(crate) fn reason(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}
