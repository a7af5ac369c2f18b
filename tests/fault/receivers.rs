//! The receivers of the recipes, unchanged: they accept answers by the same wire and keep the same promise,
//! behind the faulty proxy and across a kill.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aanrader_survey::Tally;
use aanrader_tests::fault::client::{Client, Customer};
use aanrader_tests::fault::ledger::{self, Chosen, Kept};
use aanrader_tests::fault::proxy::{Blow, Proxy};
use aanrader_tests::fault::random::Random;
use aanrader_tests::fault::{Fault, seed};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::Semaphore;

/// The number of answers for each. The receivers handle one request after the other.
const ANSWERS: usize = 150;
const AT_ONCE: usize = 12;

/// The longest wait.
const LIMIT: Duration = Duration::from_secs(60);

/// A running receiver, in a folder of its own.
struct Receiver {
    language: Language,
    folder: TempDir,
    port: u16,
    process: Child,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Node,
    Php,
    Python,
}

impl Language {
    /// The recipe's file in `www/receivers`, which the page shows.
    fn file(self) -> &'static str {
        match self {
            Self::Node => "nps.mjs",
            Self::Php => "nps.php",
            Self::Python => "nps.py",
        }
    }

    fn command(self, file: &Path, port: u16) -> Command {
        let mut command = Command::new(match self {
            Self::Node => "node",
            Self::Php => "php",
            Self::Python => "python3",
        });
        if self == Self::Php {
            command.args(["-S", &format!("127.0.0.1:{port}")]);
        }
        command.arg(file).env("PORT", port.to_string());
        command
    }
}

impl Receiver {
    fn start(language: Language) -> Self {
        let folder = TempDir::new().expect("a folder");
        let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/receivers").join(language.file());
        std::fs::copy(&recipe, folder.path().join(language.file())).expect("the recipe");
        // No other program gets this port while it is briefly free, because the system moves on to others.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
        let process = spawn(language, folder.path(), port);
        Self { language, folder, port, process }
    }

    fn restart(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).expect("a process that was running");
        self.process = spawn(self.language, self.folder.path(), self.port);
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The stored messages, each as its own JSON.
    fn bodies(&self) -> Vec<Value> {
        if self.language != Language::Node {
            let database = Connection::open(self.folder.path().join("answers.sqlite")).expect("its database");
            let mut query = database.prepare("SELECT body FROM answers").expect("its table");
            let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("its rows");
            return rows.map(|body| json_of(&body.expect("a body"))).collect();
        }
        let text = std::fs::read_to_string(self.folder.path().join("answers.jsonl")).expect("its file");
        let mut kept: Vec<Value> = Vec::new();
        for answer in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            match kept.iter_mut().find(|it| it["id"] == answer["id"]) {
                Some(older) if older["rev"].as_u64() < answer["rev"].as_u64() => *older = answer,
                Some(_) => {}
                None => kept.push(answer),
            }
        }
        kept
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It may have ended by itself; then the test has already failed.
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// Starts it and waits until it accepts connections.
fn spawn(language: Language, folder: &Path, port: u16) -> Child {
    let mut command = language.command(&folder.join(language.file()), port);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = command.spawn().unwrap_or_else(|error| panic!("{language:?} can't be run: {error}"));
    let up = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    wait_for("the receiver takes connections", up);
    process
}

/// Asks repeatedly until the condition holds, within a time limit.
fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < LIMIT, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The proxy's faults: up to three of any kind for three customers in four.
fn blow(seed: u64, customer: &str, tries: usize) -> Option<Blow> {
    let most = Random::of(seed, customer).below(4);
    let mut random = Random::of(seed, &format!("{customer} {tries}"));
    let (fault, delay) = (random.pick(&Fault::ALL), Duration::from_millis(20 + random.below(200)));
    ((tries as u64) < most).then_some(Blow { fault, delay, retry_after: None })
}

/// The answers of customers who act like the widget.
async fn visits(seed: u64, url: &str) -> Vec<Chosen> {
    let (http, permits) = (reqwest::Client::new(), Arc::new(Semaphore::new(AT_ONCE)));
    let mut visits = tokio::task::JoinSet::new();
    for number in 0..ANSWERS {
        let customer = Customer::new(seed, format!("customer-{number}"), Client::Faithful);
        let (http, permits, url) = (http.clone(), Arc::clone(&permits), url.to_owned());
        visits.spawn(async move {
            let _permit = permits.acquire().await;
            customer.answer(&http, &url).await
        });
    }
    visits.join_all().await
}

fn keeps_the_promise(language: Language) {
    let seed = seed();
    let mut receiver = Receiver::start(language);
    takes_what_is_right_and_nothing_else(&receiver);
    let proxy = Proxy::start(&receiver.url(), Box::new(move |customer, tries| blow(seed, customer, tries)));
    let url = proxy.url();
    let customers = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().expect("a runtime").block_on(visits(seed, &url))
    });
    for tries in [40, 90, 140] {
        wait_for("customers go on", || proxy.tries() >= tries || customers.is_finished());
        receiver.restart();
    }
    let chosen = customers.join().expect("customers come to an end");
    proxy.settle();
    let kept: Vec<Kept> =
        receiver.bodies().iter().filter(|it| it["survey"] == "fault").map(Kept::of).collect();
    let tally: Tally = kept.iter().filter_map(|answer| aanrader_survey::Score::new(answer.score)).collect();
    let nps = tally.nps().map(|nps| nps.score());
    let results = json!({ "surveys": [{ "total": { "counts": tally.counts(), "nps": { "score": nps } } }] });
    let met = |name: &str| format!("{:?}", proxy.met(name).faults);
    let outcome = ledger::settle(&format!("{language:?} receiver"), &kept, &results, &chosen, met);
    outcome.assert_sound();
    assert!(outcome.later > ANSWERS / 4, "hardly anything went wrong");
}

/// Tests the receipt, the order of revisions, and refusals.
fn takes_what_is_right_and_nothing_else(receiver: &Receiver) {
    let id = "9c0b8a9e-2d66-4a3f-8f1e-6f2b8f6f0a11";
    let post = async |body: String| {
        let sent =
            reqwest::Client::new().post(receiver.url()).header("content-type", "text/plain").body(body);
        let reply = sent.send().await.expect("a reply");
        let status = reply.status().as_u16();
        (
            status,
            serde_json::from_slice::<Value>(&reply.bytes().await.unwrap_or_default()).unwrap_or_default(),
        )
    };
    let answer = |rev: Value, score: Value| {
        json!({ "id": id, "rev": rev, "score": score, "complete": true, "survey": "s", "touchpoint": "t" })
            .to_string()
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        assert_eq!(post(answer(json!(2), json!(9))).await, (200, json!({ "id": id, "rev": 2 })));
        // An older revision, and the same one again: both get a receipt, and change nothing.
        for rev in [1, 2] {
            assert_eq!(post(answer(json!(rev), json!(3))).await.0, 200);
        }
        let wrong =
            [json!(11), json!(-1), json!(6.5), json!("9"), Value::Null].map(|it| answer(json!(3), it));
        let wrong =
            wrong.into_iter().chain(["no JSON", "null", "[]", "5", "\"id\"", "{}", ""].map(str::to_owned));
        for body in wrong.chain([answer(json!(0), json!(9)), answer(json!("3"), json!(9))]) {
            assert_eq!(post(body.clone()).await.0, 422, "{body}");
        }
        assert_eq!(post(format!("{}{}", answer(json!(3), json!(1)), " ".repeat(20_000))).await.0, 413);
    });
    let kept = receiver.bodies();
    assert_eq!((kept.len(), &kept[0]["rev"], &kept[0]["score"]), (1, &json!(2), &json!(9)));
}

#[test]
fn the_receiver_in_node_loses_nothing_and_counts_nothing_twice() {
    keeps_the_promise(Language::Node);
}

#[test]
fn the_receiver_in_php_loses_nothing_and_counts_nothing_twice() {
    keeps_the_promise(Language::Php);
}

#[test]
fn the_receiver_in_python_loses_nothing_and_counts_nothing_twice() {
    keeps_the_promise(Language::Python);
}
