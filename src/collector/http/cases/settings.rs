//! `/cases/settings`: a site's time limits, hours, plans, people, mails and causes, for its admin.

mod page;
mod read;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use super::form::Form;
use super::frame::{self, refuse};
use super::here::Here;
use super::person::Person;
use super::refusal::Refusal;
use super::{person, signed_in, words};
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

pub(super) async fn show(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap) -> Response {
    let here = Here::of(uri.path(), &headers);
    let person = match person(&state, &headers, &uri).await {
        Ok(person) => person,
        Err(refusal) => return refuse(&state, here, refusal, None),
    };
    let page = async {
        let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
        let id = person.administered(&state, query.get("site"), words::ADMIN_ONLY)?;
        render(&state, here, &person, id, None, query.get("saved").is_some()).await
    };
    page.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, Some(&person)))
}

async fn current(state: &State, id: SiteId) -> Result<Site, Refusal> {
    let known = state.registry.sites().await?.into_iter().find(|site| site.id == id);
    Ok(known.unwrap_or_else(|| Site { id, ..Site::default() }))
}

async fn render(
    state: &State,
    here: Here,
    person: &Person,
    id: SiteId,
    refused: Option<(&Form, Problem)>,
    is_saved: bool,
) -> Result<Response, Refusal> {
    let causes = state.cases.causes(id.clone()).await?;
    let site = current(state, id).await?;
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Shown { here, person, site: &site, causes: &causes, refused, is_saved };
    let title = here.say(words::SETTINGS);
    Ok(frame::page_at(state, here, "cases/settings", (status, title), Some(person), &shown.markup()))
}

/// Saves one of the page's forms, and shows the page again.
pub(super) async fn save(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap, body: Body) -> Response {
    let here = Here::of(uri.path(), &headers);
    let (form, person) = match signed_in(&state, &headers, body).await {
        Ok(both) => both,
        Err(refusal) => return refuse(&state, here, refusal, None),
    };
    let saved = async {
        let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
        let id = person.administered(&state, query.get("site"), words::ADMIN_ONLY)?;
        let bad = Refusal::Says(StatusCode::UNPROCESSABLE_ENTITY, words::BAD_FORM);
        let part = form.get("part").and_then(Part::parse).ok_or(bad)?;
        if let Err(problem) = apply(&state, here, id.clone(), part, &form).await? {
            return render(&state, here, &person, id, Some((&form, problem)), false).await;
        }
        let site = query.get("site").map(|site| format!("site={site}&")).unwrap_or_default();
        let back = format!("{}?{site}saved=yes#{}", here.at("/cases/settings"), part.name());
        Ok(Redirect::to(&back).into_response())
    };
    saved.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, Some(&person)))
}

/// Changes the part of the settings that the form is about, or names its problem.
async fn apply(
    state: &State,
    here: Here,
    id: SiteId,
    part: Part,
    form: &Form,
) -> Result<Result<(), Problem>, Refusal> {
    if part == Part::Causes {
        return name_causes(state, id, form).await;
    }
    let mut site = current(state, id).await?;
    if let Err(problem) = read::read(part, form, &mut site, here.texts) {
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
