//! The element's attributes, checked: a wrong one is named in the console, once,
//! and something safe stands in for it. It never breaks the page.

use std::cell::RefCell;

use aanrader_survey::{Answer, Category, Field, Problem, Raw, Rules};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// All attributes, as the loader lists them in `observedAttributes`.
pub const ATTRIBUTES: [&str; 14] = [
    "survey",
    "touchpoint",
    "mode",
    "placement",
    "delay",
    "save",
    "brand",
    "question",
    "follow-up",
    "follow-up-promoter",
    "follow-up-passive",
    "follow-up-detractor",
    "customer",
    "properties",
];

/// What stands in for a survey or touchpoint that is missing or malformed.
const DEFAULT_ID: &str = "default";

/// What the shop's developer has set.
#[derive(PartialEq)]
pub(crate) struct Options {
    /// Which survey.
    pub(crate) survey: String,
    /// Which point of the customer journey.
    pub(crate) touchpoint: String,
    /// The shop's pseudonymous id for the customer.
    pub(crate) customer: Raw,
    /// What else the shop says of the occasion.
    pub(crate) properties: Raw,
    /// The name that stands in the question.
    pub(crate) brand: Option<String>,
    /// The shop's own question.
    pub(crate) question: Option<String>,
    /// Whether it is a pop-up rather than inline.
    pub(crate) popup: bool,
    /// Whether a chosen score is saved before Send.
    pub(crate) rules: Rules,
    follow_up: Option<String>,
    follow_up_for: [Option<String>; 3],
}

impl Options {
    /// Reads all attributes, and names in the console what is wrong with them.
    pub(crate) fn read(host: &HtmlElement) -> Self {
        let get = |name: &str| host.get_attribute(name).filter(|value| !value.trim().is_empty());
        let slug = |name: &str| get(name).unwrap_or_else(|| DEFAULT_ID.to_string());
        check_delay(get("delay"));
        // The style sheet places the pop-up; here it is only looked at.
        one_of("placement", get("placement"), &["bottom-end", "bottom-start", "top-end", "top-start", "bar"]);
        let mut options = Self {
            survey: slug("survey"),
            touchpoint: slug("touchpoint"),
            customer: get("customer").map_or(Raw::Null, Raw::Text),
            properties: get("properties").map_or(Raw::Null, |json| parse(&json)),
            brand: get("brand"),
            question: get("question"),
            popup: one_of("mode", get("mode"), &["inline", "popup"]) == 1,
            rules: Rules { save_on_choose: one_of("save", get("save"), &["choose", "send"]) == 0 },
            follow_up: get("follow-up"),
            follow_up_for: [Category::Detractor, Category::Passive, Category::Promoter]
                .map(|category| get(follow_up_attribute(category))),
        };
        options.check();
        options
    }

    /// The shop's own follow-up question for that category.
    pub(crate) fn follow_up(&self, category: Category) -> Option<&str> {
        self.follow_up_for[category as usize].as_deref().or(self.follow_up.as_deref())
    }

    /// The fields of an answer that these options fill.
    pub(crate) fn fields(&self) -> Vec<(String, Raw)> {
        vec![
            ("survey".into(), Raw::Text(self.survey.clone())),
            ("touchpoint".into(), Raw::Text(self.touchpoint.clone())),
            ("customer".into(), self.customer.clone()),
            ("properties".into(), self.properties.clone()),
        ]
    }

    /// Holds them against the very checks that an answer will have to pass.
    fn check(&mut self) {
        let problems = Answer::check(&Raw::Map(self.fields())).err().unwrap_or_default();
        for problem in &problems {
            self.mend(problem);
        }
    }

    fn mend(&mut self, problem: &Problem) {
        let takes = match problem.field {
            Field::Survey | Field::Touchpoint => {
                "takes 1 to 64 of a-z, 0-9 and -; \"default\" stands in for it"
            }
            Field::Customer => "takes at most 128 characters; it is left out",
            Field::Properties => {
                "takes a JSON object of at most 20 texts of at most 64 characters, like {\"plan\":\"pro\"}; it is left out"
            }
            // The rest of an answer is not the developer's to set.
            _ => return,
        };
        complain(problem.field.name(), takes);
        match problem.field {
            Field::Survey => self.survey = DEFAULT_ID.into(),
            Field::Touchpoint => self.touchpoint = DEFAULT_ID.into(),
            Field::Customer => self.customer = Raw::Null,
            _ => self.properties = Raw::Null,
        }
    }
}

const fn follow_up_attribute(category: Category) -> &'static str {
    match category {
        Category::Detractor => "follow-up-detractor",
        Category::Passive => "follow-up-passive",
        Category::Promoter => "follow-up-promoter",
    }
}

/// Which of the values it is; the first stands in for any other.
fn one_of(name: &str, value: Option<String>, values: &[&str]) -> usize {
    let Some(value) = value else { return 0 };
    values.iter().position(|v| *v == value).unwrap_or_else(|| {
        let takes = ["takes ", &values.join(" or "), "; ", values[0], " stands in for it"];
        complain(name, &takes.concat());
        0
    })
}

/// The loader waits for it; here it is only looked at.
fn check_delay(value: Option<String>) {
    let Some(value) = value else { return };
    let seconds = JsValue::from_str(&value).unchecked_into_f64();
    if !(0.0..=86_400.0).contains(&seconds) {
        complain("delay", "takes seconds from 0 to 86400; 0 stands in for it");
    }
}

/// What the JSON holds, as far as properties need it.
fn parse(json: &str) -> Raw {
    let Ok(value) = js_sys::JSON::parse(json) else { return Raw::List };
    let Some(object) = value.dyn_ref::<js_sys::Object>() else { return Raw::List };
    if js_sys::Array::is_array(object) {
        return Raw::List;
    }
    let entry = |pair: JsValue| {
        let pair = js_sys::Array::from(&pair);
        // Anything but a text is something that the core will name.
        (pair.get(0).as_string().unwrap_or_default(), pair.get(1).as_string().map_or(Raw::List, Raw::Text))
    };
    Raw::Map(js_sys::Object::entries(object).iter().map(entry).collect())
}

thread_local! {
    static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Says it in the console, unless that was said before.
fn complain(attribute: &str, what: &str) {
    let line = ["aanrader-survey: the attribute ", attribute, " ", what].concat();
    SAID.with_borrow_mut(|said| {
        if !said.contains(&line) {
            web_sys::console::warn_1(&JsValue::from_str(&line));
            said.push(line);
        }
    });
}
