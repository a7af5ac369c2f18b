//! The number over time: series of tallies, groups of answers, marks on charts, and counters of the question.

use std::collections::BTreeMap;
use std::ops::Range;

use aanrader_survey::{Score, Tally};
use serde::{Deserialize, Serialize};

use super::period::{DAY, day};
use super::{Millis, Pending, SiteId};

/// Which answers a series counts.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// This site only.
    pub site: SiteId,
    /// This survey only.
    pub survey: Option<String>,
    /// This touchpoint only.
    pub touchpoint: Option<String>,
}

/// Tallies by day of UTC, in days since 1970.
pub type Days = BTreeMap<i64, Tally>;

/// By what answers are grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The touchpoint.
    Touchpoint,
    /// A declared property.
    Property(String),
}

/// A mark on a site's charts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: MarkKind,
    /// The text of a note, the source of a line, or the value of an archived group.
    pub text: String,
    /// The person who made it.
    pub who: String,
    /// When.
    pub made_at: Millis,
}

/// What a mark is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// A note at a day of the shop, as `2026-03-01`.
    Note(String),
    /// The NPS that the shop aims at.
    Target(i32),
    /// The NPS of others, such as the sector's.
    Benchmark(i32),
    /// A value of this property that is no longer shown.
    Archived(String),
    /// The question of the wording with this id.
    Wording(String),
}

/// How often the question was shown on a day, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asking {
    /// The survey.
    pub survey: String,
    /// The day, in days since 1970 in UTC.
    pub day: i64,
    /// The touchpoint.
    pub touchpoint: String,
    /// The id of the wording; empty for the default one.
    pub wording: String,
    /// `inline` or `popup`.
    pub mode: String,
    /// How often the question was shown, closed, answered with a score, and with a comment.
    pub counts: [i64; 4],
}

/// The operations of the trend.
pub trait Trends: Send + Sync {
    /// The tallies of the days that are at least partly in a period, by days of UTC.
    fn days(&self, of: Series, period: Range<Millis>) -> Pending<'_, Days>;

    /// The answers given in each of these ranges of instants, counted one by one.
    fn counted(&self, of: Series, ranges: Vec<Range<Millis>>) -> Pending<'_, Vec<Tally>>;

    /// The tallies of every group by days of UTC. `first` and `last` are days since 1970, both included.
    fn groups(&self, of: Series, by: Grouping, first: i64, last: i64) -> Pending<'_, BTreeMap<String, Days>>;

    /// Counts all of a site's answers under these properties, and under no others; returns the number of answers
    /// that were counted under other ones before.
    fn regroup(&self, site: SiteId, properties: Vec<String>) -> Pending<'_, u64>;

    /// The surveys and wordings of the answers of a period, sorted. `first` and `last` are days since 1970 in UTC,
    /// both included.
    fn wordings(
        &self,
        site: SiteId,
        survey: Option<String>,
        first: i64,
        last: i64,
    ) -> Pending<'_, Vec<(String, Wording)>>;

    /// Whether this work on a site's earlier answers is done.
    fn is_done(&self, site: SiteId, task: &'static str) -> Pending<'_, bool>;

    /// Records that it is done.
    fn set_done(&self, site: SiteId, task: &'static str) -> Pending<'_, ()>;

    /// A site's marks; those of a newer collector are left out.
    fn marks(&self, site: SiteId) -> Pending<'_, Vec<Mark>>;

    /// Adds a mark.
    fn put_mark(&self, site: SiteId, mark: Mark) -> Pending<'_, ()>;

    /// Deletes a mark.
    fn remove_mark(&self, site: SiteId, id: String) -> Pending<'_, ()>;

    /// Adds to the counters of the question.
    fn count_askings(&self, askings: Vec<(SiteId, Asking)>) -> Pending<'_, ()>;

    /// The counters of the question. `first` and `last` are days since 1970 in UTC, both included.
    fn askings(&self, of: Series, first: i64, last: i64) -> Pending<'_, Vec<Asking>>;
}

/// The exact tallies between consecutive instants, such as the midnights of a time zone. `days` are those of a period
/// that reaches a day beyond the first and the last instant.
///
/// # Errors
///
/// The store's error.
pub async fn periods(
    store: &dyn Trends,
    of: Series,
    instants: &[Millis],
    days: &Days,
) -> Result<Vec<Tally>, super::StoreError> {
    let edges: Vec<Edge> = instants.iter().map(|instant| Edge::of(*instant)).collect();
    let ranges = edges.iter().map(|edge| edge.range.clone()).filter(|range| !range.is_empty()).collect();
    let mut counted = store.counted(of, ranges).await?.into_iter();
    let mut edge = |edge: &Edge| {
        let tally = if edge.range.is_empty() { None } else { counted.next() };
        signed(&tally.unwrap_or_default(), edge.sign)
    };
    let edge_counts: Vec<[i64; Score::COUNT]> = edges.iter().map(&mut edge).collect();
    let pairs = edges.windows(2).zip(edge_counts.windows(2));
    let period = |(edges, counts): (&[Edge], &[[i64; Score::COUNT]])| {
        let mut sum = [0; Score::COUNT];
        for tally in days.range(edges[0].day..edges[1].day).map(|(_, tally)| tally) {
            add(&mut sum, &signed(tally, 1), 1);
        }
        add(&mut sum, &counts[0], -1);
        add(&mut sum, &counts[1], 1);
        Tally::from_counts(sum.map(|n| u64::try_from(n).unwrap_or(0)))
    };
    Ok(pairs.map(period).collect())
}

/// A instant as the nearest midnight of UTC and the range of instants between the two.
struct Edge {
    day: i64,
    range: Range<Millis>,
    sign: i64,
}

impl Edge {
    fn of(instant: Millis) -> Self {
        let day = day(instant + DAY / 2);
        let midnight = day * DAY;
        let sign = if instant < midnight { -1 } else { 1 };
        Self { day, range: instant.min(midnight)..instant.max(midnight), sign }
    }
}

fn signed(tally: &Tally, sign: i64) -> [i64; Score::COUNT] {
    (*tally.counts()).map(|n| sign * i64::try_from(n).unwrap_or(i64::MAX))
}

fn add(sum: &mut [i64; Score::COUNT], counts: &[i64; Score::COUNT], sign: i64) {
    sum.iter_mut().zip(counts).for_each(|(sum, n)| *sum += sign * n);
}

/// The declared properties among an answer's, with their values.
pub(crate) type Grouped = BTreeMap<String, String>;

/// The name under which a site groups its answers by the wording of the question.
const WORDING: &str = "wording";

/// The name under which every answer with a wording is counted, so that a page can say which wordings a number
/// pools. No site can declare it.
pub const WORDINGS: &str = "@wording";

/// The wording of a question: its texts in one language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wording {
    /// The language that was shown; empty if it isn't known.
    pub language: String,
    /// The id of the texts.
    pub id: String,
}

impl Wording {
    /// The wording of an answer, if it has one.
    fn of(language: Option<&str>, id: Option<&str>) -> Option<Self> {
        let language = language.unwrap_or_default().to_owned();
        id.filter(|id| !id.is_empty()).map(|id| Self { language, id: id.to_owned() })
    }

    /// The value under which it is counted. Languages and ids contain no blank.
    fn value(&self) -> String {
        format!("{} {}", self.language, self.id)
    }

    /// Reads such a value.
    pub fn parse(value: &str) -> Option<Self> {
        let (language, id) = value.split_once(' ')?;
        Some(Self { language: language.to_owned(), id: id.to_owned() })
    }
}

/// The groups of an answer with these properties, shown in this language and wording.
pub(crate) fn grouped<'a>(
    declared: &[String],
    properties: impl IntoIterator<Item = (&'a String, &'a String)>,
    (language, wording): (Option<&str>, Option<&str>),
) -> Grouped {
    let is_declared = |(key, value): &(&String, &String)| declared.contains(key) && !value.is_empty();
    let of_properties = properties.into_iter().filter(is_declared);
    let mut grouped: Grouped = of_properties.map(|(key, value)| (key.clone(), value.clone())).collect();
    if let Some(wording) = wording.filter(|_| declared.iter().any(|name| name == WORDING)) {
        grouped.insert(WORDING.to_owned(), wording.to_owned());
    }
    if let Some(shown) = Wording::of(language, wording) {
        grouped.insert(WORDINGS.to_owned(), shown.value());
    }
    grouped
}

/// Groups as they are stored: a JSON object, or nothing for none.
pub(crate) fn grouped_text(grouped: &Grouped) -> Option<String> {
    let text = || serde_json::to_string(grouped).unwrap_or_default();
    (!grouped.is_empty()).then(text)
}

/// Reads stored groups; what no collector wrote is no group.
pub(crate) fn grouped_of(text: Option<&str>) -> Grouped {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
