//! `/v1/results`: the number, per survey and touchpoint.

use axum::extract::State as Shared;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::State;
use super::auth::Owner;
use super::error::Error;
use super::moment;
use super::query::Query;
use super::wire::Results;
use crate::store::TallyFilter;

pub(super) fn router() -> Router<State> {
    Router::new().route("/results", get(results))
}

async fn results(_: Owner, Shared(state): Shared<State>, uri: Uri) -> Result<Response, Error> {
    let mut query = Query::new(&uri);
    let filter = TallyFilter {
        survey: query.text("survey"),
        from: moment::from(&mut query),
        to: moment::to(&mut query),
    };
    query.finish()?;
    let (from, to) = (filter.from, filter.to);
    let counted = state.store.tallies(filter).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Results::of(from, to, &counted))).into_response())
}
