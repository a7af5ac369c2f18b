//! A shop's looks for the survey: colours that stay readable, and the pop-up's place.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::stage::Stage;
use aanrader_tests::survey::Rect;
use serde_json::{Value, json};

use crate::measure::{assert_measures, measure, prefer, stage};
use crate::shop::Shop;

/// Sets a custom property of the survey, as a shop's style sheet does.
async fn set(browser: &Browser, property: &str, value: &str) {
    let set = "document.querySelector('aanrader-survey').style.setProperty(...arguments)";
    browser.execute(set, vec![json!(property), json!(value)]).await;
}

/// The expression of a computed colour as red, green, blue and opacity, because browsers have several
/// notations.
pub(crate) fn painted(color: &str) -> String {
    format!(
        "((context) => {{ context.fillStyle = {color}; context.fillRect(0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data]; }})(document.createElement('canvas').getContext('2d'))"
    )
}

/// Brands: yellow, light green, greys around the turning point, orange, red, navy, white, black, and a
/// translucent one.
const BRANDS: [&str; 12] = [
    "#ffe600",
    "#9be28f",
    "#757575",
    "#767676",
    "#777",
    "gray",
    "#ff7a00",
    "red",
    "#001f5b",
    "white",
    "black",
    "rgb(255 230 0 / 20%)",
];

#[test]
fn any_brand_colour_is_readable_and_seen() {
    let stage = stage();
    in_browser(&Options::default(), async |browser| {
        for state in ["chosen", "detractor"] {
            stage.show(browser, state, &json!({})).await;
            for brand in BRANDS {
                set(browser, "--aanrader-accent", brand).await;
                for scheme in ["light", "dark"] {
                    prefer(browser, scheme, "none").await;
                    assert_measures(browser, &format!("{state}, {brand}, {scheme}"), json!({})).await;
                }
            }
        }
        let background = "getComputedStyle(root.querySelector('.send')).backgroundColor";
        assert_eq!(browser.survey().eval(&painted(background), Value::Null).await, json!([255, 230, 0, 255]));
        // A shop that insists on white text on yellow gets it, and the measure detects it.
        set(browser, "--aanrader-on-accent", "#fff").await;
        let found = measure(browser, json!({})).await;
        assert!(found.iter().any(|fault| fault.starts_with("button send: its text has 1.2")), "{found:?}");
    });
}

#[test]
fn a_pop_up_of_any_background_is_readable() {
    let stage = stage();
    in_browser(&Options { reduced_motion: true, ..Options::default() }, async |browser| {
        for state in ["chosen", "detractor"] {
            stage.show(browser, state, &json!({ "mode": "popup" })).await;
            for background in ["#001f5b", "#fff4f9", "black", "light-dark(#fffbe6, #241a00)"] {
                set(browser, "--aanrader-background", background).await;
                for scheme in ["light", "dark"] {
                    prefer(browser, scheme, "none").await;
                    assert_measures(browser, &format!("{state}, {background}, {scheme}"), json!({})).await;
                }
            }
        }
    });
}

/// Shows a pop-up with this placement, and returns its place.
async fn placed(browser: &Browser, stage: &Stage, placement: &str, language: &str) -> Rect {
    let attributes = json!({ "mode": "popup", "placement": placement, "lang": language });
    stage.show(browser, "question", &attributes).await;
    browser.survey().rects(".card").await[0]
}

#[test]
fn a_pop_up_stands_where_the_shop_wants_it() {
    let stage = stage();
    in_browser(&Options { reduced_motion: true, ..Options::default() }, async |browser| {
        for (placement, at_top, at_end) in [
            ("bottom-end", false, true),
            ("bottom-start", false, false),
            ("top-end", true, true),
            ("top-start", true, false),
        ] {
            for (language, reversed) in [("en", false), ("ar", true)] {
                let card = placed(browser, &stage, placement, language).await;
                let x = if at_end == reversed { 16.0 } else { 1280.0 - 16.0 - card.width };
                let y = if at_top { 16.0 } else { 900.0 - 16.0 - card.height };
                assert_eq!((card.x, card.y, card.width), (x, y, 380.0), "{placement}, {language}: {card:?}");
            }
        }
        let bar = placed(browser, &stage, "bar", "en").await;
        assert_eq!((bar.x, bar.width, bar.y + bar.height), (0.0, 1280.0, 900.0));
        set(browser, "--aanrader-width", "500px").await;
        set(browser, "--aanrader-gap", "40px").await;
        browser
            .execute("document.querySelector('aanrader-survey').setAttribute('placement', 'top-end')", vec![])
            .await;
        let card = browser.survey().rects(".card").await[0];
        assert_eq!((card.x, card.y, card.width), (740.0, 40.0, 500.0));
    });
}

#[test]
fn on_a_phone_every_pop_up_stands_across_the_bottom() {
    let stage = stage();
    in_browser(&Options { reduced_motion: true, ..Options::phone(360) }, async |browser| {
        for placement in ["bottom-end", "top-start", "bar"] {
            let card = placed(browser, &stage, placement, "en").await;
            assert_eq!(
                (card.x, card.width, card.y + card.height),
                (0.0, 360.0, 700.0),
                "{placement}: {card:?}"
            );
        }
    });
}

#[test]
fn a_placement_that_is_none_is_named_in_the_console() {
    let stage = stage();
    in_browser(&Options { reduced_motion: true, ..Options::default() }, async |browser| {
        let card = placed(browser, &stage, "middle", "en").await;
        assert_eq!(card.x + card.width, 1264.0);
        let console = browser.console().await;
        let wanted = "placement takes one of: bottom-end bottom-start top-end top-start bar; the first stands in for it";
        assert!(console.iter().any(|line| line.contains(wanted)), "{console:?}");
    });
}

#[test]
fn a_pop_up_stays_clear_of_the_screens_notches() {
    let stage = stage();
    let insets = json!({ "insets": { "top": 30, "left": 44, "right": 44, "bottom": 21 } });
    for (width, x, bottom) in [(360, 0.0, 0.0), (900, 44.0 + 16.0, 21.0 + 16.0)] {
        in_browser(&Options { reduced_motion: true, ..Options::phone(width) }, async |browser| {
            browser.cdp("Emulation.setSafeAreaInsetsOverride", insets.clone()).await;
            let card = placed(browser, &stage, "bottom-start", "en").await;
            assert_eq!((card.x, card.y + card.height), (x, 700.0 - bottom), "{width} px: {card:?}");
            browser.survey().choose(9).await;
            browser.survey().wait_shown(".send", true).await;
            let send = browser.survey().rects(".send").await[0];
            assert!(
                send.y + send.height <= 679.0 && send.x + send.width <= f64::from(width) - 44.0,
                "{send:?}"
            );
        });
    }
}

/// The part of the window that an on-screen keyboard leaves visible: `visible` pixels.
const KEYBOARD: &str = "Object.defineProperty(VisualViewport.prototype, 'height', {
    configurable: true, get: () => window.visible ?? innerHeight });";

/// Opens or closes the keyboard.
async fn leave(browser: &Browser, visible: Value) {
    let set = "window.visible = arguments[0]; visualViewport.dispatchEvent(new Event('resize'))";
    browser.execute(set, vec![visible]).await;
}

#[test]
fn a_pop_up_stays_clear_of_an_on_screen_keyboard() {
    let stage = stage();
    in_browser(&Options { reduced_motion: true, ..Options::phone(360) }, async |browser| {
        browser.before_each_page(KEYBOARD).await;
        stage.show(browser, "detractor", &json!({ "mode": "popup" })).await;
        let survey = browser.survey();
        survey.click(".how").await;
        for (visible, bottom) in [(json!(380), 380.0), (json!(250), 250.0), (Value::Null, 700.0)] {
            leave(browser, visible).await;
            let card = survey.rects(".card").await[0];
            assert_eq!((card.y + card.height, card.y >= 0.0), (bottom, true), "{card:?}");
            let how = survey.rects(".how").await[0];
            assert!(
                how.y >= card.y && how.y + how.height <= bottom,
                "one types out of sight: {how:?} in {card:?}"
            );
        }
    });
}

#[test]
fn it_arrives_without_movement_for_those_who_asked_for_none() {
    let stage = stage();
    for (reduced_motion, animation) in [(true, "none"), (false, "arrive")] {
        in_browser(&Options { reduced_motion, ..Options::default() }, async |browser| {
            placed(browser, &stage, "bar", "en").await;
            let name = "getComputedStyle(root.querySelector('.card')).animationName";
            assert_eq!(browser.survey().eval(name, Value::Null).await, animation);
        });
    }
}

#[test]
fn the_shops_own_question_is_written_in_its_own_direction() {
    let stage = stage();
    in_browser(&Options::default(), async |browser| {
        for (language, question, right) in
            [("en", "هل توصي بنا؟", true), ("ar", "Would you recommend us?", false)]
        {
            stage.show(browser, "question", &json!({ "lang": language, "question": question })).await;
            let edges = "(() => {
                const legend = root.querySelector('legend'), range = document.createRange();
                range.selectNodeContents(legend.firstChild);
                const [text, all] = [range, legend].map((e) => e.getBoundingClientRect());
                return [text.left - all.left, all.right - text.right];
            })()";
            let edges = browser.survey().eval(edges, Value::Null).await;
            let edge = if right { &edges[1] } else { &edges[0] };
            assert!(edge.as_f64().is_some_and(|edge| edge.abs() < 1.0), "{question}: {edges}");
        }
    });
}

/// If the scale has two rows, its ends aren't at the ends of one row.
#[test]
fn what_the_ends_mean_stands_at_the_first_and_the_last_number_also_where_the_scale_wraps() {
    // The lines of text: their distances from the start and end of their numbers, and whether the low end's
    // text is above the scale and the high end's below it.
    const ENDS: &str = "(() => {
        const line = (css) => {
            const range = document.createRange();
            range.selectNodeContents(root.querySelector(css));
            return range.getBoundingClientRect();
        };
        const [low, high] = ['.low', '.high'].map(line);
        const cells = [...root.querySelectorAll('.cell')].map((cell) => cell.getBoundingClientRect());
        const [first, last] = [cells[0], cells[10]];
        const rtl = getComputedStyle(root.querySelector('.card')).direction == 'rtl';
        const far = rtl ? [low.right - first.right, high.left - last.left] : [low.left - first.left, high.right - last.right];
        return [...far.map(Math.abs), low.bottom <= first.top, high.top >= last.bottom, last.top > first.top];
    })()";
    let shop = Shop::open();
    for width in [320, 360, 390] {
        in_browser(&Options::phone(width), async |browser| {
            for language in ["en", "nl", "de", "ar", "he", "ur"] {
                for mode in ["inline", "popup"] {
                    let tag = format!("<aanrader-survey lang={language} mode={mode}></aanrader-survey>");
                    browser.goto(&shop.page(&tag)).await;
                    let survey = browser.survey();
                    survey.wait_shown("[part~=scale]", true).await;
                    let ends = survey.eval(ENDS, Value::Null).await;
                    let far = |at: usize| ends[at].as_f64().unwrap_or(f64::MAX);
                    let what = format!("{width} px, {language}, {mode}: {ends}");
                    assert_eq!(
                        (&ends[2], &ends[3], &ends[4]),
                        (&json!(true), &json!(true), &json!(true)),
                        "{what}"
                    );
                    assert!(far(0) <= 4.0 && far(1) <= 4.0, "{what}");
                }
            }
        });
    }
}
