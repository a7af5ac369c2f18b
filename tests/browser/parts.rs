//! What a shop's style sheet can reach: the parts that the README lists.

use std::collections::BTreeSet;

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use serde_json::{Value, json};

use crate::looks::painted;
use crate::shop::Shop;

in_each_engine!(a_shop_gives_the_survey_its_own_looks,);

const README: &str = include_str!("../../README.md");

/// The parts that the README lists.
fn documented() -> BTreeSet<&'static str> {
    let (_, list) = README.split_once("`::part()` reaches ").expect("the list of parts");
    let list = list.split('.').next().unwrap_or_default();
    list.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_documented_parts_are_there_and_no_others() {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey mode=popup></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        let mut met = BTreeSet::new();
        let parts = "[...root.querySelectorAll('[part]')].map((e) => e.getAttribute('part'))";
        let mut meet = async || {
            let parts = survey.eval(parts, Value::Null).await;
            met.extend(parts.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        };
        survey.wait_shown("[part~=scale]", true).await;
        meet().await;
        survey.choose(9).await;
        survey.send().await;
        survey.find("textarea").await;
        meet().await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        meet().await;
        assert_eq!(met.iter().map(String::as_str).collect::<BTreeSet<_>>(), documented());
    });
}

fn a_shop_gives_the_survey_its_own_looks(engine: Engine) {
    let shop = Shop::open();
    let sheet = "aanrader-survey { --aanrader-accent: rgb(1, 2, 3); --aanrader-radius: 11px; }
        aanrader-survey::part(question) { color: rgb(4, 5, 6); }";
    shop.host.set("/shop.css", aanrader_tests::host::Reply::new(200, "text/css", sheet));
    let url = shop.page("<link rel=stylesheet href=/shop.css><aanrader-survey></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.find("[part~=send]").await;
        let background = painted("getComputedStyle(root.querySelector('.send')).backgroundColor");
        assert_eq!(survey.eval(&background, Value::Null).await, json!([1, 2, 3, 255]));
        let looks = "[['send', 'borderTopLeftRadius'], ['question', 'color']]
            .map(([part, property]) => getComputedStyle(root.querySelector(`[part~=${part}]`))[property])";
        assert_eq!(survey.eval(looks, Value::Null).await, json!(["11px", "rgb(4, 5, 6)"]));
    });
}
