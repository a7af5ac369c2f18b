//! The result object for JavaScript.

use aanrader_survey::{Category, Confidence, Nps, Score, Tally, shown};
use serde::Serialize;

/// The result of `npsOf`. Without answers, score and interval are `null`.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NpsOf {
    score: Option<f64>,
    rounded: Option<i32>,
    interval: Option<Interval>,
    n: u64,
    groups: Groups,
    counts: [u64; Score::COUNT],
    text: String,
    /// How text was read; `www/nps.js` adds it.
    read: Option<()>,
}

/// Both ends of an interval, in points, and its confidence level, as a share.
#[derive(Debug, PartialEq, Serialize)]
struct Interval {
    low: f64,
    high: f64,
    confidence: f64,
}

#[derive(Debug, PartialEq, Serialize)]
struct Groups {
    promoters: u64,
    passives: u64,
    detractors: u64,
}

impl NpsOf {
    /// The result for a tally.
    pub(crate) fn new(tally: &Tally) -> Self {
        let nps = tally.nps();
        let of = |category| tally.of(category);
        Self {
            score: nps.as_ref().map(Nps::score),
            rounded: nps.as_ref().map(Nps::shown),
            interval: nps.map(|nps| Interval::of(nps.low(), nps.high())),
            n: tally.n(),
            groups: Groups {
                promoters: of(Category::Promoter),
                passives: of(Category::Passive),
                detractors: of(Category::Detractor),
            },
            counts: *tally.counts(),
            text: shown::nps(tally),
            read: None,
        }
    }
}

impl Interval {
    fn of(low: f64, high: f64) -> Self {
        Self { low, high, confidence: Confidence::P95.level() }
    }
}

/// The result of `compare`.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Compared {
    difference: f64,
    interval: Interval,
    p: f64,
}

impl Compared {
    /// The first less the second; `None` if one of them has no answers.
    pub(crate) fn of(first: &Tally, second: &Tally) -> Option<Self> {
        let compared = aanrader_survey::compare(first, second)?;
        let interval = Interval::of(compared.low, compared.high);
        Some(Self { difference: compared.difference, interval, p: compared.p })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_javascript_gets_is_what_the_core_computed() {
        let tally: Tally = [0, 7, 8, 9, 10, 10].into_iter().filter_map(Score::new).collect();
        let (told, nps) = (NpsOf::new(&tally), tally.nps().expect("an NPS"));
        assert_eq!((told.score, told.rounded), (Some(nps.score()), Some(33)));
        let interval = Interval { low: nps.low(), high: nps.high(), confidence: 0.95 };
        assert_eq!(told.interval, Some(interval));
        assert_eq!((told.groups.promoters, told.groups.passives, told.groups.detractors), (3, 2, 1));
        assert_eq!(told.text, shown::nps(&tally));
    }

    #[test]
    fn nobody_has_no_nps_rather_than_zero() {
        let told = NpsOf::new(&Tally::default());
        assert_eq!((told.score, told.rounded, told.interval, told.n), (None, None, None, 0));
    }
}
