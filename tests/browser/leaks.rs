//! A page that stays open for days inserts and removes surveys: nothing of them remains.

use std::time::Duration;

use aanrader_tests::browser::{Browser, Options, in_browser_within};
use aanrader_tests::wait::until;
use serde_json::json;

use crate::shop::Shop;

/// How often a survey is mounted, after as many mounts for warming up.
const MOUNTS: u32 = 1_000;
const WARMING_UP: u32 = 240;

/// The allowed growth for the page's own fluctuation, whatever the number of mounts. The module's memory
/// grows by 64 KiB; its allocator may have fragmented at most one such page more.
const SLACK: Counts = Counts { nodes: 40, listeners: 10, heap: 400_000, module: 65_536 };

/// The time limit of the entire test.
const LIMIT: Duration = Duration::from_secs(600);

/// On a busy machine, more answers are underway at once, and the module's memory grows for that once. A leak
/// grows in every round.
const ROUNDS: u32 = 3;

/// The figures that grow with a leak.
#[derive(Clone, Copy, Debug)]
struct Counts {
    /// Nodes, also those in no document.
    nodes: u64,
    /// Listeners on any target.
    listeners: u64,
    /// Bytes that JavaScript holds.
    heap: u64,
    /// Bytes of the module's memory, which never shrinks.
    module: u64,
}

impl Counts {
    /// Measured after a garbage collection.
    async fn of(browser: &Browser) -> Self {
        // The browser frees the module's objects once a task has run after each collection.
        for _ in 0..3 {
            browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
            browser.execute("return new Promise((done) => setTimeout(done))", vec![]).await;
        }
        let metrics = browser.cdp("Performance.getMetrics", json!({})).await;
        let metric = |name: &str| {
            let mut all = metrics["metrics"].as_array().into_iter().flatten();
            let value = all.find(|metric| metric["name"] == name).and_then(|metric| metric["value"].as_f64());
            value.unwrap_or_else(|| panic!("no {name} in {metrics}")) as u64
        };
        let module = browser.execute("return memory.buffer.byteLength", vec![]).await;
        Self {
            nodes: metric("Nodes"),
            listeners: metric("JSEventListeners"),
            heap: metric("JSHeapUsedSize"),
            module: module.as_u64().expect("bytes"),
        }
    }

    fn exceeds(&self, before: &Self) -> bool {
        self.nodes > before.nodes + SLACK.nodes
            || self.listeners > before.listeners + SLACK.listeners
            || self.heap > before.heap + SLACK.heap
    }

    fn has_more_memory(&self, before: &Self) -> bool {
        self.module > before.module + SLACK.module
    }
}

/// Keeps a reference to the module's memory.
const MEMORY: &str = "
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (...all) {
        const made = new Instance(...all);
        window.memory = Object.values(made.exports).find((it) => it instanceof WebAssembly.Memory);
        return made;
    };";

/// Mounts this many, one after the other, each way once, and removes all of them.
const MOUNT: &str = "
    const main = document.querySelector('main'), aside = document.querySelector('aside');
    const mount = (attributes = {}) => {
        const survey = document.createElement('aanrader-survey');
        for (const name in attributes) survey.setAttribute(name, attributes[name]);
        main.append(survey);
        return survey;
    };
    const heard = (survey, name) =>
        new Promise((done) => survey.addEventListener('aanrader-' + name, done, { once: true }));
    const cell = (survey) => survey.shadowRoot.querySelectorAll('input')[9];
    const press = (survey) => {
        cell(survey).dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
        cell(survey).click();
    };
    // A customer who has answered is thanked and not asked again.
    const mountForAnother = () => mount({ customer: crypto.randomUUID() });
    const ways = [
        async () => { const survey = mountForAnother(); await heard(survey, 'show'); survey.remove(); },
        // While the module is on its way.
        async () => mount().remove(),
        async () => {
            const survey = mount({ brand: 'Moes' });
            await heard(survey, 'show');
            survey.setAttribute('brand', 'Mei');
            aside.append(survey);
            aside.prepend(survey);
            survey.remove();
        },
        async () => {
            // By another name: who has answered inline is not asked by a pop-up.
            const survey = mount({ mode: 'popup', survey: 'popup' });
            await heard(survey, 'show');
            cell(survey).focus();
            survey.remove();
        },
        // While it is sending.
        async () => {
            const survey = mountForAnother();
            await heard(survey, 'show');
            const score = heard(survey, 'score');
            press(survey);
            await score;
            survey.remove();
        },
        // With everything sent, and back in the page in between.
        async () => {
            const survey = mountForAnother();
            await heard(survey, 'show');
            press(survey);
            survey.remove();
            main.append(survey);
            survey.shadowRoot.querySelector('.send').click();
            survey.remove();
        },
    ];
    for (let at = arguments[0]; at < arguments[1]; at++) await ways[at % ways.length]();
    witness.events.length = 0;";

/// How many answers the database still has. Its transactions run in order, so the earlier ones are done.
const IN_DATABASE: &str = "return new Promise((done) => {
    const open = indexedDB.open('aanrader');
    open.onupgradeneeded = () => open.transaction.abort();
    open.onerror = () => done(0);
    open.onsuccess = () => {
        const answers = open.result.transaction('answers').objectStore('answers').count();
        answers.onsuccess = () => (open.result.close(), done(answers.result));
    };
})";

/// How many mounts one script does.
const A_SCRIPT: usize = 100;

/// How many of the ways above answer.
const ANSWERING: u32 = 2;
const WAYS: u32 = 6;

async fn mount(browser: &Browser, times: u32) {
    let script = format!("return (async (arguments) => {{ {MOUNT} }})(arguments)");
    // Not all in one script: that may take half a minute, and more on a busy machine.
    for from in (0..times).step_by(A_SCRIPT) {
        let to = times.min(from + A_SCRIPT as u32);
        browser.execute(&script, vec![json!(from), json!(to)]).await;
        // Answers that are underway, or that the browser hasn't collected yet, need memory. So their number
        // is limited.
        browser.wait("!Object.keys(localStorage).some((key) => key.startsWith('aanrader-answer-'))").await;
        until("an empty database", async || match browser.execute(IN_DATABASE, vec![]).await.as_u64() {
            Some(0) => Ok(()),
            answers => Err(format!("it has {answers:?}")),
        })
        .await;
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    }
}

/// Whether the module has more memory after some mounts than before. Everything else must be gone.
async fn grows(browser: &Browser) -> bool {
    let before = Counts::of(browser).await;
    mount(browser, MOUNTS).await;
    // The browser holds objects that the database still uses.
    let after = until(&format!("all to be gone after {MOUNTS} mounts"), async || {
        let after = Counts::of(browser).await;
        if after.exceeds(&before) { Err(format!("{after:?}, before them {before:?}")) } else { Ok(after) }
    })
    .await;
    after.has_more_memory(&before)
}

#[test]
fn a_thousand_mounts_leave_no_node_no_listener_and_no_memory_behind() {
    let shop = Shop::open();
    let url = shop.page("<aside></aside>");
    in_browser_within(LIMIT, &Options::default(), async |browser| {
        browser.before_each_page(MEMORY).await;
        browser.goto(&url).await;
        browser.cdp("Performance.enable", json!({})).await;
        mount(browser, WARMING_UP).await;
        let mut rounds = 0;
        while grows(browser).await {
            rounds += 1;
            assert!(rounds < ROUNDS, "the module's memory grows with every {MOUNTS} mounts");
        }
        browser.assert_quiet().await;
        // Each answer has been counted exactly once.
        let answered = |mounts: u32| mounts / WAYS * ANSWERING;
        let stored = &shop.collector.results().await["surveys"][0]["total"]["n"];
        assert_eq!(*stored, answered(WARMING_UP) + (rounds + 1) * answered(MOUNTS));
    });
}
