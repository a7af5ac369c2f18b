//! A developer saves a file while the page is open.

use aanrader_tests::browser::{Options, in_browser};

use crate::app::{App, folder};

#[test]
fn vite_react_hot_reload_keeps_what_is_being_answered() {
    let app =
        App::served("vite-react", &["node_modules/vite/bin/vite.js", "--host", "127.0.0.1", "--port", "0"]);
    let source = folder("vite-react").join("src/shop.tsx");
    let before = std::fs::read_to_string(&source).expect("the app's source");
    in_browser(&Options::default(), async |browser| {
        browser.goto(&app.url()).await;
        let first = browser.survey_at("#first");
        first.choose(9).await;
        first.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        let after = before.replace(">rerender<", ">renamed<").replace("brand={brand}", "brand=\"Saved\"");
        std::fs::write(&source, after).expect("the source is saved");
        browser.wait_for_text("#rerender", "renamed").await;
        // In the same page, the same survey continues where it was.
        first.wait_for_text("[part~=question]", "recommend Saved to").await;
        first.find("textarea").await;
        first.send().await;
        first.wait_for_text("[part~=title]", "Thank you!").await;
        let answers = app.collector.answers().await;
        assert_eq!(answers.len(), 1, "{answers:#?}");
    });
    std::fs::write(source, before).expect("the source is as it was");
}
