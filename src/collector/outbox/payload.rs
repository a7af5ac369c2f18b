//! The bodies of webhooks.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::message::{Item, Message};
use crate::store::{Case, Millis};

/// The longest body of a message, in bytes: the limit of Standard Webhooks is 20 kB.
const LONGEST: usize = 19_000;

/// The body of a message. A thin one has ids; a full one also the answer and the case, unless it would be too
/// long.
pub(super) fn json(message: &Message, full: bool) -> String {
    let body = value(message, full).to_string();
    if full && body.len() > LONGEST { value(message, false).to_string() } else { body }
}

fn value(message: &Message, full: bool) -> Value {
    let site = message.site.as_str();
    let (kind, data) = match (message.is_digest, message.items.first()) {
        (false, Some(item)) => (item.key.event.name(), data(site, item, full)),
        (true, _) => {
            let events: Vec<_> = message.items.iter().map(|item| entry(site, item, full)).collect();
            let data = json!({
                "site": site, "notice": message.notice.name, "count": message.count, "events": events,
            });
            ("digest", data)
        }
        (false, None) => ("test", json!({ "site": site, "notice": message.notice.name })),
    };
    json!({ "type": kind, "timestamp": time(message.at), "data": data })
}

/// An event of a digest.
fn entry(site: &str, item: &Item, full: bool) -> Value {
    json!({
        "id": item.key.event_id(),
        "type": item.key.event.name(),
        "timestamp": time(item.at),
        "data": data(site, item, full),
    })
}

fn data(site: &str, item: &Item, full: bool) -> Value {
    let mut data = Map::new();
    data.insert("site".into(), site.into());
    data.insert("survey".into(), item.key.survey.clone().into());
    data.insert("answer".into(), item.key.id.clone().into());
    if item.key.event.is_of_case() {
        data.insert("case".into(), item.key.id.clone().into());
        data.insert("version".into(), item.key.number.into());
    } else {
        data.insert("rev".into(), item.key.number.into());
    }
    if full {
        data.insert("object".into(), object(item));
    }
    data.into()
}

/// The answer, and the case if the event is about one.
fn object(item: &Item) -> Value {
    let answer = &item.answer;
    let mut object = json!({
        "score": answer.score.get(),
        "touchpoint": answer.touchpoint,
        "complete": answer.complete,
        "answered_at": time(answer.answered_at),
        "properties": answer.properties,
    });
    let texts =
        [("comment", &answer.comment), ("customer", &answer.customer), ("language", &answer.language)];
    for (name, text) in texts {
        if let Some(text) = text {
            object[name] = text.as_str().into();
        }
    }
    if let Some(contact) = &answer.contact {
        object["contact"] = json!({ "allowed": true, "how": contact.how });
    }
    if let Some(case) = &item.case {
        object["case"] = of_case(case);
    }
    object
}

fn of_case(case: &Case) -> Value {
    json!({
        "state": case.state.name(),
        "owner": case.owner,
        "cause": case.cause,
        "urgency": case.urgency.rank() + 1,
        "due_at": time(case.due_at),
        "version": case.version,
    })
}

fn time(at: Millis) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |instant| instant.to_string())
}
