//! The list of values, in `places.js`: a method by its name would otherwise be an import to find it, one to
//! make a list, one for each value in that, and one to call it; and each of them garbage.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/js/places.js")]
extern "C" {
    pub(crate) fn add(value: &JsValue) -> i32;
    #[wasm_bindgen(js_name = add)]
    pub(crate) fn add_text(text: &str) -> i32;
    #[wasm_bindgen(js_name = add)]
    pub(crate) fn add_number(number: f64) -> i32;
    #[wasm_bindgen(js_name = add)]
    pub(crate) fn add_bool(is: bool) -> i32;
    pub(crate) fn at(place: i32) -> JsValue;
    pub(crate) fn length() -> i32;
    pub(crate) fn cut(length: i32);
    #[wasm_bindgen(js_name = get)]
    pub(crate) fn property(place: i32, key: &str) -> i32;
    #[wasm_bindgen(js_name = set)]
    pub(crate) fn set_property(place: i32, key: &str, value: i32);
    #[wasm_bindgen(js_name = call)]
    pub(crate) fn run(place: i32, method: &str) -> i32;
    #[wasm_bindgen(js_name = call)]
    pub(crate) fn call_text(place: i32, method: &str, text: &str) -> i32;
    #[wasm_bindgen(js_name = call)]
    pub(crate) fn call_texts(place: i32, method: &str, first: &str, second: &str) -> i32;
    #[wasm_bindgen(js_name = pass)]
    pub(crate) fn pass1(place: i32, method: &str, value: i32) -> i32;
    #[wasm_bindgen(js_name = pass)]
    pub(crate) fn pass2(place: i32, method: &str, first: i32, second: i32) -> i32;
    #[wasm_bindgen(js_name = pass)]
    pub(crate) fn pass3(place: i32, method: &str, first: i32, second: i32, third: i32) -> i32;
    #[wasm_bindgen(js_name = is)]
    pub(crate) fn truth(place: i32) -> bool;
    pub(crate) fn same(place: i32, other: i32) -> bool;
    #[wasm_bindgen(js_name = number)]
    pub(crate) fn number_of(place: i32) -> f64;
}
