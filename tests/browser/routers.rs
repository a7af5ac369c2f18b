//! Pages whose document stays while all its content changes: with the real libraries, from npm.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::Collector;
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::npm::script;
use aanrader_tests::{in_each_engine, wait::until};
use serde_json::json;

use crate::shop::Shop;

in_each_engine!(
    a_pop_up_of_one_tag_stays_when_turbo_replaces_the_body,
    a_pop_up_of_one_tag_stays_when_livewire_replaces_the_body,
    a_pop_up_of_one_tag_stays_when_htmx_replaces_what_is_in_the_body,
    a_survey_in_a_target_stands_in_the_next_pages_target,
    a_survey_with_an_address_follows_a_single_page_router
);

#[derive(Clone, Copy)]
struct Router {
    file: &'static str,
    begin: &'static str,
    body: &'static str,
    link: &'static str,
}

const NOTHING: Router = Router { file: "", begin: "", body: "", link: "" };

const TURBO: Router = Router { file: "@hotwired/turbo/dist/turbo.es2017-umd.js", ..NOTHING };
const HTMX: Router = Router { file: "htmx.org/dist/htmx.min.js", body: "hx-boost=true", ..NOTHING };
const SWUP: Router =
    Router { file: "swup/dist/Swup.umd.js", begin: "new Swup({ animationSelector: false })", ..NOTHING };
const LIVEWIRE: Router =
    Router { file: "adonisjs-livewire/build/assets/livewire.js", link: "wire:navigate", ..NOTHING };

/// Two pages with a link to each other; opens the first one.
async fn open(browser: &Browser, shop: &Shop, router: Router, data: &str) {
    let Router { file, begin, body, link } = router;
    shop.host.set("/router.js", Reply::new(200, "text/javascript", script(file)));
    let collector: &Collector = &shop.collector;
    for (path, other, name) in [("/", "/two", "one"), ("/two", "/", "two")] {
        let page = format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>{name}</title>\
             <script src=/router.js data-csrf=none data-update-uri=/livewire></script><script defer src=/begin.js></script>\
             <script async src='{}/aanrader.js' {data}></script></head>\
             <body {body}><main id=swup><h1>{name}</h1><div id=here></div><a href='{other}' {link}>on</a></main></body></html>",
            collector.url()
        );
        shop.host.set(path, Reply::html(page));
    }
    shop.host.set("/begin.js", Reply::new(200, "text/javascript", begin));
    browser.goto(&shop.host.url("/")).await;
    // A mark that shows whether the document stays.
    browser.execute("window.same = true", vec![]).await;
}

/// Follows the link, and waits for the other page.
async fn go_on(browser: &Browser, name: &str) {
    browser.click("a").await;
    browser.wait_for_text("h1", name).await;
    assert_eq!(browser.execute("return window.same", vec![]).await, true, "the router didn't do it");
}

async fn surveys(browser: &Browser) -> u64 {
    let count = "return document.querySelectorAll('aanrader-survey').length";
    browser.execute(count, vec![]).await.as_u64().unwrap_or(0)
}

async fn stays(browser: &Browser, shop: &Shop, router: Router) {
    open(browser, shop, router, "data-survey=shop").await;
    browser.survey().choose(9).await;
    browser.survey().wait_for_text("[role=status]", "Your 9 has been saved.").await;
    for name in ["two", "one", "two"] {
        go_on(browser, name).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        assert_eq!(surveys(browser).await, 1);
    }
    let chosen = "root.querySelector('input[type=radio]:checked')?.value";
    assert_eq!(browser.survey().eval(chosen, json!(null)).await, "9");
    browser.execute("history.back()", vec![]).await;
    browser.wait_for_text("h1", "one").await;
    browser.survey().wait_shown("[part~=scale]", true).await;
    assert_eq!(surveys(browser).await, 1);
}

fn a_pop_up_of_one_tag_stays_when_turbo_replaces_the_body(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| stays(browser, &shop, TURBO).await);
}

fn a_pop_up_of_one_tag_stays_when_livewire_replaces_the_body(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| stays(browser, &shop, LIVEWIRE).await);
}

fn a_pop_up_of_one_tag_stays_when_htmx_replaces_what_is_in_the_body(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| stays(browser, &shop, HTMX).await);
}

fn a_survey_in_a_target_stands_in_the_next_pages_target(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        open(browser, &shop, SWUP, "data-survey=shop data-target='#here'").await;
        let survey = browser.survey_at("#here > aanrader-survey");
        survey.wait_shown("[part~=scale]", true).await;
        for name in ["two", "one"] {
            go_on(browser, name).await;
            survey.wait_shown("[part~=scale]", true).await;
            assert_eq!(surveys(browser).await, 1);
        }
    });
}

/// Routers that change only the address and leave the rest to the page.
const SINGLE_PAGE: [(&str, &str); 2] = [
    ("page/page.js", "page('/', () => show('one')); page('/two', () => show('two')); page()"),
    (
        "navigo/lib/navigo.js",
        "const router = new Navigo('/'); router.on('/', () => show('one')); router.on('/two', () => show('two')); \
         router.resolve()",
    ),
];

fn a_survey_with_an_address_follows_a_single_page_router(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        for (file, begin) in SINGLE_PAGE {
            let page = format!(
                "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shop</title>\
                 <script src=/router.js></script>\
                 <script async src='{}/aanrader.js' data-survey=shop data-url=/two></script></head>\
                 <body><main><h1></h1><a id=one href=/ data-navigo>one</a> <a id=two href=/two data-navigo>two</a>\
                 </main><script>window.same = true; const show = (name) => \
                 (document.querySelector('h1').textContent = name); {begin}</script></body></html>",
                shop.collector.url()
            );
            shop.host.set("/", Reply::html(page));
            shop.host.set("/router.js", Reply::new(200, "text/javascript", script(file)));
            browser.goto(&shop.host.url("/")).await;
            browser.wait("!!window.aanrader?.q").await;
            for name in ["two", "one", "two"] {
                browser.click(&format!("#{name}")).await;
                browser.wait_for_text("h1", name).await;
                browser.survey().wait_shown("[part~=scale]", name == "two").await;
            }
            browser.execute("history.back()", vec![]).await;
            browser.wait_for_text("h1", "one").await;
            browser.survey().wait_shown("[part~=scale]", false).await;
            assert_eq!(browser.execute("return window.same", vec![]).await, true, "{file} didn't do it");
        }
    });
}

#[test]
fn the_address_and_the_target_are_looked_at_anew_on_every_visit() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        for router in [TURBO, HTMX, LIVEWIRE] {
            open(browser, &shop, router, "data-survey=shop data-target='#here' data-url=/two").await;
            for _ in 0..2 {
                assert_eq!(surveys(browser).await, 0);
                go_on(browser, "two").await;
                browser.survey_at("#here > aanrader-survey").wait_shown("[part~=scale]", true).await;
                go_on(browser, "one").await;
                until("it to be gone", async || match surveys(browser).await {
                    0 => Ok(()),
                    some => Err(format!("there are {some}")),
                })
                .await;
            }
        }
    });
}

#[test]
fn a_page_that_makes_clicks_out_of_touches_leaves_the_surveys_alone() {
    let shop = Shop::open();
    shop.host.set("/fastclick.js", Reply::new(200, "text/javascript", script("fastclick/lib/fastclick.js")));
    let begin = "FastClick.notNeeded = () => false; FastClick.attach(document.body); window.attached = true";
    shop.host.set("/begin.js", Reply::new(200, "text/javascript", begin));
    let url = shop.page_under(
        "default-src * 'unsafe-inline' 'unsafe-eval'",
        "<aanrader-survey></aanrader-survey><script src=/fastclick.js></script><script src=/begin.js></script>",
    );
    in_browser(&Options::phone(390), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.find("[part~=cell]").await;
        assert_eq!(browser.execute("return attached", vec![]).await, true);
        let cell = survey.rects("[part~=cell]").await[9];
        let point = json!([{ "x": cell.x + cell.width / 2.0, "y": cell.y + cell.height / 2.0 }]);
        let touch = |kind: &str, points| json!({ "type": kind, "touchPoints": points });
        browser.cdp("Input.dispatchTouchEvent", touch("touchStart", point)).await;
        browser.cdp("Input.dispatchTouchEvent", touch("touchEnd", json!([]))).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
    });
}
