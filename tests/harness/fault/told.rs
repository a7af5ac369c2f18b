//! Answers that others are told of, while collectors and their receiver are killed.
//!
//! Every answer and every case is told at least once, each event with one id, and every message is signed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use uuid::Uuid;

use super::cases;
use super::ledger::{self, Kept, Outcome};
use super::load::Engine;
use super::random::Random;
use crate::collector::{Collector, Options, run_tool};
use crate::postgres;
use crate::receiver::{Message, Reaction, Receiver};

/// How many customers answer at the same time.
const AT_ONCE: usize = 48;

/// How long a customer tries.
const GIVES_UP: Duration = Duration::from_secs(120);

/// The size of a trial.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The number of answers while collectors and the receiver are killed.
    pub answers: usize,
    /// How often a collector is killed.
    pub kills: usize,
    /// The percentage of answers that nobody completes, which wait for a minute.
    pub left_open: usize,
    /// The number of answers afterwards, whose way to the receiver is timed.
    pub timed: usize,
    /// The longest p99 of that time; `None` if others keep the machine busy.
    pub within: Option<Duration>,
    /// How long the last message may take: a message that failed twice waits five minutes.
    pub patience: Duration,
}

/// An answer with its receipt.
struct Posted {
    id: String,
    at: Instant,
}

/// Runs the trial on an engine.
///
/// # Panics
/// When a collector, the receiver or the database's server can't be run.
pub fn run(engine: Engine, size: Size, seed: u64) -> Outcome {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let is_down = Arc::new(AtomicBool::new(false));
    let receiver = failing_receiver(seed, Arc::clone(&is_down));
    let collectors = collectors(engine);
    let location = held(&collectors[0]).location();
    let urls: Vec<_> = collectors.iter().map(|collector| held(collector).url().to_owned()).collect();
    let secret = add_notice(&location, &receiver);
    // A collector reads the notices when it starts.
    collectors.iter().for_each(|collector| held(collector).restart());
    let (posted, over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
    let disturber = {
        let (collectors, posted, over) = (collectors.clone(), Arc::clone(&posted), Arc::clone(&over));
        std::thread::spawn(move || disturb(size, seed, &collectors, &is_down, (&posted, &over)))
    };
    let chosen = runtime.block_on(answers(size, seed, &urls, &posted));
    over.store(true, Ordering::SeqCst);
    disturber.join().expect("the disturber ends");
    let mut wrong = Vec::new();
    let rows = runtime.block_on(drained(&location, size.patience, &mut wrong));
    let messages = receiver.messages();
    let times = runtime.block_on(timed(&receiver, size.timed, &urls));
    let first = held(&collectors[0]);
    let kept = ledger::kept(&first);
    wrong.extend(judge(&rows, &messages, &chosen, &secret));
    wrong.extend(runtime.block_on(cases::settle(&first, &kept)));
    let told = format!("{} events came in {} messages", rows.len(), messages.len());
    outcome(size, &chosen, &kept, &times, (wrong, vec![told]))
}

fn outcome(
    size: Size,
    chosen: &[String],
    kept: &[Kept],
    times: &[Duration],
    (mut wrong, mut notes): (Vec<String>, Vec<String>),
) -> Outcome {
    let [p50, p99, longest] = [50, 99, 100].map(|percent| at(times, percent));
    let count = times.len();
    if count < size.timed || size.within.is_some_and(|within| p99 > within) {
        wrong.push(format!("{count} of {} timed messages came; p99 {p99:?}", size.timed));
    }
    notes.push(format!(
        "{count} timed: from commit to delivery p50 {p50:?}, p99 {p99:?}, longest {longest:?}"
    ));
    let stored: BTreeSet<_> = kept.iter().map(|kept| kept.id.as_str()).collect();
    let lost = chosen.iter().filter(|id| !stored.contains(id.as_str())).count();
    Outcome {
        trial: "others are told".into(),
        answers: size.answers,
        later: chosen.len() - lost,
        lost: lost + size.answers - chosen.len(),
        wrong,
        notes,
        ..Outcome::default()
    }
}

/// Adds the notice; returns its secret.
fn add_notice(location: &str, receiver: &Receiver) -> String {
    let (hook, events) = (receiver.url("/hook"), "answer.created,answer.updated,case.opened,case.changed");
    let said = run_tool(location, &["notify", "add", "crm", "--webhook", &hook, "--on", events]);
    said.lines().last().unwrap_or_default().to_owned()
}

fn held(collector: &Arc<Mutex<Collector>>) -> std::sync::MutexGuard<'_, Collector> {
    collector.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One collector on a file, two on a server.
fn collectors(engine: Engine) -> Vec<Arc<Mutex<Collector>>> {
    let arguments = vec!["--private-targets".to_owned()];
    let options = Options { arguments, rate: Some((0, 0)), ..Options::default() };
    let start = |database| Arc::new(Mutex::new(Collector::start(Options { database, ..options.clone() })));
    match engine {
        Engine::File => vec![start(None)],
        Engine::Postgres => {
            let database = postgres::shared().database();
            vec![start(Some(database.clone())), start(Some(database))]
        }
    }
}

/// A receiver that dies in the middle of some messages, and replies 503 to others; while it is down, it dies
/// in all. Each message fails once, because the second pause is five minutes.
fn failing_receiver(seed: u64, is_down: Arc<AtomicBool>) -> Receiver {
    let mut seen = BTreeSet::new();
    Receiver::reacting(move |message| {
        let is_first = seen.insert(message.id().to_owned());
        match Random::of(seed, message.id()).below(100) {
            _ if is_first && is_down.load(Ordering::SeqCst) => Reaction::Dies,
            0..=4 if is_first => Reaction::Dies,
            5..=9 if is_first => Reaction::Reply(503, String::new()),
            _ => Reaction::Reply(204, String::new()),
        }
    })
}

fn answer(id: &str, rev: u32, complete: bool, score: u8) -> Value {
    json!({
        "id": id, "rev": rev, "complete": complete, "survey": "fault", "touchpoint": "told", "score": score,
    })
}

/// Posts until there is a receipt; returns when it was read.
async fn post(http: &reqwest::Client, url: &str, answer: &Value) -> Option<Instant> {
    let begun = Instant::now();
    while begun.elapsed() < GIVES_UP {
        let request =
            http.post(format!("{url}/v1/answers")).header("content-type", "text/plain;charset=UTF-8");
        let sent = request.body(answer.to_string()).timeout(Duration::from_secs(10)).send().await;
        if let Ok(reply) = sent {
            let status = reply.status();
            if status.is_success() {
                return Some(Instant::now());
            }
            assert!(status != reqwest::StatusCode::UNPROCESSABLE_ENTITY, "{answer} was refused");
        }
        sleep(Duration::from_millis(50)).await;
    }
    None
}

/// Lets all customers answer; returns the ids of the answers with a receipt.
async fn answers(size: Size, seed: u64, urls: &[String], posted: &Arc<AtomicUsize>) -> Vec<String> {
    let http = reqwest::Client::new();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut customers = tokio::task::JoinSet::new();
    for number in 0..size.answers {
        let mut random = Random::of(seed, &format!("told {number}"));
        let (http, permits, posted) = (http.clone(), Arc::clone(&permits), Arc::clone(posted));
        let url = urls[number % urls.len()].clone();
        customers.spawn(async move {
            let _permit = permits.acquire().await;
            let bytes = (u128::from(random.word()) << 64) | u128::from(random.word());
            let id = uuid::Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid();
            let (id, mut score) = (id.to_string(), || u8::try_from(random.below(11)).unwrap_or(0));
            let (first, last) = (score(), score());
            let open = random.percent(size.left_open as u64);
            let mut receipt = post(&http, &url, &answer(&id, 1, false, first)).await;
            if !open {
                receipt = post(&http, &url, &answer(&id, 2, true, last)).await;
            }
            posted.fetch_add(1, Ordering::SeqCst);
            receipt.map(|_| id)
        });
    }
    customers.join_all().await.into_iter().flatten().collect()
}

/// Kills collectors and the receiver one after the other, each in the middle of the work.
fn disturb(
    size: Size,
    seed: u64,
    collectors: &[Arc<Mutex<Collector>>],
    is_down: &AtomicBool,
    (posted, over): (&AtomicUsize, &AtomicBool),
) {
    let mut random = Random::of(seed, "disturb");
    let mut await_answers = |share: usize| {
        let enough = size.answers * share / (size.kills + 1);
        while posted.load(Ordering::SeqCst) < enough && !over.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(2));
        }
        random.below(120)
    };
    for kill in 0..size.kills {
        let away = await_answers(kill + 1);
        let mut collector = held(&collectors[kill % collectors.len()]);
        collector.kill();
        std::thread::sleep(Duration::from_millis(away));
        collector.restart();
        drop(collector);
        is_down.store(true, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(away));
        is_down.store(false, Ordering::SeqCst);
    }
}

/// A row of the log: event id, event, key of the answer, whether it was delivered.
type Row = (String, String, String, bool);

/// The log, once nothing waits any more.
async fn drained(location: &str, patience: Duration, wrong: &mut Vec<String>) -> Vec<Row> {
    let deadline = Instant::now() + patience;
    loop {
        let log = run_tool(location, &["notify", "log", "--limit", "10000000"]);
        let rows: Vec<Row> = log.lines().filter_map(row).collect();
        let waiting = log.lines().filter(|line| line.contains(" due ")).count();
        if waiting == 0 {
            return rows;
        }
        if Instant::now() > deadline {
            wrong.push(format!(
                "{waiting} messages still wait, such as {:?}",
                log.lines().find(|line| line.contains(" due "))
            ));
            return rows;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

fn row(line: &str) -> Option<Row> {
    let parts: Vec<_> = line.split(' ').collect();
    let [_, _, id, event, key, state, ..] = parts[..] else { return None };
    Some((id.to_owned(), event.to_owned(), key.to_owned(), state == "delivered"))
}

/// What is wrong with the messages.
fn judge(rows: &[Row], messages: &[Message], chosen: &[String], secret: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let webhook = standardwebhooks::Webhook::new(secret).expect("a secret");
    let unsigned =
        messages.iter().filter(|message| webhook.verify(&message.body, &message.headers).is_err()).count();
    if unsigned > 0 {
        wrong.push(format!("{unsigned} messages have a wrong signature"));
    }
    let failed = rows.iter().filter(|(.., delivered)| !delivered).count();
    if failed > 0 {
        wrong.push(format!("{failed} events were not delivered"));
    }
    // Each event has one id, and each id is of one event.
    let mut ids: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut came: BTreeSet<&str> = BTreeSet::new();
    for message in messages {
        let body = message.json();
        let data = &body["data"];
        let number = if data["rev"].is_null() { &data["version"] } else { &data["rev"] };
        ids.entry(format!("{} {} {number}", body["type"], data["answer"])).or_default().insert(message.id());
        came.insert(message.id());
    }
    let several = ids.values().filter(|ids| ids.len() > 1).count();
    if several > 0 || ids.len() != came.len() {
        wrong.push(format!(
            "{several} events came with several ids; {} events, {} ids",
            ids.len(),
            came.len()
        ));
    }
    let lost: Vec<_> = rows.iter().filter(|(id, ..)| !came.contains(id.as_str())).collect();
    if let Some(first) = lost.first() {
        wrong.push(format!("{} events never came, such as {first:?}", lost.len()));
    }
    wrong.extend(untold(rows, chosen));
    wrong
}

/// The answers of which nobody was told.
fn untold(rows: &[Row], chosen: &[String]) -> Option<String> {
    let created = rows.iter().filter(|row| row.1 == "answer.created");
    let told: BTreeSet<_> = created.filter_map(|row| row.2.split('/').nth(1)).collect();
    let untold: Vec<_> = chosen.iter().filter(|id| !told.contains(id.as_str())).collect();
    untold.first().map(|first| format!("{} answers were never told, such as {first}", untold.len()))
}

/// The times from the receipt of a complete answer to the arrival of its message, while nothing else happens.
async fn timed(receiver: &Receiver, count: usize, urls: &[String]) -> Vec<Duration> {
    receiver.react(|_| Reaction::Reply(204, String::new()));
    let http = reqwest::Client::new();
    let mut posts = tokio::task::JoinSet::new();
    for number in 0..count {
        let (http, url) = (http.clone(), urls[number % urls.len()].clone());
        posts.spawn(async move {
            let id = Uuid::new_v4().to_string();
            let at = post(&http, &url, &answer(&id, 1, true, 9)).await?;
            Some(Posted { id, at })
        });
        sleep(Duration::from_millis(5)).await;
    }
    let posted: Vec<_> = posts.join_all().await.into_iter().flatten().collect();
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut times = Vec::new();
    while times.len() < posted.len() && Instant::now() < deadline {
        sleep(Duration::from_millis(100)).await;
        let arrived: HashMap<String, Instant> = receiver
            .messages()
            .iter()
            .map(|message| {
                (message.json()["data"]["answer"].as_str().unwrap_or_default().to_owned(), message.at)
            })
            .collect();
        let time = |post: &Posted| arrived.get(&post.id).map(|at| at.saturating_duration_since(post.at));
        times = posted.iter().filter_map(time).collect();
    }
    times.sort_unstable();
    times
}

/// The time that this share of the sorted times doesn't exceed, in full milliseconds.
fn at(times: &[Duration], percent: usize) -> Duration {
    let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(index).map_or(Duration::ZERO, |time| Duration::from_millis(time.as_millis() as u64))
}
