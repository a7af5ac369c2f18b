//! The places in which a shop may put an inline survey: in every layout context it has a reasonable width.

use std::fmt::Write;

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use serde_json::Value;

use crate::shop::{Shop, page};

in_each_engine!(in_every_layout_context_the_survey_is_as_wide_as_it_can_sensibly_be);

/// The survey's width in a wide place, in CSS pixels, and its smallest share of the window in a narrow one. A
/// place whose width depends on its content can't know the page's margins on a phone.
const SENSIBLE: (f64, f64) = (560.0, 0.87);

/// Each context with its name, the markup around the survey, and the survey's share of the section.
const CONTEXTS: [(&str, &str, f64); 30] = [
    ("block", "<div>{}</div>", 1.0),
    (
        "flex column, centred",
        "<div style='display:flex;flex-direction:column;align-items:center'>{}</div>",
        1.0,
    ),
    (
        "flex column, at the start",
        "<div style='display:flex;flex-direction:column;align-items:flex-start'>{}</div>",
        1.0,
    ),
    ("flex row", "<div style='display:flex'>{}</div>", 1.0),
    ("flex row, centred", "<div style='display:flex;justify-content:center'>{}</div>", 1.0),
    (
        "flex row beside a column",
        "<div style='display:flex'><aside style='flex:0 0 30%'>Menu</aside>{}</div>",
        0.7,
    ),
    ("flex row that wraps", "<div style='display:flex;flex-wrap:wrap'>{}</div>", 1.0),
    ("inline flex", "<div style='display:inline-flex;flex-direction:column'>{}</div>", 1.0),
    ("grid, centred", "<div style='display:grid;place-items:center'>{}</div>", 1.0),
    ("grid, at the start", "<div style='display:grid;justify-items:start'>{}</div>", 1.0),
    (
        "grid in an automatic column",
        "<div style='display:grid;grid-template-columns:auto 1fr'>{}<i></i></div>",
        1.0,
    ),
    ("inline grid", "<div style='display:inline-grid'>{}</div>", 1.0),
    ("float", "<div style='float:left'>{}</div>", 1.0),
    ("float at the end", "<div style='float:inline-end'>{}</div>", 1.0),
    ("inline block", "<div style='display:inline-block'>{}</div>", 1.0),
    ("table cell", "<div style='display:table'><div style='display:table-cell'>{}</div></div>", 1.0),
    ("table", "<table><tbody><tr><td>{}</td></tr></tbody></table>", 0.97),
    ("fixed table", "<table style='table-layout:fixed;width:100%'><tr><td>{}</td></tr></table>", 0.97),
    (
        "absolute",
        "<div style='position:relative;height:600px'><div style='position:absolute'>{}</div></div>",
        1.0,
    ),
    (
        "absolute at the end",
        "<div style='position:relative;height:600px'><div style='position:absolute;right:0'>{}</div></div>",
        1.0,
    ),
    ("fit-content", "<div style='width:fit-content'>{}</div>", 1.0),
    ("max-content", "<div style='width:max-content'>{}</div>", 1.0),
    ("centred by its margins", "<div style='width:fit-content;margin:auto'>{}</div>", 1.0),
    ("inline", "<p><span>{}</span></p>", 1.0),
    ("no box of its own", "<div style='display:contents'>{}</div>", 1.0),
    ("fieldset", "<fieldset style='border:0;margin:0;padding:0'>{}</fieldset>", 1.0),
    ("open details", "<details open><summary>Survey</summary>{}</details>", 1.0),
    ("list item", "<ul style='margin:0;padding:0;list-style:none'><li>{}</li></ul>", 1.0),
    (
        "flex item that may shrink",
        "<div style='display:flex'><div style='min-width:0;flex:0 1 auto'>{}</div></div>",
        1.0,
    ),
    ("a sticky box", "<div style='position:sticky;top:0;width:fit-content'>{}</div>", 1.0),
];

/// A shop's style rules for the element itself.
const ITSELF: [(&str, &str); 8] = [
    ("inline-block", "display:inline-block"),
    ("flex", "display:flex"),
    ("grid", "display:grid"),
    ("float", "float:left"),
    ("fit-content", "width:fit-content"),
    ("centred", "margin-inline:auto"),
    ("at the end of a flex column", "align-self:flex-end"),
    ("wide", "width:100%"),
];

/// The section of each context, its card, and the page's sideways scroll range.
const MEASURED: &str = "return [document.scrollingElement.scrollWidth - innerWidth,
    ...[...document.querySelectorAll('section')].map((section) => {
        const card = section.querySelector('aanrader-survey').shadowRoot.querySelector('[part~=card]');
        const { left, right, width } = card.getBoundingClientRect();
        return [section.getBoundingClientRect().width, width, left, right, innerWidth, card.scrollWidth - card.clientWidth];
    })]";

/// Shows all surveys at once, wherever they are on the page.
const ASKED: &str = "customElements.whenDefined('aanrader-survey').then(() => Promise.all(
    [...document.querySelectorAll('aanrader-survey')].map((survey) => survey.ask())).then(() => true))";

/// The page with a section for each context, with room for absolutely positioned content.
fn markup() -> String {
    let mut sections = String::new();
    let mut section = |survey: &str, around: &str| {
        let within = around.replace("{}", survey);
        write!(sections, "<section style='display:flow-root'>{within}</section>").expect("into memory");
    };
    for (at, (_, around, _)) in CONTEXTS.iter().enumerate() {
        section(&format!("<aanrader-survey survey=s{at}></aanrader-survey>"), around);
    }
    for (at, (_, style)) in ITSELF.iter().enumerate() {
        let survey = format!("<aanrader-survey survey=t{at} style='{style}'></aanrader-survey>");
        section(&survey, "<div style='display:flex;flex-direction:column'>{}</div>");
    }
    sections
}

fn in_every_layout_context_the_survey_is_as_wide_as_it_can_sensibly_be(engine: Engine) {
    let shop = Shop::open();
    shop.host.set("/", Reply::html(page(shop.collector.url(), &markup())));
    let names = CONTEXTS.iter().map(|(name, _, share)| (*name, *share));
    let names: Vec<_> = names.chain(ITSELF.iter().map(|(name, _)| (*name, 1.0))).collect();
    let widths: &[u32] = if engine == Engine::Chromium { &[320, 375, 768, 1280] } else { &[500, 1280] };
    for width in widths {
        let options = match engine {
            Engine::Chromium if *width < 500 => Options::phone(*width),
            _ => Options { width: *width, ..Options::of(engine) },
        };
        in_browser(&options, async |browser| {
            browser.goto(&shop.host.url("/")).await;
            browser.execute(&format!("return {ASKED}"), vec![]).await;
            let all = "[...document.querySelectorAll('aanrader-survey')].every((survey) => \
                survey.shadowRoot?.querySelector('[part~=scale]'))";
            browser.wait(all).await;
            let measured = browser.execute(MEASURED, vec![]).await;
            let measured = measured.as_array().expect("a list");
            let number = |value: &Value, at: usize| value[at].as_f64().expect("a number");
            let wrong: Vec<_> = names
                .iter()
                .zip(&measured[1..])
                .filter(|((_, share), place)| {
                    let wide = number(place, 1) + 2.0
                        >= (number(place, 0) * share).min(SENSIBLE.0).min(number(place, 4) * SENSIBLE.1);
                    let within = number(place, 2) >= -0.5 && number(place, 3) <= number(place, 4) + 0.5;
                    !(wide && within && number(place, 5) <= 0.0)
                })
                .map(|((name, _), place)| {
                    format!("{name}: section, card, left, right, window, hidden: {place}")
                })
                .collect();
            assert!(wrong.is_empty(), "{width} px: {wrong:#?}");
            assert!(
                measured[0].as_f64().is_some_and(|aside| aside <= 0.0),
                "{width} px: it scrolls sideways"
            );
        });
    }
}
