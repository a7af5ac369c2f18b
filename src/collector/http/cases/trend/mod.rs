//! `/trend`: the number over time. The collector renders it; it needs no script.

mod all;
mod asked;
mod groups;
mod marks;
mod names;
mod page;
mod rates;
mod wordings;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::here::PREFIXES;
use super::refusal::Refusal;
use super::visit::{Sent, Visit};
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

async fn show(visit: Visit) -> Response {
    let page = async {
        let asked = asked(&visit)?;
        in_full(&visit, asked, (StatusCode::OK, None)).await
    };
    visit.reply(page.await)
}

fn asked(visit: &Visit) -> Result<Asked, Refusal> {
    Ok(Asked::of(visit.here, &visit.query, visit.site()?))
}

/// The page, with the problem of a form, if there is one.
async fn in_full(
    visit: &Visit,
    mut asked: Asked,
    (status, problem): (StatusCode, Option<&'static str>),
) -> Result<Response, Refusal> {
    let Visit { state, person, .. } = visit;
    let filter = TallyFilter { site: asked.site.clone(), ..TallyFilter::default() };
    let counted = state.store.tallies(filter).await?;
    let declared = state.directory.groups(&asked.site);
    settle(&mut asked, &counted, &declared);
    let zone = state.directory.zone(&asked.site);
    let buckets = Buckets::up_to(now(), asked.by, &zone);
    let touchpoints = page::touchpoints(&counted, asked.survey.as_deref());
    let series = if asked.touchpoint.is_some() { touchpoints.len() } else { 1 };
    let trends = &*state.trends;
    // None needs another, and the server has more than one processor.
    let (line, marks, groups, rates, wordings) = tokio::try_join!(
        Line::read(trends, asked.series(), &buckets, series),
        trends.marks(asked.site.clone()),
        groups::read(trends, &asked, &buckets),
        rates::read(trends, &asked, &buckets),
        wordings::read(trends, &asked, &buckets),
    )?;
    let names = names::Names::of_site(state, &marks);
    let all = all::All { state, person, asked: &asked, counted: &counted, buckets: &buckets, line: &line };
    let main = page::main(&all, &marks, (&groups, &rates, (&wordings, &names)), problem);
    Ok(visit.page(PATH, (status, visit.say("trend")), &main))
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
async fn change(Sent { visit, form }: Sent) -> Response {
    let done = async {
        let asked = asked(&visit)?;
        visit.work()?;
        match marks::change(&visit.state, &visit.person, &asked, &form).await? {
            None => Ok(Redirect::to(&asked.address()).into_response()),
            Some(problem) => in_full(&visit, asked, (StatusCode::UNPROCESSABLE_ENTITY, Some(problem))).await,
        }
    };
    visit.reply(done.await)
}
