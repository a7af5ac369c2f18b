//! The ways in which other scripts embed a survey: bundled, inlined, in modules, without a doctype, in a
//! sandbox, twice; and the survey's language then.

use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::json;

use crate::shop::Shop;

in_each_engine!(
    the_language_is_found_out_of_a_shadow_root_and_followed_when_it_changes,
    without_a_doctype_scrolling_is_seen,
    a_script_that_the_browser_knows_no_tag_of_finds_its_own,
    the_same_call_asks_again_after_the_page_has_closed_the_pop_up,
);

fn page(head: &str, body: &str) -> String {
    format!("<!doctype html><html lang=nl><head><meta charset=utf-8>{head}</head><body>{body}</body></html>")
}

fn the_language_is_found_out_of_a_shadow_root_and_followed_when_it_changes(engine: Engine) {
    let shop = Shop::open();
    let script = format!("<script async src='{}/aanrader.js'></script>", shop.collector.url());
    let component = "<div id=component></div><script>const root = document.querySelector('#component')\
        .attachShadow({ mode: 'open' }); root.append(document.createElement('aanrader-survey'))</script>";
    shop.host.set("/", Reply::html(page(&script, component)));
    let xml = "<div xml:lang=de><aanrader-survey></aanrader-survey></div>";
    shop.host.set("/xml", Reply::html(page(&script, xml)));
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&shop.host.url("/xml")).await;
        let survey = browser.survey();
        survey.wait_for_text("[part~=question]", "Wie wahrscheinlich").await;
        survey.choose(3).await;
        survey.type_into("textarea", "zu spät").await;
        browser.execute("document.querySelector('div').setAttribute('xml:lang', 'nl')", vec![]).await;
        survey.wait_for_text("[part~=card]", "Hoe").await;
        let typed = "[root.querySelector('textarea').value, root.querySelector('input:checked').value]";
        assert_eq!(survey.eval(typed, json!(null)).await, json!(["zu spät", "3"]));
        browser.goto(&shop.host.url("/")).await;
        let lang = "document.querySelector('#component').shadowRoot.querySelector('aanrader-survey')\
            .shadowRoot?.querySelector('[part~=card]')?.lang";
        browser.wait(&format!("{lang} === 'nl'")).await;
        browser.execute("document.documentElement.lang = 'fr'", vec![]).await;
        browser.wait(&format!("{lang} === 'fr'")).await;
        browser.execute("document.querySelector('#component').lang = 'da-DK'", vec![]).await;
        browser.wait(&format!("{lang} === 'da'")).await;
        browser.assert_quiet().await;
    });
}

fn without_a_doctype_scrolling_is_seen(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        for style in ["", "html, body { height: 100%; overflow: auto; margin: 0 }"] {
            let page = format!(
                "<html><head><style>{style}</style><script async src='{}/aanrader.js'></script></head><body>\
                 <div style='height: 5000px'>Much</div>\
                 <aanrader-survey mode=popup scroll=50></aanrader-survey></body></html>",
                shop.collector.url()
            );
            shop.host.set("/", Reply::html(page));
            browser.goto(&shop.host.url("/")).await;
            browser
                .wait("performance.getEntriesByType('resource').some((it) => it.name.endsWith('/targeting.js'))")
                .await;
            let scroll = "scrollBy(0, arguments[0]); document.body.scrollTop += arguments[0]; \
                document.documentElement.scrollTop += arguments[0]";
            until("the pop-up", async || {
                browser.execute(scroll, vec![json!(900)]).await;
                if browser.survey().shows("[part~=scale]").await { Ok(()) } else { Err(style) }
            })
            .await;
            browser.assert_quiet().await;
        }
    });
}

fn a_script_that_the_browser_knows_no_tag_of_finds_its_own(engine: Engine) {
    let shop = Shop::open();
    let url = shop.collector.url().to_owned();
    in_browser(&Options::of(engine), async |browser| {
        let loader = browser_text(&shop).await;
        shop.host.set("/bundle.js", Reply::new(200, "text/javascript", format!("var shop = 1;\n{loader}")));
        for (head, body) in [
            (
                format!("<script type=module src='{url}/aanrader.js'></script>"),
                "<aanrader-survey></aanrader-survey>",
            ),
            (
                format!(
                    "<script type=module>import '{url}/aanrader.js'</script><script type=x src='{url}/aanrader.js'></script>"
                ),
                "<aanrader-survey></aanrader-survey>",
            ),
            (format!("<script data-survey=shop data-aanrader='{url}/aanrader.js'>{loader}</script>"), ""),
            (
                format!(
                    "<script data-aanrader='{url}/aanrader.js'></script><script src=/bundle.js></script>"
                ),
                "<aanrader-survey></aanrader-survey>",
            ),
        ] {
            shop.host.set("/", Reply::html(page(&head, body)));
            browser.goto(&shop.host.url("/")).await;
            browser.survey().wait_shown("[part~=scale]", true).await;
            browser.assert_quiet().await;
        }
        // If nothing tells the address, the console reports it.
        shop.host.set("/", Reply::html(page(&format!("<script>{loader}</script>"), "")));
        browser.goto(&shop.host.url("/")).await;
        let console = browser.console().await;
        assert!(console.iter().any(|line| line.contains("data-aanrader")), "{console:?}");
    });
}

async fn browser_text(shop: &Shop) -> String {
    shop.collector.get("/aanrader.js").await.text()
}

fn the_same_call_asks_again_after_the_page_has_closed_the_pop_up(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page("");
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        browser.wait("typeof window.aanrader == 'function'").await;
        for _ in 0..3 {
            browser.execute("aanrader('ask', { survey: 'shop' })", vec![]).await;
            browser.survey().wait_shown("[part~=scale]", true).await;
            // As long as it exists, it exists once.
            browser.execute("aanrader('ask', { survey: 'shop' })", vec![]).await;
            let count = "return document.querySelectorAll('aanrader-survey').length";
            assert_eq!(browser.execute(count, vec![]).await, 1);
            browser.execute("aanrader('close')", vec![]).await;
            browser.survey().wait_shown("[part~=card]", false).await;
        }
        browser.assert_quiet().await;
    });
}

#[test]
fn two_collectors_in_a_page_are_told_of() {
    let (shop, other) = (Shop::open(), Collector::start(collector::Options::default()));
    let scripts = [shop.collector.url(), other.url(), shop.collector.url()]
        .map(|url| format!("<script src='{url}/aanrader.js'></script>"))
        .concat();
    shop.host.set("/", Reply::html(page(&scripts, "<aanrader-survey></aanrader-survey>")));
    in_browser(&Options::default(), async |browser| {
        browser.goto(&shop.host.url("/")).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        let console = browser.console().await;
        let told = format!("all answers go to {}/, none to {}/", shop.collector.url(), other.url());
        assert_eq!(console.iter().filter(|line| line.contains(&told)).count(), 1, "{console:?}");
        assert_eq!(console.len(), 1, "{console:?}");
    });
}

#[test]
fn without_wasm_unsafe_eval_the_console_says_what_is_missing() {
    let shop = Shop::open();
    let policy = shop.policy().replace(" 'wasm-unsafe-eval'", "");
    let url = shop.page_under(&policy, "<aanrader-survey><a href=/s/shop>Tell us</a></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        let told = async || {
            let lines = browser.console().await;
            let says = lines.iter().any(|line| line.contains("needs script-src 'wasm-unsafe-eval'"));
            if says { Ok(()) } else { Err(format!("{lines:?}")) }
        };
        until("a line in the console", told).await;
    });
}

#[test]
fn a_loader_from_before_an_update_gets_the_files_of_now() {
    let shop = Shop::open();
    in_browser(&Options::default(), async |browser| {
        let loader = browser_text(&shop).await;
        let at = loader.find("v/").expect("a version");
        let old = loader.replace(&loader[at..at + 14], "v/0123456789ab");
        shop.host.set("/old/aanrader.js", Reply::new(200, "text/javascript", old));
        let head = format!(
            "<script data-aanrader='{}/aanrader.js' src=/old/aanrader.js></script>",
            shop.collector.url()
        );
        shop.host.set("/", Reply::html(page(&head, "<aanrader-survey></aanrader-survey>")));
        browser.goto(&shop.host.url("/")).await;
        browser.survey().choose(9).await;
        browser.survey().wait_for_text("[role=status]", "9").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn the_texts_of_a_pop_up_are_fetched_once() {
    let shop = Shop::open();
    let url = shop.page("<aanrader-survey mode=popup delay=2></aanrader-survey>");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&url).await;
        browser.survey().wait_shown("[part~=scale]", true).await;
        let texts = "return performance.getEntriesByType('resource').filter((it) => it.name.endsWith('.json')).length";
        assert_eq!(browser.execute(texts, vec![]).await, 1);
    });
}
