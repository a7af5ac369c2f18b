//! Intermediaries that reply in the collector's place with a successful status. A thousand answers pass each
//! kind, by the outbox's own rules, with device, network and collector in memory and without a clock.

use std::collections::HashMap;

use aanrader_survey::Raw;
use aanrader_survey::outbox::{Effect, Event, Outbox, Outcome, Revision, Said, Urgency, judge};
use aanrader_tests::fault::random::Random;
use aanrader_tests::fault::seed;
use serde_json::json;

/// The number of answers through each kind.
const ANSWERS: u32 = 1_000;

/// The intermediaries and their replies.
const KINDS: [(&str, u16, &str); 13] = [
    ("a service worker's offline page", 200, "<!doctype html><title>You are offline</title>"),
    ("a captive portal", 200, "<html><form action=/login>Accept our terms</form></html>"),
    ("a single-page application's fallback", 200, "<!doctype html><div id=app></div>"),
    ("a maintenance page", 200, "<h1>We will be right back</h1>"),
    ("a CDN's error page", 200, "<html><title>Error 1016</title>Origin DNS error</html>"),
    ("nothing, 204", 204, ""),
    ("an empty 200", 200, ""),
    ("JSON of another shape", 200, r#"{"success":true,"data":{"saved":1}}"#),
    ("a receipt for another answer", 201, r#"{"id":"00000000-0000-4000-8000-000000000000","rev":9}"#),
    ("a receipt for an older revision", 200, r#"{"id":"ID","rev":OLDER}"#),
    ("a firewall's 403", 403, "<html>Request blocked</html>"),
    ("a proxy's 413", 413, "<html>Request Entity Too Large</html>"),
    ("a gateway's 400 in JSON", 400, r#"{"error":"bad request"}"#),
];

/// A client's interpretation of a reply's status and body.
type Verdict = fn(&Sent, u16, &str) -> Outcome;

#[derive(Clone, Debug, PartialEq)]
struct Sent {
    id: String,
    rev: u32,
}

impl Revision for Sent {
    fn id(&self) -> &str {
        &self.id
    }

    fn rev(&self) -> u32 {
        self.rev
    }
}

fn faithful(sent: &Sent, status: u16, body: &str) -> Outcome {
    judge(sent, status, Said::from(&serde_json::from_str::<Raw>(body).unwrap_or_default()), 0)
}

/// Many clients do this.
fn believes_any_2xx(_: &Sent, status: u16, _: &str) -> Outcome {
    if (200..300).contains(&status) { Outcome::Stored } else { Outcome::Later(0) }
}

/// A customer's device, and the collector behind an intermediary.
struct World {
    verdict: Verdict,
    kind: (&'static str, u16, &'static str),
    /// How many attempts of each answer the intermediary has replied to.
    intercepted: HashMap<String, u64>,
    outbox: Outbox<Sent>,
    device: HashMap<String, u32>,
    /// Revisions by id, as a collector stores them.
    stored: HashMap<String, u32>,
    events: Vec<Event<Sent>>,
    random: Random,
}

impl World {
    fn take(&mut self, event: Event<Sent>) {
        self.events.push(event);
        while let Some(event) = self.events.pop() {
            for effect in self.outbox.on(event) {
                self.carry_out(effect);
            }
        }
    }

    fn carry_out(&mut self, effect: Effect<Sent>) {
        match effect {
            Effect::Keep(sent) => {
                self.device.insert(sent.id.clone(), sent.rev);
                self.events.push(Event::Kept(sent));
            }
            Effect::Send(sent) => {
                let (status, body) = self.reply(&sent);
                let outcome = (self.verdict)(&sent, status, &body);
                self.events.push(Event::Settled(sent, outcome, 0.5));
            }
            Effect::Wait(pause) => self.events.push(Event::Due(pause)),
            Effect::Forget(sent) | Effect::SetAside(sent, _) => {
                if self.device.get(&sent.id) == Some(&sent.rev) {
                    self.device.remove(&sent.id);
                }
            }
            Effect::Tell(..) => {}
        }
    }

    /// The intermediary's reply, up to three times; then the collector's.
    fn reply(&mut self, sent: &Sent) -> (u16, String) {
        let most = 1 + self.random.below(3);
        let before = self.intercepted.entry(sent.id.clone()).or_default();
        *before += 1;
        if *before <= most {
            let (_, status, body) = self.kind;
            return (status, body.replace("ID", &sent.id).replace("OLDER", &(sent.rev - 1).to_string()));
        }
        let kept = self.stored.entry(sent.id.clone()).or_default();
        *kept = (*kept).max(sent.rev);
        (201, json!({ "id": sent.id, "rev": *kept }).to_string())
    }
}

/// How many answers are lost, and how many are still on the device, behind this kind.
fn lost(kind: (&'static str, u16, &'static str), verdict: Verdict) -> (usize, usize) {
    let random = Random::of(seed(), kind.0);
    let mut world = World {
        verdict,
        kind,
        intercepted: HashMap::new(),
        outbox: Outbox::new(),
        device: HashMap::new(),
        stored: HashMap::new(),
        events: Vec::new(),
        random,
    };
    for number in 0..ANSWERS {
        let id = format!("{number:08}-0000-4000-8000-000000000001");
        for rev in 1..=1 + number % 3 {
            world.take(Event::Put(Sent { id: id.clone(), rev }, Urgency::Send));
        }
    }
    let chosen = |number: u32| (format!("{number:08}-0000-4000-8000-000000000001"), 1 + number % 3);
    let lost = (0..ANSWERS).map(chosen).filter(|(id, rev)| world.stored.get(id) != Some(rev)).count();
    assert!(world.stored.len() <= ANSWERS as usize, "{}: doubled", kind.0);
    (lost, world.device.len())
}

#[test]
fn a_thousand_answers_survive_each_kind_of_intermediary() {
    for kind in KINDS {
        assert_eq!(lost(kind, faithful), (0, 0), "{}: lost, and left on the device", kind.0);
    }
}

#[test]
fn a_client_that_believes_any_2xx_loses_answers_to_each_that_says_so() {
    for kind in KINDS.into_iter().filter(|(_, status, _)| *status < 300) {
        let (lost, _) = lost(kind, believes_any_2xx);
        println!("{}: {lost} of {ANSWERS} lost", kind.0);
        assert!(lost > 0, "{} took nothing from a client that believes any 2xx", kind.0);
    }
}
