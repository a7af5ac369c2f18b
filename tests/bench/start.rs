//! The time from navigation to the painted question, and its cost for the page.

use std::collections::HashMap;
use std::time::Duration;

use aanrader_tests::browser::{Browser, Options, in_browser_within};
use aanrader_tests::host::Host;
use serde_json::{Value, json};

use crate::samples::Samples;
use crate::site::Page;
use crate::table::{Row, Target};

/// Rounds that don't count, while the browser warms up.
const WARM_UP: usize = 2;

/// The highest ratio of our paint time to another build's.
const SLOWER: f64 = 1.05;

/// A customer's machine and network.
struct Machine {
    name: &'static str,
    /// How many times slower the processor is.
    slower: u32,
    /// Round trip in milliseconds, and bytes a second.
    network: Option<(u32, u32)>,
    target: Target,
}

const MACHINES: [Machine; 3] = [
    Machine { name: "as it is", slower: 1, network: None, target: Target::AtMost(1.25) },
    Machine { name: "processor 4× slower", slower: 4, network: None, target: Target::None },
    Machine {
        name: "4× slower, 40 ms, 10 Mbit/s",
        slower: 4,
        network: Some((40, 1_250_000)),
        target: Target::AtMost(1.35),
    },
];

/// These pages paint only the question, so the browser's first contentful paint is the question's. The part
/// of a task beyond 50 ms counts as blocking the main thread.
const PAINTED: &str = "
    const entries = (type) => new Promise((resolve) =>
        new PerformanceObserver((list, observer) => { observer.disconnect(); resolve(list.getEntries()); })
            .observe({ type, buffered: true }));
    const paints = async () => {
        const found = performance.getEntriesByName('first-contentful-paint')[0];
        if (found) return found.startTime;
        await entries('paint');
        return paints();
    };
    const none = new Promise((resolve) => setTimeout(() => resolve([]), 100));
    return paints().then(async (painted) => {
        const tasks = await Promise.race([entries('longtask'), none]);
        const blocked = tasks.reduce((sum, task) => sum + Math.max(0, task.duration - 50), 0);
        const root = document.querySelector('bare-survey, aanrader-survey')?.shadowRoot;
        return { painted, blocked, choices: root ? root.querySelectorAll('input[type=radio]').length : 0 };
    });";

/// Measures all properties of the start.
pub(crate) fn run(host: &Host, rounds: usize) -> Vec<Row> {
    MACHINES.iter().flat_map(|machine| visit(host, machine, rounds)).collect()
}

fn visit(host: &Host, machine: &Machine, rounds: usize) -> Vec<Row> {
    let mut painted: HashMap<&str, Samples> = HashMap::new();
    let mut blocked: HashMap<&str, Samples> = HashMap::new();
    // On a fast machine, one frame is a large part of the total.
    let rounds = if machine.slower == 1 { 2 * rounds } else { rounds };
    let limit = Duration::from_secs(30 + 10 * rounds as u64);
    let pages = Page::all();
    in_browser_within(limit, &Options::default(), async |browser| {
        emulate(browser, machine).await;
        for round in 0..WARM_UP + rounds {
            for &page in &pages {
                // So that the browser unloads the same page before each measurement.
                browser.goto(&host.url(Page::Empty.path())).await;
                browser.goto(&host.url(page.path())).await;
                let seen = browser.execute(PAINTED, vec![]).await;
                assert_eq!(seen["choices"], if page == Page::Empty { 0 } else { 11 }, "{page:?}: {seen}");
                if round >= WARM_UP {
                    painted.entry(page.path()).or_default().add(number(&seen["painted"]));
                    blocked.entry(page.path()).or_default().add(number(&seen["blocked"]));
                }
            }
        }
    });
    let of = |page: Page| &painted[page.path()];
    let others = |bare: Page| format!("{:.0}, empty page {:.0}", of(bare), of(Page::Empty));
    let row = |how: &str, ours: Page, others: String, bare: Page, target| Row {
        what: format!("question painted, {how}, {}, ms", machine.name),
        ours: format!("{:.0}", of(ours)),
        others,
        number: of(ours).over(of(bare)),
        unit: (2, "×"),
        target,
    };
    let bare = format!("bare JavaScript {}", others(Page::Bare));
    let later = format!("bare JavaScript by a loader {}", others(Page::BareLater));
    let mut rows = vec![
        row("one script", Page::Bundle, bare.clone(), Page::Bare, machine.target),
        row("by the loader", Page::Loader, bare, Page::Bare, machine.target),
        row("by the loader", Page::Loader, later, Page::BareLater, Target::None),
        Row {
            what: format!("main thread blocked, {}", machine.name),
            ours: String::new(),
            others: String::new(),
            number: blocked[Page::Bundle.path()].most(&blocked[Page::Loader.path()]),
            unit: (0, " ms"),
            target: Target::AtMost(0.0),
        },
    ];
    if pages.contains(&Page::OtherLoader) {
        let other = |page: Page| format!("other build {:.0}", of(page));
        let target = Target::AtMost(SLOWER);
        let bundle = other(Page::OtherBundle);
        rows.push(row("one script", Page::Bundle, bundle, Page::OtherBundle, target));
        let loader = other(Page::OtherLoader);
        rows.push(row("by the loader", Page::Loader, loader, Page::OtherLoader, target));
    }
    rows
}

async fn emulate(browser: &Browser, machine: &Machine) {
    browser.cdp("Network.enable", json!({})).await;
    browser.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    slow_down(browser, machine.slower).await;
    if let Some((latency_ms, bytes_per_second)) = machine.network {
        let conditions = json!({ "offline": false, "latency": latency_ms,
            "downloadThroughput": bytes_per_second, "uploadThroughput": bytes_per_second });
        browser.cdp("Network.emulateNetworkConditions", conditions).await;
    }
}

/// Slows the processor down by this factor, for the pages of this window.
pub(crate) async fn slow_down(browser: &Browser, times: u32) {
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await;
}

/// A number that a page has measured.
#[track_caller]
pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}
