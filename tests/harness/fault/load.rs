//! Many customers without a browser, under a fault.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::client::{Client, Customer};
use super::ledger::{self, Chosen, Outcome};
use super::proxy::{Blow, Plan, Proxy};
use super::random::Random;
use super::{Fault, cases};
use crate::collector::{Collector, Options};
use crate::postgres;

/// How many customers answer at the same time.
const AT_ONCE: usize = 96;

/// The longest wait for further tries of customers.
const LULL: Duration = Duration::from_millis(300);

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// One fault of the network: for three customers in four, up to three times in a row.
    Fault(Fault),
    /// The collector is killed (SIGKILL) and started again on the same database, again and again.
    CollectorKilled,
    /// The customer's client is killed within 12 ms of a try; the next visit has what it had kept.
    ClientKilled,
    /// All of these at once.
    Everything,
}

impl Trial {
    /// Every trial.
    pub fn all() -> Vec<Self> {
        let faults = Fault::ALL.map(Self::Fault);
        faults.into_iter().chain([Self::CollectorKilled, Self::ClientKilled, Self::Everything]).collect()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.name(),
            Self::CollectorKilled => "collector killed",
            Self::ClientKilled => "client killed",
            Self::Everything => "everything at once",
        }
    }

    fn kills_collector(self) -> bool {
        matches!(self, Self::CollectorKilled | Self::Everything)
    }

    fn refuses(self) -> bool {
        matches!(self, Self::Fault(Fault::Refused) | Self::Everything)
    }

    /// The proxy's plan. It depends on the customer's name, so the order of arrival doesn't matter.
    pub(super) fn plan(self, seed: u64) -> Plan {
        Box::new(move |customer, tries| {
            let mut random = Random::of(seed, &format!("{} {customer}", self.name()));
            let most = match self {
                Self::Fault(Fault::Refused) | Self::CollectorKilled | Self::ClientKilled => 0,
                Self::Fault(_) => random.below(4),
                Self::Everything => random.below(6),
            };
            // Each try has its own random numbers, independent of earlier tries.
            let mut random = Random::of(random.word(), &tries.to_string());
            let fault = match self {
                Self::Fault(fault) => fault,
                _ => random.pick(&Fault::ALL),
            };
            let delay = Duration::from_millis(50 + random.below(350));
            let retry_after = random.percent(30).then_some(1);
            ((tries as u64) < most).then_some(Blow { fault, delay, retry_after })
        })
    }

    fn customer(self, seed: u64, name: String, client: Client) -> Customer {
        let customer = Customer::new(seed, name, client);
        match self {
            Self::Fault(Fault::Delayed) => customer.waiting(Duration::from_millis(150)),
            Self::ClientKilled | Self::Everything => customer.killed(),
            _ => customer,
        }
    }
}

/// The collector's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One SQLite file.
    File,
    /// A PostgreSQL server.
    Postgres,
}

/// Lets this many customers answer under a trial, and compares the result.
///
/// # Panics
/// When the collector or the proxy can't be run.
pub fn run(trial: Trial, answers: usize, seed: u64, client: Client) -> Outcome {
    run_on(Engine::File, trial, answers, seed, client)
}

/// The same, on either engine.
///
/// # Panics
/// When the collector, the proxy or the database's server can't be run.
pub fn run_on(engine: Engine, trial: Trial, answers: usize, seed: u64, client: Client) -> Outcome {
    let database = (engine == Engine::Postgres).then(|| postgres::shared().database());
    let options = Options { database, ..Options::default() };
    let collector = Arc::new(Mutex::new(Collector::start(options)));
    let url = held(&collector).url().to_owned();
    let proxy = Arc::new(Proxy::start(&url, trial.plan(seed)));
    let chosen = Arc::new(AtomicBool::new(false));
    let killer = {
        let (collector, proxy, over) = (Arc::clone(&collector), Arc::clone(&proxy), Arc::clone(&chosen));
        thread::spawn(move || disturb(trial, seed, &collector, &proxy, &over))
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let answered = runtime.block_on(visits(trial, answers, seed, client, &proxy.url()));
    chosen.store(true, Ordering::SeqCst);
    killer.join().expect("the disturber ends");
    proxy.settle();
    let collector = held(&collector);
    let results = runtime.block_on(collector.results());
    let met = |name: &str| {
        let names: Vec<_> = proxy.met(name).faults.iter().map(|fault| fault.name()).collect();
        if names.is_empty() { trial.name().to_owned() } else { names.join(", ") }
    };
    let kept = ledger::kept(&collector);
    let mut outcome = ledger::settle(trial.name(), &kept, &results, &answered, met);
    outcome.wrong.extend(runtime.block_on(cases::settle(&collector, &kept)));
    outcome
}

fn held(collector: &Mutex<Collector>) -> std::sync::MutexGuard<'_, Collector> {
    collector.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn visits(trial: Trial, answers: usize, seed: u64, client: Client, url: &str) -> Vec<Chosen> {
    let http = reqwest::Client::new();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut visits = tokio::task::JoinSet::new();
    for number in 0..answers {
        let customer = trial.customer(seed, format!("customer-{number}"), client);
        let (http, permits, url) = (http.clone(), Arc::clone(&permits), url.to_owned());
        visits.spawn(async move {
            let _permit = permits.acquire().await;
            customer.answer(&http, &url).await
        });
    }
    visits.join_all().await
}

/// Kills the collector and closes the proxy's port repeatedly, until all visits are over; in the end both are
/// back.
fn disturb(trial: Trial, seed: u64, collector: &Mutex<Collector>, proxy: &Proxy, over: &AtomicBool) {
    let mut random = Random::of(seed, "disturb");
    let mut between = |least, more| least + random.below(more);
    while !over.load(Ordering::SeqCst) {
        if trial.refuses() {
            proxy.set_open(false);
            thread::sleep(Duration::from_millis(between(20, 150)));
            proxy.set_open(true);
            thread::sleep(Duration::from_millis(between(20, 150)));
        }
        if trial.kills_collector() {
            // Strikes in the middle of the tries, and stays away until some customers have noticed.
            await_tries(proxy, between(5, 30), over);
            let mut collector = held(collector);
            collector.kill();
            await_tries(proxy, between(3, 10), over);
            collector.restart();
        }
        if !trial.refuses() && !trial.kills_collector() {
            return;
        }
    }
}

/// Waits until customers have made this many more tries, or the visits are over, or briefly: all customers may
/// be waiting for their next try.
fn await_tries(proxy: &Proxy, more: u64, over: &AtomicBool) {
    let (started, enough) = (Instant::now(), proxy.tries() + more);
    while proxy.tries() < enough && started.elapsed() < LULL && !over.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(1));
    }
}
