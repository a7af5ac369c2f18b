//! The element's attributes, read when they are needed and checked: a wrong one is named in the
//! console, once, and something safe stands in for it. It never breaks the page.

use std::cell::RefCell;

use aanrader_survey::{Category, Rules, limits, text};
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::{events, js, texts};

/// All attributes, as `www/properties.js` lists them. From `delay` on `moment.js` reads and checks them.
pub const ATTRIBUTES: [&str; 24] = [
    "survey",
    "touchpoint",
    "mode",
    "placement",
    "save",
    "brand",
    "name",
    "question",
    "follow-up",
    "follow-up-promoter",
    "follow-up-passive",
    "follow-up-detractor",
    "customer",
    "properties",
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

/// Texts of the shop's own, and how long one may be.
const OWN: [&str; 5] =
    ["question", "follow-up", "follow-up-promoter", "follow-up-passive", "follow-up-detractor"];
const OWN_CHARS: usize = 300;

/// What stands in for a survey or touchpoint that is missing or malformed.
const DEFAULT_ID: &str = "default";

/// Names in the console all that is wrong.
pub(crate) fn check(host: &HtmlElement) {
    slug(host, "survey");
    slug(host, "touchpoint");
    customer(host);
    properties(host);
    popup(host);
    rules(host);
    // The style sheet places the pop-up; here it is only looked at.
    one_of("placement", host, "bottom-end bottom-start top-end top-start bar");
    for name in ["brand", "name"] {
        value(host, name);
    }
    for name in OWN {
        own(host, name);
    }
}

/// What an attribute says, unless that is nothing.
pub(crate) fn text(host: &HtmlElement, name: &str) -> Option<String> {
    let value = js::call(host, "getAttribute", name).as_string();
    value.filter(|value| value.bytes().any(|byte| byte > b' '))
}

/// Which survey, or which point of the customer journey.
pub(crate) fn slug(host: &HtmlElement, name: &'static str) -> String {
    match text(host, name) {
        Some(value) if text::is_slug(&value) => return value,
        Some(_) => complain(name, "takes 1 to 64 of a-z, 0-9 and -; \"default\" stands in for it"),
        None => {}
    }
    DEFAULT_ID.into()
}

/// The shop's pseudonymous id for the customer; empty if there is none.
pub(crate) fn customer(host: &HtmlElement) -> String {
    limited(host, "customer", limits::CUSTOMER_CHARS)
}

/// What is filled in for the name in braces; empty if there is nothing.
pub(crate) fn value(host: &HtmlElement, name: &'static str) -> String {
    limited(host, name, limits::VALUE_CHARS)
}

/// A text of the shop's own, unless it has a place for a value that there is none for: then the usual
/// text makes a better sentence.
pub(crate) fn own(host: &HtmlElement, name: &'static str) -> Option<JsValue> {
    let own = limited(host, name, OWN_CHARS);
    let text = JsValue::from_str(&own);
    let lacks = |place, name| texts::has(&text, place) && value(host, name).is_empty();
    let usual = own.is_empty() || lacks("{brand}", "brand") || lacks("{name}", "name");
    (!usual).then_some(text)
}

fn limited(host: &HtmlElement, name: &'static str, most: usize) -> String {
    let value = text::clean(&text(host, name).unwrap_or_default(), false);
    if text::length(&value) <= most {
        return value;
    }
    let most = js::digits(most as u64);
    complain(name, &js::concat(&["takes at most ", &most, " characters; it is left out"]));
    String::new()
}

/// What else the shop says of the occasion; undefined if that is nothing, and for a visitor who has
/// switched Global Privacy Control on.
pub(crate) fn properties(host: &HtmlElement) -> JsValue {
    if js::is(&js::get(&js::window(), "navigator"), "globalPrivacyControl") {
        return JsValue::UNDEFINED;
    }
    let Some(json) = text(host, "properties") else { return JsValue::UNDEFINED };
    parse(&json).unwrap_or_else(|| {
        complain(
            "properties",
            "takes a JSON object of at most 20 texts of at most 64 characters, like {\"plan\":\"pro\"}; it is left out",
        );
        JsValue::UNDEFINED
    })
}

/// Whether it is a pop-up rather than inline.
pub(crate) fn popup(host: &HtmlElement) -> bool {
    one_of("mode", host, "inline popup") == 1
}

/// Whether a chosen score is saved before Send.
pub(crate) fn rules(host: &HtmlElement) -> Rules {
    Rules { save_on_choose: one_of("save", host, "choose send") == 0 }
}

/// The shop's own follow-up question for that category.
pub(crate) fn follow_up(host: &HtmlElement, category: Category) -> Option<JsValue> {
    let name = match category {
        Category::Detractor => "follow-up-detractor",
        Category::Passive => "follow-up-passive",
        Category::Promoter => "follow-up-promoter",
    };
    own(host, name).or_else(|| own(host, "follow-up"))
}

/// Which of the values, which have spaces between them, it is; the first stands in for any other.
fn one_of(name: &'static str, host: &HtmlElement, values: &str) -> usize {
    let Some(value) = text(host, name) else { return 0 };
    let (mut at, mut rest) = (0, values);
    while !rest.is_empty() {
        if js::cut(&mut rest, b' ') == value {
            return at;
        }
        at += 1;
    }
    complain(name, &js::concat(&["takes one of: ", values, "; the first stands in for it"]));
    0
}

/// What the JSON holds, if properties may hold it.
fn parse(json: &str) -> Option<JsValue> {
    let object = js::call(&js::json(), "parse", json);
    if !object.is_object() || Array::is_array(&object) {
        return None;
    }
    let keys = Object::keys(object.unchecked_ref::<Object>());
    let properties = Object::new();
    for i in 0..keys.length() {
        let key = keys.get(i).as_string()?;
        let value = text::clean(&js::get(&object, &key).as_string()?, false);
        if i as usize >= limits::PROPERTIES
            || !text::is_key(&key)
            || text::length(&value) > limits::VALUE_CHARS
        {
            return None;
        }
        events::put_text(&properties, &key, &value);
    }
    Some(properties.into())
}

thread_local! {
    /// The attributes that were complained of; there is one thing to say of each.
    static SAID: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Says it in the console, unless that was said before.
fn complain(attribute: &'static str, what: &str) {
    SAID.with_borrow_mut(|said| {
        if !said.contains(&attribute) {
            said.push(attribute);
            let line = js::concat(&["the attribute ", attribute, " ", what]);
            let (who, line) = (JsValue::from_str("aanrader-survey:"), JsValue::from_str(&line));
            js::call_with(&js::get(&js::window(), "console"), "warn", &who, &line);
        }
    });
}
