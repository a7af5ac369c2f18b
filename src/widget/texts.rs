//! The texts of one language, and what is filled into them.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::options::Options;

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
        if ["ar", "fa", "he", "ur"].contains(&&*self.language) { "rtl" } else { "ltr" }
    }

    /// The text under that key. A missing one would be empty; the build checks that none is.
    pub(crate) fn get(&self, key: &str) -> String {
        Reflect::get(&self.object, &JsValue::from_str(key))
            .ok()
            .and_then(|v| v.as_string())
            .unwrap_or_default()
    }

    /// The question's template: the shop's own, or this language's, with a place
    /// for the brand where there is one.
    pub(crate) fn question(&self, options: &Options) -> String {
        match (&options.question, &options.brand) {
            (Some(own), _) => own.clone(),
            (None, Some(_)) => self.get("question_brand"),
            (None, None) => self.get("question"),
        }
    }

    /// The text under that key, with a value in place of `{name}`.
    pub(crate) fn with(&self, key: &str, name: &str, value: &str) -> String {
        fill(&self.get(key), name, value)
    }
}

/// Puts a value in place of `{name}`.
pub(crate) fn fill(template: &str, name: &str, value: &str) -> String {
    let mut filled = String::new();
    for (i, part) in template.split('{').enumerate() {
        match part.strip_prefix(name).and_then(|rest| rest.strip_prefix('}')) {
            Some(rest) if i > 0 => {
                filled.push_str(value);
                filled.push_str(rest);
            }
            _ => {
                if i > 0 {
                    filled.push('{');
                }
                filled.push_str(part);
            }
        }
    }
    filled
}

/// A small number in digits, without the machinery of formatting.
pub(crate) fn digits(mut number: usize) -> String {
    let mut text = Vec::new();
    loop {
        text.push(char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return text.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_filled_in_wherever_its_name_stands() {
        assert_eq!(fill("{a} and {a}, not {b}", "a", "x"), "x and x, not {b}");
        assert_eq!(fill("nothing", "a", "x"), "nothing");
        assert_eq!(fill("a} {ab} {a", "a", "x"), "a} {ab} {a");
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_is_left_as_it_is() {
        assert_eq!(fill("{a}!", "a", "{a}"), "{a}!");
    }

    #[test]
    fn numbers_are_written_in_digits() {
        assert_eq!([0, 7, 10, 2_001].map(digits), ["0", "7", "10", "2001"]);
    }
}
