//! The owner's replies, as JSON.

use aanrader_survey::{Category, Confidence, FollowUp, Nps, Score, Step, Tally, plan};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::period::Period;
use crate::store::{Counted, Millis, Stored, Wording};

/// The reply of `/v1/results`.
#[derive(Serialize, ToSchema)]
pub(super) struct Results {
    #[serde(flatten)]
    period: Instants,
    confidence: f64,
    surveys: Vec<Survey>,
}

#[derive(Serialize, ToSchema)]
struct Survey {
    survey: String,
    total: Group,
    touchpoints: Vec<Touchpoint>,
    /// The wordings of the question that are counted together, by days of UTC.
    wordings: Vec<Shown>,
}

/// A wording of the question.
#[derive(Serialize, ToSchema)]
struct Shown {
    /// The language in which it was shown; empty if it isn't known.
    language: String,
    /// The id of its texts.
    wording: String,
}

#[derive(Serialize, ToSchema)]
struct Touchpoint {
    touchpoint: String,
    #[serde(flatten)]
    group: Group,
}

#[derive(Serialize, ToSchema)]
struct Group {
    n: u64,
    /// Answers that the shop was to vouch for and did not; they are part of n, unless they are left out.
    unverified: u64,
    counts: [u64; Score::COUNT],
    promoters: u64,
    passives: u64,
    detractors: u64,
    nps: Option<Number>,
}

#[derive(Serialize, ToSchema)]
struct Number {
    /// 100 (promoters − detractors) / n, unrounded.
    score: f64,
    /// The same as a whole number, halves away from zero.
    rounded: i32,
    /// The lower end of the score interval (Tango 1998).
    low: f64,
    /// Its upper end.
    high: f64,
}

/// Which answers make the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Which {
    /// All that were given.
    #[default]
    All,
    /// Without those that the shop was to vouch for and did not.
    Verified,
}

impl Which {
    /// Reads the parameter `unverified`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "include" => Some(Self::All),
            "exclude" => Some(Self::Verified),
            _ => None,
        }
    }
}

impl Results {
    /// Groups the counts, which are sorted by survey.
    pub(super) fn of(
        period: Period,
        counted: &[Counted],
        which: Which,
        wordings: &[(String, Wording)],
    ) -> Self {
        let surveys = counted.chunk_by(|one, other| one.survey == other.survey);
        let surveys = surveys.map(|counted| Survey::of(counted, which, wordings)).collect();
        Self { period: Instants::of(period), confidence: Confidence::P95.level(), surveys }
    }
}

impl Survey {
    fn of(counted: &[Counted], which: Which, wordings: &[(String, Wording)]) -> Self {
        let (mut total, mut total_unverified) = (Tally::default(), 0);
        let mut touchpoints = Vec::with_capacity(counted.len());
        for one in counted {
            let tally = match which {
                Which::All => one.tally,
                Which::Verified => one.verified(),
            };
            let unverified = one.unverified.n();
            total.merge(&tally);
            total_unverified += unverified;
            let group = Group::of(&tally, unverified);
            touchpoints.push(Touchpoint { touchpoint: one.touchpoint.clone(), group });
        }
        let survey = counted.first().map(|one| one.survey.clone()).unwrap_or_default();
        let shown = wordings.iter().filter(|(of, _)| *of == survey).map(|(_, shown)| Shown::of(shown));
        Self { wordings: shown.collect(), survey, total: Group::of(&total, total_unverified), touchpoints }
    }
}

impl Shown {
    fn of(wording: &Wording) -> Self {
        Self { language: wording.language.clone(), wording: wording.id.clone() }
    }
}

impl Group {
    fn of(tally: &Tally, unverified: u64) -> Self {
        Self {
            n: tally.n(),
            unverified,
            counts: *tally.counts(),
            promoters: tally.of(Category::Promoter),
            passives: tally.of(Category::Passive),
            detractors: tally.of(Category::Detractor),
            nps: tally.nps().map(|nps| Number::of(&nps)),
        }
    }
}

impl Number {
    fn of(nps: &Nps) -> Self {
        Self { score: nps.score(), rounded: nps.shown(), low: nps.low(), high: nps.high() }
    }
}

/// The instants that were used: at or after `from`, before `to`; `null` is no bound.
#[derive(Serialize, ToSchema)]
struct Instants {
    from: Option<String>,
    to: Option<String>,
    /// The time zone in which plain dates were read.
    tz: String,
}

impl Instants {
    fn of(period: Period) -> Self {
        Self { from: period.from.map(rfc3339), to: period.to.map(rfc3339), tz: period.zone }
    }
}

/// The reply of `/v1/answers`.
#[derive(Serialize, ToSchema)]
pub(super) struct AnswersPage {
    #[serde(flatten)]
    period: Instants,
    answers: Vec<Listing>,
    next: Option<String>,
}

impl AnswersPage {
    /// At most `limit` of the found answers; one more only tells that there is a next page.
    pub(super) fn of(period: Period, mut found: Vec<Stored>, limit: usize) -> Self {
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| last.cursor().encode());
        let answers = found.into_iter().map(Listing::of).collect();
        Self { period: Instants::of(period), answers, next }
    }
}

#[derive(Serialize, ToSchema)]
struct Listing {
    id: String,
    rev: u32,
    complete: bool,
    survey: String,
    touchpoint: String,
    score: u8,
    category: &'static str,
    comment: Option<String>,
    contact: Option<ListedContact>,
    customer: Option<String>,
    /// Whether the shop was to vouch for the customer and did not.
    unverified: bool,
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    properties: Map<String, Value>,
    language: Option<String>,
    wording: Option<String>,
    answered_at: String,
    received_at: String,
    /// Whether it came in more than a week after it was given.
    late: bool,
    follow_up: Option<ListedFollowUp>,
}

#[derive(Serialize, ToSchema)]
struct ListedContact {
    allowed: bool,
    how: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct ListedFollowUp {
    name: &'static str,
    priority: u8,
    steps: Vec<&'static str>,
}

impl Listing {
    fn of(stored: Stored) -> Self {
        Self {
            late: stored.is_late(),
            id: stored.id,
            rev: stored.rev,
            complete: stored.complete,
            survey: stored.survey,
            touchpoint: stored.touchpoint,
            score: stored.score.get(),
            category: stored.score.category().name(),
            comment: stored.comment,
            contact: stored.contact.map(|contact| ListedContact { allowed: true, how: contact.how }),
            customer: stored.customer,
            unverified: stored.unverified,
            properties: stored.properties,
            language: stored.language,
            wording: stored.wording,
            answered_at: rfc3339(stored.answered_at),
            received_at: rfc3339(stored.received_at),
            follow_up: ListedFollowUp::of(stored.score),
        }
    }
}

impl ListedFollowUp {
    fn of(score: Score) -> Option<Self> {
        let kind = FollowUp::of(score)?;
        let steps = plan(score).iter().copied().map(Step::name).collect();
        Some(Self { name: kind.name(), priority: kind.priority(), steps })
    }
}

/// The instant in UTC, to the millisecond.
fn rfc3339(millis: Millis) -> String {
    let instant = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{instant:.3}")
}
