//! Compares `custom-elements.json`, the source of the README's tables and the types, with the browser's
//! behaviour.

use std::collections::BTreeSet;

use aanrader_tests::browser::{Options, in_browser};
use serde_json::Value;

use crate::shop::Shop;

const MANIFEST: &str = include_str!("../../www/custom-elements.json");

/// With an invalid value of these, the survey must not ask; the tests of triggers check their messages.
const KEEPING_AWAY: [&str; 6] = ["scroll", "exit", "event", "seen", "url", "sample"];

/// The manifest's list under that key.
fn listed(key: &str) -> Vec<Value> {
    let manifest: Value = serde_json::from_str(MANIFEST).expect("JSON");
    manifest["modules"][0]["declarations"][0][key].as_array().cloned().expect("a list")
}

/// The values of a type such as `'a' | 'b'`; empty for any other type.
fn values(kind: &str) -> Vec<&str> {
    kind.split('\'').skip(1).step_by(2).collect()
}

#[test]
fn the_console_names_the_documented_values_and_default_of_an_attribute() {
    let attributes = listed("attributes");
    let text = |attribute: &Value, key: &str| attribute[key].as_str().unwrap_or_default().to_owned();
    let all: String = attributes
        .iter()
        .map(|attribute| text(attribute, "name"))
        .filter(|name| !["lang", "mode"].contains(&name.as_str()) && !KEEPING_AWAY.contains(&name.as_str()))
        .map(|name| format!(" {name}='?'"))
        .collect();
    let shop = Shop::open();
    let page = format!(
        "<aanrader-survey{all} mode=popup></aanrader-survey><aanrader-survey id=other survey=other mode='?'></aanrader-survey>"
    );
    in_browser(&Options::default(), async |browser| {
        browser.goto(&shop.page(&page)).await;
        for selector in ["aanrader-survey", "#other"] {
            browser.survey_at(selector).wait_shown("[part~=scale]", true).await;
        }
        let console = browser.console().await;
        let mut held = 0;
        for attribute in &attributes {
            let (name, default) = (text(attribute, "name"), text(attribute, "default"));
            if default.is_empty() || KEEPING_AWAY.contains(&name.as_str()) {
                continue;
            }
            let named = format!("the attribute {name} takes ");
            let said = console.iter().find_map(|line| Some(line.split_once(&named)?.1.replace("\\\"", "")));
            let said = said.unwrap_or_else(|| panic!("nobody says what {name} takes: {console:#?}"));
            let (takes, stands_in) = said.split_once("; ").expect("what stands in");
            let stands_in = stands_in.trim_end_matches('"');
            let kind = attribute["type"]["text"].as_str().expect("a type");
            match takes.strip_prefix("one of: ") {
                Some(known) => {
                    assert_eq!(known.split(' ').collect::<Vec<_>>(), values(kind), "{name}");
                    assert_eq!(
                        (stands_in, values(kind)[0]),
                        ("the first stands in for it", &*default),
                        "{name}"
                    );
                }
                None => assert_eq!(stands_in, format!("{default} stands in for it"), "{name}"),
            }
            held += 1;
        }
        assert!(held >= 6, "{held}");
    });
}

#[test]
fn the_documented_parts_are_there_and_no_others() {
    let parts = listed("cssParts");
    let documented: BTreeSet<&str> = parts.iter().filter_map(|part| part["name"].as_str()).collect();
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey mode=popup></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        let mut met = BTreeSet::new();
        let parts = "[...root.querySelectorAll('[part]')].map((e) => e.getAttribute('part'))";
        let mut meet = async || {
            let parts = survey.eval(parts, Value::Null).await;
            let parts = parts.as_array().into_iter().flatten().filter_map(Value::as_str);
            // An element may have two of these parts.
            met.extend(parts.flat_map(str::split_whitespace).map(str::to_owned));
        };
        survey.wait_shown("[part~=scale]", true).await;
        meet().await;
        survey.choose(9).await;
        survey.find("textarea").await;
        meet().await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        meet().await;
        assert_eq!(met.iter().map(String::as_str).collect::<BTreeSet<_>>(), documented);
    });
}
