//! The shortest ways to say to JavaScript what the widget says to it all the time.
//!
//! Every callback has the same shape, so that the module and its glue carry one. Properties and methods
//! are found by their names: an import for each of them costs more bytes than all that is said with it.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Window};

#[wasm_bindgen]
extern "C" {
    // web-sys looks for the window under four names; a module in a page has it under this one.
    #[wasm_bindgen(js_namespace = globalThis, js_name = valueOf)]
    fn global() -> JsValue;

    /// Starts a timer that calls with this argument.
    #[wasm_bindgen(js_name = setTimeout)]
    pub(crate) fn set_timeout(call: &Function, millis: i32, argument: &JsValue) -> i32;

    // js-sys wants closures of other shapes.
    #[wasm_bindgen(js_name = Promise)]
    pub(crate) type Pending;

    /// Calls the one or the other when it is settled.
    #[wasm_bindgen(method)]
    pub(crate) fn then(this: &Pending, done: &Function, failed: &Function) -> JsValue;

    /// Stops a timer; one that isn't running may be stopped too.
    #[wasm_bindgen(js_name = clearTimeout)]
    pub(crate) fn clear_timeout(timer: i32);
}

/// What the browser calls, as long as somebody holds it. It may be called while it runs: moving the
/// focus in one event is the next one.
pub(crate) type Callback = Closure<dyn Fn(JsValue) -> JsValue>;

/// A callback that does this.
pub(crate) fn callback(call: impl Fn(JsValue) -> JsValue + 'static) -> Callback {
    Closure::wrap(Box::new(call) as Box<dyn Fn(JsValue) -> JsValue>)
}

/// The function that the browser is given.
pub(crate) fn function(callback: &Callback) -> &Function {
    callback.as_ref().unchecked_ref()
}

/// The page's window.
pub(crate) fn window() -> Window {
    global().unchecked_into()
}

/// The page's document.
pub(crate) fn document() -> Document {
    get(&window(), "document").unchecked_into()
}

/// What reads and writes JSON.
pub(crate) fn json() -> JsValue {
    get(&window(), "JSON")
}

/// What of the page can be seen.
pub(crate) fn viewport() -> JsValue {
    get(&window(), "visualViewport")
}

/// Calls a method of an object with nothing; undefined where there is none, or where it throws.
pub(crate) fn run(object: &JsValue, method: &str) -> JsValue {
    pass(object, method, &JsValue::UNDEFINED)
}

/// Calls a method of an object with a text; undefined where there is none, or where it throws.
pub(crate) fn call(object: &JsValue, method: &str, text: &str) -> JsValue {
    pass(object, method, &JsValue::from_str(text))
}

/// The same with any value.
pub(crate) fn pass(object: &JsValue, method: &str, value: &JsValue) -> JsValue {
    call_with(object, method, value, &JsValue::UNDEFINED)
}

/// The same with two values; what a method does not take it does not look at.
pub(crate) fn call_with(object: &JsValue, method: &str, first: &JsValue, second: &JsValue) -> JsValue {
    let method: Function = get(object, method).unchecked_into();
    method.call2(object, first, second).unwrap_or(JsValue::UNDEFINED)
}

/// Calls for each such event at the target.
pub(crate) fn listen(target: &JsValue, kind: &str, call: &Function) {
    call_with(target, "addEventListener", &JsValue::from_str(kind), call);
}

/// Gives an element an attribute.
pub(crate) fn attribute(element: &JsValue, name: &str, value: &str) {
    call_with(element, "setAttribute", &JsValue::from_str(name), &JsValue::from_str(value));
}

/// The property of an object; undefined where there is none or no object.
pub(crate) fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

/// A value that is there: neither null nor undefined.
pub(crate) fn some<T: JsCast>(value: JsValue) -> Option<T> {
    (!value.is_falsy()).then(|| value.unchecked_into())
}

/// The text in a property; empty where there is none.
pub(crate) fn text(object: &JsValue, key: &str) -> String {
    get(object, key).as_string().unwrap_or_default()
}

/// Sets the property of an object. A setting that the browser refuses is left
/// out rather than breaking the host's page.
pub(crate) fn set(object: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(key), value);
}

/// Whether the property of an object is true, or as good as.
pub(crate) fn is(object: &JsValue, key: &str) -> bool {
    !get(object, key).is_falsy()
}

/// An object with these properties.
pub(crate) fn object(properties: &[(&str, &JsValue)]) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (key, value) in properties {
        set(&object, key, value);
    }
    object
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
