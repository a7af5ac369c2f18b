//! The wordings of the question that a number pools, and how they differ.
//!
//! Only wordings of one language are compared, and only over the days on which both were answered: a translation is
//! no other wording, and another time may explain a difference as well as other words.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use aanrader_survey::{Comparison, Tally, compare, holm, shown};
use maud::{Markup, html};

use super::all::All;
use super::asked::Asked;
use super::names::{self, Names};
use crate::http::owner::Texts;
use crate::http::trend::buckets::{Buckets, date};
use crate::http::trend::figures;
use crate::store::{Asking, DAY, Days, Grouping, Series, StoreError, Trends, WORDINGS, Wording};
use crate::trend::{RANKED, Share};

/// A difference with a larger p, corrected for the number of comparisons, is no more than chance explains.
const LEVEL: f64 = 0.05;

/// The wordings of the page's survey, by language, those with most answers first. Touchpoints are counted together.
pub(super) struct Wordings {
    /// Of the later half of the page's periods.
    now: BTreeMap<String, Vec<One>>,
    /// Of the earlier half.
    before: BTreeMap<String, Vec<One>>,
    /// The counters of the later half.
    askings: Vec<Asking>,
}

/// A wording with its answers by day of UTC.
struct One {
    id: String,
    days: Days,
    n: u64,
}

impl One {
    fn between(&self, days: &RangeInclusive<i64>) -> Tally {
        let within = self.days.iter().filter(|(day, _)| days.contains(day));
        let mut sum = Tally::default();
        within.for_each(|(_, tally)| sum.merge(tally));
        sum
    }

    fn span(&self) -> RangeInclusive<i64> {
        let end = |day: Option<&i64>| day.copied().unwrap_or_default();
        end(self.days.keys().next())..=end(self.days.keys().last())
    }
}

/// Reads the wordings of the page's survey.
pub(super) async fn read(
    store: &dyn Trends,
    asked: &Asked,
    buckets: &Buckets,
) -> Result<Wordings, StoreError> {
    let day = |place: usize| buckets.instants.get(place).copied().unwrap_or(0).div_euclid(DAY);
    let (first, half, last) = (day(0), day(buckets.half()), day(buckets.len()));
    let of = Series { touchpoint: None, ..asked.series() };
    let by = Grouping::Property(WORDINGS.to_owned());
    let found = store.groups(of.clone(), by, first, last).await?;
    let now = languages(&found, half..=last);
    let is_compared = now.values().any(|wordings| wordings.len() > 1);
    let askings = if is_compared { store.askings(of, half, last).await? } else { Vec::new() };
    Ok(Wordings { now, before: languages(&found, first..=half - 1), askings })
}

fn languages(found: &BTreeMap<String, Days>, days: RangeInclusive<i64>) -> BTreeMap<String, Vec<One>> {
    let mut languages = BTreeMap::<String, Vec<One>>::new();
    for (value, of_value) in found {
        let Some(Wording { language, id }) = Wording::parse(value) else { continue };
        let days: Days = of_value.range(days.clone()).map(|(day, tally)| (*day, *tally)).collect();
        let n = days.values().map(Tally::n).sum();
        if n > 0 {
            languages.entry(language).or_default().push(One { id, days, n });
        }
    }
    for wordings in languages.values_mut() {
        wordings.sort_by(|one, other| (other.n, &one.id).cmp(&(one.n, &other.id)));
    }
    languages
}

/// Says which languages the number pools several wordings in, or in which the two periods differ.
pub(super) fn pooled(all: &All<'_>, wordings: &Wordings) -> Markup {
    let texts = all.asked.here.texts;
    let says = |key, language: &str, n: usize| {
        texts.with(key, &[("n", &n.to_string()), ("language", &in_language(texts, language))])
    };
    let differs = |language: &String, now: &[One]| {
        let before = wordings.before.get(language).map(Vec::as_slice).unwrap_or_default();
        before.iter().any(|one| now.iter().all(|other| other.id != one.id))
    };
    html! {
        @for (language, now) in &wordings.now {
            @if now.len() > 1 {
                p.reading { a href="#wordings" { (says("trend_pools", language, now.len())) } }
            } @else if differs(language, now) {
                p.reading { (says("trend_pools_before", language, 1)) }
            }
        }
    }
}

fn in_language(texts: &Texts, language: &str) -> String {
    if language.is_empty() { texts.get("trend_no_language").to_owned() } else { language.to_owned() }
}

/// The comparison, if there is anything to compare; and the form that names a wording.
pub(super) fn section(all: &All<'_>, wordings: &Wordings, names: &Names) -> Markup {
    let say = |key| all.asked.here.say(key);
    let compared: Vec<_> = wordings.now.iter().filter(|(_, of_language)| of_language.len() > 1).collect();
    html! {
        @if let Some((first, _)) = compared.first() {
            section.panel aria-labelledby="wordings" {
                h2 #wordings { (say("trend_wordings_title")) }
                @for (language, of_language) in &compared {
                    (one_language(all, language, of_language, (&wordings.askings, names)))
                }
                p.hint { (all.asked.here.texts.with("trend_wordings_hint", &[("n", &RANKED.to_string())])) }
                (names::form(all, first))
            }
        }
    }
}

/// A wording beside the one with most answers.
struct Beside {
    /// The days on which both were answered; empty if there are none.
    days: RangeInclusive<i64>,
    /// The answers of both on these days.
    tallies: [Tally; 2],
    compared: Option<Comparison>,
}

impl Beside {
    fn of(one: &One, first: &One) -> Self {
        let (own, other) = (one.span(), first.span());
        let days = *own.start().max(other.start())..=*own.end().min(other.end());
        let tallies = [one.between(&days), first.between(&days)];
        let enough = tallies.iter().all(|tally| tally.n() >= RANKED);
        let compared = enough.then(|| compare(&tallies[0], &tallies[1])).flatten();
        Self { days, tallies, compared }
    }
}

fn one_language(
    all: &All<'_>,
    language: &str,
    wordings: &[One],
    (askings, names): (&[Asking], &Names),
) -> Markup {
    let texts = all.asked.here.texts;
    let [first, others @ ..] = wordings else { return html! {} };
    let beside: Vec<Beside> = others.iter().map(|one| Beside::of(one, first)).collect();
    let mut p =
        holm(&beside.iter().filter_map(|beside| Some(beside.compared?.p)).collect::<Vec<_>>()).into_iter();
    let name = |one: &One| names.of(texts, &one.id);
    html! {
        h3 { (in_language(texts, language)) }
        ul.groups {
            li { (figure(all, &name(first), first, askings)) }
            @for (one, beside) in others.iter().zip(&beside) {
                li {
                    (figure(all, &name(one), one, askings))
                    @let p = beside.compared.and_then(|_| p.next());
                    p.standing { (difference(texts, beside, p)) }
                    @if beside.compared.is_some() {
                        @if let Some(rates) = rates(texts, askings, beside, [&one.id, &first.id]) { p { (rates) } }
                        p.hint { (common(texts, beside, &name(first))) }
                    }
                }
            }
        }
    }
}

/// The number and the response rate of a wording, over the entire period.
fn figure(all: &All<'_>, name: &str, one: &One, askings: &[Asking]) -> Markup {
    let texts = all.asked.here.texts;
    let tally = one.between(&one.span());
    let score = tally.nps().map_or_else(|| "–".into(), |nps| shown::score(&nps));
    let [shown_times, answered] = sums(askings, &one.id, &(i64::MIN..=i64::MAX));
    let rate = Share::of(answered, shown_times).map(|share| {
        let times = figures::count(texts, shown_times.unsigned_abs());
        texts.with("trend_wording_rate", &[("share", &figures::share(texts, share)), ("n", &times)])
    });
    html! {
        h4 { (name) }
        p.figure { strong { (score) } " " @if let Some(nps) = tally.nps() { (figures::interval(texts, &nps)) } }
        p { (rate.as_deref().unwrap_or(texts.get("trend_wording_no_rate"))) }
    }
}

/// How often a wording was shown and answered on these days.
fn sums(askings: &[Asking], id: &str, days: &RangeInclusive<i64>) -> [i64; 2] {
    let of = askings.iter().filter(|asking| asking.wording == id && days.contains(&asking.day));
    of.fold([0; 2], |[shown, scored], asking| [shown + asking.counts[0], scored + asking.counts[2]])
}

/// How the numbers differ, in the words of every comparison.
fn difference(texts: &Texts, beside: &Beside, p: Option<f64>) -> String {
    let Some((compared, p)) = beside.compared.zip(p) else {
        let apart = beside.days.is_empty();
        return texts.get(if apart { "trend_wording_apart" } else { "trend_too_few" }).to_owned();
    };
    let key = match (p < LEVEL, compared.difference > 0.0) {
        (false, _) => "trend_wording_chance",
        (true, true) => "trend_wording_higher",
        (true, false) => "trend_wording_lower",
    };
    let points = decimal(texts, compared.difference.abs());
    let range = figures::range(texts, compared.low, compared.high);
    texts.with(key, &[("points", &points), ("range", &range)])
}

/// How the response rates differ on the common days; `None` if they aren't known.
fn rates(texts: &Texts, askings: &[Asking], beside: &Beside, ids: [&String; 2]) -> Option<String> {
    let [one, first] = ids.map(|id| sums(askings, id, &beside.days));
    let (one, first) = (Share::of(one[1], one[0])?, Share::of(first[1], first[0])?);
    let [value, low, high] = one.less(first).map(|share| 100.0 * share);
    let key = match (low > 0.0, high < 0.0) {
        (true, _) => "trend_wording_rate_higher",
        (_, true) => "trend_wording_rate_lower",
        _ => "trend_wording_rate_chance",
    };
    let sign = |value: f64| if value < 0.0 { "−" } else { "+" };
    let end = |value: f64| format!("{}{}", sign(value), decimal(texts, value.abs()));
    let range = texts.with("trend_range", &[("low", &end(low)), ("high", &end(high))]);
    Some(texts.with(key, &[("points", &decimal(texts, value.abs())), ("range", &range)]))
}

fn decimal(texts: &Texts, value: f64) -> String {
    format!("{value:.1}").replace('.', texts.get("trend_decimal"))
}

/// With what, and over which days, a wording was compared.
fn common(texts: &Texts, beside: &Beside, first: &str) -> String {
    let [from, to] =
        [beside.days.start(), beside.days.end()].map(|day| figures::day(texts, date(*day), true));
    let [own, other] = [0, 1].map(|place| figures::nps(texts, &beside.tallies[place]));
    let values = [("name", first), ("from", &*from), ("to", &*to), ("own", &*own), ("other", &*other)];
    texts.with("trend_wording_common", &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Score;

    fn tally(score: u8, times: u64) -> Tally {
        let mut tally = Tally::default();
        tally.add_many(Score::new(score).expect("a score"), times);
        tally
    }

    fn found(all: &[(&str, i64, u8, u64)]) -> BTreeMap<String, Days> {
        let mut found = BTreeMap::<String, Days>::new();
        for (value, day, score, times) in all {
            found.entry((*value).into()).or_default().entry(*day).or_default().merge(&tally(*score, *times));
        }
        found
    }

    #[test]
    fn wordings_are_compared_within_their_language_over_the_days_on_which_both_were_answered() {
        let found = found(&[
            ("nl a", 1, 10, 90),
            ("nl a", 5, 9, 40),
            ("nl b", 4, 0, 35),
            ("nl b", 6, 0, 35),
            ("en c", 5, 9, 10),
            ("nl late", 99, 9, 10),
            ("nonsense", 5, 9, 10),
        ]);
        let languages = languages(&found, 0..=10);
        let ids = |language: &str| languages[language].iter().map(|one| one.id.as_str()).collect::<Vec<_>>();
        assert_eq!((ids("nl"), ids("en"), languages.len()), (vec!["a", "b"], vec!["c"], 2));
        let [a, b] = &languages["nl"][..] else { panic!("two wordings") };
        let beside = Beside::of(b, a);
        assert_eq!((beside.days.clone(), beside.tallies[0].n(), beside.tallies[1].n()), (4..=5, 35, 40));
        assert!(beside.compared.is_some_and(|compared| compared.difference < -199.0));
    }

    #[test]
    fn wordings_that_were_never_asked_at_the_same_time_are_not_compared() {
        let found = found(&[("nl a", 1, 10, 90), ("nl b", 2, 0, 90), ("nl few", 1, 0, 29)]);
        let languages = languages(&found, 0..=10);
        let [a, b, few] = &languages["nl"][..] else { panic!("three wordings") };
        let (apart, too_few) = (Beside::of(b, a), Beside::of(few, a));
        assert!(apart.days.is_empty() && apart.compared.is_none());
        assert!(!too_few.days.is_empty() && too_few.compared.is_none());
    }
}
