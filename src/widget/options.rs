//! The element's attributes, read when they are needed and checked: a wrong one is named in the
//! console, once, and something safe stands in for it. It never breaks the page.

use std::cell::RefCell;

use aanrader_survey::{Category, Rules, limits, text};

use wasm_bindgen::JsValue;

use crate::events;
use crate::js::{self, Value};

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
pub(crate) fn check(host: Value) {
    slug(host, "survey");
    slug(host, "touchpoint");
    customer(host);
    properties(host);
    popup(host);
    rules(host);
    // The style sheet places the pop-up; here it is only looked at.
    one_of("placement", host, "bottom-end bottom-start top-end top-start bar");
    value(host, "brand");
    value(host, "name");
    for name in &OWN {
        own(host, name);
    }
}

/// What an attribute says, unless that is nothing.
pub(crate) fn text(host: Value, name: &str) -> Option<String> {
    let value = js::call(host, "getAttribute", name).text();
    value.filter(|value| value.bytes().any(|byte| byte > b' '))
}

/// Which survey, or which point of the customer journey.
pub(crate) fn slug(host: Value, name: &'static str) -> Value {
    match text(host, name) {
        Some(value) if text::is_slug(&value) => return value.as_str().into(),
        Some(_) => complain(name, "takes 1 to 64 of a-z, 0-9 and -; \"default\" stands in for it"),
        None => {}
    }
    DEFAULT_ID.into()
}

/// The shop's pseudonymous id for the customer, if there is one.
pub(crate) fn customer(host: Value) -> Value {
    limited(host, "customer", limits::CUSTOMER_CHARS)
}

/// What is filled in for the name in braces; perhaps an empty text.
pub(crate) fn value(host: Value, name: &'static str) -> Value {
    limited(host, name, limits::VALUE_CHARS)
}

/// A text of the shop's own, unless it has a place for a value that there is none for: then the usual
/// text makes a better sentence, and this is nothing.
pub(crate) fn own(host: Value, name: &'static str) -> Value {
    let own = limited(host, name, OWN_CHARS);
    let lacks = |place, name| js::call(own, "includes", place).is() && !value(host, name).is();
    if lacks("{brand}", "brand") || lacks("{name}", "name") { Value::UNDEFINED } else { own }
}

fn limited(host: Value, name: &'static str, most: usize) -> Value {
    let value = text::clean(&text(host, name).unwrap_or_default(), false);
    if text::length(&value) <= most {
        return value.as_str().into();
    }
    let most = js::digits(most as u64);
    complain(name, &js::concat(&["takes at most ", &most, " characters; it is left out"]));
    "".into()
}

/// What else the shop says of the occasion; undefined if that is nothing, and for a visitor who has
/// switched Global Privacy Control on.
pub(crate) fn properties(host: Value) -> Value {
    if js::is(js::page("navigator"), "globalPrivacyControl") {
        return Value::UNDEFINED;
    }
    let Some(json) = text(host, "properties") else { return Value::UNDEFINED };
    parse(&json).unwrap_or_else(|| {
        complain(
            "properties",
            "takes a JSON object of at most 20 texts of at most 64 characters, like {\"plan\":\"pro\"}; it is left out",
        );
        Value::UNDEFINED
    })
}

/// Whether it is a pop-up rather than inline.
pub(crate) fn popup(host: Value) -> bool {
    one_of("mode", host, "inline popup") == 1
}

/// Whether a chosen score is saved before Send.
pub(crate) fn rules(host: Value) -> Rules {
    Rules { save_on_choose: one_of("save", host, "choose send") == 0 }
}

/// The shop's own follow-up question for that category.
pub(crate) fn follow_up(host: Value, category: Category) -> Value {
    let name = match category {
        Category::Detractor => "follow-up-detractor",
        Category::Passive => "follow-up-passive",
        Category::Promoter => "follow-up-promoter",
    };
    let own_of_category = own(host, name);
    if own_of_category.is() { own_of_category } else { own(host, "follow-up") }
}

/// Which of the values, which have spaces between them, it is; the first stands in for any other.
fn one_of(name: &'static str, host: Value, values: &str) -> usize {
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
fn parse(json: &str) -> Option<Value> {
    let object = js::parse(json);
    if !js::pass(js::window(), "Object", object).same(object)
        || js::pass(js::page("Array"), "isArray", object).is()
    {
        return None;
    }
    let properties = js::parse("{}");
    for (i, key) in js::keys(object).enumerate() {
        let key = key.text()?;
        let value = text::clean(&js::get(object, &key).text()?, false);
        if i >= limits::PROPERTIES || !text::is_key(&key) || text::length(&value) > limits::VALUE_CHARS {
            return None;
        }
        events::put(properties, &key, value.as_str().into());
    }
    Some(properties)
}

thread_local! {
    /// All that was complained of, one line after the other.
    static SAID: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// Says it in the console, unless that was said before.
fn complain(attribute: &str, what: &str) {
    let line = js::concat(&["the attribute ", attribute, " ", what]).as_str().into();
    let said = SAID.with_borrow(Value::of);
    if !js::pass(said, "includes", line).is() {
        SAID.set(js::call_with("".into(), "concat", said, line).held());
        js::call_with(js::page("console"), "warn", "aanrader-survey:".into(), line);
    }
}
