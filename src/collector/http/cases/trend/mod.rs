//! `/trend`: the number over time. The collector renders it; it needs no script.

mod all;
mod asked;
mod groups;
mod marks;
mod page;
mod rates;

use axum::Router;
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::form::Form;
use super::frame::{page_at, refuse};
use super::here::{Here, PREFIXES};
use super::person::Person;
use super::refusal::Refusal;
use super::words;
use crate::http::State;
use crate::http::trend::buckets::Buckets;
use crate::http::trend::line::Line;
use crate::store::{Counted, Grouping, TallyFilter, now};
use asked::Asked;

/// The page's address after the language.
const PATH: &str = "trend/";

pub(super) fn router() -> Router<State> {
    PREFIXES.into_iter().fold(Router::new(), |router, prefix| {
        let methods = || get(show).post(change);
        router.route(&format!("{prefix}/trend"), methods()).route(&format!("{prefix}/trend/"), methods())
    })
}

async fn show(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap) -> Response {
    let here = Here::of(uri.path(), &headers);
    let person = match super::person(&state, &headers, &uri).await {
        Ok(person) => person,
        Err(refusal) => return refuse(&state, here, refusal, None),
    };
    let page = async {
        let asked = asked(&state, here, &uri, &person)?;
        in_full(&state, &person, asked, (StatusCode::OK, None)).await
    };
    page.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, Some(&person)))
}

fn asked(state: &State, here: Here, uri: &Uri, person: &Person) -> Result<Asked, Refusal> {
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
    let site = person.site(state, query.get("site"))?;
    Ok(Asked::of(here, &query, site))
}

/// The page, with the problem of a form, if there is one.
async fn in_full(
    state: &State,
    person: &Person,
    mut asked: Asked,
    (status, problem): (StatusCode, Option<&'static str>),
) -> Result<Response, Refusal> {
    let filter = TallyFilter { site: asked.site.clone(), ..TallyFilter::default() };
    let counted = state.store.tallies(filter).await?;
    let declared = state.directory.groups(&asked.site);
    settle(&mut asked, &counted, &declared);
    let zone = state.directory.zone(&asked.site);
    let buckets = Buckets::up_to(now(), asked.by, &zone);
    let touchpoints = page::touchpoints(&counted, asked.survey.as_deref());
    let series = if asked.touchpoint.is_some() { touchpoints.len() } else { 1 };
    let line = Line::read(&*state.trends, asked.series(), &buckets, series).await?;
    let marks = state.trends.marks(asked.site.clone()).await?;
    let groups = groups::read(&*state.trends, &asked, &buckets).await?;
    let rates = rates::read(&*state.trends, &asked, &buckets).await?;
    let all = all::All { state, person, asked: &asked, counted: &counted, buckets: &buckets, line: &line };
    let main = page::main(&all, &marks, (&groups, &rates), problem);
    Ok(page_at(state, asked.here, PATH, (status, asked.here.say("trend")), Some(person), &main))
}

/// Replaces what doesn't exist by what does: the survey with most answers, all touchpoints.
fn settle(asked: &mut Asked, counted: &[Counted], groups: &[String]) {
    let answers = |survey: &str| {
        counted.iter().filter(|one| one.survey == survey).map(|one| one.tally.n()).sum::<u64>()
    };
    let exists = |survey: &String| counted.iter().any(|one| one.survey == *survey);
    let most = || counted.iter().map(|one| &one.survey).max_by_key(|survey| answers(survey)).cloned();
    asked.survey = asked.survey.take().filter(exists).or_else(most);
    let touchpoints = page::touchpoints(counted, asked.survey.as_deref());
    asked.touchpoint =
        asked.touchpoint.take().filter(|touchpoint| touchpoints.contains(&touchpoint.as_str()));
    if let Grouping::Property(property) = &asked.group
        && !groups.contains(property)
    {
        asked.group = Grouping::Touchpoint;
    }
}

/// Adds or removes a mark, and shows the page afterwards.
async fn change(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap, body: Body) -> Response {
    let here = Here::of(uri.path(), &headers);
    let form = match Form::read(&headers, body).await {
        Ok(form) => form,
        Err(error) => return refuse(&state, here, error.into(), None),
    };
    let person = match Person::of(&state, &headers).await {
        Ok(Some(person)) => person,
        Ok(None) => {
            return refuse(&state, here, Refusal::Says(StatusCode::UNAUTHORIZED, words::NO_SESSION), None);
        }
        Err(refusal) => return refuse(&state, here, refusal, None),
    };
    let done = async {
        person.check(form.get("csrf"))?;
        let asked = asked(&state, here, &uri, &person)?;
        if !person.may_work() {
            return Err(Refusal::Says(StatusCode::FORBIDDEN, words::READ_ONLY));
        }
        match marks::change(&state, &person, &asked, &form).await? {
            None => Ok(Redirect::to(&asked.address()).into_response()),
            Some(problem) => {
                in_full(&state, &person, asked, (StatusCode::UNPROCESSABLE_ENTITY, Some(problem))).await
            }
        }
    };
    done.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, Some(&person)))
}
