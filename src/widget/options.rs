//! The element's attributes, read and checked at each use. An invalid value is named in the console once, and
//! replaced by a safe one. It never breaks the page.

use std::cell::RefCell;

use crate::strings::{digits, join};
use aanrader_survey::{Category, Rules, in_sample, limits, text};
use js_sys::{Array, JSON, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// All attributes, as `www/properties.js` lists them. Targeting reads and checks those from `delay` on.
pub const ATTRIBUTES: [&str; 28] = [
    "survey",
    "touchpoint",
    "mode",
    "placement",
    "save",
    "brand",
    "name",
    "question",
    "question-b",
    "follow-up",
    "follow-up-promoter",
    "follow-up-passive",
    "follow-up-detractor",
    "customer",
    "signature",
    "properties",
    "endpoint",
    "no-counts",
    "delay",
    "scroll",
    "exit",
    "event",
    "seen",
    "url",
    "every",
    "snooze",
    "sample",
    "consent",
];

/// The attributes with the shop's own texts, and the longest length of one.
const OWN: [&str; 6] =
    ["question", "question-b", "follow-up", "follow-up-promoter", "follow-up-passive", "follow-up-detractor"];
const OWN_CHARS: usize = 300;

/// Half of all customers, in hundredths of a percent.
const HALF: u32 = 5_000;

/// The longest signature: seconds since 1970, a point and 64 hexadecimal digits make 75.
const SIGNATURE_CHARS: usize = 128;

/// The default for a survey or touchpoint that is absent or malformed.
const DEFAULT_ID: &str = "default";

/// The subject of an answer, fixed by the first choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// The survey's id.
    pub(crate) survey: String,
    /// The touchpoint's id: a point of the customer journey.
    pub(crate) touchpoint: String,
    /// The shop's pseudonymous id for the customer, if there is one.
    pub(crate) customer: String,
}

impl About {
    /// The subject of the current attributes.
    pub(crate) fn of(host: &Element) -> Self {
        Self {
            survey: slug(host, "survey"),
            touchpoint: slug(host, "touchpoint"),
            customer: limited(host, "customer", limits::CUSTOMER_CHARS),
        }
    }
}

/// Names every invalid value in the console.
pub(crate) fn check(host: &Element) {
    About::of(host);
    signature(host);
    properties(host);
    popup(host);
    rules(host);
    // The style sheet places the pop-up; this line only checks the value.
    one_of(host, "placement", "bottom-end bottom-start top-end top-start bar");
    value(host, "brand");
    value(host, "name");
    for name in OWN {
        own(host, name);
    }
}

/// The value of an attribute; empty if there is none.
fn text(host: &Element, name: &str) -> String {
    host.get_attribute(name).unwrap_or_default()
}

/// The id of a survey or a touchpoint.
fn slug(host: &Element, name: &'static str) -> String {
    let value = text(host, name);
    if text::is_slug(&value) {
        return value;
    }
    if !is_blank(&value) {
        complain(name, "takes 1 to 64 of a-z, 0-9 and -; \"default\" stands in for it");
    }
    DEFAULT_ID.into()
}

/// The value for the placeholder in braces; perhaps an empty text.
pub(crate) fn value(host: &Element, name: &'static str) -> String {
    limited(host, name, limits::VALUE_CHARS)
}

/// The shop's own question: the second one for the half of the customers whose hash says so.
pub(crate) fn question(host: &Element) -> String {
    let second = own(host, "question-b");
    let customer = limited(host, "customer", limits::CUSTOMER_CHARS);
    let is_second = !second.is_empty() && !customer.is_empty() && in_sample(&second, &customer, HALF);
    if is_second { second } else { own(host, "question") }
}

/// The shop's own text. It is empty if the shop has none, or if a placeholder in it has no value: the default
/// text then makes a better sentence.
pub(crate) fn own(host: &Element, name: &'static str) -> String {
    let own = limited(host, name, OWN_CHARS);
    let lacks = |place, name| holds(&own, place) && value(host, name).is_empty();
    if lacks("{brand}", "brand") || lacks("{name}", "name") { String::new() } else { own }
}

fn holds(text: &str, place: &str) -> bool {
    text.as_bytes().windows(place.len()).any(|part| part == place.as_bytes())
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte <= b' ')
}

fn limited(host: &Element, name: &'static str, most: usize) -> String {
    let value = text::clean(&text(host, name), false);
    if text::length(&value) <= most {
        return value;
    }
    complain(name, &join(&["takes at most ", &digits(most as u64), " characters; it is left out"]));
    String::new()
}

/// The shop's signature of the customer; empty if there is none.
pub(crate) fn signature(host: &Element) -> String {
    limited(host, "signature", SIGNATURE_CHARS)
}

/// The shop's own properties of the occasion; none if the customer has switched Global Privacy Control on.
pub(crate) fn properties(host: &Element) -> Vec<(String, String)> {
    let json = text(host, "properties");
    if is_blank(&json) || opted_out() {
        return Vec::new();
    }
    parse(&json).unwrap_or_else(|| {
        complain(
            "properties",
            "takes a JSON object of at most 20 texts of at most 64 characters, like {\"plan\":\"pro\"}; it is left out",
        );
        Vec::new()
    })
}

/// Whether the customer has switched Global Privacy Control on.
fn opted_out() -> bool {
    platform::navigator().is_some_and(|navigator| navigator.global_privacy_control() == Some(true))
}

/// A binding that web-sys lacks.
mod platform {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        /// <https://www.w3.org/TR/gpc/>
        #[wasm_bindgen(extends = web_sys::Navigator)]
        pub(super) type Navigator;

        #[wasm_bindgen(method, getter, js_name = globalPrivacyControl)]
        pub(super) fn global_privacy_control(this: &Navigator) -> Option<bool>;
    }

    pub(super) fn navigator() -> Option<Navigator> {
        Some(aanrader_dom::window()?.navigator().unchecked_into())
    }
}

/// Whether it is a pop-up rather than inline.
pub(crate) fn popup(host: &Element) -> bool {
    one_of(host, "mode", "inline popup") == 1
}

/// Whether a chosen score is saved before Send.
pub(crate) fn rules(host: &Element) -> Rules {
    Rules { save_on_choose: one_of(host, "save", "choose send") == 0 }
}

/// The shop's own follow-up question for that category, if it has one.
pub(crate) fn follow_up(host: &Element, category: Category) -> String {
    let name = match category {
        Category::Detractor => "follow-up-detractor",
        Category::Passive => "follow-up-passive",
        Category::Promoter => "follow-up-promoter",
    };
    let own_of_category = own(host, name);
    if own_of_category.is_empty() { own(host, "follow-up") } else { own_of_category }
}

/// The attribute's value, one of these values (separated by spaces); the first replaces an invalid one.
fn one_of(host: &Element, name: &'static str, values: &str) -> usize {
    let value = text(host, name);
    if is_blank(&value) {
        return 0;
    }
    values.split(' ').position(|known| known == value).unwrap_or_else(|| {
        complain(name, &join(&["takes one of: ", values, "; the first stands in for it"]));
        0
    })
}

/// The properties in the JSON, if all are valid.
fn parse(json: &str) -> Option<Vec<(String, String)>> {
    let object = JSON::parse(json).ok()?;
    if !object.is_object() || Array::is_array(&object) {
        return None;
    }
    let mut properties: Vec<(String, String)> = Vec::new();
    for entry in Object::entries(object.unchecked_ref()).iter() {
        let entry: Array = entry.unchecked_into();
        let (key, value) = (entry.get(0).as_string()?, text::clean(&entry.get(1).as_string()?, false));
        let fits = text::is_key(&key) && text::length(&value) <= limits::VALUE_CHARS;
        if !fits || properties.len() >= limits::PROPERTIES {
            return None;
        }
        properties.push((key, value));
    }
    Some(properties)
}

thread_local! {
    /// All complaints so far.
    static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Writes the complaint to the console once.
fn complain(attribute: &str, what: &str) {
    let line = join(&["the attribute ", attribute, " ", what]);
    SAID.with_borrow_mut(|said| {
        if !said.contains(&line) {
            web_sys::console::warn_2(&JsValue::from("aanrader-survey:"), &JsValue::from(&*line));
            said.push(line);
        }
    });
}
