//! Inherited properties of a page can't break the card, and a pop-up isn't printed.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use serde_json::{Value, json};

use crate::shop::Shop;

in_each_engine!(nothing_that_inherits_breaks_the_card);

/// A page's rule for its body, and the resulting rule for a cell, a field and a button in the card.
const INHERITED: [(&str, &str); 30] = [
    ("pointer-events: none", "pointerEvents"),
    ("word-break: break-all", "wordBreak"),
    ("text-shadow: 0 0 4px red", "textShadow"),
    ("-webkit-text-fill-color: red", "webkitTextFillColor"),
    ("-webkit-text-stroke: 3px red", "webkitTextStrokeWidth"),
    ("caret-color: transparent", "caretColor"),
    ("-webkit-user-select: none; user-select: none", "userSelect"),
    ("cursor: none", "cursor"),
    ("letter-spacing: 1em", "letterSpacing"),
    ("word-spacing: 2em", "wordSpacing"),
    ("line-height: 0", "lineHeight"),
    ("text-indent: 5em", "textIndent"),
    ("text-transform: uppercase", "textTransform"),
    ("text-align: end", "textAlign"),
    ("text-align-last: center", "textAlignLast"),
    ("white-space: pre", "whiteSpace"),
    ("font-style: italic", "fontStyle"),
    ("font-weight: 900", "fontWeight"),
    ("font-variant: small-caps", "fontVariantCaps"),
    ("font-feature-settings: 'zero'", "fontFeatureSettings"),
    ("font-stretch: condensed", "fontStretch"),
    ("hyphens: auto", "hyphens"),
    ("overflow-wrap: anywhere", "overflowWrap"),
    ("line-break: anywhere", "lineBreak"),
    ("tab-size: 40", "tabSize"),
    ("writing-mode: vertical-rl", "writingMode"),
    ("list-style: square", "listStyleType"),
    ("border-collapse: collapse; border-spacing: 9px", "borderSpacing"),
    ("text-emphasis: dot", "textEmphasisStyle"),
    ("quotes: none; orphans: 9", "orphans"),
];

/// The property of the visible elements, and the places of the card and its cells.
const LOOKS: &str = "(() => {
    const all = ['.question', '.cell', '.cell span', '.low', 'textarea', '.check', '.send', '.status'];
    const of = (css) => getComputedStyle(root.querySelector(css))[args];
    const box = (css) => ((b) => [b.width, b.height].map(Math.round))(root.querySelector(css).getBoundingClientRect());
    return [all.map(of), box('.card'), box('.cell')];
})()";

fn nothing_that_inherits_breaks_the_card(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page("<link rel=stylesheet href=/shop.css><aanrader-survey mode=popup></aanrader-survey>");
    in_browser(&Options { reduced_motion: true, ..Options::of(engine) }, async |browser| {
        let mut broken = Vec::new();
        for (declaration, property) in INHERITED {
            let mut looks = Vec::new();
            for styles in ["", declaration] {
                let styles = format!("main {{ {styles} }}");
                shop.host.set("/shop.css", Reply::new(200, "text/css", styles));
                browser.goto(&url).await;
                let survey = browser.survey();
                survey.choose(9).await;
                survey.wait_shown("textarea", true).await;
                looks.push(survey.eval(LOOKS, json!(property)).await);
            }
            if looks[0] != looks[1] {
                broken.push(format!("{declaration}: {} instead of {}", looks[1], looks[0]));
            }
        }
        assert!(broken.is_empty(), "{broken:#?}");
    });
}

#[test]
fn a_page_that_is_hidden_hides_its_survey() {
    let shop = Shop::open();
    let url = shop.page("<link rel=stylesheet href=/shop.css><aanrader-survey></aanrader-survey>");
    shop.host.set("/shop.css", Reply::new(200, "text/css", "main { visibility: hidden }"));
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        browser.survey().find("[part~=cell]").await;
        assert!(!browser.survey().shows("[part~=cell]").await);
    });
}

#[test]
fn a_page_is_printed_without_its_pop_up_and_with_its_inline_survey() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        for (mode, printed) in [("popup", false), ("inline", true)] {
            browser.goto(&shop.page(&format!("<aanrader-survey mode={mode}></aanrader-survey>"))).await;
            let survey = browser.survey();
            survey.wait_shown("[part~=scale]", true).await;
            browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
            assert_eq!(survey.shows("[part~=card]").await, printed, "{mode}");
            browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
            assert_eq!(survey.eval("root.querySelectorAll('.card').length", Value::Null).await, 1);
        }
    });
}
