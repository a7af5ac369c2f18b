//! The widget's effects on a shop's page: clicks, moving layout, memory.

use std::time::Duration;

use aanrader_tests::browser::{Browser, Options, in_browser_within};
use aanrader_tests::host::Host;
use serde_json::json;

use crate::samples::Samples;
use crate::site::Page;
use crate::start::{number, slow_down};
use crate::table::{Row, Target};

/// One frame of sixty a second, in milliseconds.
const FRAME_MS: f64 = 1000.0 / 60.0;

/// The place of the choice, once it is shown. The page notes how long after the click the next frame was
/// painted.
const AWAIT_PRESS: &str = "
    window.painted = new Promise((resolve) => addEventListener('click', (event) =>
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - event.timeStamp);
            port2.postMessage(0);
        }), { capture: true, once: true }));
    const look = (resolve) => {
        const root = document.querySelector('bare-survey, aanrader-survey')?.shadowRoot;
        const choice = root?.querySelector('input[value=\"7\"]');
        if (!choice) return requestAnimationFrame(() => look(resolve));
        const { x, y, width, height } = choice.getBoundingClientRect();
        resolve({ x: x + width / 2, y: y + height / 2 });
    };
    return new Promise(look);";

/// The time from a press to its painted effect, with the processor four times slower.
pub(crate) fn press(host: &Host, rounds: usize) -> Vec<Row> {
    let wanted = |page: &Page| matches!(page, Page::Bare | Page::Loader | Page::OtherLoader);
    let mut pages: Vec<_> =
        Page::all().into_iter().filter(wanted).map(|page| (page, Samples::default())).collect();
    let limit = Duration::from_secs(30 + 10 * rounds as u64);
    in_browser_within(limit, &Options::default(), async |browser| {
        slow_down(browser, 4).await;
        for round in 0..=rounds {
            for (page, samples) in &mut pages {
                let took = press_once(browser, &host.url(page.path())).await;
                if round > 0 {
                    samples.add(took);
                }
            }
        }
    });
    let of = |wanted: Page| pages.iter().find(|(page, _)| *page == wanted).map(|(_, samples)| samples);
    let row = |others: String, number: Samples, unit, most| Row {
        what: "press on a number to its paint, processor 4× slower".into(),
        ours: of(Page::Loader).map_or_else(String::new, |ours| format!("{ours:.0} ms")),
        others,
        number,
        unit,
        target: Target::AtMost(most),
    };
    let (Some(bare), Some(ours)) = (of(Page::Bare), of(Page::Loader)) else { return Vec::new() };
    let mut rows = vec![row(format!("bare JavaScript {bare:.0}"), ours.clone(), (0, " ms"), FRAME_MS)];
    if let Some(other) = of(Page::OtherLoader) {
        rows.push(row(format!("other build {other:.0} ms"), ours.over(other), (2, "×"), 1.0));
    }
    rows
}

async fn press_once(browser: &Browser, url: &str) -> f64 {
    browser.goto(url).await;
    let at = browser.execute(AWAIT_PRESS, vec![]).await;
    for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
        let event = json!({ "type": kind, "x": at["x"], "y": at["y"], "button": if kind == "mouseMoved" { "none" } else { "left" },
            "buttons": buttons, "clickCount": 1 });
        browser.cdp("Input.dispatchMouseEvent", event).await;
    }
    number(&browser.execute("return painted", vec![]).await)
}

/// All layout shifts until the question is shown, and a little longer.
const SHIFTS: &str = "
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) sum += shift.value;
    }).observe({ type: 'layout-shift', buffered: true });
    const look = (resolve) => {
        const root = document.querySelector('aanrader-survey').shadowRoot;
        if (root?.querySelector('input')) setTimeout(() => resolve(sum), 300);
        else requestAnimationFrame(() => look(resolve));
    };
    return new Promise(look);";

/// How far the page shifts when the question appears.
pub(crate) fn shift(host: &Host, rounds: usize) -> Row {
    let mut shifts = Samples::default();
    in_browser_within(Duration::from_secs(30 + 10 * rounds as u64), &Options::default(), async |browser| {
        for _ in 0..rounds {
            browser.goto(&host.url("/shop")).await;
            shifts.add(number(&browser.execute(SHIFTS, vec![]).await));
        }
    });
    Row {
        what: "layout shift of a page that kept the question's place".into(),
        ours: String::new(),
        others: String::new(),
        number: shifts,
        unit: (3, ""),
        target: Target::AtMost(0.0),
    }
}

/// Keeps references to the memory of all modules.
const WATCH_MODULES: &str = "
    window.memories = [];
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (...all) {
        const made = new Instance(...all);
        memories.push(...Object.values(made.exports).filter((it) => it instanceof WebAssembly.Memory));
        return made;
    };";

/// In megabytes, after a garbage collection.
async fn memory_of(browser: &Browser, host: &Host, page: Page) -> f64 {
    browser.before_each_page(WATCH_MODULES).await;
    browser.goto(&host.url(page.path())).await;
    if page != Page::Empty {
        browser.execute(AWAIT_PRESS, vec![]).await;
    }
    browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    let modules = browser.execute("return memories.length", vec![]).await;
    assert_eq!(modules, u8::from(page.is_ours()), "{page:?}");
    let heap = browser.cdp("Runtime.getHeapUsage", json!({})).await;
    let modules = "return memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)";
    let modules = browser.execute(modules, vec![]).await;
    (number(&heap["usedSize"]) + number(&modules)) / 1e6
}

/// The memory of a page with the question, that of the module included.
pub(crate) fn memory(host: &Host, rounds: usize) -> Row {
    let mut used: Vec<_> = Page::all().into_iter().map(|page| (page, Samples::default())).collect();
    for _ in 0..rounds {
        for (page, samples) in &mut used {
            // A browser caches previous pages in case the customer goes back, so each page gets its own
            // browser.
            in_browser_within(Duration::from_secs(60), &Options::default(), async |browser| {
                samples.add(memory_of(browser, host, *page).await);
            });
        }
    }
    let of = |wanted: Page| {
        let found = used.iter().find(|(page, _)| *page == wanted);
        found.map_or_else(Samples::default, |(_, samples)| samples.clone())
    };
    let (empty, bare, other) = (of(Page::Empty), of(Page::Bare), of(Page::OtherBundle));
    let (ours, loader) = (of(Page::Bundle), of(Page::Loader));
    Row {
        what: "JavaScript heap and module's memory".into(),
        ours: format!("one script {ours:.2}, by the loader {loader:.2}"),
        others: format!("bare JavaScript {bare:.2}, empty page {empty:.2}, other build {other:.2}"),
        number: ours,
        unit: (2, " MB"),
        target: Target::AtMost(1.3),
    }
}
