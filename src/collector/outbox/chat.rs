//! The bodies for chat programs, which people read. They consist of the answer's own words, so they need no
//! language.

use serde_json::{Value, json};
use url::Url;

use super::message::{Item, Message};

/// How many events a chat message lists, and how many characters of a comment.
const LISTED: usize = 10;
const EXCERPT: usize = 500;

/// The body for Slack's incoming webhooks.
pub(super) fn slack(message: &Message, address: Option<&str>) -> String {
    let lines = lines(message, address);
    let text: Vec<_> = lines
        .iter()
        .map(|line| {
            let text = escaped(&line.text);
            line.link.as_ref().map_or_else(|| text.clone(), |link| format!("{text}\n<{link}>"))
        })
        .collect();
    json!({ "text": text.join("\n") }).to_string()
}

/// Slack's three control characters.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The body for a workflow of Teams: an adaptive card.
pub(super) fn teams(message: &Message, address: Option<&str>) -> String {
    let lines = lines(message, address);
    let blocks =
        lines.iter().map(|line| json!({ "type": "TextBlock", "text": plain(&line.text), "wrap": true }));
    let link = lines.iter().find_map(|line| line.link.as_ref());
    let actions: Vec<_> = link
        .map(|link| json!({ "type": "Action.OpenUrl", "title": "Aanrader", "url": link }))
        .into_iter()
        .collect();
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks.collect::<Vec<_>>(),
        "actions": actions,
    });
    json!({
        "type": "message",
        "attachments": [{ "contentType": "application/vnd.microsoft.card.adaptive", "content": card }],
    })
    .to_string()
}

/// The text without the characters by which a card's text is formatted.
fn plain(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            ["\\"].into_iter().filter(move |_| "*_[]()#`~".contains(c)).flat_map(str::chars).chain([c])
        })
        .collect()
}

/// The URL of the server and the body for ntfy; `None` if the URL names no topic.
pub(super) fn ntfy(message: &Message, topic: &str, address: Option<&str>) -> Option<(String, String)> {
    let mut url = Url::parse(topic).ok()?;
    let topic = url.path_segments()?.rfind(|part| !part.is_empty())?.to_owned();
    url.path_segments_mut().ok()?.pop_if_empty().pop();
    let lines = lines(message, address);
    let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    let mut body = json!({ "topic": topic, "title": title(message), "message": texts.join("\n") });
    if let Some(link) = lines.iter().find_map(|line| line.link.clone()) {
        body["click"] = Value::from(link);
    }
    Some((url.into(), body.to_string()))
}

fn title(message: &Message) -> String {
    format!("Aanrader · {}", message.notice.name)
}

struct Line {
    text: String,
    link: Option<String>,
}

fn lines(message: &Message, address: Option<&str>) -> Vec<Line> {
    let alone = |text| Line { text, link: None };
    if message.is_test() {
        return vec![alone(title(message))];
    }
    let mut lines: Vec<_> =
        message.items.iter().take(LISTED).map(|item| line(message, item, address)).collect();
    let more = message.count.saturating_sub(lines.len());
    if more > 0 {
        lines.push(alone(format!("+ {more}")));
    }
    lines
}

/// Score, touchpoint, state and owner of the case, and the comment.
fn line(message: &Message, item: &Item, address: Option<&str>) -> Line {
    let mut text = format!("{}/10 · {}", item.answer.score.get(), item.answer.touchpoint);
    let link = item.case.as_ref().zip(address).map(|(_, address)| {
        let site = if message.site.is_default() { String::new() } else { format!("?site={}", message.site) };
        format!("{address}/cases/{}/{}{site}", item.key.survey, item.key.id)
    });
    if let Some(case) = &item.case {
        text.push_str(" · ");
        text.push_str(case.state.name());
        case.owner.iter().for_each(|owner| text.push_str(&format!(" · {owner}")));
    }
    if let Some(comment) = &item.answer.comment {
        let excerpt: String = comment.chars().take(EXCERPT).collect();
        let more = if comment.chars().nth(EXCERPT).is_some() { "…" } else { "" };
        text.push_str(&format!(": “{excerpt}{more}”"));
    }
    Line { text, link }
}
