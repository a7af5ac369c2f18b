//! `aanrader notify`.

mod to;

use std::sync::Arc;

use clap::{Args, Subcommand};

use super::{At, instant, known_site};
use crate::cases::Hours;
use crate::mail::Mailer;
use crate::notices::{Event, Notice, Rule, Scores, Target, When, check_recipients, new_secret};
use crate::outbox::{Message, Outcome, Sender};
use crate::sites::Directory;
use crate::store::{DeliveryState, Engine, LogRequest, NoticeRecord, Replay, RowKey, SiteId, now};

/// How long a replaced secret still signs, in hours.
const KEEP: u32 = 24;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a notice, or change the settings of one
    Add(Box<Add>),
    /// List all notices, and how their deliveries go
    List {
        #[command(flatten)]
        at: At,
    },
    /// Remove a notice, and what it was still to be told
    Remove(Named),
    /// Switch a notice on again whose receiver wanted no more
    On(Named),
    /// Send a test message now
    Test(Test),
    /// Give a webhook another secret, and show it; the one before also signs for a while
    Rotate(Rotate),
    /// List the latest messages, and what became of them
    Log(Log),
    /// Send messages again that were delivered or have failed
    Replay(Again),
}

#[derive(Debug, Args)]
pub struct Named {
    /// Its name
    name: String,
    /// Its site
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    #[command(flatten)]
    at: At,
}

#[derive(Debug, Args)]
pub struct Add {
    /// What to call it, such as the person or program that is told
    name: String,
    /// Its site
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    #[command(flatten)]
    to: to::To,
    /// What it is told of, with commas between: answer.created, answer.updated, case.opened, case.changed
    #[arg(long, value_name = "EVENTS", value_delimiter = ',', value_parser = event)]
    on: Option<Vec<Event>>,
    /// This survey only; empty for all
    #[arg(long)]
    survey: Option<String>,
    /// This touchpoint only; empty for all
    #[arg(long)]
    touchpoint: Option<String>,
    /// These scores only, such as 0-6
    #[arg(long, value_name = "FROM-TO", value_parser = Scores::parse)]
    scores: Option<Scores>,
    /// Only if the comment contains one of these, with commas between; empty for any comment or none
    #[arg(long, value_delimiter = ',')]
    words: Option<Vec<String>>,
    /// Only answers with this property, such as agent=anna; empty for all
    #[arg(long, value_name = "NAME=VALUE")]
    property: Option<String>,
    /// When messages are sent: now, hourly, daily or weekly
    #[arg(long, value_parser = When::parse)]
    when: Option<When>,
    /// Messages are sent in these hours only, in the site's time zone, such as "mon-fri 08:00-20:00"
    #[arg(long, value_name = "HOURS", value_parser = Hours::parse)]
    hours: Option<Hours>,
    #[command(flatten)]
    at: At,
}

#[derive(Debug, Args)]
pub struct Test {
    #[command(flatten)]
    named: Named,
    /// Also send to a private address
    #[arg(long)]
    private_targets: bool,
}

#[derive(Debug, Args)]
pub struct Rotate {
    #[command(flatten)]
    named: Named,
    /// For how many hours the one before also signs
    #[arg(long, value_name = "HOURS", default_value_t = KEEP)]
    keep: u32,
}

#[derive(Debug, Args)]
pub struct Log {
    /// This notice only
    name: Option<String>,
    /// The site
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    /// The number of messages
    #[arg(long, default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    at: At,
}

#[derive(Debug, Args)]
pub struct Again {
    #[command(flatten)]
    named: Named,
    /// The events of one answer and its case, by their id
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// Events at or after this time, such as 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<jiff::Timestamp>,
    /// Events before this instant
    #[arg(long, value_name = "TIME")]
    to: Option<jiff::Timestamp>,
}

fn event(name: &str) -> Result<Event, String> {
    Event::parse(name).ok_or_else(|| {
        let names = Event::ALL.map(Event::name).join(", ");
        format!("{name:?} is no event; give some of {names}")
    })
}

impl Command {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List { at } => list(&*at.open().await?).await,
            Self::Remove(named) => named.remove().await,
            Self::On(named) => named.switch_on().await,
            Self::Test(test) => test.run().await,
            Self::Rotate(rotate) => rotate.run().await,
            Self::Log(log) => log.run().await,
            Self::Replay(again) => again.run().await,
        }
    }
}

/// A site's notice; `None` if it has none with that name.
async fn find(store: &dyn Engine, site: &SiteId, name: &str) -> anyhow::Result<Option<NoticeRecord>> {
    let all = store.notices().await?;
    Ok(all.into_iter().find(|record| record.site == *site && record.notice.name == name))
}

async fn existing(store: &dyn Engine, site: &SiteId, name: &str) -> anyhow::Result<NoticeRecord> {
    let found = find(store, site, name).await?;
    found.ok_or_else(|| {
        anyhow::anyhow!("the site {site} has no notice {name:?}; `aanrader notify list` has all")
    })
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let named = (1..=64).contains(&self.name.chars().count()) && !self.name.chars().any(char::is_control);
        anyhow::ensure!(named, "a notice's name is empty or too long; give 1 to 64 characters");
        let store = self.at.open_or_make().await?;
        let site = known_site(&*store, &self.site).await?;
        let known = find(&*store, &site, &self.name).await?.map(|record| record.notice);
        let (is_new, name) = (known.is_none(), self.name.clone());
        let notice = self.apply(known)?;
        store.put_notice(site, notice.clone()).await?;
        store.close().await?;
        println!("{} {}", if is_new { "added" } else { "changed" }, line(&notice));
        if let (true, Target::Webhook(webhook)) = (is_new, &notice.target) {
            eprintln!(
                "Messages are signed with this secret; `aanrader notify rotate {name}` makes another one:"
            );
            println!("{}", webhook.secrets[0].secret);
        }
        Ok(())
    }

    /// The notice with the given settings; the others stay.
    fn apply(self, known: Option<Notice>) -> anyhow::Result<Notice> {
        let target = self.to.target(known.as_ref().map(|known| &known.target));
        let target = target.ok_or_else(|| {
            anyhow::anyhow!(
                "the notice has no target; give --webhook, --full-webhook, --slack, --teams, --ntfy or --mail"
            )
        })?;
        if let Target::Mail { to } = &target {
            check_recipients(to).map_err(|why| anyhow::anyhow!("--mail: {why}"))?;
        }
        let known = known.unwrap_or_else(|| Notice {
            name: self.name,
            events: Event::of_answers(),
            rule: Rule::default(),
            when: When::default(),
            hours: None,
            target: target.clone(),
        });
        let given = |text: Option<String>, was: Option<String>| text.or(was).filter(|text| !text.is_empty());
        let words = self.words.unwrap_or(known.rule.words);
        let rule = Rule {
            survey: given(self.survey, known.rule.survey),
            touchpoint: given(self.touchpoint, known.rule.touchpoint),
            scores: self.scores.or(known.rule.scores),
            words: words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect(),
            property: match self.property.as_deref() {
                None => known.rule.property,
                Some("") => None,
                Some(pair) => Some(property(pair)?),
            },
        };
        Ok(Notice {
            events: self.on.unwrap_or(known.events),
            when: self.when.unwrap_or(known.when),
            hours: self.hours.or(known.hours),
            name: known.name,
            rule,
            target,
        })
    }
}

fn property(pair: &str) -> anyhow::Result<(String, String)> {
    let found = pair.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    let found = found.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let found = found.map(|(name, value)| (name.to_owned(), value.to_owned()));
    found.ok_or_else(|| {
        anyhow::anyhow!("--property: {pair:?} is no property with a value; give one like agent=anna")
    })
}

impl Named {
    async fn remove(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let site = known_site(&*store, &self.site).await?;
        existing(&*store, &site, &self.name).await?;
        store.remove_notice(site, self.name.clone()).await?;
        println!("removed {}; a running collector knows it within 5 s", self.name);
        Ok(store.close().await?)
    }

    async fn switch_on(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let site = known_site(&*store, &self.site).await?;
        let record = existing(&*store, &site, &self.name).await?;
        store.put_notice(site, record.notice).await?;
        println!("{} is on; a running collector knows it within 5 s", self.name);
        Ok(store.close().await?)
    }
}

impl Test {
    async fn run(self) -> anyhow::Result<()> {
        let Named { name, site, at } = self.named;
        let store = at.open().await?;
        let site = known_site(&*store, &site).await?;
        let record = existing(&*store, &site, &name).await?;
        let mut sender = Sender::new(self.private_targets, None);
        if let Target::Mail { .. } = record.notice.target {
            let post = at.settings()?.post;
            let post = post.ok_or_else(|| {
                anyhow::anyhow!("there is no mail server; give --config with smtp_url and mail_from in it")
            })?;
            let directory = Directory::default();
            directory.load(&*store).await?;
            sender = sender.mailing(Mailer::new(&post)?, Arc::new(directory));
        }
        store.close().await?;
        let message = Message::test(site, record.notice, now());
        match sender.deliver(&message, now()).await {
            Outcome::Delivered(said) => println!("{name} has the test message ({said})"),
            Outcome::Failed(said, _) | Outcome::Gone(said) => {
                anyhow::bail!("{name} doesn't take the test message: {said}")
            }
        }
        Ok(())
    }
}

impl Rotate {
    async fn run(self) -> anyhow::Result<()> {
        let Named { name, site, at } = self.named;
        let store = at.open().await?;
        let site = known_site(&*store, &site).await?;
        let mut record = existing(&*store, &site, &name).await?;
        let Target::Webhook(webhook) = &mut record.notice.target else {
            anyhow::bail!("{name} is no webhook, so it has no secret")
        };
        let secret = new_secret();
        webhook.rotate(secret.clone(), now() + i64::from(self.keep) * 3_600_000);
        store.put_notice(site, record.notice).await?;
        store.close().await?;
        eprintln!("The secret from before also signs for {} hours. The new one:", self.keep);
        println!("{secret}");
        Ok(())
    }
}

impl Again {
    async fn run(self) -> anyhow::Result<()> {
        let Named { name, site, at } = self.named;
        let bounded = self.case.is_some() || self.from.is_some() || self.to.is_some();
        anyhow::ensure!(bounded, "say which messages to send again; give --case, or --from and --to");
        let store = at.open().await?;
        let site = known_site(&*store, &site).await?;
        existing(&*store, &site, &name).await?;
        let [from, to] = [self.from, self.to].map(|instant| instant.map(jiff::Timestamp::as_millisecond));
        let replay = Replay { site, notice: name, id: self.case, from, to, now: now() };
        println!("a running collector sends {} again", store.replay(replay).await?);
        Ok(store.close().await?)
    }
}

impl Log {
    async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let site = known_site(&*store, &self.site).await?;
        for row in store.log(LogRequest { site, notice: self.name, limit: self.limit }).await? {
            let state = match row.state {
                DeliveryState::Waiting => format!("due {}", instant(row.due_at)),
                DeliveryState::Delivered => "delivered".into(),
                DeliveryState::Failed => "failed".into(),
            };
            let RowKey { notice, survey, id, event, number, .. } = &row.key;
            let (event, said) = (event.name(), row.said.as_deref().unwrap_or_default());
            let id = format!("{} {event} {survey}/{id}/{number}", row.key.event_id());
            println!("{} {notice} {id} {state} {said}", instant(row.at));
        }
        Ok(store.close().await?)
    }
}

async fn list(store: &dyn Engine) -> anyhow::Result<()> {
    for NoticeRecord { site, notice, health } in store.notices().await? {
        let error = health.error.unwrap_or_default();
        let state = match (health.off_since, health.failing_since) {
            (Some(since), _) => format!("; off since {}: {error}", instant(since)),
            (None, Some(since)) => format!("; fails since {}: {error}", instant(since)),
            (None, None) => String::new(),
        };
        println!("{site} {}{state}", line(&notice));
    }
    Ok(store.close().await?)
}

fn line(notice: &Notice) -> String {
    let Notice { name, events, rule, when, hours, target } = notice;
    let events: Vec<_> = events.iter().map(|event| event.name()).collect();
    let scores = rule.scores.map(String::from);
    let property = rule.property.as_ref().map(|(name, value)| format!("{name}={value}"));
    let words = (!rule.words.is_empty()).then(|| rule.words.join(", "));
    let conditions = [
        ("survey", &rule.survey),
        ("touchpoint", &rule.touchpoint),
        ("scores", &scores),
        ("property", &property),
        ("words", &words),
    ];
    let conditions =
        conditions.iter().filter_map(|(name, value)| Some(format!("; {name} {}", value.as_ref()?)));
    let conditions: String = conditions.collect();
    let hours = hours.as_ref().map(|hours| format!(", {hours}")).unwrap_or_default();
    format!(
        "{name}: {} {}; {}{conditions}; {}{hours}",
        target.kind(),
        target.shown(),
        events.join(", "),
        when.name()
    )
}
