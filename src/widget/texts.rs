//! The texts of one language, and what is filled into them. They stay in JavaScript: Rust has
//! seldom to look into them.

use aanrader_survey::wording_id;
use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::{js, options};

/// A language's texts, as the loader fetched them.
pub(crate) struct Texts {
    object: JsValue,
    /// The language's tag.
    pub(crate) language: String,
}

impl Texts {
    pub(crate) fn new(object: JsValue, language: String) -> Self {
        Self { object, language }
    }

    /// Which way the language is written, whatever the page around it does.
    pub(crate) fn direction(&self) -> &'static str {
        if matches!(&*self.language, "ar" | "fa" | "he" | "ur") { "rtl" } else { "ltr" }
    }

    /// The text under that key. The build checks that none is missing.
    pub(crate) fn get(&self, key: &str) -> JsValue {
        js::get(&self.object, key)
    }

    /// The same, for Rust.
    pub(crate) fn string(&self, key: &str) -> String {
        js::text(&self.object, key)
    }

    /// The id of the words that are on the screen with the question.
    pub(crate) fn wording(&self, host: &HtmlElement) -> String {
        let question = self.question(host).as_string().unwrap_or_default();
        wording_id(&[&question, &self.string("low"), &self.string("high")])
    }

    /// The question's template: the shop's own, or this language's, with a place
    /// for the brand where there is one.
    pub(crate) fn question(&self, host: &HtmlElement) -> JsValue {
        match options::own(host, "question") {
            Some(own) => own,
            None => {
                self.get(if options::value(host, "brand").is_empty() { "question" } else { "question_brand" })
            }
        }
    }
}

/// Whether there is a place for that name in braces.
pub(crate) fn has(template: &JsValue, name: &str) -> bool {
    let parts = template.unchecked_ref::<JsString>().split(name);
    parts.length() > 1
}

/// Puts a value in place of a name in braces. No template is an empty one.
pub(crate) fn fill(template: &JsValue, name: &str, value: &JsValue) -> JsValue {
    match template.is_falsy() {
        true => JsValue::from_str(""),
        // A text is no object, whose methods would be found by their names.
        false => js::pass(&template.unchecked_ref::<JsString>().split(name), "join", value),
    }
}
