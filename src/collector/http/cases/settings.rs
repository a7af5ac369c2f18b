//! `/cases/settings`: a site's time limits, hours, plans, people, mails and causes, for its admin.

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
use crate::store::{Site, SiteId, now};
use read::{Part, Problem};

/// The content of the page.
struct Shown<'a> {
    here: Here,
    person: &'a Person,
    site: &'a Site,
    causes: &'a [String],
    /// The form that was refused, with the problem.
    refused: Option<(&'a Form, Problem)>,
    /// Whether the last form was saved.
    is_saved: bool,
}

pub(super) async fn show(visit: Visit) -> Response {
    let page = async {
        let id = visit.administered(words::ADMIN_ONLY)?;
        render(&visit, id, None, visit.query.get("saved").is_some()).await
    };
    visit.reply(page.await)
}

async fn current(state: &State, id: SiteId) -> Result<Site, Refusal> {
    let known = state.registry.sites().await?.into_iter().find(|site| site.id == id);
    Ok(known.unwrap_or_else(|| Site { id, ..Site::default() }))
}

async fn render(
    visit: &Visit,
    id: SiteId,
    refused: Option<(&Form, Problem)>,
    is_saved: bool,
) -> Result<Response, Refusal> {
    let Visit { state, here, person, .. } = visit;
    let causes = state.cases.causes(id.clone()).await?;
    let site = current(state, id).await?;
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Shown { here: *here, person, site: &site, causes: &causes, refused, is_saved };
    let title = here.say(words::SETTINGS);
    Ok(visit.page("cases/settings", (status, title), &shown.markup()))
}

/// Saves one of the page's forms, and shows the page again.
pub(super) async fn save(Sent { visit, form }: Sent) -> Response {
    let saved = async {
        let id = visit.administered(words::ADMIN_ONLY)?;
        let bad = Refusal::Says(StatusCode::UNPROCESSABLE_ENTITY, words::BAD_FORM);
        let part = form.get("part").and_then(Part::parse).ok_or(bad)?;
        if let Err(problem) = apply(&visit, id.clone(), part, &form).await? {
            return render(&visit, id, Some((&form, problem)), false).await;
        }
        let site = visit.query.get("site").map(|site| format!("site={site}&")).unwrap_or_default();
        let back = format!("{}?{site}saved=yes#{}", visit.here.at("/cases/settings"), part.name());
        Ok(Redirect::to(&back).into_response())
    };
    visit.reply(saved.await)
}

/// Changes the part of the settings that the form is about, or names its problem.
async fn apply(visit: &Visit, id: SiteId, part: Part, form: &Form) -> Result<Result<(), Problem>, Refusal> {
    let state = &visit.state;
    if part == Part::Causes {
        return name_causes(state, id, form).await;
    }
    let mut site = current(state, id).await?;
    if let Err(problem) = read::read(part, form, &mut site, visit.here.texts) {
        return Ok(Err(problem));
    }
    state.registry.put_site(site).await?;
    if let Err(error) = state.directory.load(&*state.registry).await {
        // It reads them again in a few seconds.
        tracing::warn!(error = format!("{error:#}"), "sites and tokens are those of before");
    }
    Ok(Ok(()))
}

async fn name_causes(state: &State, site: SiteId, form: &Form) -> Result<Result<(), Problem>, Refusal> {
    let old = form.get("old").unwrap_or_default().to_owned();
    match form.get("do") {
        Some("remove") => {
            state.closing.remove_cause(site, old).await?;
        }
        Some("rename") => match read::cause(form) {
            Ok(name) if name == old => {}
            Ok(name) => {
                state.closing.rename_cause(site, old, name, now()).await?;
            }
            Err(problem) => return Ok(Err(problem)),
        },
        _ => match read::cause(form) {
            Ok(name) => state.closing.add_cause(site, name, now()).await?,
            Err(problem) => return Ok(Err(problem)),
        },
    }
    Ok(Ok(()))
}
