//! The flags of `aanrader site add` about cases and mails.

use std::collections::BTreeMap;

use clap::Args;

use crate::cases::{Hours, Settings, Within};
use crate::email::Email;

#[derive(Debug, Args)]
pub(super) struct CaseFlags {
    /// When the shop works, in its time zone, such as "mon-fri 09:00-17:00, sat 10:00-14:00": cases are due by it
    #[arg(long, value_name = "HOURS", value_parser = Hours::parse)]
    hours: Option<Hours>,
    /// Time limits by score that differ from the usual ones, such as 0=1h,6=3d; empty for the usual ones
    #[arg(long, value_name = "SCORE=LIMIT", value_delimiter = ',')]
    due: Option<Vec<String>>,
    /// The property of an answer that names whose case it becomes, such as agent or manager; empty for none
    #[arg(long, value_name = "PROPERTY")]
    owner_property: Option<String>,
    /// Whose the other cases of touchpoints are, such as delivery=anna,returns=bert; empty for nobody's
    #[arg(long, value_name = "TOUCHPOINT=NAME", value_delimiter = ',')]
    owners: Option<Vec<String>>,
    /// The shop's people, who may get mails about cases, such as anna=anna@shop.example; empty for nobody
    #[arg(long, value_name = "NAME=EMAIL", value_delimiter = ',')]
    people: Option<Vec<String>>,
    /// The shop's name in mails; empty for none
    #[arg(long, value_name = "NAME")]
    shop: Option<String>,
    /// The sender of mails to customers; empty for that of --mail-from
    #[arg(long, value_name = "EMAIL")]
    sender: Option<String>,
    /// Where customers' replies go; empty for the sender
    #[arg(long, value_name = "EMAIL")]
    reply_to: Option<String>,
    /// Who gets the weekly mail, with commas between; empty for nobody
    #[arg(long, value_name = "EMAILS", value_delimiter = ',')]
    weekly: Option<Vec<String>>,
    /// The language of mails to the shop's people
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "nl"])]
    mail_language: Option<String>,
}

impl CaseFlags {
    /// Replaces the given settings; the others stay.
    pub(super) fn apply(self, mut settings: Settings) -> anyhow::Result<Settings> {
        settings.hours = self.hours.unwrap_or(settings.hours);
        if let Some(due) = self.due {
            settings.within = limits(&due)?;
        }
        if let Some(property) = self.owner_property {
            settings.owner_property = given(&property);
        }
        if let Some(owners) = self.owners {
            settings.owners =
                pairs(&owners, "--owners", "a touchpoint with a name; give them like delivery=anna")?;
        }
        if let Some(people) = self.people {
            let people =
                pairs(&people, "--people", "a name with an address; give them like anna=anna@shop.example")?;
            let read = |(name, email): (String, String)| Ok((name, address("--people", &email)?));
            settings.people = people.into_iter().map(read).collect::<anyhow::Result<_>>()?;
        }
        if let Some(shop) = self.shop {
            settings.shop = given(&shop.replace(char::is_control, " "));
        }
        if let Some(sender) = self.sender {
            settings.sender = given(&sender).map(|email| address("--sender", &email)).transpose()?;
        }
        if let Some(reply_to) = self.reply_to {
            settings.reply_to = given(&reply_to).map(|email| address("--reply-to", &email)).transpose()?;
        }
        if let Some(weekly) = self.weekly {
            let listed = weekly.iter().filter(|email| !email.trim().is_empty());
            settings.weekly =
                listed.map(|email| address("--weekly", email)).collect::<anyhow::Result<_>>()?;
        }
        settings.language = self.mail_language.or(settings.language);
        Ok(settings)
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn address(flag: &str, text: &str) -> anyhow::Result<Email> {
    Email::parse(text).map_err(|why| anyhow::anyhow!("{flag}: {why}"))
}

/// Pairs of names and values, such as the owners of touchpoints' cases.
fn pairs(texts: &[String], flag: &str, what: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let texts = texts.iter().map(|pair| pair.trim()).filter(|pair| !pair.is_empty());
    let one = |pair: &str| {
        let (name, value) = pair.split_once('=').map(|(name, value)| (name.trim(), value.trim()))?;
        (!name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
    };
    texts.map(|pair| one(pair).ok_or_else(|| anyhow::anyhow!("{flag}: {pair:?} is not {what}"))).collect()
}

fn limits(texts: &[String]) -> anyhow::Result<BTreeMap<u8, Within>> {
    let limit = |(score, within): (String, String)| {
        let score = score.parse().ok().filter(|score| *score <= 10);
        let score = score.ok_or_else(|| "a score is a whole number from 0 to 10".to_owned());
        score.and_then(|score| Ok((score, Within::parse(&within)?)))
    };
    let texts = pairs(texts, "--due", "a score with a time limit; give them like 0=1h,6=3d")?;
    texts.into_iter().map(|pair| limit(pair).map_err(|why| anyhow::anyhow!("--due: {why}"))).collect()
}

/// The settings about cases and mails in a line.
pub(super) fn line(settings: &Settings) -> String {
    let Settings { hours, owner_property, owners, within, plans, people, .. } = settings;
    let by_property = owner_property.iter().map(|property| format!("whom {property} names"));
    let by_touchpoint = owners.iter().map(|(touchpoint, name)| format!("{touchpoint}={name}"));
    let whose: Vec<_> = by_property.chain(by_touchpoint).collect();
    let whose = if whose.is_empty() { "nobody until they are taken".into() } else { whose.join(", ") };
    let mut parts = vec![format!("works {hours}"), format!("cases of {whose}")];
    let mut add = |what: &str, list: Vec<String>| {
        if !list.is_empty() {
            parts.push(format!("{what} {}", list.join(", ")));
        }
    };
    add("due", within.iter().map(|(score, within)| format!("{score}={within}")).collect());
    add("own plans for", plans.keys().map(u8::to_string).collect());
    add("people", people.iter().map(|(name, email)| format!("{name}={email}")).collect());
    add("shop", settings.shop.iter().cloned().collect());
    add("sender", settings.sender.iter().map(Email::to_string).collect());
    add("replies to", settings.reply_to.iter().map(Email::to_string).collect());
    add("weekly mail to", settings.weekly.iter().map(Email::to_string).collect());
    add("mails in", settings.language.iter().cloned().collect());
    parts.join("; ")
}
