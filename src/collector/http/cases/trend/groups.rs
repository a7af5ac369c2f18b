//! The number by touchpoint, or by a declared property: a table, and a small chart for each.

use aanrader_survey::{Tally, shown};
use maud::{Markup, html};

use super::all::{All, sign_text};
use super::asked::Asked;
use crate::http::cases::frame::csrf;
use crate::http::trend::buckets::Buckets;
use crate::http::trend::figures;
use crate::http::trend::line::{Sign, signs, sum};
use crate::store::{DAY, Days, Grouping, Mark, MarkKind, StoreError, Trends};
use crate::trend::{RANKED, Standing, standings};

/// At most this many groups are shown, those with most answers.
const MOST: usize = 100;

/// The most points of a small chart.
const POINTS: usize = 13;

/// One group: its name, its tallies by period, all of them together, and its signs of change.
pub(super) struct Group {
    name: String,
    tallies: Vec<Tally>,
    now: Tally,
    signs: Vec<Sign>,
}

/// All groups, those with most answers first.
pub(super) struct Groups {
    groups: Vec<Group>,
    /// How many there are beyond [`MOST`].
    more: usize,
}

/// Reads the groups of the page's survey. Their days are those of UTC.
pub(super) async fn read(store: &dyn Trends, asked: &Asked, buckets: &Buckets) -> Result<Groups, StoreError> {
    let [first, last] = [buckets.instants.first(), buckets.instants.last()]
        .map(|instant| instant.copied().unwrap_or(0).div_euclid(DAY));
    let found = store.groups(asked.series(), asked.group.clone(), first, last).await?;
    let marks = store.marks(asked.site.clone()).await?;
    let archived = |name: &str| marks.iter().any(|mark| mark.text == name && is_archived(mark, asked));
    let shown: Vec<(String, Days)> = found.into_iter().filter(|(name, _)| !archived(name)).collect();
    let series = shown.len();
    let mut groups: Vec<Group> =
        shown.into_iter().map(|(name, days)| group(name, &days, buckets, series)).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.now.n()));
    let more = groups.len().saturating_sub(MOST);
    groups.truncate(MOST);
    Ok(Groups { groups, more })
}

fn is_archived(mark: &Mark, asked: &Asked) -> bool {
    matches!(&mark.kind, MarkKind::Archived(property) if property == asked.group_name())
}

fn group(name: String, days: &Days, buckets: &Buckets, series: usize) -> Group {
    let day = |place: usize| buckets.instants[place].div_euclid(DAY);
    let tallies: Vec<Tally> = (0..buckets.len())
        .map(|place| {
            let mut sum = Tally::default();
            days.range(day(place)..day(place + 1)).for_each(|(_, tally)| sum.merge(tally));
            sum
        })
        .collect();
    let now = sum(&tallies[buckets.half()..]);
    Group { name, now, tallies, signs: signs(days, series) }
}

/// The choice of the grouping, if there are properties to choose.
pub(super) fn choice(all: &All<'_>) -> Markup {
    let properties = all.state.directory.groups(&all.asked.site);
    html! {
        @if !properties.is_empty() {
            div {
                label for="group" { (all.asked.here.say("trend_group")) }
                select #group name="group" {
                    option value="touchpoint" { (all.asked.here.say("case_touchpoint")) }
                    @for property in &properties {
                        option value=(property)
                            selected[all.asked.group == Grouping::Property(property.clone())] { (property) }
                    }
                }
            }
        }
    }
}

/// The table of groups with their small charts.
pub(super) fn section(all: &All<'_>, groups: &Groups, marks: &[Mark]) -> Markup {
    let say = |key| all.asked.here.say(key);
    let standings = standings(&groups.groups.iter().map(|group| group.now).collect::<Vec<_>>());
    let any = standings.iter().any(|standing| matches!(standing, Standing::Higher | Standing::Lower));
    let by = match &all.asked.group {
        Grouping::Touchpoint => say("case_touchpoint"),
        Grouping::Property(property) => property,
    };
    html! {
        section.panel aria-labelledby="groups" {
            h2 #groups { (all.asked.here.texts.with("trend_groups", &[("by", by)])) }
            @if groups.groups.is_empty() { p { (say("trend_no_groups")) } }
            @if groups.groups.len() > 1 && !any { p { (say("trend_all_alike")) } }
            ul.groups {
                @for (group, standing) in groups.groups.iter().zip(&standings) {
                    li { (one(all, group, *standing)) }
                }
            }
            @if groups.more > 0 {
                p.hint { (all.asked.here.texts.with("trend_more_groups", &[("n", &groups.more.to_string())])) }
            }
            @if marks.iter().any(|mark| is_archived(mark, all.asked)) { p.hint { (say("trend_some_archived")) } }
            p.hint { (all.asked.here.texts.with("trend_groups_hint", &[("n", &RANKED.to_string())])) }
        }
    }
}

fn one(all: &All<'_>, group: &Group, standing: Standing) -> Markup {
    let texts = all.asked.here.texts;
    let says = figures::nps(texts, &group.now);
    let places: Vec<f64> = group.signs.iter().filter_map(|sign| all.buckets.place(sign.from)).collect();
    let (tallies, places) = coarser(&group.tallies, &places);
    let chart = texts.with("trend_small_says", &[("name", &group.name), ("now", &says)]);
    let score = group.now.nps().map_or_else(|| "–".into(), |nps| shown::score(&nps));
    html! {
        h3 { (group.name) }
        p.figure { strong { (score) } " " @if let Some(nps) = group.now.nps() { (figures::interval(texts, &nps)) } }
        (crate::http::trend::chart::small(&tallies, &chart, &places))
        p.standing { (texts.get(standing_text(standing))) }
        @for sign in &group.signs { p.change { (sign_text(all, sign)) } }
        @if all.person.may_work() && all.asked.group != Grouping::Touchpoint {
            form method="post" action=(all.asked.address()) {
                (csrf(all.person))
                input type="hidden" name="kind" value="archived";
                input type="hidden" name="property" value=(all.asked.group_name());
                input type="hidden" name="text" value=(group.name);
                button aria-label=(format!("{}: {}", texts.get("trend_archive"), group.name)) { (texts.get("trend_archive")) }
            }
        }
    }
}

/// The tallies of longer periods, so that a small group's line isn't all chance, and the places among them.
fn coarser(tallies: &[Tally], places: &[f64]) -> (Vec<Tally>, Vec<f64>) {
    let length = tallies.len().div_ceil(POINTS).max(1);
    // Counted from the end, so that the last period is complete.
    let sums: Vec<Tally> = tallies.rchunks(length).rev().map(sum).collect();
    let before = (sums.len() * length - tallies.len()) as f64;
    (sums, places.iter().map(|place| (place + before) / length as f64).collect())
}

const fn standing_text(standing: Standing) -> &'static str {
    match standing {
        Standing::TooFew => "trend_too_few",
        Standing::AsTheRest => "trend_as_the_rest",
        Standing::Higher => "trend_above_the_rest",
        Standing::Lower => "trend_below_the_rest",
    }
}
