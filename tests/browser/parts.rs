//! The parts that a shop's style styles can reach.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::in_each_engine;
use serde_json::{Value, json};

use crate::looks::painted;
use crate::shop::Shop;

in_each_engine!(a_shop_gives_the_survey_its_own_looks,);

fn a_shop_gives_the_survey_its_own_looks(engine: Engine) {
    let shop = Shop::open();
    let styles = "aanrader-survey { --aanrader-accent: rgb(1, 2, 3); --aanrader-radius: 11px; }
        aanrader-survey::part(question) { color: rgb(4, 5, 6); }";
    shop.host.set("/shop.css", aanrader_tests::host::Reply::new(200, "text/css", styles));
    let url = shop.page("<link rel=stylesheet href=/shop.css><aanrader-survey></aanrader-survey>");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.find("[part~=send]").await;
        let background = painted("getComputedStyle(root.querySelector('.send')).backgroundColor");
        assert_eq!(survey.eval(&background, Value::Null).await, json!([1, 2, 3, 255]));
        let looks = "[['send', 'borderTopLeftRadius'], ['question', 'color']]
            .map(([part, property]) => getComputedStyle(root.querySelector(`[part~=${part}]`))[property])";
        assert_eq!(survey.eval(looks, Value::Null).await, json!(["11px", "rgb(4, 5, 6)"]));
    });
}
