//! A difficult shop: an aggressive reset, `dir=rtl`, `class="dark"`, a focus trap and an Esc handler of its
//! own, and `font-size: 62.5%`. Neither the shop nor the survey changes.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use serde_json::{Value, json};

use crate::shop::{Shop, page};

in_each_engine!(
    among_all_this_the_page_stays_as_it_was_and_so_does_the_survey,
    a_page_that_traps_the_focus_keeps_it_and_the_survey_can_still_be_answered,
    the_pages_esc_and_the_pop_ups_do_not_meet,
);

const STYLES: &str = "
    html { font-size: 62.5%; }
    *, *::before, *::after { all: unset; box-sizing: border-box; margin: 0; padding: 0; border: 0;
        font: inherit; outline: none !important; animation: none !important; transition: none !important; }
    html, body, main, p, div { display: block; }
    [hidden] { display: none; }
    .dark { background: #111; color: #eee; }
    .dark .card, .dark .scale, .dark .error { background: #eee; color: #eee; display: none; }";

/// A dialog of the page's own making, which holds the focus until Esc closes it.
const SCRIPT: &str = "
    window.pulled = 0, window.escapes = 0;
    const trap = document.querySelector('#trap'), inside = [...trap.querySelectorAll('input, button')];
    document.addEventListener('focusin', (event) => {
        if (trap.hidden || trap.contains(event.target)) return;
        pulled += 1;
        inside[0].focus();
    });
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') { escapes += 1; trap.hidden = true; }
        if (event.key !== 'Tab' || trap.hidden) return;
        const at = inside.indexOf(document.activeElement);
        if (at === (event.shiftKey ? 0 : inside.length - 1)) {
            event.preventDefault();
            inside[event.shiftKey ? inside.length - 1 : 0].focus();
        }
    });";

const SURVEYS: &str = "<aanrader-survey id=inline></aanrader-survey>\
    <aanrader-survey id=popup survey=popup mode=popup></aanrader-survey>";

/// The shop, whose page is at `/`, with the focus trap open or closed; `/bare` lacks the survey's script.
fn shop(trap: &str) -> Shop {
    let shop = Shop::open();
    let main = format!(
        "<link rel=stylesheet href=/shop.css><p><a id=link href='#x'>A link</a></p>\
         <div id=trap {trap}><input id=name> <button id=ok>OK</button></div>{SURVEYS}\
         <script src=/shop.js></script>"
    );
    let page =
        page(shop.collector.url(), &main).replace("<html lang=en>", "<html lang=en dir=rtl class=dark>");
    shop.host.set("/bare", Reply::html(page.replace("/aanrader.js", "/healthz")));
    shop.host.set("/", Reply::html(page));
    shop.host.set("/shop.css", Reply::new(200, "text/css", STYLES));
    shop.host.set("/shop.js", Reply::new(200, "text/javascript", SCRIPT));
    shop
}

/// All of the page except the survey: each element's appearance and place.
const PAGE: &str = "[...document.querySelectorAll('html, body, body *')]
    .filter((e) => !e.closest('aanrader-survey') && !['SCRIPT', 'LINK'].includes(e.nodeName))
    .map((e) => {
        const s = getComputedStyle(e), r = e.getBoundingClientRect();
        // The page may be higher, of course: that is where the survey is.
        const size = ['HTML', 'BODY', 'MAIN'].includes(e.nodeName) ? [r.x, r.y, r.width] : [r.x, r.y, r.width, r.height];
        return [e.nodeName, e.className, e.dir, s.color, s.backgroundColor, s.fontSize, s.fontFamily, s.display,
            s.margin, s.padding, s.outlineStyle, s.direction, ...size].join(' ');
    })";

/// The survey's appearance there; `host.rs` compares all of it with a calm page.
const LOOKS: &str = "['direction', 'fontSize', 'display'].map((property, at) =>
    getComputedStyle(root.querySelector(['[part~=card]', '[part~=cell]', '[part~=scale]'][at]))[property])";

fn among_all_this_the_page_stays_as_it_was_and_so_does_the_survey(engine: Engine) {
    let shop = shop("hidden");
    in_browser(&Options::of(engine), async |browser| {
        // First without the survey's script, then with it.
        browser.goto(&shop.host.url("/bare")).await;
        let before = browser.execute(&format!("return {PAGE}"), vec![]).await;
        browser.goto(&shop.host.url("/")).await;
        for id in ["#inline", "#popup"] {
            let survey = browser.survey_at(id);
            survey.wait_shown("[part~=scale]", true).await;
            let looks = survey.eval(LOOKS, Value::Null).await;
            assert_eq!(looks, json!(["ltr", "16px", "grid"]), "{id}");
            survey.choose(9).await;
            survey.wait_for_text("[part~=status]", "Your 9 has been saved.").await;
            // The keyboard focus is visible, whatever the page does with outlines.
            browser.press(Key::Tab).await;
            browser.press_with(Key::Shift, Key::Tab).await;
            let outline = "((e) => [e, e.closest('label'), e.nextElementSibling])(root.activeElement)
                .some((e) => getComputedStyle(e).outlineStyle === 'solid')";
            for focused in ["input score 9", "input score 8"] {
                assert_eq!(survey.focused().await, focused);
                assert_eq!(survey.eval(outline, Value::Null).await, true, "{id}: {focused}");
                browser.press(Key::Left).await;
            }
            survey.find("textarea").await;
            survey.send().await;
            survey.wait_for_text("[part~=title]", "Thank you!").await;
        }
        browser.execute("document.activeElement.blur()", vec![]).await;
        assert_eq!(browser.execute(&format!("return {PAGE}"), vec![]).await, before);
        browser.assert_quiet().await;
    });
}

fn a_page_that_traps_the_focus_keeps_it_and_the_survey_can_still_be_answered(engine: Engine) {
    let shop = shop("");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&shop.host.url("/")).await;
        let survey = browser.survey_at("#popup");
        survey.wait_shown("[part~=scale]", true).await;
        browser.click("#name").await;
        let mut met = Vec::new();
        for _ in 0..4 {
            browser.press(Key::Tab).await;
            met.push(browser.focused().await);
        }
        assert_eq!(met, ["button#ok", "input#name", "button#ok", "input#name"]);
        // The pointer still reaches it; the page takes the focus back, and the survey doesn't fight over it.
        survey.choose(8).await;
        survey.wait_for_text("[part~=status]", "Your 8 has been saved.").await;
        survey.find("textarea").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        assert_eq!(browser.focused().await, "input#name");
        assert!(pulled(browser).await <= 6, "a fight over the focus");
        assert_eq!(shop.collector.answers().await[0]["complete"], true);
        browser.assert_quiet().await;
    });
}

async fn pulled(browser: &Browser) -> u64 {
    browser.execute("return pulled", vec![]).await.as_u64().unwrap_or(u64::MAX)
}

fn the_pages_esc_and_the_pop_ups_do_not_meet(engine: Engine) {
    let shop = shop("");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&shop.host.url("/")).await;
        let survey = browser.survey_at("#popup");
        survey.wait_shown("[part~=scale]", true).await;
        browser.click("#name").await;
        let seen = "return [escapes, document.querySelector('#trap').hidden]";
        browser.press(Key::Escape).await;
        assert_eq!(browser.execute(seen, vec![]).await, json!([1, true]));
        assert!(survey.shows("[part~=scale]").await, "the page's Esc has closed the pop-up");
        survey.choose(8).await;
        browser.press(Key::Escape).await;
        survey.wait_shown("[part~=card]", false).await;
        assert_eq!(browser.execute(seen, vec![]).await, json!([1, true]));
    });
}
