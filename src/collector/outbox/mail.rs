//! Mails to the shop's people: what happened, what to do, and a link to the case.

use std::sync::Arc;

use aanrader_survey::Score;
use jiff::tz::TimeZone;

use super::Outcome;
use super::message::{Item, Message};
use crate::cases::Settings;
use crate::email::Email;
use crate::mail::{Letter, Mailer, Part};
use crate::sites::Directory;
use crate::store::{Millis, SiteId, Stored};
use crate::texts::{Texts, plan, step};

/// How many characters of a comment a subject and a digest show.
const EXCERPT: usize = 80;

/// How many events a digest lists.
const LISTED: usize = 50;

/// Sends mails to the people of sites.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) mailer: Mailer,
    pub(super) directory: Arc<Directory>,
}

impl Mail {
    /// Sends a letter to each recipient. If one fails, all are sent again; their ids stay the same.
    pub(super) async fn deliver(&self, message: &Message, to: &[String], address: Option<&str>) -> Outcome {
        let settings = self.directory.cases(&message.site);
        let zone = self.directory.zone(&message.site);
        let recipients = recipients(message, to, &settings);
        if recipients.is_empty() {
            let names = to.join(", ");
            return Outcome::Failed(format!("none of {names} is in the site's list of people"), None);
        }
        for recipient in &recipients {
            let letter = letter(message, recipient, &settings, &zone, address);
            if let Err(failure) = self.mailer.send(&letter).await {
                return Outcome::Failed(format!("{recipient}: {}", failure.said), None);
            }
        }
        Outcome::Delivered(format!("{} mails", recipients.len()))
    }
}

/// The addresses of the named people, each once. Only the site's list has addresses, so a visitor's input can
/// choose among the shop's people and nobody else.
fn recipients(message: &Message, to: &[String], settings: &Settings) -> Vec<Email> {
    let mut names: Vec<&str> = Vec::new();
    for name in to {
        match name.strip_prefix('@') {
            None => names.push(name),
            Some("owner") => names.extend(message.items.iter().filter_map(owner)),
            Some(property) => names.extend(message.items.iter().filter_map(|item| value(item, property))),
        }
    }
    let mut found: Vec<Email> = names.iter().filter_map(|name| settings.people.get(*name).cloned()).collect();
    found.sort();
    found.dedup();
    found
}

fn owner(item: &Item) -> Option<&str> {
    item.case.as_ref()?.owner.as_deref()
}

fn value<'a>(item: &'a Item, property: &str) -> Option<&'a str> {
    item.answer.properties.get(property)?.as_str()
}

fn letter(
    message: &Message,
    to: &Email,
    settings: &Settings,
    zone: &TimeZone,
    address: Option<&str>,
) -> Letter {
    let texts = Texts::in_language(settings.language.as_deref().unwrap_or("en"));
    let written = Written { texts, settings, zone, site: &message.site, address };
    let (subject, mut parts) = match &message.items[..] {
        [] => (texts.get("mail_test").to_owned(), vec![Part::Text(texts.get("mail_test_text").to_owned())]),
        [item] if !message.is_digest => written.one(item),
        items => written.digest(items, message.count),
    };
    parts.push(Part::Small(texts.with("mail_why", &[("notice", &message.notice.name)])));
    // Each recipient's letter has an id of its own, which is the same in each attempt.
    let number =
        to.to_string().bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    Letter {
        id: format!("{}.{number:08x}", message.id),
        at: message.at,
        sender: None,
        name: settings.shop.clone(),
        to: to.clone(),
        reply_to: None,
        subject,
        language: texts.language().to_owned(),
        parts,
        is_personal: false,
    }
}

/// What a letter is written from.
struct Written<'a> {
    texts: &'static Texts,
    settings: &'a Settings,
    zone: &'a TimeZone,
    site: &'a SiteId,
    address: Option<&'a str>,
}

impl Written<'_> {
    /// One event: the answer in full, and what to do about it.
    fn one(&self, item: &Item) -> (String, Vec<Part>) {
        let answer = &item.answer;
        let mut parts = vec![Part::Text(self.facts(item))];
        parts.extend(answer.comment.iter().map(|comment| Part::Quote(comment.clone())));
        if item.case.is_some() {
            let steps = self.steps(item.case.as_ref().map_or(answer.score, |case| case.lowest));
            if !steps.is_empty() {
                parts.extend([Part::Text(self.texts.get("case_plan").to_owned()), Part::List(steps)]);
            }
            parts.extend(self.link(item));
        }
        (self.line(answer), parts)
    }

    /// Score, touchpoint, owner and due time.
    fn facts(&self, item: &Item) -> String {
        let answer = &item.answer;
        let fact = |key: &str, value: &str| format!("{}: {value}", self.texts.get(key));
        let mut facts = vec![
            fact("case_score", &answer.score.get().to_string()),
            fact("case_touchpoint", &answer.touchpoint),
        ];
        if let Some(case) = &item.case {
            facts.push(fact("case_owner", case.owner.as_deref().unwrap_or(self.texts.get("case_nobody"))));
            facts.push(fact("case_due", &self.time(case.due_at)));
        }
        let contact = if answer.contact.is_some() { "mail_contact" } else { "case_no_contact" };
        facts.push(self.texts.get(contact).to_owned());
        facts.join("\n")
    }

    fn steps(&self, score: Score) -> Vec<String> {
        match self.settings.plans.get(&score.get()) {
            Some(own) => own.lines().to_vec(),
            None if plan(score).is_some() => {
                aanrader_survey::plan(score).iter().map(|one| self.texts.get(step(*one)).to_owned()).collect()
            }
            None => Vec::new(),
        }
    }

    fn digest(&self, items: &[Item], count: usize) -> (String, Vec<Part>) {
        let count = count.to_string();
        let mut lines: Vec<_> = items.iter().take(LISTED).map(|item| self.line(&item.answer)).collect();
        if items.len() > LISTED {
            lines.push("…".into());
        }
        let mut parts =
            vec![Part::Text(self.texts.with("mail_digest_text", &[("count", &count)])), Part::List(lines)];
        if let Some(address) = self.address {
            let link = format!("{address}/cases{}", self.query());
            parts.push(Part::Link(self.texts.get("mail_cases").to_owned(), link));
        }
        (self.texts.with("mail_digest", &[("count", &count)]), parts)
    }

    fn line(&self, answer: &Stored) -> String {
        let comment = answer.comment.as_deref().unwrap_or(self.texts.get("case_no_comment"));
        let excerpt: String = comment.chars().take(EXCERPT).collect();
        let more = if comment.chars().nth(EXCERPT).is_some() { "…" } else { "" };
        format!("{}/10, {}: {excerpt}{more}", answer.score.get(), answer.touchpoint)
    }

    fn link(&self, item: &Item) -> Option<Part> {
        let address = self.address?;
        let link = format!("{address}/cases/{}/{}{}", item.key.survey, item.key.id, self.query());
        Some(Part::Link(self.texts.get("mail_case").to_owned(), link))
    }

    fn query(&self) -> String {
        if self.site.is_default() { String::new() } else { format!("?site={}", self.site) }
    }

    fn time(&self, at: Millis) -> String {
        let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        at.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cases::{State, Urgency};
    use crate::notices::{Event, Notice, Rule, Target, When};
    use crate::store::{Case, RowKey};

    fn answer(score: Score, properties: &str) -> Stored {
        let serde_json::Value::Object(properties) = serde_json::from_str(properties).expect("JSON") else {
            panic!("{properties} is no object")
        };
        Stored {
            id: "3f0e".into(),
            rev: 1,
            complete: true,
            survey: "account".into(),
            touchpoint: "t".into(),
            score,
            comment: Some("<b>Te laat</b>\r\nBcc: x@evil.example".into()),
            contact: None,
            customer: None,
            properties,
            language: None,
            wording: None,
            answered_at: 5,
            received_at: 5,
            unverified: false,
        }
    }

    fn case(answer: Stored) -> Case {
        Case {
            lowest: answer.score,
            answer,
            state: State::New,
            urgency: Urgency::Asked,
            due_at: 0,
            owner: Some("bert".into()),
            cause: None,
            opened_at: 5,
            version: 1,
        }
    }

    fn message(properties: &str, score: u8) -> Message {
        let to = vec!["anna".into(), "@manager".into(), "@owner".into()];
        let notice = Notice {
            name: "boss".into(),
            events: Event::of_answers(),
            rule: Rule::default(),
            when: When::Now,
            hours: None,
            target: Target::Mail { to },
        };
        let key = RowKey {
            site: SiteId::default(),
            notice: "boss".into(),
            survey: "account".into(),
            id: "3f0e".into(),
            event: Event::CaseOpened,
            number: 1,
        };
        let score = Score::new(score).expect("a score");
        let answer = answer(score, properties);
        let case = Some(case(answer.clone()));
        let items = vec![Item { key, at: 5, answer, case }];
        Message {
            id: "msg_1".into(),
            site: SiteId::default(),
            notice,
            at: 5,
            items,
            count: 1,
            is_digest: false,
        }
    }

    fn settings() -> Settings {
        let people = ["anna", "bert", "carla"].map(|name| {
            (name.to_owned(), Email::parse(&format!("{name}@shop.example")).expect("an address"))
        });
        Settings { people: BTreeMap::from(people), language: Some("nl".into()), ..Settings::default() }
    }

    fn to(message: &Message) -> Vec<String> {
        let Target::Mail { to } = &message.notice.target else { panic!("mail") };
        recipients(message, to, &settings()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_property_chooses_among_the_shops_people_and_gives_no_address() {
        assert_eq!(
            to(&message(r#"{"manager":"carla"}"#, 0)),
            ["anna@shop.example", "bert@shop.example", "carla@shop.example"]
        );
        // Who is named twice gets one letter.
        assert_eq!(to(&message(r#"{"manager":"bert"}"#, 0)), ["anna@shop.example", "bert@shop.example"]);
        for foreign in ["x@evil.example", "nobody", "", "anna@shop.example,x@evil.example"] {
            let properties = serde_json::json!({ "manager": foreign }).to_string();
            assert_eq!(to(&message(&properties, 0)), ["anna@shop.example", "bert@shop.example"]);
        }
    }

    #[test]
    fn a_letter_says_what_happened_what_to_do_and_where() {
        let email = Email::parse("anna@shop.example").expect("an address");
        let message = message("{}", 0);
        let letter = letter(&message, &email, &settings(), &TimeZone::UTC, Some("https://nps.example"));
        let text = letter.text();
        for part in [
            "Score: 0",
            "Van wie: bert",
            "> <b>Te laat</b>",
            "- Bel de klant zelf, vandaag nog",
            "https://nps.example/cases/account/3f0e",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(letter.subject.starts_with("0/10, t: "), "{}", letter.subject);
        let digest = Message { is_digest: true, count: 60, ..message };
        let letter = super::letter(&digest, &email, &settings(), &TimeZone::UTC, None);
        assert!(letter.subject.contains("60") && !letter.text().contains("https://"), "{}", letter.text());
    }
}
