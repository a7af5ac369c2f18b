//! What a screen shows, as it is read from the store.

use aanrader_survey::Tally;
use jiff::ToSpan;

use crate::http::State;
use crate::http::error::Error;
use crate::http::trend::buckets::{Buckets, By, day_of};
use crate::http::trend::line::Line;
use crate::store::{DAY, PageRequest, Series, SiteId, TallyFilter, now, periods};

/// How many of today's comments are shown.
const COMMENTS: usize = 3;

/// What a screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Room {
    pub(super) site: SiteId,
    pub(super) survey: Option<String>,
    pub(super) comments: bool,
}

/// What there is to see in a room.
#[derive(Clone, Debug)]
pub(super) struct Glance {
    pub(super) line: Line,
    pub(super) buckets: Buckets,
    /// The answers of today.
    pub(super) today: Tally,
    /// Today's latest comments, if they may be shown.
    pub(super) comments: Vec<String>,
}

impl Glance {
    pub(super) async fn read(state: &State, room: &Room) -> Result<Self, Error> {
        let zone = state.directory.zone(&room.site);
        let survey = match &room.survey {
            Some(survey) => Some(survey.clone()),
            None => largest(state, room).await?,
        };
        let of = Series { site: room.site.clone(), survey: survey.clone(), touchpoint: None };
        let buckets = Buckets::up_to(now(), By::Week, &zone);
        let line = Line::read(&*state.trends, of.clone(), &buckets, 1).await?;
        let date = day_of(now(), &zone);
        let midnights = [date, date.saturating_add(1.day())].map(|day| {
            day.to_zoned_datetime(zone.clone()).map_or(0, |first| first.timestamp().as_millisecond())
        });
        let days = state.trends.days(of.clone(), midnights[0] - DAY..midnights[1] + DAY).await?;
        let today = periods(&*state.trends, of, &midnights, &days).await?;
        let comments =
            if room.comments { comments(state, room, survey, midnights[0]).await? } else { Vec::new() };
        Ok(Self { line, buckets, today: today.first().copied().unwrap_or_default(), comments })
    }
}

/// The survey with most answers.
async fn largest(state: &State, room: &Room) -> Result<Option<String>, Error> {
    let filter = TallyFilter { site: room.site.clone(), ..TallyFilter::default() };
    let counted = state.store.tallies(filter).await?;
    let answers = |survey: &str| {
        counted.iter().filter(|one| one.survey == survey).map(|one| one.tally.n()).sum::<u64>()
    };
    Ok(counted.iter().map(|one| &one.survey).max_by_key(|survey| answers(survey)).cloned())
}

async fn comments(
    state: &State,
    room: &Room,
    survey: Option<String>,
    from: i64,
) -> Result<Vec<String>, Error> {
    let request = PageRequest {
        site: room.site.clone(),
        survey,
        from: Some(from),
        limit: 50,
        ..PageRequest::default()
    };
    let page = state.store.page(request).await?;
    let comments = page.into_iter().filter_map(|answer| answer.comment);
    Ok(comments.map(|comment| comment.chars().take(200).collect()).take(COMMENTS).collect())
}
