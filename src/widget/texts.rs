//! The texts of one language, and what is filled into them.
//!
//! They stay in JavaScript until one is shown: a typed getter for each costs less to download and to
//! start than a table that serde fills at the beginning.

use aanrader_survey::{Category, wording_id};
use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::options;

macro_rules! texts {
    ($($name:ident),* $(,)?) => {
        #[wasm_bindgen]
        extern "C" {
            /// The texts of a language, as `www/locales` has them; the build checks that none is missing.
            #[derive(Clone)]
            pub type Texts;
            $(
                #[doc = "A text, by the name that `www/locales` has for it."]
                #[wasm_bindgen(method, getter)]
                pub fn $name(this: &Texts) -> String;
            )*
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

texts! {
    dialog, question, question_brand, low, high, unanswered, send, close, later, never,
    follow_up_promoter, follow_up_passive, follow_up_detractor, follow_up_announced, contact, how,
    too_long, saved, sending, thanks, sent, kept, kept_page, refused, refused_origin, refused_answer,
}

#[wasm_bindgen]
extern "C" {
    /// What the element's class hands in with the texts.
    #[derive(Clone)]
    pub type Settings;

    /// The tag of the texts' language.
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &Settings) -> String;

    /// Where answers are posted.
    #[wasm_bindgen(method, getter)]
    pub fn endpoint(this: &Settings) -> String;
}

/// The languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

/// Whether a language is written from right to left, whatever the page around it does.
pub(crate) fn is_rtl(language: &str) -> bool {
    RIGHT_TO_LEFT.contains(&language)
}

/// The id of the words that are on the screen with the question.
pub(crate) fn wording(host: &Element, texts: &Texts) -> String {
    wording_id(&[&template(host, texts), &texts.low(), &texts.high()])
}

/// The question, with the shop's values in it.
pub(crate) fn question(host: &Element, texts: &Texts) -> String {
    with_values(host, &template(host, texts))
}

/// The follow-up question for that category, with the shop's values in it.
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

/// The question's template: the shop's own, or this language's, with a place
/// for the brand where there is one.
fn template(host: &Element, texts: &Texts) -> String {
    let own = options::own(host, "question");
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

/// Puts a value in place of `{name}`, which is given as `name}`. `str::replace` would bring the standard library's search
/// along, a kilobyte.
pub(crate) fn fill(template: &str, name: &str, value: &str) -> String {
    let mut filled = String::new();
    let mut pieces = template.split('{');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.strip_prefix(name) {
            Some(after) => {
                filled.push_str(value);
                filled.push_str(after);
            }
            None => {
                filled.push('{');
                filled.push_str(piece);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn the_texts_are_those_that_the_languages_have() {
        let english: BTreeMap<String, String> =
            serde_json::from_str(include_str!("../../www/locales/en.json")).expect("texts");
        // The collector's page without scripts has a text more.
        let names: BTreeSet<&str> = NAMES.iter().copied().chain(["back"]).collect();
        assert_eq!(names, english.keys().map(String::as_str).collect());
    }

    #[test]
    fn a_value_takes_the_place_of_its_name_wherever_that_stands() {
        assert_eq!(fill("{n} of {max}, {n}", "n}", "2"), "2 of {max}, 2");
        assert_eq!(fill("a { b {nn} {", "n}", "2"), "a { b {nn} {");
        assert_eq!(fill("über {n}é", "n}", "{n}"), "über {n}é");
    }
}
