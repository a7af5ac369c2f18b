//! Visits by a real browser, under a fault.
//!
//! The browser keeps its profile from one visit to the next, like a customer's. Each visit to a page with the
//! survey is also the next visit after the previous one, and sends what that one left behind. The seed
//! determines which faults occur and when, but not how far the browser is by then.

use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Fault;
use super::ledger::{self, Chosen, Kept, Outcome};
use super::process::Processes;
use super::proxy::{Blow, Proxy};
use super::random::Random;
use crate::browser::{Browser, Options, in_browser};
use crate::collector::{self, Collector};
use crate::driver::Driver;

mod outbox;
mod steps;

pub use outbox::{FORBIDDEN, Outbox};

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// One fault of the network, up to three times in a row.
    Fault(Fault),
    /// All processes of the browser are killed (SIGKILL), from 0 ms after the click has returned.
    BrowserKilled,
    /// The collector is killed before or after the choice, and started again.
    CollectorKilled,
    /// The tab is closed right after the choice.
    TabClosed,
    /// The page is left right after the choice; every other time from within its own click.
    LeftAtOnce,
    /// The browser is off line when the score is chosen, and comes back on line.
    Offline,
    /// Two tabs, each with an answer of its own.
    TwoTabs,
    /// The page is left, and returns by the browser's Back.
    BackForward,
    /// The collector is down while the answer is sent, and the shop's service worker replies in its place.
    ServiceWorker,
    /// No fault: even a broken client is sound then.
    Nothing,
    /// The device's clock is an hour slow (even seeds) or fast, as the page sees it. A script of the test
    /// replaces `Date`, because a browser's own clock can't be set.
    ClockOff,
}

impl Trial {
    /// Every trial with a fault.
    pub fn all() -> Vec<Self> {
        let faults = Fault::ALL.map(Self::Fault);
        let others = [
            Self::CollectorKilled,
            Self::TabClosed,
            Self::LeftAtOnce,
            Self::Offline,
            Self::TwoTabs,
            Self::BackForward,
            Self::ServiceWorker,
            Self::ClockOff,
        ];
        faults.into_iter().chain([Self::BrowserKilled]).chain(others).collect()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.name(),
            Self::BrowserKilled => "browser killed",
            Self::CollectorKilled => "collector killed",
            Self::TabClosed => "tab closed",
            Self::LeftAtOnce => "left at once",
            Self::Offline => "off line and back",
            Self::TwoTabs => "two tabs",
            Self::BackForward => "back and forward",
            Self::ServiceWorker => "service worker",
            Self::Nothing => "nothing",
            Self::ClockOff => "clock an hour off",
        }
    }
}

const CLOCK: &str = "const Real = Date, shift = HOURS * 3600000;
    window.Date = class extends Real {
        constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + shift); }
        static now() { return Real.now() + shift; }
    };";

/// Registers the shop's service worker.
const REGISTER: &str = "navigator.serviceWorker.register(
    trustedTypes.createPolicy('worker', { createScriptURL: (url) => url }).createScriptURL('/worker.js'));";

/// Tells the proxy when the browser has committed an answer to the device.
const KEPT: &str = "const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (text, ...rest) {
        const name = text.match(/\"customer\":\"([^\"]*)\"/)[1], comment = text.includes('\"comment\":\"');
        const tell = () => fetch('/kept/' + name + (comment ? '/comment' : '/score'));
        this.transaction.addEventListener('complete', tell);
        return put.call(this, text, ...rest);
    };";

/// The suffix of the name of a customer's second tab.
const SECOND: &str = "-second";

/// The longest time until an answer is on the device, on any machine.
const ON_DEVICE_WITHIN: Duration = Duration::from_secs(1);

/// How many visits share a browser, unless it is killed.
const A_SESSION: usize = 5;

/// The longest time until the next visit has sent what the previous one left.
const REPLAYED_WITHIN: Duration = Duration::from_secs(30);

/// The kill of a browser.
struct Kill {
    customer: String,
    /// The time since the last click returned.
    after: Duration,
    /// Whether the browser had reported by then that the score was on the device.
    score_kept: bool,
    /// The same for the comment, if there was to be one.
    comment_kept: Option<bool>,
}

impl Kill {
    /// Whether a part of the answer may not have been on the device yet, so that its loss is excusable.
    fn may_have_been_too_soon(&self) -> bool {
        self.after < ON_DEVICE_WITHIN && !(self.score_kept && self.comment_kept.unwrap_or(true))
    }
}

/// The wait for an answer that isn't expected.
const SHORT: Duration = Duration::from_secs(2);

/// One browser profile with a collector of its own.
struct Lane {
    trial: Trial,
    outbox: Outbox,
    seed: u64,
    collector: Collector,
    proxy: Proxy,
    profile: TempDir,
    chosen: Vec<Chosen>,
    /// How many of `chosen` have had their next visit.
    settled: usize,
    kills: Vec<Kill>,
    /// How many kills came before the answer was on the device, and lost it.
    too_soon: usize,
    from_cache: usize,
    wrong: Vec<String>,
}

/// Lets a browser answer this many times under a trial, and compares the result.
///
/// # Panics
/// When the browser or the collector can't be run.
pub fn run(trial: Trial, answers: usize, seed: u64, outbox: Outbox) -> Outcome {
    let driver = Driver::shared();
    let collector = Collector::start(collector::Options::default());
    let proxy = Proxy::start(collector.url(), Box::new(|_, _| None));
    let profile = tempfile::tempdir().expect("a folder for the browser's profile");
    let (chosen, kills, wrong) = (vec![], vec![], vec![]);
    let mut lane = Lane {
        trial,
        outbox,
        seed,
        collector,
        proxy,
        profile,
        chosen,
        settled: 0,
        kills,
        too_soon: 0,
        from_cache: 0,
        wrong,
    };
    while lane.chosen.len() < answers {
        let most = if lane.ends_each_time() { 1 } else { A_SESSION };
        let visits = most.min(answers - lane.chosen.len());
        lane.session(visits, lane.chosen.len() + visits >= answers && !lane.ends_each_time());
    }
    if lane.ends_each_time() {
        lane.session(0, true);
    }
    let outcome = lane.finish();
    drop(driver);
    outcome
}

impl Lane {
    fn ends_each_time(&self) -> bool {
        self.trial == Trial::BrowserKilled || self.outbox == Outbox::Off
    }

    /// Makes this many visits with one browser; the last visit may only send what is left.
    fn session(&mut self, visits: usize, last: bool) {
        self.recover();
        let options = Options { profile: Some(self.profile.path().into()), ..Options::default() };
        in_browser(&options, async |browser| {
            self.prepare(browser).await;
            let enough = self.chosen.len() + visits;
            while self.chosen.len() < enough {
                self.visit(browser).await;
            }
            if last {
                self.proxy.set_plan(Box::new(|_, _| None));
                browser.goto(&format!("{}/visit/last", self.proxy.url())).await;
                self.replayed().await;
            }
        });
    }

    /// Without an outbox, the fault lasts as long as the browser.
    fn recover(&mut self) {
        if self.outbox == Outbox::Off {
            self.proxy.set_open(true);
            self.collector.restart();
        }
    }

    /// Installs the scripts that run before those of the page.
    async fn prepare(&self, browser: &Browser) {
        // In every page of this browser: an answer must be kept and sent by the same clock.
        let hours = if self.seed.is_multiple_of(2) { "-1" } else { "1" };
        let clock = CLOCK.replace("HOURS", hours);
        let mut scripts = self.outbox.scripts();
        match (self.trial, self.outbox) {
            (Trial::ClockOff, _) => scripts.push(clock),
            (Trial::ServiceWorker, _) => scripts.push(REGISTER.to_owned()),
            (Trial::BrowserKilled, Outbox::Works) => scripts.push(KEPT.to_owned()),
            _ => {}
        }
        for source in scripts {
            browser.before_each_page(&source).await;
        }
    }

    /// Plans the proxy's faults for this customer only.
    fn store_up(&self, name: &str, random: &mut Random) {
        let (trial, name, off) = (self.trial, name.to_owned(), self.outbox == Outbox::Off);
        let most = match trial {
            Trial::Fault(Fault::Refused) => 0,
            _ if self.outbox.spares_the_network(trial) => 0,
            _ if off => usize::MAX,
            Trial::Fault(_) => usize::try_from(1 + random.below(3)).unwrap_or(1),
            // The others are worst if the collector is also unreachable: seven times in ten.
            _ if random.percent(70) => usize::try_from(1 + random.below(4)).unwrap_or(1),
            _ => 0,
        };
        let faults: Vec<Fault> = (0..8).map(|_| random.pick(&Fault::ALL)).collect();
        let delay = if off { 20_000 } else { 100 + random.below(900) };
        let retry_after = random.percent(25).then_some(1);
        self.proxy.set_plan(Box::new(move |customer, tries| {
            let fault = match trial {
                Trial::Fault(fault) => fault,
                _ => faults[tries % faults.len()],
            };
            let blow = Blow { fault, delay: Duration::from_millis(delay), retry_after };
            (customer.trim_end_matches(SECOND) == name && tries < most).then_some(blow)
        }));
    }

    fn kept(&self) -> Vec<Kept> {
        ledger::kept(&self.collector)
    }

    /// Waits until all choices of earlier visits are stored, within a time limit.
    async fn replayed(&mut self) {
        let patience = match self.outbox {
            // The browser may have been killed too soon; then there is nothing to wait for.
            Outbox::Works if self.kills.last().is_some_and(|kill| kill.may_have_been_too_soon()) => SHORT,
            Outbox::Works => REPLAYED_WITHIN,
            Outbox::HandsOver => SHORT,
            // Anything that arrives arrives with the page.
            _ => SHORT / 4,
        };
        // It doubles an answer only when the returned page is left, so this waits for that, too.
        let again = self.outbox == Outbox::HandsOver && self.trial == Trial::BackForward;
        self.arrived(1 + usize::from(again), patience).await;
        self.settled = self.chosen.len();
    }

    /// Waits until all choices since the last visit are stored this many times, within a time limit.
    async fn arrived(&self, times: usize, patience: Duration) {
        let pending = &self.chosen[self.settled..];
        let most = self.settled + times * pending.len();
        let started = Instant::now();
        while started.elapsed() < patience {
            // Read again each time, because it is underway.
            let kept = self.kept();
            if kept.len() >= most && pending.iter().all(|answer| answer.is_among(&kept)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Compares the choices with the stored answers.
    fn finish(mut self) -> Outcome {
        self.proxy.settle();
        for answer in &mut self.chosen {
            answer.receipt = self.proxy.met(&answer.customer).receipts > 0;
        }
        let kept = self.kept();
        self.leave_out_what_was_killed_too_soon(&kept);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let results = runtime.expect("a runtime").block_on(self.collector.results());
        let met = |name: &str| self.met(name);
        let mut outcome = ledger::settle(self.trial.name(), &kept, &results, &self.chosen, met);
        outcome.wrong.append(&mut self.wrong);
        if self.trial == Trial::ClockOff {
            outcome.wrong.extend(wrong_times(&kept));
        }
        outcome.notes = self.notes();
        outcome
    }

    fn met(&self, name: &str) -> String {
        let faults = self.proxy.met(name).faults;
        let names = faults.iter().map(|fault| fault.name()).filter(|name| *name != self.trial.name());
        std::iter::once(self.trial.name()).chain(names).collect::<Vec<_>>().join(", ")
    }

    /// Until an answer is on the device, nothing is promised, so it counts as not chosen. This applies only
    /// if the kill came soon, no receipt was read, and the browser had not reported the commit.
    fn leave_out_what_was_killed_too_soon(&mut self, kept: &[Kept]) {
        for kill in self.kills.iter().filter(|kill| kill.may_have_been_too_soon()) {
            let Some(at) = self.chosen.iter().position(|answer| answer.customer == kill.customer) else {
                continue;
            };
            let answer = &mut self.chosen[at];
            if answer.is_among(kept) {
                continue;
            }
            let without = Chosen { comment: None, ..answer.clone() };
            if kill.comment_kept == Some(false) && without.is_among(kept) {
                *answer = without;
                self.too_soon += 1;
            } else if !kill.score_kept && !answer.receipt {
                self.chosen.remove(at);
                self.too_soon += 1;
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        if self.trial == Trial::BackForward {
            let (hits, all) = (self.from_cache, self.chosen.len());
            return vec![format!("{hits} of {all} pages came back out of the back/forward cache")];
        }
        let mut after: Vec<u128> = self.kills.iter().map(|kill| kill.after.as_millis()).collect();
        after.sort_unstable();
        let (Some(least), Some(most)) = (after.first(), after.last()) else { return vec![] };
        let all = after.len();
        let within = |millis| after.iter().filter(|after| **after <= millis).count();
        let early = self.kills.iter().filter(|kill| !kill.score_kept).count();
        vec![
            format!(
                "{all} browsers were killed {least} to {most} ms after the last click had returned: {} \
                 within 5 ms, {} within 50 ms, {} within 1 s",
                within(5),
                within(50),
                within(1_000)
            ),
            format!(
                "{early} of them before the browser had said that the score was on the device; {} of \
                 these kills took a choice with them, which is left out",
                self.too_soon
            ),
        ]
    }
}

/// An answer is dated by the collector's clock, whatever the device's clock says.
fn wrong_times(kept: &[Kept]) -> Vec<String> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
    // A trial takes minutes at most, and the clock is wrong by an hour.
    let wrong = kept.iter().filter(|row| (now - row.answered_at).abs() > 20 * 60_000);
    wrong.map(|row| format!("{} was answered at {}, now is {now}", row.customer, row.answered_at)).collect()
}
