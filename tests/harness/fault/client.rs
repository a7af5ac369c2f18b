//! A customer without a browser, who acts like the widget's outbox, or is deliberately broken.

use std::time::Duration;

use aanrader_survey::Raw;
use aanrader_survey::outbox::{Outcome, Revision, Said, judge};
use reqwest::StatusCode;
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};
use uuid::Builder;

use super::ledger::Chosen;
use super::random::Random;

/// The behaviour of a customer's client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Keeps each revision until it has read the collector's receipt, retries with jittered and growing
    /// pauses, obeys `Retry-After`, and sets refused revisions aside.
    Faithful,
    /// Keeps nothing: each revision gets one try, and a killed client has no next visit.
    KeepsNothing,
    /// Retries without an id of its own (a plain form): the collector makes a new one each time.
    NoId,
}

/// How long a customer's client goes on, including the next visits.
const GIVES_UP: Duration = Duration::from_secs(90);

/// The first wait for a reply; each further try doubles it.
const PATIENCE: Duration = Duration::from_secs(2);

/// A customer's plan, determined by the seed.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Its name, in the answer's `customer`.
    pub name: String,
    /// One for each revision; the last one counts.
    scores: Vec<u8>,
    comment: Option<String>,
    id: String,
    client: Client,
    /// The first tries that are cut short by the client's end, each after this time.
    killed: Vec<Duration>,
    /// The first wait for a reply.
    patience: Duration,
    random: Random,
}

/// A revision, in the form for the judge of replies.
#[derive(Clone)]
struct Sent<'a> {
    id: &'a str,
    rev: u32,
}

impl Revision for Sent<'_> {
    fn id(&self) -> &str {
        self.id
    }

    fn rev(&self) -> u32 {
        self.rev
    }
}

/// The outcome of one try.
enum Tried {
    Stored,
    Later(Duration),
    Never(StatusCode),
}

impl Customer {
    /// The customer of this name.
    pub fn new(seed: u64, name: String, client: Client) -> Self {
        let mut random = Random::of(seed, &name);
        let bytes = (u128::from(random.word()) << 64) | u128::from(random.word());
        let id = Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid().to_string();
        let mut score = || u8::try_from(random.below(11)).unwrap_or(0);
        let (first, second) = (score(), score());
        let scores = if random.percent(25) { vec![first, second] } else { vec![first] };
        let comment = random.percent(60).then(|| format!("words of {name}, \u{201c}kept\u{201d}"));
        Self { name, scores, comment, id, client, killed: vec![], patience: PATIENCE, random }
    }

    /// With a client that is killed within 12 ms of up to three of its tries.
    #[must_use]
    pub fn killed(mut self) -> Self {
        let kills = self.random.below(4);
        self.killed = (0..kills).map(|_| Duration::from_micros(self.random.below(12_000))).collect();
        self
    }

    /// With this wait for the first reply.
    #[must_use]
    pub fn waiting(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Answers, and goes on until the last revision has a receipt or is refused, or the time is up.
    pub async fn answer(mut self, http: &reqwest::Client, url: &str) -> Chosen {
        let revisions = self.revisions();
        let last = revisions.len() - 1;
        let (mut receipt, mut tries, mut refused) = (false, 0, None);
        for (index, revision) in revisions.iter().enumerate() {
            let until = Instant::now() + if index == last { GIVES_UP } else { Duration::ZERO };
            loop {
                let pause = match self.attempt(http, url, revision, tries).await {
                    Tried::Stored => {
                        receipt = index == last;
                        break;
                    }
                    Tried::Later(pause) => pause,
                    Tried::Never(status) => {
                        refused = Some(status);
                        break;
                    }
                };
                tries += 1;
                if self.client == Client::KeepsNothing || Instant::now() >= until {
                    break;
                }
                sleep(pause).await;
            }
            // The customer continues with the next step, whatever the outcome.
            sleep(Duration::from_millis(self.random.below(30))).await;
        }
        let score = self.scores.last().copied().unwrap_or_default();
        let why = refused.map(|status| format!("set aside after {status}")).unwrap_or_default();
        Chosen { customer: self.name, score, comment: self.comment, receipt, at_once: tries == 0, why }
    }

    /// The complete answer so far, once for each step.
    fn revisions(&self) -> Vec<Value> {
        let mut steps: Vec<(u8, bool)> = self.scores.iter().map(|score| (*score, false)).collect();
        if self.comment.is_some() || self.client == Client::NoId {
            steps.push((self.scores.last().copied().unwrap_or_default(), true));
        }
        if self.client == Client::NoId {
            // A form is posted once, at the end.
            steps.drain(..steps.len() - 1);
        }
        let revision = |(index, (score, done)): (usize, &(u8, bool))| {
            json!({
                "id": self.id, "rev": index + 1, "complete": done, "survey": "fault", "touchpoint": "load",
                "score": score, "comment": self.comment.as_ref().filter(|_| *done), "customer": self.name,
            })
        };
        steps.iter().enumerate().map(revision).collect()
    }

    async fn attempt(&mut self, http: &reqwest::Client, url: &str, revision: &Value, tries: u32) -> Tried {
        let doubled = self.patience * 2_u32.pow(tries.min(6));
        let patience = if self.killed.is_empty() { doubled } else { self.killed.remove(0) };
        // Full jitter, and faster than the widget, because no customer waits for minutes here.
        let pause = Duration::from_millis(self.random.below(20 << tries.min(5)));
        let sent = timeout(patience, self.request(http, url, revision).send()).await;
        let Ok(Ok(reply)) = sent else { return Tried::Later(pause) };
        let seconds = reply.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let status = reply.status();
        let Ok(body) = reply.bytes().await else { return Tried::Later(pause) };
        // A form has no id to compare with a receipt.
        if self.client == Client::NoId {
            return if status.is_success() { Tried::Stored } else { Tried::Later(pause) };
        }
        let sent = Sent {
            id: &self.id,
            rev: revision["rev"].as_u64().and_then(|it| it.try_into().ok()).unwrap_or(0),
        };
        let body: Raw = serde_json::from_slice(&body).unwrap_or_default();
        match judge(&sent, status.as_u16(), Said::from(&body), seconds.unwrap_or(0)) {
            Outcome::Stored => Tried::Stored,
            Outcome::Refused(_) => Tried::Never(status),
            Outcome::PageRefused => Tried::Later(pause),
            Outcome::Later(seconds) => Tried::Later(pause + Duration::from_secs(seconds.into())),
        }
    }

    fn request(&self, http: &reqwest::Client, url: &str, revision: &Value) -> reqwest::RequestBuilder {
        let request = http.post(format!("{url}/v1/answers"));
        if self.client != Client::NoId {
            let text = request.header("content-type", "text/plain;charset=UTF-8");
            return text.body(revision.to_string());
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for name in ["survey", "touchpoint", "score", "comment", "customer"] {
            match &revision[name] {
                Value::String(text) => form.append_pair(name, text),
                Value::Null => &mut form,
                other => form.append_pair(name, &other.to_string()),
            };
        }
        request.header("content-type", "application/x-www-form-urlencoded").body(form.finish())
    }
}
