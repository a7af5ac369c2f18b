//! The bodies of webhooks.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::message::{Item, Message};
use crate::store::{Case, Millis};

/// The longest body of a message, in bytes: the limit of Standard Webhooks is 20 kB.
const LONGEST: usize = 19_000;

/// The body of a message. A thin one has ids; a full one also the answer and the case. A full one that would
/// be too long is thin, and a digest that would still be too long lists fewer events.
pub(super) fn json(message: &Message, full: bool) -> String {
    let mut listed = message.items.len();
    let mut body = value(message, listed, full).to_string();
    if full && body.len() > LONGEST {
        body = value(message, listed, false).to_string();
    }
    while body.len() > LONGEST && listed > 1 {
        listed = listed * 3 / 4;
        body = value(message, listed, false).to_string();
    }
    body
}

fn value(message: &Message, listed: usize, full: bool) -> Value {
    let site = message.site.as_str();
    let (kind, data) = match (message.is_digest, message.items.first()) {
        (false, Some(item)) => (item.key.event.name(), data(site, item, full)),
        (true, _) => {
            let events: Vec<_> = message.items[..listed].iter().map(|item| entry(site, item, full)).collect();
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

#[cfg(test)]
mod tests {
    use aanrader_survey::Score;

    use super::*;
    use crate::notices::{Event, Notice, Rule, Target, Webhook, When};
    use crate::store::{RowKey, SiteId, Stored};

    fn item(comment: &str) -> Item {
        let key = RowKey {
            site: SiteId::default(),
            notice: "crm".into(),
            survey: "s".repeat(64),
            id: "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41".into(),
            event: Event::AnswerCreated,
            number: 1,
        };
        let answer = Stored {
            id: key.id.clone(),
            rev: 1,
            complete: true,
            survey: key.survey.clone(),
            touchpoint: "t".into(),
            score: Score::new(3).expect("a score"),
            comment: Some(comment.into()),
            contact: None,
            customer: None,
            unverified: false,
            properties: serde_json::Map::new(),
            language: None,
            wording: None,
            answered_at: 0,
            received_at: 0,
        };
        Item { key, at: 0, answer, case: None }
    }

    fn message(items: Vec<Item>, is_digest: bool) -> Message {
        let notice = Notice {
            name: "crm".into(),
            events: Event::of_answers(),
            rule: Rule::default(),
            when: When::Daily,
            hours: None,
            target: Target::Webhook(Webhook::new("https://crm.example/".into(), true)),
        };
        let count = items.len() + 5;
        Message { id: "msg_1".into(), site: SiteId::default(), notice, at: 0, items, count, is_digest }
    }

    fn parsed(message: &Message, full: bool) -> Value {
        let body = json(message, full);
        assert!(body.len() < 20_000, "{}", body.len());
        serde_json::from_str(&body).expect("JSON")
    }

    #[test]
    fn a_message_that_would_be_too_long_has_ids_only() {
        let short = parsed(&message(vec![item("kort")], false), true);
        assert_eq!(short["data"]["object"]["comment"], "kort");
        let long = parsed(&message(vec![item(&"👍".repeat(6_000))], false), true);
        assert!(long["data"]["object"].is_null() && long["data"]["answer"].is_string());
    }

    #[test]
    fn a_digest_that_would_be_too_long_lists_fewer_events_and_counts_all() {
        for full in [true, false] {
            let digest = parsed(&message(vec![item("words"); 100], true), full);
            let listed = digest["data"]["events"].as_array().expect("a list").len();
            assert!((30..100).contains(&listed), "{listed}");
            assert_eq!(digest["data"]["count"], 105);
        }
    }
}
