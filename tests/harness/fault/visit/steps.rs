//! One visit, step by step.

use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::json;

use crate::survey::Survey;
use crate::wait::until;

use super::{
    Browser, Chosen, Fault, Kill, Lane, ON_DEVICE_WITHIN, Outbox, Processes, REPLAYED_WITHIN, Random, SECOND,
    SHORT, Trial,
};

/// How long the mouse button stays down, in milliseconds. A person's click takes 70 to 150.
const PRESSES: [u64; 3] = [60, 90, 120];

/// A customer's plan.
struct Intent {
    name: String,
    score: u8,
    comment: Option<String>,
    random: Random,
}

impl Lane {
    /// A visit: the page opens and sends what the previous visit left; the customer chooses a score; then the
    /// fault occurs.
    pub(super) async fn visit(&mut self, browser: &Browser) {
        let mut intent = self.intent("");
        self.store_up(&intent.name, &mut intent.random);
        match self.trial {
            Trial::TabClosed => self.in_a_tab(browser, &mut intent).await,
            Trial::TwoTabs => self.in_two_tabs(browser, &mut intent).await,
            _ => {
                self.open(browser, &intent).await;
                self.before(browser).await;
                self.choose(browser, &mut intent).await;
                self.after(browser, &mut intent).await;
            }
        }
    }

    fn intent(&self, more: &str) -> Intent {
        let name = format!("visit-{}{more}", self.chosen.len());
        let mut random = Random::of(self.seed, &format!("{} {name}", self.trial.name()));
        let score = u8::try_from(random.below(11)).unwrap_or(0);
        let alone = self.trial == Trial::LeftAtOnce || self.outbox.sends_scores_alone();
        let share = if alone { 0 } else { 40 };
        let comment = random.percent(share).then(|| format!("words of {name}"));
        Intent { name, score, comment, random }
    }

    async fn open(&mut self, browser: &Browser, intent: &Intent) {
        browser.goto(&format!("{}/visit/{}", self.proxy.url(), intent.name)).await;
        browser.survey().find("[part~=cell]").await;
        self.replayed().await;
    }

    /// The faults before the choice.
    async fn before(&mut self, browser: &Browser) {
        match self.trial {
            Trial::Fault(Fault::Refused) => self.proxy.set_open(false),
            Trial::CollectorKilled if self.outbox == Outbox::Off || self.chosen.len().is_multiple_of(2) => {
                self.collector.kill();
            }
            Trial::ServiceWorker => {
                browser.wait("!!navigator.serviceWorker.controller").await;
                self.collector.kill();
            }
            Trial::Offline => browser.set_offline(true).await,
            Trial::LeftAtOnce if self.chosen.len().is_multiple_of(2) => {
                let leave = "document.addEventListener('aanrader-score', () => location.href = '/elsewhere')";
                browser.execute(leave, vec![]).await;
            }
            _ => {}
        }
    }

    /// Chooses a score, and perhaps types a comment. The expected answer follows the clicks.
    async fn choose(&mut self, browser: &Browser, intent: &mut Intent) {
        let processes = (self.trial == Trial::BrowserKilled).then(|| Processes::of(self.profile.path()));
        let survey = browser.survey();
        let hold = Duration::from_millis(intent.random.pick(&PRESSES));
        press(browser, &survey, intent.score, hold).await;
        let mut clicked = Instant::now();
        let mut answer = Chosen {
            customer: intent.name.clone(),
            score: intent.score,
            comment: None,
            receipt: false,
            at_once: false,
            why: String::new(),
        };
        if let Some(comment) = &intent.comment {
            survey.type_into("textarea", comment).await;
            survey.send().await;
            clicked = Instant::now();
            answer.comment = Some(comment.clone());
        }
        if self.outbox == Outbox::HandsOver {
            browser.wait(&gathered(&answer)).await;
        }
        if let Some(processes) = processes {
            // Without an outbox, an answer is never kept.
            let least = if self.outbox != Outbox::Works { ON_DEVICE_WITHIN } else { Duration::ZERO };
            self.kill(&processes, &answer, clicked, least + delay(&mut intent.random));
        }
        self.chosen.push(answer);
    }

    fn kill(&mut self, processes: &Processes, answer: &Chosen, clicked: Instant, delay: Duration) {
        // This thread must do nothing else meanwhile.
        std::thread::sleep(delay.saturating_sub(clicked.elapsed()));
        let after = clicked.elapsed();
        processes.kill();
        let customer = answer.customer.clone();
        let kept = |what: &str| self.proxy.was_kept(&format!("{customer}/{what}"));
        let comment_kept = answer.comment.is_some().then(|| kept("comment"));
        let score_kept = kept("score") || comment_kept == Some(true);
        self.kills.push(Kill { customer, after, score_kept, comment_kept });
    }

    /// The faults after the choice, and the ends of those that end.
    async fn after(&mut self, browser: &Browser, intent: &mut Intent) {
        match self.trial {
            Trial::Fault(Fault::Refused) => {
                self.dwell(intent).await;
                self.mark();
                if self.outbox != Outbox::Off {
                    self.proxy.set_open(true);
                }
            }
            Trial::CollectorKilled => {
                self.collector.kill();
                self.dwell(intent).await;
                if self.outbox != Outbox::Off {
                    self.collector.restart();
                }
            }
            Trial::ServiceWorker => {
                self.tried(&intent.name).await;
                self.dwell(intent).await;
                self.collector.restart();
            }
            Trial::Offline if self.outbox != Outbox::Off => {
                browser.set_offline(false).await;
                self.dwell(intent).await;
            }
            Trial::LeftAtOnce => browser.goto(&format!("{}/elsewhere", self.proxy.url())).await,
            Trial::BackForward => self.back_and_forward(browser).await,
            Trial::Nothing if self.outbox != Outbox::HandsOver => self.arrived(1, REPLAYED_WITHIN).await,
            Trial::Fault(_) if self.outbox.has_no_lasting_ids() => {
                // The copy must come after the answer has been stored for the first time.
                self.arrived(1, REPLAYED_WITHIN).await;
                self.dwell(intent).await;
            }
            Trial::Fault(_) | Trial::ClockOff => self.dwell(intent).await,
            _ => {}
        }
        self.mark();
    }

    /// Stays on the page, usually briefly.
    async fn dwell(&self, intent: &mut Intent) {
        let most = self.outbox.stays().unwrap_or_else(|| intent.random.pick(&[1, 60, 1_500]));
        tokio::time::sleep(Duration::from_millis(intent.random.below(most))).await;
    }

    /// Waits for the first attempt to send this customer's answer, whatever its outcome.
    async fn tried(&self, name: &str) {
        until("a try to send", async || if self.proxy.met(name).tries > 0 { Ok(()) } else { Err("none") })
            .await;
    }

    /// Notes which answers have arrived without a next visit.
    fn mark(&mut self) {
        let kept = self.kept();
        for answer in &mut self.chosen[self.settled..] {
            let met = self.proxy.met(&answer.customer);
            answer.at_once = met.tries > 0 && met.tries == met.receipts && answer.is_among(&kept);
        }
    }

    async fn back_and_forward(&mut self, browser: &Browser) {
        let witness = "window.addEventListener('pageshow', (event) => window.came = event.persisted)";
        browser.execute(witness, vec![]).await;
        browser.goto(&format!("{}/elsewhere", self.proxy.url())).await;
        if self.outbox == Outbox::HandsOver {
            // This page sends the answer, and leaving the page would prevent that.
            self.arrived(1, SHORT).await;
        }
        browser.client().back().await.expect("there is a page before");
        browser.survey().find("[part~=cell], [part~=title], textarea").await;
        let came = browser.execute("return window.came === true", vec![]).await;
        self.from_cache += usize::from(came == true);
    }

    async fn in_a_tab(&mut self, browser: &Browser, intent: &mut Intent) {
        let client = browser.client();
        let first = client.window().await.expect("a window");
        let tab = client.new_window(true).await.expect("a tab");
        client.switch_to_window(tab.handle).await.expect("the tab is there");
        self.prepare(browser).await;
        self.open(browser, intent).await;
        self.choose(browser, intent).await;
        client.close_window().await.expect("the tab closes");
        client.switch_to_window(first).await.expect("the first window is there");
        self.mark();
    }

    async fn in_two_tabs(&mut self, browser: &Browser, intent: &mut Intent) {
        let client = browser.client();
        let first = client.window().await.expect("a window");
        self.open(browser, intent).await;
        let tab = client.new_window(true).await.expect("a tab").handle;
        client.switch_to_window(tab).await.expect("the tab is there");
        self.prepare(browser).await;
        let mut second = self.intent(SECOND);
        self.open(browser, &second).await;
        self.choose(browser, &mut second).await;
        client.switch_to_window(first.clone()).await.expect("the first window is there");
        self.choose(browser, intent).await;
        self.mark();
        // Both tabs read the stored answers, one after the other.
        browser.goto(&format!("{}/visit/between", self.proxy.url())).await;
        let tabs = client.windows().await.expect("windows");
        for other in tabs.into_iter().filter(|tab| *tab != first) {
            client.switch_to_window(other).await.expect("the second tab is there");
            browser.goto(&format!("{}/visit/between", self.proxy.url())).await;
            client.close_window().await.expect("the second tab closes");
        }
        client.switch_to_window(first).await.expect("the first window is there");
    }
}

/// Whether a page that hands over its answers has this one with all its words. One that it hadn't yet would stay on
/// the device, which is not what this outbox is broken for.
fn gathered(answer: &Chosen) -> String {
    let wanted = json!([answer.score, answer.comment]).to_string();
    format!(
        "[...gathered.values()].some((answer) => JSON.stringify([answer.score, answer.comment ?? null]) === {})",
        json!(wanted)
    )
}

/// Presses and releases the mouse on a score's cell like a person: the button stays down for a while.
async fn press(browser: &Browser, survey: &Survey<'_>, score: u8, hold: Duration) {
    let cell = survey.find(&format!("[part~=cell]:has(input[name=score][value='{score}'])")).await;
    let there = PointerAction::MoveToElement { element: cell, duration: None, x: 0.0, y: 0.0 };
    let press = MouseActions::new("mouse".into())
        .then(there)
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Pause { duration: hold })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    browser.client().perform_actions(press).await.expect("the mouse works");
}

/// The time from the click's return to the kill: none, short or long.
fn delay(random: &mut Random) -> Duration {
    let most = random.pick(&[0, 20, 300, 2_500]);
    if most == 0 { Duration::ZERO } else { Duration::from_millis(random.below(most)) }
}
