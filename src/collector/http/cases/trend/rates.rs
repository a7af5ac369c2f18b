//! Why so few answered: how often the question was shown, and what became of it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::all::All;
use super::asked::Asked;
use super::names::Names;
use crate::http::trend::buckets::Buckets;
use crate::http::trend::figures;
use crate::store::{DAY, StoreError, Trends};
use crate::trend::Share;

/// The counters by mode and by wording: shown, closed, scored, commented.
pub(super) struct Rates {
    by_mode: BTreeMap<String, [i64; 4]>,
    by_wording: BTreeMap<String, [i64; 4]>,
}

/// Reads the counters of the later half of the page's periods.
pub(super) async fn read(store: &dyn Trends, asked: &Asked, buckets: &Buckets) -> Result<Rates, StoreError> {
    let day = |place: usize| buckets.instants.get(place).copied().unwrap_or(0).div_euclid(DAY);
    let askings = store.askings(asked.series(), day(buckets.half()), day(buckets.len())).await?;
    let mut rates = Rates { by_mode: BTreeMap::new(), by_wording: BTreeMap::new() };
    for asking in askings {
        for (map, key) in [(&mut rates.by_mode, asking.mode), (&mut rates.by_wording, asking.wording)] {
            let sums = map.entry(key).or_default();
            sums.iter_mut().zip(asking.counts).for_each(|(sum, count)| *sum += count);
        }
    }
    Ok(rates)
}

pub(super) fn section(all: &All<'_>, rates: &Rates, names: &Names) -> Markup {
    let say = |key| all.asked.here.say(key);
    html! {
        section.panel aria-labelledby="rates" {
            h2 #rates { (say("trend_rates")) }
            @if rates.by_mode.is_empty() {
                p { (say("trend_no_rates")) }
            } @else {
                p.hint { (say("trend_rates_hint")) }
                (table(all, say("trend_mode"), &rates.by_mode, |mode| say(mode_text(mode)).to_owned()))
                @if rates.by_wording.len() > 1 {
                    (table(all, say("trend_wording"), &rates.by_wording, |id| names.of(all.asked.here.texts, id)))
                }
            }
        }
    }
}

fn mode_text(mode: &str) -> &'static str {
    if mode == "popup" { "trend_popup" } else { "trend_inline" }
}

fn table(
    all: &All<'_>,
    title: &str,
    rates: &BTreeMap<String, [i64; 4]>,
    name: impl Fn(&str) -> String,
) -> Markup {
    let texts = all.asked.here.texts;
    let share =
        |part, total| Share::of(part, total).map_or_else(|| "–".into(), |share| figures::share(texts, share));
    html! {
        div.scroll role="group" tabindex="0" aria-label=(title) {
            table {
                thead { tr {
                    th scope="col" { (title) }
                    @for key in ["trend_shown", "trend_answered", "trend_commented", "trend_closed"] {
                        th scope="col" { (texts.get(key)) }
                    }
                } }
                tbody {
                    @for (key, [shown, closed, scored, commented]) in rates {
                        tr {
                            th scope="row" { (name(key)) }
                            td { (figures::count(texts, shown.unsigned_abs())) }
                            td { (share(*scored, *shown)) }
                            td { (share(*commented, *scored)) }
                            td { (share(*closed, *shown)) }
                        }
                    }
                }
            }
        }
    }
}
