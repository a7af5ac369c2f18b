//! Libraries for keyboard shortcuts, from npm: they receive the page's keys, but no typing in the survey.

use aanrader_tests::browser::{Browser, Options, in_browser_within};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::npm::script;
use serde_json::{Value, json};
use std::time::Duration;

use crate::shop::{played_collector, reply};

in_each_engine!(
    no_shortcut_of_a_library_takes_what_is_typed_into_the_survey,
    a_listener_that_comes_before_all_elements_can_tell_where_a_key_was_typed,
);

/// A library with its file, and the code with which a page sets shortcuts on `s` and `h`.
const LIBRARIES: [(&str, &str, &str); 11] = [
    ("@github/hotkey", "@github/hotkey/dist/index.js", "for (const it of buttons) hotkey.install(it, it.id)"),
    ("mousetrap", "mousetrap/mousetrap.js", "Mousetrap.bind(['s', 'h'], take)"),
    ("hotkeys-js", "hotkeys-js/dist/hotkeys-js.umd.cjs", "hotkeys('s,h', take)"),
    ("tinykeys", "tinykeys/dist/tinykeys.umd.js", "tinykeys.tinykeys(window, { s: take, h: take })"),
    ("keymaster", "keymaster/keymaster.js", "key('s, h', take)"),
    ("keyboardjs", "keyboardjs/dist/keyboard.js", "keyboardJS.bind(['s', 'h'], take)"),
    (
        "jQuery with is('input')",
        "jquery/dist/jquery.js",
        "$(document).on('keydown', (e) => { if (!$(e.target).is('input, textarea, select') && /s|h/.test(e.key)) take(e) })",
    ),
    (
        "jQuery, delegated, keypress",
        "jquery/dist/jquery.js",
        "$('html').on('keypress', 'body', (e) => { if (!$(e.target).closest('form, [contenteditable]').length) take(e) })",
    ),
    (
        "Stimulus",
        "@hotwired/stimulus/dist/stimulus.umd.js",
        "document.body.dataset.controller = 'shop'; document.body.dataset.action = \
         'keydown.s@window->shop#take keydown.h@document->shop#take'; \
         Stimulus.Application.start().register('shop', class extends Stimulus.Controller { take(e) { take(e) } })",
    ),
    (
        "Alpine",
        "alpinejs/dist/cdn.js",
        "document.body.setAttribute('x-data', ''); \
         document.body.setAttribute('x-on:keydown.s.window', 'take($event)'); \
         document.body.setAttribute('x-on:keydown.h.document', 'take($event)')",
    ),
    (
        "htmx",
        "htmx.org/dist/htmx.js",
        "document.body.setAttribute('hx-get', '/search'); \
         document.body.setAttribute('hx-trigger', \"keyup[key=='s'||key=='h'] from:body\"); \
         document.body.setAttribute('hx-swap', 'none'); \
         document.body.addEventListener('htmx:beforeRequest', take)",
    ),
];

/// The action of a shortcut: it moves the focus to the shop's search.
const SHOP: &str = "
    window.taken = [];
    window.take = (event) => { taken.push(event?.type ?? 'taken'); event?.preventDefault?.();
        document.querySelector('#search').focus(); };
    window.buttons = document.querySelectorAll('button');
    for (const it of buttons) it.onclick = take;";

const COMMENT: &str = "has a fast shop s/h";

/// The library's file in a form for pages: an ES module becomes a global by its name.
fn library(file: &str) -> (String, &'static str) {
    let text = script(file);
    if file.starts_with("@github") { (text, "module") } else { (text, "text/javascript") }
}

/// Types into the survey of a page with the library, after checking that its shortcuts work elsewhere.
async fn types_beside(browser: &Browser, mode: &str, (name, file, begin): (&str, &str, &str)) {
    let (text, kind) = library(file);
    let load = if kind == "module" {
        format!(
            "<script type=module>import * as hotkey from '/library.js'; {SHOP} {begin}; window.ready = true</script>"
        )
    } else {
        format!(
            "<script>{SHOP}</script><script src=/library.js></script>\
             <script>{begin}; window.ready = true</script>"
        )
    };
    // Alpine starts by itself once the page has been parsed, so its markup must exist before.
    let load = if name == "Alpine" {
        format!("<script>{SHOP} {begin}; window.ready = true</script><script src=/library.js></script>")
    } else {
        load
    };
    let main = format!(
        "<input id=search><button id=s>S</button><button id=h>H</button>\
         <aanrader-survey mode={mode}></aanrader-survey>{load}"
    );
    let host = played_collector(&main).await;
    host.set("/v1/answers", reply(201));
    host.set("/library.js", Reply::new(200, "text/javascript", text));
    browser.goto(&host.url("/")).await;
    browser.wait("window.ready === true").await;
    let survey = browser.survey();
    survey.choose(9).await;
    survey.find("textarea").await;
    // The page's own keys still lead to the search, so the test could detect the fault.
    browser.execute("buttons[0].focus()", vec![]).await;
    browser.type_text("s").await;
    browser.wait("taken.length > 0").await;
    browser.execute("taken.length = 0", vec![]).await;
    survey.type_into("textarea", COMMENT).await;
    let typed = survey.eval("root.querySelector('textarea').value", Value::Null).await;
    let taken = browser.execute("return taken", vec![]).await;
    assert_eq!((typed, taken), (json!(COMMENT), json!([])), "{mode}: {name}");
    assert_eq!(browser.focused().await, "aanrader-survey", "{mode}: {name}");
}

fn no_shortcut_of_a_library_takes_what_is_typed_into_the_survey(engine: Engine) {
    in_browser_within(Duration::from_secs(240), &Options::of(engine), async |browser| {
        for library in LIBRARIES {
            for mode in ["inline", "popup"] {
                println!("{mode}: {}", library.0);
                types_beside(browser, mode, library).await;
            }
        }
    });
}

/// No element can stop a listener that the window calls first; but the listener can see that a field of the
/// survey has the key.
fn a_listener_that_comes_before_all_elements_can_tell_where_a_key_was_typed(engine: Engine) {
    in_browser_within(Duration::from_secs(120), &Options::of(engine), async |browser| {
        let host = played_collector("<aanrader-survey></aanrader-survey>").await;
        host.set("/v1/answers", reply(201));
        host.before_each_page(
            "window.heard = []; addEventListener('keydown', (event) => \
             heard.push([event.target.localName, event.composedPath()[0].localName]), true);",
        );
        browser.goto(&host.url("/")).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.type_into("textarea", "s").await;
        let heard = browser.execute("return heard", vec![]).await;
        assert_eq!(heard, json!([["aanrader-survey", "textarea"]]));
    });
}
