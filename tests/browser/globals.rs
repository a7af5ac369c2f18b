//! Pages that have put something else where the browser's own was, and elements that are globals by their
//! names: the survey comes all the same, and its calls don't throw.

use std::time::Duration;

use aanrader_tests::browser::{Options, in_browser_within};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use serde_json::json;

use crate::shop::Shop;

in_each_engine!(an_element_that_is_called_aanrader_does_not_matter);

/// What pages do to their globals.
const REPLACED: [&str; 25] = [
    "window.Event = { add() {}, remove() {} }",
    "window.Event = function Event(event) { this.event = event }",
    "window.CustomEvent = function (kind, init) { const event = document.createEvent('CustomEvent'); \
     event.initCustomEvent(kind, init?.bubbles, init?.cancelable, init?.detail); return event }",
    "window.Promise = class Bluebird extends Promise { spread() {} }",
    "window.EventTarget = class {}",
    "window.URL = '/shop/'",
    "window.Map = function Map() {}, window.Set = function Set() {}",
    "Array.prototype.remove = function () {}, Object.prototype.each = function () {}",
    "Array.prototype.toJSON = function () { return '[' + this.join() + ']' }",
    "const get = fetch; window.fetch = function (...what) { return get.apply(this, what).then((it) => it) }",
    "var navigation = document.querySelectorAll('.nav')",
    "var navigation = document.createElement('nav')",
    "window.addEventListener = (element, kind, call) => element.attachEvent(kind, call)",
    "var requestIdleCallback = 'soon'",
    "var innerHeight = {}, innerWidth = {}",
    "var name = 'shop', status = 'ready', length = 7",
    "var origin = 'Utrecht', closed = 'on Mondays', external = null",
    "var event = { isTrusted: true, type: 'click' }",
    "var screen = 'big', scroll = null, scrollY = 'low', pageYOffset = null",
    "var performance = { now: 0 }",
    "delete window.BroadcastChannel",
    "window.BroadcastChannel = function () { throw Error('no') }",
    "window.AbortSignal = 'red'",
    "window.define = function () { throw Error('AMD') }, define.amd = {}, window.module = { exports: {} }",
    "window.$ = window.jQuery = null, window._ = 'underscore'",
];

/// Calls as README has them, before and after the script has come; what they throw is told.
const CALLS: &str = "
    window.thrown = [];
    window.aanrader = typeof aanrader == 'function' ? aanrader : function () { (aanrader.q = aanrader.q || []).push(arguments) };
    window.call = (...call) => { try { aanrader(...call) } catch (error) { thrown.push(String(error)) } };
    call('event', 'early');
    call('ask', { survey: 'popup', event: 'late', url: '/*' });";

/// Opens a page in which this was done, answers its survey, and waits for the pop-up that was asked for.
async fn is_asked(browser: &aanrader_tests::browser::Browser, shop: &Shop, script: &str, element: &str) {
    let page = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shop</title></head><body>{element}\
         <script>{script}</script><script>{CALLS}</script><aanrader-survey survey=inline></aanrader-survey>\
         <script src='{}/aanrader.js'></script></body></html>",
        shop.collector.url()
    );
    shop.host.set("/", Reply::html(page));
    browser.goto(&shop.host.url("/")).await;
    browser.execute("call('event', 'late')", vec![]).await;
    let inline = browser.survey_at("[survey=inline]");
    inline.choose(9).await;
    inline.wait_for_text("[role=status]", "Your 9 has been saved.").await;
    browser.survey_at("[survey=popup]").wait_shown("[part~=scale]", true).await;
    assert_eq!(browser.execute("return thrown", vec![]).await, json!([]), "{script}{element}");
    let told = browser.events().await;
    assert!(told.iter().any(|event| event["name"] == "score"), "{script}{element}: {told:?}");
}

/// In Chromium alone: the drivers of the others run their own scripts with the page's globals.
#[test]
fn what_a_page_has_made_of_the_globals_does_not_matter() {
    let shop = Shop::open();
    in_browser_within(Duration::from_secs(400), &Options::default(), async |browser| {
        for script in REPLACED {
            println!("{script}");
            is_asked(browser, &shop, script, "").await;
        }
    });
}

fn an_element_that_is_called_aanrader_does_not_matter(engine: Engine) {
    let shop = Shop::open();
    in_browser_within(Duration::from_secs(300), &Options::of(engine), async |browser| {
        for element in [
            "<div id=aanrader></div>",
            "<form name=aanrader><input name=q></form>",
            "<form id=aanrader><input id=q><input name=push></form>",
            "<iframe name=aanrader></iframe>",
            "<img name=aanrader alt=''>",
            "<div id=aanrader></div><div id=aanrader></div>",
        ] {
            println!("{element}");
            is_asked(browser, &shop, "", element).await;
        }
    });
}
