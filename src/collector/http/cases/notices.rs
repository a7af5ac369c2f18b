//! `/cases/notices`: who is told of a site's answers and cases, and what became of the messages.

mod page;
mod read;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::form::Form;
use super::here::Here;
use super::person::Person;
use super::refusal::Refusal;
use super::visit::{Sent, Visit};
use super::words;
use crate::http::State;
use crate::notices::{Notice, Target};
use crate::outbox::{Message, Outcome};
use crate::store::{Delivery, Health, LogRequest, Millis, NoticeRecord, Replay, SiteId, now};
use read::Problem;

/// The number of messages that the page lists.
const LISTED: u32 = 50;

/// How long a receiver may fail until the page of cases says so, in milliseconds.
const ALARM: Millis = 10 * 60 * 1_000;

/// The path of the page.
const PATH: &str = "/cases/notices";

/// The content of the page.
struct Shown<'a> {
    here: Here,
    person: &'a Person,
    site: &'a SiteId,
    notices: &'a [NoticeRecord],
    log: &'a [Delivery],
    zone: &'a jiff::tz::TimeZone,
    /// The notice in the form, if it is one that exists.
    changing: Option<&'a Notice>,
    said: Said<'a>,
}

/// What the page says about the last form.
enum Said<'a> {
    Nothing,
    /// The text under this key.
    Done(&'static str),
    /// The text under this key, about what the form's receiver replied.
    Tested(&'static str, String),
    /// The secret of a new webhook.
    Secret(String),
    /// The form was refused.
    Refused(&'a Form, Problem),
}

/// Whether a receiver has failed for so long that the page of cases says so.
pub(super) fn is_alarming(health: &Health, now: Millis) -> bool {
    health.off_since.is_some() || health.failing_since.is_some_and(|since| now - since > ALARM)
}

pub(super) async fn show(visit: Visit) -> Response {
    let page = async {
        let site = visit.administered("note_admin_only")?;
        let said = visit.query.get("done").and_then(done).map_or(Said::Nothing, Said::Done);
        render(&visit, &site, said).await
    };
    visit.reply(page.await)
}

/// The text about a form that was carried out.
fn done(name: &str) -> Option<&'static str> {
    Some(match name {
        "add" => "note_added",
        "change" => "note_changed",
        "remove" => "note_removed",
        "on" => "note_is_on",
        "replay" => "note_replayed",
        _ => return None,
    })
}

async fn render(visit: &Visit, site: &SiteId, said: Said<'_>) -> Result<Response, Refusal> {
    let Visit { state, here, person, .. } = visit;
    let all = state.registry.notices().await?;
    let notices: Vec<_> = all.into_iter().filter(|record| record.site == *site).collect();
    let log = state.outbox.log(LogRequest { site: site.clone(), notice: None, limit: LISTED }).await?;
    let status =
        if matches!(said, Said::Refused(..)) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let zone = state.directory.zone(site);
    let named = match &said {
        Said::Refused(form, _) if form.get("do") == Some("change") => form.get("notice"),
        Said::Refused(..) => None,
        _ => visit.query.get("change"),
    };
    let changing = notices.iter().map(|record| &record.notice).find(|notice| Some(&*notice.name) == named);
    let shown =
        Shown { here: *here, person, site, notices: &notices, log: &log, zone: &zone, changing, said };
    let title = here.say("note_title");
    Ok(visit.page("cases/notices", (status, title), &shown.markup()))
}

/// Carries out one of the page's forms.
pub(super) async fn work(Sent { visit, form }: Sent) -> Response {
    let worked = async {
        let site = visit.administered("note_admin_only")?;
        match carry_out(&visit.state, &site, &form).await? {
            Said::Done(_) => {
                let named = visit.query.get("site").map(|site| format!("site={site}&")).unwrap_or_default();
                let what = form.get("do").unwrap_or_default();
                Ok(Redirect::to(&format!("{}?{named}done={what}", visit.here.at(PATH))).into_response())
            }
            said => render(&visit, &site, said).await,
        }
    };
    visit.reply(worked.await)
}

async fn carry_out<'a>(state: &State, site: &SiteId, form: &'a Form) -> Result<Said<'a>, Refusal> {
    let what = form.get("do").unwrap_or_default();
    let said = match what {
        "add" => add(state, site, form).await?,
        "change" => change(state, site, form).await?,
        "test" => test(state, existing(state, site, form).await?).await,
        "remove" => {
            let record = existing(state, site, form).await?;
            state.outbox.remove_notice(site.clone(), record.notice.name).await?;
            Said::Done("note_removed")
        }
        "on" => {
            let record = existing(state, site, form).await?;
            state.outbox.put_notice(site.clone(), record.notice).await?;
            Said::Done("note_is_on")
        }
        "replay" => replay(state, site, form).await?,
        _ => return Err(Refusal::Says(StatusCode::UNPROCESSABLE_ENTITY, words::BAD_FORM)),
    };
    if let Err(error) = state.directory.load(&*state.registry).await {
        // It reads them again in a few seconds.
        tracing::warn!(error = format!("{error:#}"), "the notices are those of before");
    }
    state.news.notify_one();
    Ok(said)
}

/// The notice that a form names.
async fn existing(state: &State, site: &SiteId, form: &Form) -> Result<NoticeRecord, Refusal> {
    let name = form.get("notice").unwrap_or_default();
    let all = state.registry.notices().await?;
    let found = all.into_iter().find(|record| record.site == *site && record.notice.name == name);
    found.ok_or(Refusal::Says(StatusCode::NOT_FOUND, "note_gone"))
}

async fn add<'a>(state: &State, site: &SiteId, form: &'a Form) -> Result<Said<'a>, Refusal> {
    let notice = match read::notice(form) {
        Ok(notice) => notice,
        Err(problem) => return Ok(Said::Refused(form, problem)),
    };
    let all = state.registry.notices().await?;
    if all.iter().any(|record| record.site == *site && record.notice.name == notice.name) {
        return Ok(Said::Refused(form, Problem::of("name", "note_name_taken", &notice.name)));
    }
    let secret = secret(&notice);
    state.outbox.put_notice(site.clone(), notice).await?;
    Ok(secret.map_or(Said::Done("note_added"), Said::Secret))
}

/// The secret by which a notice's messages are signed.
fn secret(notice: &Notice) -> Option<String> {
    let Target::Webhook(webhook) = &notice.target else { return None };
    webhook.secrets.first().map(|secret| secret.secret.clone())
}

async fn change<'a>(state: &State, site: &SiteId, form: &'a Form) -> Result<Said<'a>, Refusal> {
    let before = existing(state, site, form).await?.notice;
    let notice = match read::changed(form, &before) {
        Ok(notice) => notice,
        Err(problem) => return Ok(Said::Refused(form, problem)),
    };
    let new_secret = secret(&notice).filter(|_| secret(&before).is_none());
    state.outbox.put_notice(site.clone(), notice).await?;
    Ok(new_secret.map_or(Said::Done("note_changed"), Said::Secret))
}

async fn test(state: &State, record: NoticeRecord) -> Said<'static> {
    let message = Message::test(record.site, record.notice, now());
    let outcome = state.sender.deliver(&message, now()).await;
    let key = match outcome {
        Outcome::Delivered(_) => "note_test_arrived",
        Outcome::Failed(..) | Outcome::Gone(_) => "note_test_failed",
    };
    Said::Tested(key, outcome.said().to_owned())
}

async fn replay<'a>(state: &State, site: &SiteId, form: &'a Form) -> Result<Said<'a>, Refusal> {
    let record = existing(state, site, form).await?;
    let zone = state.directory.zone(site);
    let (id, from, to) = match read::which(form, &zone) {
        Ok(which) => which,
        Err(problem) => return Ok(Said::Refused(form, problem)),
    };
    let replay = Replay { site: site.clone(), notice: record.notice.name, id, from, to, now: now() };
    state.outbox.replay(replay).await?;
    Ok(Said::Done("note_replayed"))
}
