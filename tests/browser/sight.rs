//! While the page is hidden or the pop-up blocked, nothing appears, counts or is announced.

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;
use serde_json::json;

use crate::shop::{Shop, page};
use crate::triggers::{CLOCK, comes, step};

in_each_engine!(
    while_nobody_sees_the_page_no_time_passes_and_nothing_is_shown,
    while_the_page_is_modal_the_survey_waits,
    a_pop_up_is_out_of_the_way_while_a_modal_dialog_is_over_it
);

/// A page that is hidden until the test shows it.
const HIDDEN: &str = "
    window.visible = false;
    Object.defineProperty(document, 'visibilityState', { get: () => (visible ? 'visible' : 'hidden') });
    Object.defineProperty(document, 'hidden', { get: () => !visible });
    window.see = (it) => { visible = it; document.dispatchEvent(new Event('visibilitychange')); };";

async fn see(browser: &Browser, visible: bool) {
    browser.execute("see(arguments[0])", vec![json!(visible)]).await;
}

fn while_nobody_sees_the_page_no_time_passes_and_nothing_is_shown(engine: Engine) {
    let shop = Shop::open();
    shop.host.before_each_page(CLOCK);
    shop.host.before_each_page(HIDDEN);
    let url = shop.page(
        "<aanrader-survey id=inline survey=inline></aanrader-survey>\
         <aanrader-survey id=popup survey=popup mode=popup delay=5></aanrader-survey>",
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        comes(browser).await;
        step(browser, 60_000).await;
        assert_eq!(browser.events().await, [json!(null); 0]);
        assert!(!browser.survey_at("#inline").shows("[part~=card]").await);
        see(browser, true).await;
        browser.survey_at("#inline").wait_shown("[part~=scale]", true).await;
        step(browser, 3_000).await;
        see(browser, false).await;
        step(browser, 60_000).await;
        let popup = browser.survey_at("#popup");
        assert!(!popup.shows("[part~=card]").await, "time has passed that nobody saw");
        see(browser, true).await;
        step(browser, 1_500).await;
        assert!(!popup.shows("[part~=card]").await, "it came before its time");
        step(browser, 1_000).await;
        popup.wait_shown("[part~=scale]", true).await;
    });
}

/// A modal dialog of the browser's, also in a component's shadow root, without the focus in it; a dialog of
/// the page's own; an inert page.
const MODALS: [(&str, &str); 4] = [
    ("document.querySelector('dialog').showModal()", "document.querySelector('dialog').close()"),
    (
        "const host = document.querySelector('#component'), root = host.shadowRoot ?? host.attachShadow({ mode: 'open' }); \
         const it = document.createElement('dialog'); it.append(document.createElement('input')); root.append(it); \
         it.showModal(), it.querySelector('input').blur(), it.blur()",
        "document.querySelector('#component').shadowRoot.querySelector('dialog').close()",
    ),
    ("document.querySelector('#own').hidden = false", "document.querySelector('#own').hidden = true"),
    ("document.querySelector('main').inert = true", "document.querySelector('main').inert = false"),
];

const DIALOGS: &str = "<div id=component></div><dialog><button>OK</button></dialog>\
    <div id=own role=dialog aria-modal=true hidden>Cookies? <button>No</button></div>";

fn while_the_page_is_modal_the_survey_waits(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(&format!("{DIALOGS}<aanrader-survey mode=popup event=now></aanrader-survey>"));
    in_browser(&Options::of(engine), async |browser| {
        for (open, close) in MODALS {
            browser.goto(&url).await;
            browser.wait("!!window.aanrader?.q").await;
            browser.execute(open, vec![]).await;
            browser.execute("aanrader('event', 'now')", vec![]).await;
            // All files are loaded, so it would have appeared.
            browser
                .wait("performance.getEntriesByType('resource').some((it) => it.name.endsWith('.wasm'))")
                .await;
            let frames = "return new Promise((done) => setTimeout(() => requestAnimationFrame(() => \
                requestAnimationFrame(done)), 300))";
            browser.execute(frames, vec![]).await;
            assert!(!browser.survey().shows("[part~=card]").await, "{open}");
            assert_eq!(browser.events().await, [json!(null); 0], "{open}");
            browser.execute(close, vec![]).await;
            browser.survey().wait_shown("[part~=scale]", true).await;
            browser.survey().choose(7).await;
            browser.survey().wait_for_text("[role=status]", "Your 7 has been saved.").await;
        }
    });
}

fn a_pop_up_is_out_of_the_way_while_a_modal_dialog_is_over_it(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(&format!("{DIALOGS}<aanrader-survey mode=popup></aanrader-survey>"));
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(7).await;
        survey.wait_for_text("[role=status]", "Your 7 has been saved.").await;
        for (open, close) in MODALS {
            browser.execute(open, vec![]).await;
            survey.wait_shown("[part~=card]", false).await;
            browser.execute(close, vec![]).await;
            survey.wait_shown("[part~=card]", true).await;
            let chosen = "root.querySelector('input[type=radio]:checked')?.value";
            assert_eq!(survey.eval(chosen, json!(null)).await, "7");
        }
        survey.choose(8).await;
        survey.wait_for_text("[role=status]", "Your 8 has been saved.").await;
        let shown = browser.events().await.iter().filter(|event| event["name"] == "show").count();
        assert_eq!(shown, 1, "it was announced once more");
    });
}

/// A page that reports to the host: that it is loaded; that three hidden seconds have passed, in which its
/// pop-up's triggers have all fired; and the surveys' events.
const UNSEEN: &str = "
    const tell = (what) => fetch(`/told/${what}?${document.visibilityState}`);
    window.aanrader = function () { (aanrader.q = aanrader.q || []).push(arguments) };
    const look = () => {
        if (document.visibilityState == 'visible') return;
        aanrader('event', 'unseen');
        setTimeout(() => tell('waited'), 3000);
    };
    tell('read');
    look();
    document.addEventListener('visibilitychange', look);
    for (const kind of ['show', 'error']) document.addEventListener('aanrader-' + kind, (event) =>
        tell(kind + '/' + (event.detail.survey ?? '')));";

/// A shop whose page at `/next` reports to the host.
fn telling() -> Shop {
    let shop = Shop::open();
    let surveys = "<aanrader-survey survey=popup mode=popup event=unseen delay=1></aanrader-survey>";
    let next = page(shop.collector.url(), &format!("{surveys}<script>{UNSEEN}</script>"));
    shop.host.set("/next", Reply::html(next));
    for what in ["read", "waited", "show/popup"] {
        shop.host.set(&format!("/told/{what}"), Reply::new(204, "", ""));
    }
    shop
}

/// Waits until no survey has asked in three hidden seconds.
async fn waits_unseen(shop: &Shop) {
    told(shop, "/told/waited?hidden").await;
    let asked = shop.host.requests().into_iter().find(|request| request.path.contains("show"));
    assert!(asked.is_none(), "{asked:?}");
}

async fn told(shop: &Shop, what: &str) {
    until(what, async || {
        let told: Vec<_> = shop.host.requests().into_iter().map(|request| request.path).collect();
        if told.iter().any(|path| path == what) { Ok(()) } else { Err(format!("{told:?}")) }
    })
    .await;
}

/// Only Chromium has speculation rules.
#[test]
fn a_page_that_is_prepared_in_advance_asks_once_it_is_seen() {
    let shop = telling();
    let rules = r#"<script type=speculationrules>{"prerender":[{"urls":["/next"],"eagerness":"immediate"}]}</script>"#;
    let first = format!("<!doctype html><title>A shop</title>{rules}<a href=/next>On</a>");
    shop.host.set("/", Reply::html(first));
    in_browser(&Options::default(), async |browser| {
        browser.goto(&shop.host.url("/")).await;
        told(&shop, "/told/read?hidden").await;
        waits_unseen(&shop).await;
        browser.click("a").await;
        told(&shop, "/told/show/popup?visible").await;
        let activated = "return performance.getEntriesByType('navigation')[0].activationStart > 0";
        assert_eq!(browser.execute(activated, vec![]).await, true, "it was loaded once more");
    });
}

/// A tab behind another one. Chromium without a screen considers every tab visible; `WebKitGTK` never brings
/// a second one to the front.
fn asks_in_the_background(engine: Engine) {
    let shop = telling();
    shop.host.set("/", Reply::html("<!doctype html><title>A shop</title>"));
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&shop.host.url("/")).await;
        let client = browser.client();
        let front = client.window().await.expect("a window");
        let tab = client.new_window(true).await.expect("a tab").handle;
        client.switch_to_window(tab.clone()).await.expect("the tab is there");
        browser.goto(&shop.host.url("/next")).await;
        client.switch_to_window(front).await.expect("the window is there");
        waits_unseen(&shop).await;
        if engine == Engine::Firefox {
            client.switch_to_window(tab).await.expect("the tab is there");
            told(&shop, "/told/show/popup?visible").await;
        }
    });
}

mod background {
    use super::asks_in_the_background as a_tab_behind_another_one_asks_nobody;

    aanrader_tests::in_engine!(firefox, Firefox, a_tab_behind_another_one_asks_nobody);
    aanrader_tests::in_engine!(webkit, WebKit, a_tab_behind_another_one_asks_nobody);
}
