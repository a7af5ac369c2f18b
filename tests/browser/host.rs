//! The survey as a guest: on a shop of another origin, under a strict policy, among hostile styles.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Reply;
use aanrader_tests::in_each_engine;
use aanrader_tests::survey::{Rect, Survey};
use serde_json::{Value, json};

use crate::shop::{Shop, page};

in_each_engine!(
    a_shop_elsewhere_under_the_strict_policy_gets_its_answers,
    hostile_styles_do_not_reach_in,
    the_survey_changes_nothing_around_it,
    the_scale_begins_where_its_language_begins,
);

const SURVEY: &str = "<aanrader-survey survey=shop touchpoint=account></aanrader-survey>";

/// The places of the eleven cells, once they are shown. Asserts that each is at least 44 px high and wide
/// enough for a finger, that they don't overlap, and that all are within the card.
async fn cells(survey: &Survey<'_>) -> Vec<Rect> {
    survey.wait_shown("[part~=scale]", true).await;
    let cells = survey.rects("[part~=cell]").await;
    let card = survey.rects("[part~=card]").await[0];
    assert_eq!(cells.len(), 11);
    for cell in &cells {
        assert!(cell.height >= 44.0 && cell.width >= 24.0, "{cell:?}");
        assert!(
            cell.x >= card.x - 1.0 && cell.x + cell.width <= card.x + card.width + 1.0,
            "{cell:?} {card:?}"
        );
    }
    for (at, a) in cells.iter().enumerate() {
        for b in &cells[at + 1..] {
            // Neighbouring cells share borders.
            let apart = |a: f64, length: f64, b: f64| a + length <= b + 1.5;
            let beside = apart(a.x, a.width, b.x) || apart(b.x, b.width, a.x);
            let below = apart(a.y, a.height, b.y) || apart(b.y, b.height, a.y);
            assert!(beside || below, "{a:?} lies on {b:?}");
        }
    }
    cells
}

/// The number of cells in each row.
fn rows(cells: &[Rect]) -> Vec<usize> {
    cells.chunk_by(|a, b| (a.y - b.y).abs() < 1.0).map(<[Rect]>::len).collect()
}

/// Asserts that the page is no wider than the window.
async fn assert_no_sideways_scrolling(browser: &Browser) {
    let widths = "const page = document.scrollingElement; scrollTo(999, 0);
        return [page.scrollWidth - page.clientWidth, scrollX]";
    assert_eq!(browser.execute(widths, vec![]).await, json!([0, 0]), "the page scrolls sideways");
}

fn a_shop_elsewhere_under_the_strict_policy_gets_its_answers(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(SURVEY);
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
        survey.type_into("textarea", "From elsewhere").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        browser.assert_quiet().await;
        let answers = shop.collector.answers().await;
        assert_eq!(answers[0]["comment"], "From elsewhere");
        assert_eq!(browser.execute("return document.cookie", vec![]).await, "");
        if browser.engine() == Engine::Chromium {
            // Including cookies of other sites, and those that no script can read.
            let cookies = browser.cdp("Network.getAllCookies", json!({})).await;
            assert_eq!(cookies["cookies"], json!([]));
        }
        let asked = "return [...new Set(performance.getEntriesByType('resource').map((e) => e.name)
            .filter((name) => !name.endsWith('/first.js')).map((name) => new URL(name).origin))]";
        assert_eq!(browser.execute(asked, vec![]).await, json!([shop.collector.url()]));
        // The shop itself received only the request for its page.
        let paths: Vec<_> = shop.host.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/"]);
    });
}

/// A shop's style rules that hit the survey by accident.
const HOSTILE: &str = "
    * { border: 3px solid red; font: 30px/3 cursive; letter-spacing: 9px; word-spacing: 40px;
        margin: 7px; padding: 7px; text-transform: uppercase; text-align: right; text-indent: 50px;
        box-sizing: content-box; white-space: nowrap; list-style: none; }
    .border, .card, .send, .error, .cell, .scale { background: lime; display: none; width: 10px; }
    [hidden] { display: block; }
    label, input, fieldset, legend, button, textarea, form { float: left; width: 11px; height: 11px; color: lime;
        background: lime; visibility: hidden; transform: rotate(45deg); appearance: none; }
    button { all: unset; }";

/// The survey's appearance: the computed styles of all its elements that a host could spoil.
const LOOKS: &str = "[...root.querySelectorAll('*')].map((e) => {
    const s = getComputedStyle(e);
    return [e.localName, e.getAttribute('part'), s.color, s.backgroundColor, s.borderTopWidth, s.borderTopColor,
        s.display, s.visibility, s.float, s.margin, s.padding, s.letterSpacing, s.wordSpacing, s.textAlign,
        s.textTransform, s.textIndent, s.whiteSpace, s.transform].join(' ');
})";

fn hostile_styles_do_not_reach_in(engine: Engine) {
    let shop = Shop::open();
    in_browser(&Options::of(engine), async |browser| {
        let mut looks = Vec::new();
        for styles in ["", HOSTILE] {
            shop.host.set("/shop.css", Reply::new(200, "text/css", styles));
            let policy = shop.policy();
            browser
                .goto(&shop.page_under(&policy, &format!("<link rel=stylesheet href=/shop.css>{SURVEY}")))
                .await;
            let survey = browser.survey();
            let cells = cells(&survey).await;
            assert_eq!(rows(&cells), [11]);
            // A low row stays low, whatever the shop's line height.
            assert!(cells[0].height <= 60.0, "{:?}", cells[0]);
            survey.eval("root.querySelector('input').focus()", Value::Null).await;
            browser.press(Key::Enter).await;
            survey.wait_shown("[part~=error]", true).await;
            survey.choose(9).await;
            survey.wait_shown("[part~=error]", false).await;
            survey.wait_shown("[part~=comment]", true).await;
            assert!(!survey.shows("[part~=how]").await, "what is hidden is shown");
            // An empty status looks different from one with a text.
            survey.wait_for_text("[role=status]", "Your 9 has been saved.").await;
            // Moves the pointer away, so that nothing is hovered.
            browser.click("h1").await;
            let look = survey.eval(LOOKS, Value::Null).await;
            browser.assert_quiet().await;
            looks.push(look);
        }
        let (calm, hostile) = (looks[0].as_array().expect("a list"), looks[1].as_array().expect("a list"));
        assert!(calm.len() > 40, "{calm:?}");
        // Without centred or filled margins in pixels: the boxes were measured above.
        for (calm, hostile) in calm.iter().zip(hostile) {
            assert_eq!(calm, hostile);
        }
        assert_eq!(calm.len(), hostile.len());
    });
}

/// Everything that a guest could change: the elements around it, their styles, the globals.
const SURROUNDINGS: &str = "
    const around = [...document.querySelectorAll('*')].filter((e) => !e.closest('aanrader-survey') && e.localName != 'script');
    return [
        around.map((e) => e.cloneNode(false).outerHTML),
        around.map((e) => { const s = getComputedStyle(e); return [...s].filter((name) =>
            !/^(block|perspective-origin|transform-origin|height|inline|width|min-|--)/.test(name))
            .map((name) => name + s[name]).join(); }),
        // Without what the test's own driver puts there.
        Object.keys(window).filter((name) => !/^(\\$?cdc_|se_|ret_|aanrader$)/.test(name)).sort(),
        document.adoptedStyleSheets.length,
        document.title,
        location.href,
        history.length,
    ]";

/// Elements outside the survey that have its names.
const LOOKALIKES: &str = "<link rel=stylesheet href=/shop.css>\
    <form class=card><label class=cell><input class=send name=score type=radio value=9> 9</label>\
    <p class=error>e</p><p hidden>h</p></form>";

fn the_survey_changes_nothing_around_it(engine: Engine) {
    let shop = Shop::open();
    shop.host.set("/shop.css", Reply::new(200, "text/css", "p { color: teal } .card { margin: 3px }"));
    let page = page(shop.collector.url(), &format!("{LOOKALIKES}{SURVEY}"));
    // The page inserts the script after the test has recorded it.
    let page = page.replace("<script async src=", "<script type=none data-src=");
    shop.host.set("/", Reply::html(page));
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&shop.host.url("/")).await;
        let before = browser.execute(SURROUNDINGS, vec![]).await;
        let embed = "const script = document.createElement('script');
            script.src = document.querySelector('[data-src]').dataset.src;
            document.head.append(script);";
        browser.execute(embed, vec![]).await;
        let survey = browser.survey();
        survey.choose(9).await;
        survey.find("textarea").await;
        survey.send().await;
        survey.wait_for_text("[part~=title]", "Thank you!").await;
        browser.execute("document.activeElement.blur()", vec![]).await;
        let after = browser.execute(SURROUNDINGS, vec![]).await;
        let what = ["elements", "styles", "globals", "style sheets", "title", "address", "history"];
        for (at, what) in what.into_iter().enumerate() {
            let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            let (before, after) = (list(&before[at]), list(&after[at]));
            let new: Vec<_> = after.iter().filter(|item| !before.contains(item)).collect();
            let gone: Vec<_> = before.iter().filter(|item| !after.contains(item)).collect();
            assert!(before == after, "{what}: {new:?} instead of {gone:?}");
        }
    });
}

fn the_scale_begins_where_its_language_begins(engine: Engine) {
    let shop = Shop::open();
    let url = shop.page(
        "<div dir=rtl><aanrader-survey id=ar lang=ar></aanrader-survey><aanrader-survey id=en></aanrader-survey></div>",
    );
    in_browser(&Options::of(engine), async |browser| {
        browser.goto(&url).await;
        let xs = |cells: Vec<Rect>| cells.into_iter().map(|cell| cell.x).collect::<Vec<_>>();
        let arabic = browser.survey_at("#ar");
        let right_to_left = xs(cells(&arabic).await);
        assert!(right_to_left.is_sorted_by(|a, b| a > b), "{right_to_left:?}");
        let left_to_right = xs(cells(&browser.survey_at("#en")).await);
        assert!(left_to_right.is_sorted_by(|a, b| a < b), "{left_to_right:?}");
        let middle = |part: &Rect| part.x + part.width / 2.0;
        let (low, high) = (arabic.rects("[part~=low]").await[0], arabic.rects("[part~=high]").await[0]);
        assert!(middle(&low) > middle(&high), "the ends stand at the wrong ends");
        let corners = "['borderTopRightRadius', 'borderTopLeftRadius'].map((corner) => \
            getComputedStyle(root.querySelector('[part~=cell] span'))[corner])";
        assert_eq!(arabic.eval(corners, Value::Null).await, json!(["6px", "0px"]));
    });
}

#[test]
fn on_a_narrow_phone_the_scale_has_two_rows_and_nothing_scrolls_sideways() {
    let shop = Shop::open();
    // A pop-up in its opening animation is between two pixels.
    let options = Options { reduced_motion: true, ..Options::phone(320) };
    in_browser(&options, async |browser| {
        for mode in ["inline", "popup"] {
            browser.goto(&shop.page(&format!("<aanrader-survey mode={mode}></aanrader-survey>"))).await;
            let survey = browser.survey();
            let cells = cells(&survey).await;
            assert_eq!(rows(&cells), [6, 5], "{mode}");
            assert!(cells.iter().all(|cell| cell.width >= 44.0), "{mode}: {cells:?}");
            assert_no_sideways_scrolling(browser).await;
            survey.choose(0).await;
            survey.click("[part~=check]").await;
            survey.wait_shown("[part~=how]", true).await;
            assert_no_sideways_scrolling(browser).await;
            for part in ["[part~=comment]", "[part~=how]", "[part~=send]"] {
                let place = survey.rects(part).await[0];
                assert!(place.x >= 0.0 && place.x + place.width <= 320.0, "{mode} {part}: {place:?}");
            }
        }
    });
}

#[test]
fn the_demo_and_the_owners_pages_do_not_scroll_sideways_on_a_narrow_phone() {
    let shop = Shop::open();
    in_browser(&Options::phone(320), async |browser| {
        for path in [
            "/",
            "/demo/nl/",
            "/demo/nl/account.html",
            "/demo/en/login.html",
            "/demo/en/welcome.html",
            "/demo/nl/looks.html",
            "/builder/",
            "/recipes/",
            "/preview/",
            "/results/",
            "/docs/",
            "/docs/reference/",
            "/nl/docs/collector/",
            "/docs/tests/",
            "/docs/code/",
        ] {
            browser.goto(&format!("{}{path}", shop.collector.url())).await;
            browser.find("h1").await;
            let over = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
            assert_eq!(browser.execute(over, vec![]).await, 0, "{path}");
        }
    });
}
