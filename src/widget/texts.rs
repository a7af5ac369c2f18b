//! The texts of one language, and what is filled into them. They stay in JavaScript: Rust has
//! seldom to look into them.

use aanrader_survey::wording_id;
use wasm_bindgen::JsValue;

use crate::js::{self, Value};
use crate::options;

/// A language's texts, as the loader fetched them.
pub(crate) struct Texts {
    object: JsValue,
}

impl Texts {
    pub(crate) fn new(object: &JsValue) -> Self {
        Self { object: object.clone() }
    }

    /// The language's tag.
    pub(crate) fn language(&self) -> Value {
        self.get("language")
    }

    /// Whether the language is written from right to left, whatever the page around it does.
    pub(crate) fn is_rtl(&self) -> bool {
        js::pass("ar fa he ur".into(), "includes", self.language()).is()
    }

    /// The text under that key, which `key!` knows. The build checks that none is missing.
    pub(crate) fn get(&self, key: &str) -> Value {
        js::get(Value::of(&self.object), key)
    }

    /// The id of the words that are on the screen with the question.
    pub(crate) fn wording(&self, host: Value) -> String {
        let text = |text: Value| text.text().unwrap_or_default();
        wording_id(&[&text(self.question(host)), &text(self.get(key!(low))), &text(self.get(key!(high)))])
    }

    /// The question's template: the shop's own, or this language's, with a place
    /// for the brand where there is one.
    pub(crate) fn question(&self, host: Value) -> Value {
        let own = options::own(host, "question");
        if own.is() {
            return own;
        }
        self.get(if options::value(host, "brand").is() { key!(question_brand) } else { key!(question) })
    }
}

/// Puts a value in place of a name in braces. Of no template nothing comes.
pub(crate) fn fill(template: Value, name: &str, value: Value) -> Value {
    js::pass(js::call(template, "split", name), "join", value)
}
