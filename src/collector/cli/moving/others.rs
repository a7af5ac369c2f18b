//! What a site has beside its answers and cases: settings, causes, marks, counters, and what gives access.

use anyhow::Context;

use super::line::{Cause, Line, MarkLine, NoticeLine, Secret, Week};
use crate::mail::link::SECRET as SOLVED_LINK;
use crate::mail::weekly::WEEKLY;
use crate::store::{self, DeliveryState, Engine, LogRequest, Series, SiteId, now};

/// How many rows of the outbox are looked at to see whether any waits.
const LOOKED_AT: u32 = 10_000;

/// What of a site is exported.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) site: SiteId,
    /// This survey only: then nothing that belongs to the entire site.
    pub(super) survey: Option<String>,
    /// Whether what gives access is exported, too.
    pub(super) secrets: bool,
}

/// The lines before the answers, in the order in which they are imported.
pub(super) async fn lines(store: &dyn Engine, of: &Wanted) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    if of.survey.is_none() {
        let site = store.sites().await?.into_iter().find(|site| site.id == of.site);
        lines.extend(site.map(|site| Line::Site(Box::new(site))));
        let causes = store.causes(of.site.clone()).await?;
        lines.extend(causes.into_iter().map(|name| Line::Cause(Cause { name })));
        let marks = store.marks(of.site.clone()).await?;
        lines.extend(marks.into_iter().map(|mark| Line::Mark(Box::new(MarkLine { mark }))));
        let weeks = store.weeks(of.site.clone()).await?;
        lines.extend(weeks.into_iter().map(|monday| Line::Week(Week { monday })));
        if of.secrets {
            lines.extend(access(store, &of.site).await?);
        }
    }
    let series = Series { site: of.site.clone(), survey: of.survey.clone(), touchpoint: None };
    let counters = store.askings(series, i64::MIN, i64::MAX).await?;
    lines.extend(counters.into_iter().map(|asking| Line::Counter(asking.into())));
    Ok(lines)
}

/// Tokens and links by their hashes, notices with the keys of their webhooks, and the site's own keys.
async fn access(store: &dyn Engine, site: &SiteId) -> anyhow::Result<Vec<Line>> {
    let tokens = store.tokens().await?.into_iter().filter(|token| token.site == *site);
    let mut lines: Vec<_> = tokens.map(|token| Line::Token(token.into())).collect();
    let notices = store.notices().await?.into_iter().filter(|notice| notice.site == *site);
    lines.extend(notices.map(|of| Line::Notice(Box::new(NoticeLine::new(of.notice, of.health)))));
    let secrets = store.secrets(site.clone()).await?;
    lines.extend(secrets.into_iter().map(|(name, value)| Line::Secret(Secret { name, value })));
    Ok(lines)
}

/// Says what an export leaves behind.
pub(super) async fn say_left(store: &dyn Engine, of: &Wanted) -> anyhow::Result<()> {
    if of.survey.is_none() && !of.secrets {
        let left = access(store, &of.site).await?.len();
        if left > 0 {
            eprintln!("tokens, links, notices and keys are left out ({left}); --secrets exports them, too");
        }
    }
    let request = LogRequest { site: of.site.clone(), notice: None, limit: LOOKED_AT };
    let rows = store.log(request).await?;
    let waiting = rows.iter().filter(|row| row.state == DeliveryState::Waiting).count();
    if waiting > 0 {
        eprintln!(
            "{waiting} messages wait to be sent, and are left out: only the collector of this database sends them"
        );
    }
    Ok(())
}

/// Stores a line, unless the same is here already: what is here stays. The inner error is one of the line.
pub(super) async fn put(store: &dyn Engine, site: &SiteId, line: Line) -> anyhow::Result<Result<(), String>> {
    match line {
        Line::Cause(Cause { name }) => store.add_cause(site.clone(), name, now()).await?,
        Line::Mark(line) => {
            let marks = store.marks(site.clone()).await?;
            if marks.iter().all(|known| known.id != line.mark.id) {
                store.put_mark(site.clone(), line.mark).await?;
            }
        }
        Line::Week(Week { monday }) => {
            let week = store::Week { site: site.clone(), name: WEEKLY, monday, to: Vec::new(), at: now() };
            store.open_week(week).await?;
        }
        Line::Token(token) => {
            let token = token.of(site.clone());
            let known = store.tokens().await?;
            if known.iter().all(|known| known.site != *site || known.name != token.name) {
                store.put_token(token).await?;
            }
        }
        Line::Notice(line) => {
            let (name, health) = (line.notice.name.clone(), line.health());
            let known = store.notices().await?;
            if known.iter().all(|known| known.site != *site || known.notice.name != name) {
                store.put_notice(site.clone(), line.notice).await?;
                store.put_health(site.clone(), name, health).await.context("the state of a notice")?;
            }
        }
        Line::Secret(Secret { name, value }) => return put_secret(store, site, &name, value).await,
        // The sink has these.
        Line::Site(_) | Line::Case(_) | Line::Counter(_) => {}
    }
    Ok(Ok(()))
}

async fn put_secret(
    store: &dyn Engine,
    site: &SiteId,
    name: &str,
    value: String,
) -> anyhow::Result<Result<(), String>> {
    let Some(known) = [SOLVED_LINK].into_iter().find(|known| *known == name) else {
        return Ok(Err(format!(
            "secret: name is {name:?}, which this version doesn't know; import it with the version that wrote it or a newer one"
        )));
    };
    if store.secret(site.clone(), known, value.clone()).await? != value {
        eprintln!(
            "the key {name} stays as it is here: links that were signed with the other one open nothing"
        );
    }
    Ok(Ok(()))
}
