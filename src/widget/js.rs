//! The shortest ways to say to JavaScript what the widget says to it all the time.
//!
//! Every callback has the same shape, so that the module and its glue carry one. Properties and methods
//! are found by their names: an import for each of them costs more bytes than all that is said with it.
//! And whatever comes out of that is a [`Value`], which nobody has to let go of.

mod places;

use std::cell::OnceCell;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // web-sys looks for the window under four names; a module in a page has it under this one.
    #[wasm_bindgen(js_namespace = globalThis, js_name = valueOf)]
    fn global() -> JsValue;
}

/// A value of JavaScript's, as long as the call of the browser's lasts in which it has come up: its place
/// in a list that is cut back when the call is over. So it is copied like the number that it is, and
/// there is nothing to do at its end; holding each value for itself took a third of the module.
///
/// **Invariant:** it stands in nothing that outlives the call. What is to stay is held as a [`JsValue`].
#[derive(Clone, Copy)]
pub(crate) struct Value(i32);

impl Value {
    /// What is not there; whatever is done to that is left undone.
    pub(crate) const UNDEFINED: Self = Self(-1);

    /// A value that comes from elsewhere, or that was held.
    pub(crate) fn of(value: &JsValue) -> Self {
        Self(places::add(value))
    }

    /// The value, to be held or to be given to somebody else.
    pub(crate) fn held(self) -> JsValue {
        places::at(self.0)
    }

    /// Whether it is true, or as good as.
    pub(crate) fn is(self) -> bool {
        places::truth(self.0)
    }

    /// Whether it is that very value.
    pub(crate) fn same(self, other: Self) -> bool {
        places::same(self.0, other.0)
    }

    /// The text, if it is one.
    pub(crate) fn text(self) -> Option<String> {
        self.held().as_string()
    }

    /// The number; NaN, which is 0 as an integer, if it is none.
    pub(crate) fn number(self) -> f64 {
        places::number_of(self.0)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(places::add_text(text))
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self(places::add_bool(is))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self(places::add_number(number))
    }
}

/// Does what one call of the browser's asks for; no value that comes up in it stays.
pub(crate) fn turn(work: &dyn Fn() -> Value) -> JsValue {
    let before = places::length();
    let result = work().held();
    places::cut(before);
    result
}

/// A function for the browser, which stays as long as somebody holds it there. It may be called while it
/// runs: moving the focus in one event is the next one.
pub(crate) fn function(call: Box<dyn Fn(Value) -> Value>) -> Value {
    let call = move |what: JsValue| turn(&|| call(Value::of(&what)));
    Value::of(&Closure::wrap(Box::new(call) as Box<dyn Fn(JsValue) -> JsValue>).into_js_value())
}

/// The function that does this, made when it is first asked for. What JavaScript no longer holds is freed
/// when the browser happens to collect it, so whatever is needed again and again is made once.
pub(crate) fn once(place: &OnceCell<JsValue>, call: fn(Value) -> Value) -> Value {
    Value::of(place.get_or_init(|| function(Box::new(call)).held()))
}

/// The page's window.
pub(crate) fn window() -> Value {
    Value::of(&global())
}

/// What the page's window has under that name.
pub(crate) fn page(name: &str) -> Value {
    get(window(), name)
}

/// The page's document.
pub(crate) fn document() -> Value {
    page("document")
}

/// Now, in milliseconds since 1970.
pub(crate) fn now() -> Value {
    run(page("Date"), "now")
}

/// Calls a method of an object with nothing; undefined where there is none, or where it throws.
pub(crate) fn run(object: Value, method: &str) -> Value {
    Value(places::run(object.0, method))
}

/// Calls a method of an object with a text; undefined where there is none, or where it throws.
pub(crate) fn call(object: Value, method: &str, text: &str) -> Value {
    Value(places::call_text(object.0, method, text))
}

/// The same with any value.
pub(crate) fn pass(object: Value, method: &str, value: Value) -> Value {
    Value(places::pass1(object.0, method, value.0))
}

/// The same with two values.
pub(crate) fn call_with(object: Value, method: &str, first: Value, second: Value) -> Value {
    Value(places::pass2(object.0, method, first.0, second.0))
}

/// The same with three values.
pub(crate) fn call_with_3(object: Value, method: &str, values: [Value; 3]) -> Value {
    let [first, second, third] = values;
    Value(places::pass3(object.0, method, first.0, second.0, third.0))
}

/// Calls for each such event at the target.
pub(crate) fn listen(target: Value, kind: &str, call: Value) {
    call_with(target, "addEventListener", kind.into(), call);
}

/// Has the function called once, after that time; returns the timer's number.
pub(crate) fn set_timeout(call: Value, millis: i32) -> i32 {
    call_with(window(), "setTimeout", call, f64::from(millis).into()).number() as i32
}

/// Stops a timer; one that isn't running may be stopped too.
pub(crate) fn clear_timeout(timer: i32) {
    pass(window(), "clearTimeout", f64::from(timer).into());
}

/// The property of an object; undefined where there is none or no object.
pub(crate) fn get(object: Value, key: &str) -> Value {
    Value(places::property(object.0, key))
}

/// The text in a property; empty where there is none.
pub(crate) fn text(object: Value, key: &str) -> String {
    get(object, key).text().unwrap_or_default()
}

/// Sets the property of an object. A setting that the browser refuses is left
/// out rather than breaking the host's page.
pub(crate) fn set(object: Value, key: &str, value: Value) {
    places::set_property(object.0, key, value.0);
}

/// Whether the property of an object is true, or as good as.
pub(crate) fn is(object: Value, key: &str) -> bool {
    get(object, key).is()
}

/// Whether the property of an object is that text.
pub(crate) fn says(object: Value, key: &str, what: &str) -> bool {
    text(object, key) == what
}

/// What JSON says; undefined if it says nothing. It is the shortest way to an object, too.
pub(crate) fn parse(json: &str) -> Value {
    call(page("JSON"), "parse", json)
}

/// What is in an array, one after the other, up to what is undefined; nothing if it is none.
pub(crate) struct Items {
    array: Value,
    next: u32,
}

impl Iterator for Items {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        let item = pass(self.array, "at", f64::from(self.next).into());
        self.next += 1;
        (!item.same(Value::UNDEFINED)).then_some(item)
    }
}

/// What is in an array.
pub(crate) fn items(array: Value) -> Items {
    Items { array, next: 0 }
}

/// The names of an object's own properties, sorted.
pub(crate) fn keys(object: Value) -> Items {
    items(run(pass(page("Object"), "keys", object), "sort"))
}

/// These texts, one after the other.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut all = String::new();
    for part in parts {
        all.push_str(part);
    }
    all
}

/// A whole number in digits, without the machinery of formatting.
pub(crate) fn digits(number: u64) -> String {
    let mut text = if number > 9 { digits(number / 10) } else { String::new() };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

/// The number that digits write.
pub(crate) fn number(digits: &str) -> Option<u32> {
    let mut number: u32 = 0;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(digit.into());
    }
    (!digits.is_empty()).then_some(number)
}

/// What stands before the next such byte, which is ASCII; what stands behind it is left.
pub(crate) fn cut<'a>(text: &mut &'a str, at: u8) -> &'a str {
    let all = *text;
    let i = all.bytes().position(|byte| byte == at).unwrap_or(all.len());
    *text = all.get(i + 1..).unwrap_or("");
    all.get(..i).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_back_and_nothing_else_is_a_number() {
        assert_eq!(["0", "12", "99999999999"].map(number), [Some(0), Some(12), Some(u32::MAX)]);
        assert_eq!(["", "-1", "1.5", " 1", "x"].map(number), [None; 5]);
    }

    #[test]
    fn a_text_is_cut_at_its_separators() {
        let mut text = "a=é=";
        assert_eq!(
            [cut(&mut text, b'='), cut(&mut text, b'='), cut(&mut text, b'='), text],
            ["a", "é", "", ""]
        );
    }

    #[test]
    fn numbers_are_written_in_digits() {
        assert_eq!([0, 7, 10, 2_001].map(digits), ["0", "7", "10", "2001"]);
    }
}
