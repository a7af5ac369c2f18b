//! `/v1/results`: the number, per survey and touchpoint.

use axum::extract::State as Shared;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::auth::Owner;
use super::error::{Error, Listed, Problems};
use super::period::Period;
use super::query::Query;
use super::wire::{Results, Which};
use super::{State, site};
use crate::store::{DAY, Millis, SiteId, TallyFilter};

pub(super) fn router() -> Router<State> {
    Router::new().route("/results", get(results))
}

/// Counts, NPS and its interval per survey and touchpoint.
#[utoipa::path(
    get,
    path = "/v1/results",
    params(
        ("site" = Option<String>, Query, description = "the site; by default the token's own, or `default`"),
        ("survey" = Option<String>, Query, description = "this survey only"),
        ("from" = Option<String>, Query, description = "at or after this time, or this day"),
        ("to" = Option<String>, Query, description = "before this time, or up to this day"),
        ("tz" = Option<String>, Query, description = "the time zone of days, such as Europe/Amsterdam; by default the site's, or UTC"),
        ("unverified" = Option<String>, Query, description = "exclude: without answers that the shop was to vouch for and did not; include by default")
    ),
    responses(
        (status = 200, description = "the results", body = Results),
        (status = 401, description = "no token, or a wrong one", body = Problems),
        (status = 403, description = "the token opens another site", body = Problems),
        (status = 422, description = "wrong parameters, each with its problem", body = Problems),
        (status = 429, description = "too many wrong tokens", body = Problems),
        (status = 503, description = "too busy, or the database can't be read", body = Problems)
    ),
    security(("token" = []))
)]
pub(super) async fn results(owner: Owner, Shared(state): Shared<State>, uri: Uri) -> Result<Response, Error> {
    let mut query = Query::new(&uri);
    let site = site::asked(&owner, &state, &mut query)?;
    let survey = query.text("survey");
    let period = Period::of(&mut query, state.directory.zone(&site));
    let which = query.parse("unverified", "include or exclude", Which::parse).unwrap_or_default();
    query.finish()?;
    let filter = TallyFilter { site: site.clone(), survey: survey.clone(), from: period.from, to: period.to };
    let counted = state.store.tallies(filter).await?;
    if counted.is_empty() {
        known(&state, site.clone(), survey.clone()).await?;
    }
    let day = |instant: Option<Millis>, end| instant.map_or(end, |instant| instant.div_euclid(DAY));
    let (first, last) = (day(period.from, i64::MIN), day(period.to.map(|to| to - 1), i64::MAX));
    let wordings = state.trends.wordings(site, survey, first, last).await?;
    let results = Results::of(period, &counted, which, &wordings);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(results)).into_response())
}

/// Refuses a survey without any answer at all, because its name may be misspelled. A survey without answers
/// in a period is valid.
pub(super) async fn known(state: &State, site: SiteId, survey: Option<String>) -> Result<(), Error> {
    let Some(survey) = survey else { return Ok(()) };
    let mut names: Vec<String> = state
        .store
        .tallies(TallyFilter { site, ..TallyFilter::default() })
        .await?
        .into_iter()
        .map(|one| one.survey)
        .collect();
    names.dedup();
    if names.contains(&survey) {
        return Ok(());
    }
    let survey: String = survey.chars().take(64).collect();
    let known = if names.is_empty() {
        "no survey has any yet".into()
    } else {
        format!("those with answers are {}", names.join(", "))
    };
    let message = format!("no answer to a survey {survey:?} has come in; {known}");
    Err(Error::Query(vec![Listed::new("survey", "unknown", message)]))
}
