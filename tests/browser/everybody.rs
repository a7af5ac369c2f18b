//! Everybody can answer: WCAG 2.2 A and AA in every state, mode, scheme and direction. axe checks most of it;
//! our own measures check forced colours, focus and cut-off text, which axe doesn't.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::host::Reply;
use aanrader_tests::stage::STATES;
use serde_json::json;

use crate::measure::{assert_measures, measure, prefer, stage};

/// A customer's preferences: the scheme, and whether the system sets the colours.
const SCHEMES: [(&str, &str, &str); 3] =
    [("light", "light", "none"), ("dark", "dark", "none"), ("forced colours", "dark", "active")];

/// Shows every state in that mode and language, and checks each with axe and our measures.
fn look_at(mode: &str, language: &str) {
    let stage = stage();
    in_browser(&Options { reduced_motion: true, ..Options::default() }, async |browser| {
        for state in STATES {
            // The follow-ups of scores differ only in their words.
            if ["promoter", "passive"].contains(&state) {
                continue;
            }
            let attributes = json!({ "mode": mode, "lang": language, "brand": "Moes & Mei" });
            stage.show(browser, state, &attributes).await;
            for (name, scheme, forced) in SCHEMES {
                prefer(browser, scheme, forced).await;
                let what = format!("{mode}, {language}, {state}, {name}");
                assert_accessible(browser, &what).await;
                assert_measures(browser, &what, json!({})).await;
            }
        }
    });
}

#[test]
fn the_inline_question_is_accessible_in_every_state_from_left_to_right() {
    look_at("inline", "en");
}

#[test]
fn the_inline_question_is_accessible_in_every_state_from_right_to_left() {
    look_at("inline", "ar");
}

#[test]
fn the_pop_up_is_accessible_in_every_state_from_left_to_right() {
    look_at("popup", "en");
}

#[test]
fn the_pop_up_is_accessible_in_every_state_from_right_to_left() {
    look_at("popup", "ar");
}

/// A phone, and a window of 1280 by 1024 at 400 %.
const SMALL: [(u32, u32); 2] = [(320, 640), (320, 256)];

/// Adds another style sheet to the survey, as a customer's own would be.
const ADOPT: &str =
    "const root = document.querySelector('aanrader-survey').shadowRoot, styles = new CSSStyleSheet();
    styles.replaceSync(arguments[0]);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles];";

/// The distances of WCAG 1.4.12.
const SPACED: &str =
    "* { letter-spacing: .12em !important; line-height: 1.5 !important; word-spacing: .16em !important }
    p, legend { margin-block-end: 2em !important }";

#[test]
fn nothing_is_lost_at_320_pixels_at_400_percent_or_with_wide_spacing() {
    let stage = stage();
    for (width, height) in SMALL {
        let options = Options { height, reduced_motion: true, ..Options::phone(width) };
        in_browser(&options, async |browser| {
            for mode in ["inline", "popup"] {
                for state in ["unanswered", "chosen", "invalid", "kept"] {
                    stage.show(browser, state, &json!({ "mode": mode, "lang": "de" })).await;
                    let what = format!("{mode}, {state}, {width} by {height}");
                    assert_measures(browser, &what, json!({})).await;
                    browser.execute(ADOPT, vec![json!(SPACED)]).await;
                    assert_measures(browser, &format!("{what}, spaced"), json!({})).await;
                }
            }
        });
    }
}

/// A shop whose root font makes tenths of pixels, with right-to-left text and a dark class of its own.
const SHOP: &str = "html { font-size: 62.5% } body { direction: rtl; font-size: 1.2rem }
    .dark { background: #14181d; color: #d7dde4; --aanrader-background: #14181d }
    .dark * { border-color: #222; outline: none }";

#[test]
fn a_small_dark_shop_from_right_to_left_keeps_it_readable() {
    let stage = stage();
    stage.host.set("/shop.css", Reply::new(200, "text/css", SHOP));
    in_browser(&Options { reduced_motion: true, ..Options::phone(320) }, async |browser| {
        for mode in ["inline", "popup"] {
            for state in ["chosen", "invalid"] {
                stage.show(browser, state, &json!({ "mode": mode, "lang": "en" })).await;
                browser.execute("document.body.className = 'dark'", vec![]).await;
                assert_measures(browser, &format!("{mode}, {state}"), json!({})).await;
            }
        }
    });
}

#[test]
fn a_fault_in_the_looks_is_noticed() {
    let stage = stage();
    let faults = [
        (".low { color: #999 }", "span low: its text has 2.85:1"),
        (".cell span { min-block-size: 40px }", "input radio: it is "),
        (
            ":focus-visible { outline: none !important; box-shadow: none !important }",
            "button send has no focus ring",
        ),
        ("input { border-color: #ccc !important }", "input radio: its boundary has 1.61:1"),
        ("legend { height: 20px; overflow: hidden }", "legend question: its text is higher than itself"),
        (
            "legend { inline-size: 200px !important; white-space: nowrap }",
            "legend question: its text stands at",
        ),
        (".low { margin-top: -30px }", "span low lies on span"),
        (".card { inline-size: 3000px }", "the page scrolls sideways"),
        (
            "form::after { content: ''; inset: 0; position: fixed; z-index: 9 }",
            "button send is hidden when it has the focus",
        ),
    ];
    in_browser(&Options::default(), async |browser| {
        stage.show(browser, "chosen", &json!({ "lang": "en" })).await;
        assert_measures(browser, "without a fault", json!({})).await;
        for (fault, found) in faults {
            let before =
                "return [...document.querySelector('aanrader-survey').shadowRoot.adoptedStyleSheets].length";
            assert_eq!(browser.execute(before, vec![]).await, 1);
            browser.execute(ADOPT, vec![json!(fault)]).await;
            let all = measure(browser, json!({})).await;
            assert!(all.iter().any(|one| one.starts_with(found)), "{fault}: {all:?}");
            let restore = "document.querySelector('aanrader-survey').shadowRoot.adoptedStyleSheets.pop()";
            browser.execute(restore, vec![]).await;
        }
    });
}
