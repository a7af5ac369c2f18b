//! Pages that have replaced the browser's globals, and elements whose ids are globals: the survey still
//! appears, and its calls don't throw.

use std::time::Duration;

use aanrader_tests::browser::{Browser, Options, in_browser_within};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::npm::script;
use aanrader_tests::wait::until;

use crate::shop::Shop;

in_each_engine!(
    what_a_page_has_made_of_the_globals_does_not_matter,
    a_library_that_replaces_globals_does_not_matter,
    an_element_that_is_called_aanrader_does_not_matter,
);

/// Globals, in the forms in which pages replace them.
const REPLACED: [&str; 41] = [
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
    "Array.from = (it) => [].slice.call(it)",
    "window.CustomEvent = undefined, window.PointerEvent = undefined",
    "window.Promise = function Promise() { throw Error('a promise of ours') }",
    "window.Request = function (options) { this.options = options; this.send = () => {} }",
    "window.Headers = class {}",
    "window.JSON = { stringify: JSON.stringify, parse: JSON.parse, encode() {}, decode() {} }",
    "Element.prototype.remove = function (it) { this.removeChild(it) }",
    "const { prototype } = Element; window.Element = (tag) => document.createElement(tag), Element.prototype = prototype",
    "window.Node = { ELEMENT_NODE: 1 }, window.NodeList = window.HTMLCollection = []",
    "window.Date.now = () => String(new Date())",
    "window.JSON = { encode() {}, decode() {} }",
    "window.JSON = null",
    "window.Response = function Response() { throw Error('a reply of ours') }",
    "window.Response = undefined, window.Request = undefined",
    "window.HTMLElement = function HTMLElement() {}",
    "window.crypto ??= {}, window.indexedDB = undefined, window.localStorage = undefined",
];

/// Libraries that replace them.
const LIBRARIES: [(&str, &str); 4] = [
    ("MooTools", "mootools/lib/mootools-core-1.5.2-server.js"),
    ("zone.js, as Angular has it", "zone.js/bundles/zone.umd.js"),
    ("Bluebird", "bluebird/js/browser/bluebird.js"),
    ("core-js", "core-js-bundle/index.js"),
];

/// Where a page may call `aanrader`.
#[derive(Clone, Copy)]
enum Calls {
    /// With README's stub, before and after the script has loaded.
    Anywhere,
    /// Without a stub, below the script.
    Below,
}

impl Calls {
    /// The script of the survey inside the page's own scripts, which ask for a pop-up.
    fn markup(self, loader: &str) -> String {
        const STUB: &str = "window.aanrader = typeof aanrader == 'function' ? aanrader : function () { \
            (aanrader.q = aanrader.q || []).push(arguments) };";
        const CALL: &str = "var thrown = ''; function call(what, value) { \
            try { aanrader(what, value) } catch (error) { thrown += error } } \
            call('event', 'early'); call('ask', { survey: 'popup', event: 'late', url: '/*' });";
        let loader = format!("<script src='{loader}'></script>");
        match self {
            Self::Anywhere => format!("<script>{STUB}{CALL}</script>{loader}"),
            Self::Below => format!("{loader}<script>{CALL}</script>"),
        }
    }
}

/// A driver's own scripts use the page's globals, so they can't be trusted here. The page itself chooses a
/// score, reports the event that the pop-up waits for, and tells the host the result. It uses functions that
/// it saved before any global was replaced.
const REPORT: &str = "{
    const wait = setTimeout.bind(window), get = fetch.bind(window), Press = PointerEvent, now = Date.now.bind(Date);
    const since = now(), query = document.querySelector.bind(document);
    let chosen = false, told = '';
    document.addEventListener('aanrader-score', (event) => told += event.detail.score);
    const look = () => {
        const inline = query('[survey=inline]')?.shadowRoot, popup = query('[survey=popup]')?.shadowRoot;
        const radio = inline?.querySelector('input[value=\"9\"]');
        if (radio && !chosen) {
            chosen = true;
            call('event', 'late');
            radio.dispatchEvent(new Press('pointerdown', { bubbles: true }));
            radio.click();
        }
        const said = inline?.querySelector('.status')?.textContent, asks = !!popup?.querySelector('.scale');
        if (/saved/.test(said) && asks || now() - since > 15000)
            get('/told' + location.search, { method: 'POST', body: `${said} ${asks} ${thrown} ${told}` });
        else wait(look, 30);
    };
    wait(look, 30);
}";

/// The report of a page that has its answer and its pop-up, without an error in its calls.
const WELL: &str = "Your 9 has been saved. true  9";

/// Opens a page with this markup, and waits for its report; `None` if all is well.
async fn wrong(browser: &Browser, shop: &Shop, calls: Calls, what: &str) -> Option<String> {
    let loader = format!("{}/aanrader.js", shop.collector.url());
    let page = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shop</title></head><body>{what}{}\
         <aanrader-survey survey=inline></aanrader-survey></body></html>",
        calls.markup(&loader)
    );
    shop.host.set("/", Reply::html(page));
    let told = format!("/told?{}", shop.host.requests().len());
    browser.client().goto(&shop.host.url(&told.replace("told", ""))).await.expect("the page");
    let report = until("the page's report", async || {
        let requests = shop.host.requests();
        requests.into_iter().find(|request| request.path == told).ok_or("there is none")
    })
    .await;
    (report.body != WELL).then(|| format!("{what}: {}", report.body))
}

fn shop() -> Shop {
    let shop = Shop::open();
    shop.host.before_each_page(REPORT);
    shop
}

fn what_a_page_has_made_of_the_globals_does_not_matter(engine: Engine) {
    let shop = shop();
    in_browser_within(Duration::from_secs(400), &Options::of(engine), async |browser| {
        let mut all = Vec::new();
        for script in REPLACED {
            all.extend(wrong(browser, &shop, Calls::Anywhere, &format!("<script>{script}</script>")).await);
        }
        assert!(all.is_empty(), "{all:#?}");
    });
}

fn a_library_that_replaces_globals_does_not_matter(engine: Engine) {
    let shop = shop();
    in_browser_within(Duration::from_secs(120), &Options::of(engine), async |browser| {
        for (name, file) in LIBRARIES {
            shop.host.set("/library.js", Reply::new(200, "text/javascript", script(file)));
            let tag = format!("<script src=/library.js title='{name}'></script>");
            assert_eq!(wrong(browser, &shop, Calls::Anywhere, &tag).await, None);
        }
    });
}

fn an_element_that_is_called_aanrader_does_not_matter(engine: Engine) {
    let shop = shop();
    in_browser_within(Duration::from_secs(300), &Options::of(engine), async |browser| {
        for element in [
            "<div id=aanrader></div>",
            "<form name=aanrader><input name=q></form>",
            "<form id=aanrader><input id=q><input name=push></form>",
            "<iframe name=aanrader></iframe>",
            "<img name=aanrader alt=''>",
            "<div id=aanrader></div><div id=aanrader></div>",
            "<object name=aanrader></object>",
            "<embed name=aanrader>",
            "<a id=aanrader></a>",
            "<section id=aanrader><aanrader-survey survey=other></aanrader-survey></section>",
        ] {
            for calls in [Calls::Anywhere, Calls::Below] {
                assert_eq!(wrong(browser, &shop, calls, element).await, None);
            }
        }
    });
}
