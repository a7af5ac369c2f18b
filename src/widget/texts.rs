//! The texts of one language, and the values in them.
//!
//! They stay in JavaScript until they are shown: that costs less to download and to start than a table that
//! serde fills first (14 kB), or an import for each text.

use aanrader_survey::{Category, wording_id};
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use crate::options;
use crate::strings::fill;

macro_rules! texts {
    ($($name:ident),* $(,)?) => {
        /// The index of each text: alphabetical, as the build writes them.
        #[allow(non_camel_case_types, dead_code, reason = "the names are those of `www/locales`; the link page has its own")]
        enum Place { $($name),* }

        #[allow(dead_code, reason = "one text is the link page's")]
        impl Texts {
            $(
                #[doc = "A text, by the name that `www/locales` has for it."]
                pub(crate) fn $name(&self) -> String {
                    self.at(Place::$name)
                }
            )*
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

texts! {
    back, close, contact, dialog, follow_up_announced, follow_up_detractor, follow_up_passive,
    follow_up_promoter, high, how, kept, kept_page, later, low, never, question, question_brand, refused,
    refused_answer, refused_origin, saved, send, sending, sent, thanks, too_long, unanswered,
}

/// The texts of a language.
#[derive(Clone)]
pub(crate) struct Texts(Array);

impl Texts {
    /// The texts of an object, whose keys are their names in alphabetical order.
    pub(crate) fn of(texts: &Object) -> Self {
        Self(Object::values(texts))
    }

    fn at(&self, place: Place) -> String {
        self.0.get(place as u32).as_string().unwrap_or_default()
    }
}

#[wasm_bindgen]
extern "C" {
    /// The settings that the element's class passes with the texts.
    #[derive(Clone)]
    pub type Settings;

    /// The tag of the texts' language.
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &Settings) -> String;

    /// The id of this customer's earlier answer, which they can change.
    #[wasm_bindgen(method, getter)]
    pub fn id(this: &Settings) -> Option<String>;

    /// A revision higher than all revisions of that answer.
    #[wasm_bindgen(method, getter)]
    pub fn rev(this: &Settings) -> u32;

    /// The address to which answers are posted.
    #[wasm_bindgen(method, getter)]
    pub fn endpoint(this: &Settings) -> String;

    /// Counts how often the question is shown, and what becomes of it: `shown`, `closed`, `scored` or `commented`.
    /// It gets the element each time, because settings that held it would keep it alive.
    #[wasm_bindgen(method)]
    pub fn count(
        this: &Settings,
        host: &HtmlElement,
        what: &str,
        survey: &str,
        touchpoint: &str,
        wording: &str,
    );
}

/// The languages with right-to-left script.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

/// Whether a language is written from right to left, independent of the page.
pub(crate) fn is_rtl(language: &str) -> bool {
    RIGHT_TO_LEFT.contains(&language)
}

/// The id of the words that are shown with the question.
pub(crate) fn wording(host: &Element, texts: &Texts) -> String {
    wording_id(&[&template(host, texts), &texts.low(), &texts.high()])
}

/// The question, with the shop's values filled in.
pub(crate) fn question(host: &Element, texts: &Texts) -> String {
    with_values(host, &template(host, texts))
}

/// The follow-up question for that category, with the shop's values filled in.
pub(crate) fn follow_up(host: &Element, texts: &Texts, category: Category) -> String {
    let own = options::follow_up(host, category);
    let template = match category {
        _ if !own.is_empty() => own,
        Category::Detractor => texts.follow_up_detractor(),
        Category::Passive => texts.follow_up_passive(),
        Category::Promoter => texts.follow_up_promoter(),
    };
    with_values(host, &template)
}

/// The question's template: the shop's own, or this language's. The latter has a placeholder for the brand if
/// the shop has named one.
fn template(host: &Element, texts: &Texts) -> String {
    let own = options::question(host);
    if !own.is_empty() {
        own
    } else if options::value(host, "brand").is_empty() {
        texts.question()
    } else {
        texts.question_brand()
    }
}

fn with_values(host: &Element, template: &str) -> String {
    let branded = fill(template, "brand}", &options::value(host, "brand"));
    fill(&branded, "name}", &options::value(host, "name"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_texts_are_those_that_the_languages_have_in_the_order_of_the_alphabet() {
        let english: BTreeMap<String, String> =
            serde_json::from_str(include_str!("../../www/locales/en.json")).expect("texts");
        assert!(NAMES.iter().eq(english.keys()));
    }
}
