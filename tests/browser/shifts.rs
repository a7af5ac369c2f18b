//! Nothing on the page shifts when the question appears, if its space was reserved.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::host::Reply;

use crate::shop::{Shop, page};

/// Records shifts without an action by the customer, also those out of the window.
const WATCH: &str = "window.moved = [];
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: 'layout-shift', buffered: true });
    function note({ value, sources }) {
        moved.push(value + ' ' + sources.map(({ node }) => node?.nodeName + '.' + node?.className));
    }";

const NOTHING: [&str; 0] = [];

/// Waits until the question has been on the screen for two frames, when all shifts are known.
const SETTLED: &str = "return new Promise((resolve) => {
    const look = () => document.querySelector('aanrader-survey').shadowRoot?.querySelector('input')
        ? requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(moved))))
        : requestAnimationFrame(look);
    look();
})";

/// The style that `www/README.md` recommends to shops.
fn place() -> String {
    let readme = include_str!("../../www/README.md");
    let (_, css) = readme.split_once("```css\n").expect("the reference has a style sheet");
    let (css, _) = css.split_once("```").expect("it ends");
    assert!(
        css.contains("min-height"),
        "the reference's first style sheet keeps the question's place: {css}"
    );
    css.to_owned()
}

async fn moved(browser: &Browser, url: &str) -> Vec<String> {
    browser.goto(url).await;
    let moved = browser.execute(SETTLED, vec![]).await;
    moved.as_array().expect("a list").iter().map(ToString::to_string).collect()
}

fn shop(place: &str, lang: &str) -> Shop {
    let shop = Shop::open();
    shop.host.set("/shop.css", Reply::new(200, "text/css", place));
    let survey = format!(
        "<link rel=stylesheet href=/shop.css><p>Before.</p><aanrader-survey survey=shop touchpoint=account lang={lang} \
         brand='Moes &amp; Mei'><a href=/s/shop>Tell us</a></aanrader-survey>{}",
        "<p>After it.</p>".repeat(9)
    );
    let page = page(shop.collector.url(), &survey);
    shop.host.set("/", Reply::html(page).policy(shop.policy()));
    shop
}

#[test]
fn nothing_moves_when_the_question_appears_where_its_place_was_kept() {
    let place = place();
    let shops = ["en", "de", "hu"].map(|lang| (lang, shop(&place, lang)));
    for width in [1280, 768, 360, 320] {
        in_browser(&Options::phone(width), async |browser| {
            browser.before_each_page(WATCH).await;
            for (lang, shop) in &shops {
                assert_eq!(moved(browser, &shop.host.url("/")).await, NOTHING, "{lang}, {width} px");
            }
            // The demo shop has its own such style.
            for page in ["en/account", "nl/account", "en/looks"] {
                let url = format!("{}/demo/{page}.html", shops[0].1.collector.url());
                assert_eq!(moved(browser, &url).await, NOTHING, "{page}, {width} px");
            }
        });
    }
}

#[test]
fn where_no_place_was_kept_it_is_seen_to_move() {
    let shop = shop("", "en");
    in_browser(&Options::phone(1280), async |browser| {
        browser.before_each_page(WATCH).await;
        assert_ne!(moved(browser, &shop.host.url("/")).await, NOTHING);
    });
}
