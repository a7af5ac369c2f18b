//! NPS with its margin of error, and two scores compared.

use crate::{Category, Tally};

/// How sure an interval is meant to be.
///
/// Holds the two-sided quantile z of the standard normal distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    level: f64,
    z: f64,
}

impl Confidence {
    /// 90 % (z = 1.645).
    pub const P90: Self = Self { level: 0.90, z: 1.644_853_626_951_472_7 };
    /// 95 % (z = 1.960), the one shown everywhere.
    pub const P95: Self = Self { level: 0.95, z: 1.959_963_984_540_054 };
    /// 99 % (z = 2.576).
    pub const P99: Self = Self { level: 0.99, z: 2.575_829_303_548_900_4 };

    /// The level as a share, 0.95 for 95 %.
    pub const fn level(self) -> f64 {
        self.level
    }
}

/// A Net Promoter Score, unrounded, with the interval it is sure of.
///
/// With p and d the shares of promoters and detractors among n answers,
/// NPS = 100 (p − d), from −100 to +100, and the variance of one answer is
/// v = p + d − (p − d)².
///
/// The interval is the adjusted Wald interval of B. Rocks, "Interval Estimation
/// for the Net Promoter Score", The American Statistician 70 (2016), preprint
/// arXiv:1601.07235: ¾ of a detractor, 1½ passives and ¾ of a promoter are
/// added to the counts, the interval is ± z·√(v/n) around the adjusted score,
/// and it is clamped to [−100, +100].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nps {
    score: f64,
    variance: f64,
    low: f64,
    high: f64,
    n: u64,
}

impl Nps {
    /// The NPS of what was counted; `None` when nobody answered, which is not an NPS of 0.
    pub fn of(tally: &Tally, confidence: Confidence) -> Option<Self> {
        let n = tally.n();
        if n == 0 {
            return None;
        }
        let raw = Shares::of(tally);
        let adjusted = Shares::adjusted(tally);
        let margin = confidence.z * libm::sqrt(adjusted.variance() / adjusted.n);
        Some(Self {
            score: 100.0 * raw.balance(),
            variance: raw.variance(),
            low: (100.0 * (adjusted.balance() - margin)).max(-100.0),
            high: (100.0 * (adjusted.balance() + margin)).min(100.0),
            n,
        })
    }

    /// The score, −100 to +100, unrounded.
    pub const fn score(&self) -> f64 {
        self.score
    }

    /// The variance v of a single answer, in units of (share)², 0 to 1.
    pub const fn variance(&self) -> f64 {
        self.variance
    }

    /// The lower end of the interval, −100 to +100.
    pub const fn low(&self) -> f64 {
        self.low
    }

    /// The upper end of the interval, −100 to +100.
    pub const fn high(&self) -> f64 {
        self.high
    }

    /// Half the interval's width, in points.
    pub fn margin(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// n: how many answers the score is of.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// A score or an end of an interval as it is shown: a whole number, rounded
    /// half away from zero.
    pub fn shown(value: f64) -> i32 {
        libm::round(value) as i32
    }
}

/// Two scores held against each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The first NPS less the second, in points, unrounded.
    pub difference: f64,
    /// Z = (NPS₁ − NPS₂)/√(v₁/n₁ + v₂/n₂), all on adjusted counts (Rocks 2016).
    pub z: f64,
    /// Two-sided p: how often chance alone gives a difference at least as large.
    pub p: f64,
}

/// Whether two scores differ by more than chance explains; `None` while one of them has no answers.
pub fn compare(first: &Tally, second: &Tally) -> Option<Comparison> {
    let difference = first.nps()?.score - second.nps()?.score;
    let (a, b) = (Shares::adjusted(first), Shares::adjusted(second));
    let error = libm::sqrt(a.variance() / a.n + b.variance() / b.n);
    let z = (a.balance() - b.balance()) / error;
    let p = libm::erfc(libm::fabs(z) / core::f64::consts::SQRT_2);
    Some(Comparison { difference, z, p })
}

/// Shares of promoters and detractors among n answers.
struct Shares {
    promoters: f64,
    detractors: f64,
    n: f64,
}

impl Shares {
    fn of(tally: &Tally) -> Self {
        Self::with(tally, 0.0, 0.0)
    }

    /// With the ¾, 1½ and ¾ answers of the adjusted Wald interval.
    fn adjusted(tally: &Tally) -> Self {
        Self::with(tally, 0.75, 1.5)
    }

    fn with(tally: &Tally, outer: f64, middle: f64) -> Self {
        let n = tally.n() as f64 + outer + middle + outer;
        Self {
            promoters: (tally.of(Category::Promoter) as f64 + outer) / n,
            detractors: (tally.of(Category::Detractor) as f64 + outer) / n,
            n,
        }
    }

    /// p − d.
    fn balance(&self) -> f64 {
        self.promoters - self.detractors
    }

    /// v = p + d − (p − d)²; rounding never makes it negative.
    fn variance(&self) -> f64 {
        let balance = self.balance();
        (self.promoters + self.detractors - balance * balance).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Score;
    use proptest::prelude::*;

    /// A tally of so many detractors, passives and promoters.
    fn tally(detractors: u64, passives: u64, promoters: u64) -> Tally {
        let mut tally = Tally::default();
        for (value, times) in [(0, detractors), (8, passives), (10, promoters)] {
            tally.add_many(Score::new(value).expect("a score"), times);
        }
        tally
    }

    #[track_caller]
    fn assert_near(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 0.005, "{actual} is not {expected}");
    }

    #[test]
    fn one_detractor_two_passives_and_three_promoters_make_33_with_variance_five_ninths() {
        let nps = tally(1, 2, 3).nps().expect("an NPS");
        assert_near(nps.score(), 33.333);
        assert_near(nps.variance(), 5.0 / 9.0);
        assert_eq!(nps.n(), 6);
    }

    #[test]
    fn one_of_each_makes_zero_with_variance_two_thirds() {
        let nps = tally(1, 1, 1).nps().expect("an NPS");
        assert_near(nps.score(), 0.0);
        assert_near(nps.variance(), 2.0 / 3.0);
    }

    #[test]
    fn seven_four_and_six_make_minus_six_between_minus_42_and_32() {
        let nps = tally(7, 4, 6).nps().expect("an NPS");
        assert_near(nps.score(), -5.882);
        assert_near(nps.low(), -42.25);
        assert_near(nps.high(), 32.25);
        assert_eq!(Nps::shown(nps.score()), -6);
    }

    #[test]
    fn five_24_and_46_make_55_between_39_and_67() {
        let nps = tally(5, 24, 46).nps().expect("an NPS");
        assert_near(nps.score(), 54.667);
        assert_near(nps.low(), 38.59);
        assert_near(nps.high(), 66.54);
    }

    #[test]
    fn an_interval_never_leaves_the_scale() {
        let nps = tally(0, 0, 10).nps().expect("an NPS");
        assert_near(nps.high(), 100.0);
        let nps = tally(10, 0, 0).nps().expect("an NPS");
        assert_near(nps.low(), -100.0);
    }

    #[test]
    fn nobody_answering_is_not_an_nps_of_zero() {
        assert_eq!(Tally::default().nps(), None);
        assert_eq!(compare(&Tally::default(), &tally(1, 1, 1)), None);
    }

    #[test]
    fn halves_are_shown_rounded_away_from_zero() {
        assert_eq!([2.5, -2.5, 0.4, -0.4].map(Nps::shown), [3, -3, 0, 0]);
    }

    #[test]
    fn the_same_score_twice_is_no_difference_and_a_large_gap_is_one() {
        let same = compare(&tally(7, 4, 6), &tally(7, 4, 6)).expect("a comparison");
        assert_near(same.z, 0.0);
        assert_near(same.p, 1.0);
        let apart = compare(&tally(5, 24, 46), &tally(46, 24, 5)).expect("a comparison");
        assert!(apart.z > 2.58 && apart.p < 0.01, "{apart:?}");
    }

    #[test]
    fn a_z_of_1_96_has_a_p_of_five_percent() {
        assert_near(libm::erfc(Confidence::P95.z / core::f64::consts::SQRT_2), 0.05);
        assert_near(libm::erfc(Confidence::P90.z / core::f64::consts::SQRT_2), 0.10);
        assert_near(libm::erfc(Confidence::P99.z / core::f64::consts::SQRT_2), 0.01);
    }

    proptest! {
        #[test]
        fn score_and_interval_stay_within_the_scale(d in 0u64..5_000, pa in 0u64..5_000, pr in 0u64..5_000) {
            if let Some(nps) = tally(d, pa, pr).nps() {
                prop_assert!((-100.0..=100.0).contains(&nps.score()));
                prop_assert!(-100.0 <= nps.low() && nps.low() < nps.high() && nps.high() <= 100.0);
                prop_assert!((0.0..=1.0).contains(&nps.variance()));
            }
        }

        #[test]
        fn promoters_and_detractors_mirror_each_other(d in 0u64..500, pa in 0u64..500, pr in 0u64..500) {
            if let (Some(one), Some(other)) = (tally(d, pa, pr).nps(), tally(pr, pa, d).nps()) {
                prop_assert!((one.score() + other.score()).abs() < 1e-9);
                prop_assert!((one.low() + other.high()).abs() < 1e-9);
            }
        }

        #[test]
        fn ten_times_the_answers_never_widen_the_interval(d in 0u64..50, pa in 0u64..50, pr in 0u64..50) {
            if let (Some(few), Some(many)) = (tally(d, pa, pr).nps(), tally(10 * d, 10 * pa, 10 * pr).nps()) {
                prop_assert!((few.score() - many.score()).abs() < 1e-9);
                prop_assert!(many.margin() <= few.margin() + 1e-9);
            }
        }

        #[test]
        fn comparing_the_other_way_round_changes_the_sign_only(a in 0u64..50, b in 1u64..50, c in 0u64..50) {
            let one = compare(&tally(a, b, c), &tally(c, b, a)).expect("a comparison");
            let other = compare(&tally(c, b, a), &tally(a, b, c)).expect("a comparison");
            prop_assert!((one.z + other.z).abs() < 1e-9 && (one.p - other.p).abs() < 1e-9);
        }
    }
}
