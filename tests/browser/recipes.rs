//! The recipes, readable on any screen.

use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Options, in_browser};
use aanrader_tests::collector::{self, Collector};

#[test]
fn the_recipes_can_be_read_by_everybody_on_every_screen() {
    let collector = Collector::start(collector::Options::default());
    for options in [Options::default(), Options { dark: true, ..Options::phone(320) }] {
        in_browser(&options, async |browser| {
            browser.goto(&format!("{}/recipes/", collector.url())).await;
            browser.find("#shopify pre").await;
            assert_accessible(browser, "the recipes").await;
            let over = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
            assert_eq!(browser.execute(over, vec![]).await, 0);
            browser.assert_quiet().await;
        });
    }
}
