//! NPS with its confidence interval, and the comparison of two scores.

mod compare;
mod interval;
mod rounding;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, chance, compare, holm, two_sided};
pub use rounding::tenths_of_percent;

use crate::{Category, Tally};
use interval::Net;

/// A confidence level.
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
    /// 95 % (z = 1.960), which all pages show.
    pub const P95: Self = Self { level: 0.95, z: 1.959_963_984_540_054 };
    /// 99 % (z = 2.576).
    pub const P99: Self = Self { level: 0.99, z: 2.575_829_303_548_900_4 };

    /// The level as a share, 0.95 for 95 %.
    pub const fn level(self) -> f64 {
        self.level
    }
}

/// A Net Promoter Score, unrounded, with its confidence interval.
///
/// With p and d the shares of promoters and detractors among n answers, NPS = 100 (p − d), from −100 to +100,
/// and the variance of one answer is v = p + d − (p − d)².
///
/// The interval is the score interval for the difference of two shares of one multinomial: all differences
/// that the score test doesn't reject. T. Tango, "Equivalence test and confidence interval for the difference
/// in proportions for the paired-sample design", Statistics in Medicine 17 (1998) 891–908. It always contains
/// the score, stays on the scale, and is not symmetric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nps {
    score: f64,
    shown: i32,
    variance: f64,
    low: f64,
    high: f64,
    n: u64,
}

impl Tally {
    /// The NPS with its 95 % interval, or `None` while nobody has answered.
    pub fn nps(&self) -> Option<Nps> {
        Nps::of(self, Confidence::P95)
    }
}

impl Nps {
    /// With fewer answers than this a score says little, whatever its interval.
    pub const FEW: u64 = 10;

    /// The NPS of a tally; `None` for an empty tally, which is not an NPS of 0.
    pub fn of(tally: &Tally, confidence: Confidence) -> Option<Self> {
        let net = Net::of(tally)?;
        let (low, high) = net.interval(confidence.z);
        let (promoters, detractors) = (tally.of(Category::Promoter), tally.of(Category::Detractor));
        let score = rounding::unrounded(promoters, detractors, tally.n());
        Some(Self {
            score,
            shown: rounding::score(promoters, detractors, tally.n()),
            variance: net.variance(),
            // The shares are rounded in their last bit. So an end that equals the score may be off by that
            // bit.
            low: (100.0 * low).min(score),
            high: (100.0 * high).max(score),
            n: tally.n(),
        })
    }

    /// The score, −100 to +100, unrounded: 100 (promoters − detractors) / n, in one division.
    pub const fn score(&self) -> f64 {
        self.score
    }

    /// The score as shown: a whole number, rounded half away from zero. It is computed from the counts in
    /// integers, so that no half is lost in floating point.
    pub const fn shown(&self) -> i32 {
        self.shown
    }

    /// The variance v of a single answer, in units of (share)², 0 to 1.
    pub const fn variance(&self) -> f64 {
        self.variance
    }

    /// The lower end of the interval, −100 to +100; never above the score.
    pub const fn low(&self) -> f64 {
        self.low
    }

    /// The upper end of the interval, −100 to +100; never below the score.
    pub const fn high(&self) -> f64 {
        self.high
    }

    /// n: the number of answers.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Whether the score says little because it has fewer answers than [`Nps::FEW`].
    pub const fn is_of_few(&self) -> bool {
        self.n < Self::FEW
    }

    /// The end of an interval as shown: a whole number, rounded half away from zero.
    pub fn shown_end(value: f64) -> i32 {
        libm::round(value) as i32
    }
}
