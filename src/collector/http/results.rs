//! `/v1/results`: the number, per survey and touchpoint.

use axum::extract::State as Shared;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::State;
use super::auth::Owner;
use super::error::Error;
use super::query::Query;
use super::wire::Results;
use crate::store::{Millis, TallyFilter};

pub(super) fn router() -> Router<State> {
    Router::new().route("/results", get(results))
}

async fn results(_: Owner, Shared(state): Shared<State>, uri: Uri) -> Result<Response, Error> {
    let takes = "a date like 2026-01-31 or a moment like 2026-01-31T12:00:00Z";
    let mut query = Query::new(&uri);
    let filter = TallyFilter {
        survey: query.text("survey"),
        from: query.parse("from", takes, |text| moment(text, Edge::Start)),
        to: query.parse("to", takes, |text| moment(text, Edge::End)),
    };
    query.finish()?;
    let (from, to) = (filter.from, filter.to);
    let counted = state.store.tallies(filter).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Results::of(from, to, &counted))).into_response())
}

/// Which end of a day a date stands for.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// A moment, or the start or end of a day in UTC.
fn moment(text: &str, edge: Edge) -> Option<Millis> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    // jiff's dates also read the date of a date-time; only a date alone is meant here.
    let date: Date = text.parse().ok().filter(|_| text.len() == "2026-01-31".len())?;
    let day = match edge {
        Edge::Start => date,
        Edge::End => date.checked_add(1.day()).ok()?,
    };
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_first_moment_from_and_its_last_to() {
        assert_eq!(moment("1970-01-02", Edge::Start), Some(86_400_000));
        assert_eq!(moment("1970-01-02", Edge::End), Some(2 * 86_400_000));
    }

    #[test]
    fn a_moment_has_a_zone() {
        assert_eq!(moment("1970-01-01T01:00:01+01:00", Edge::End), Some(1000));
        for text in ["1970-01-01T01:00:00", "yesterday", "1970-13-01", "1970", "19700101"] {
            assert_eq!(moment(text, Edge::Start), None, "{text}");
        }
    }
}
