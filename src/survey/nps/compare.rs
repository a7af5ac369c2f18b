//! A test of whether two scores differ by more than chance explains.

use alloc::vec::Vec;

use super::Confidence;
use super::interval::{Net, last};
use crate::Tally;

/// The comparison of two scores.
///
/// The score test for the difference of two independent scores: the variances are those at the likeliest
/// shares under the tested difference, as in O. Miettinen and M. Nurminen, "Comparative analysis of two
/// rates", Statistics in Medicine 4 (1985) 213–226, with the multinomial of Tango 1998 in place of the
/// binomial. The interval is all differences that this test doesn't reject, so it excludes 0 exactly if p is
/// below 1 less its confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The first NPS less the second, in points, −200 to +200, unrounded.
    pub difference: f64,
    /// The lower end of the difference's interval, in points; never above the difference.
    pub low: f64,
    /// The upper end of the difference's interval, in points; never below the difference.
    pub high: f64,
    /// The difference in units of its standard error under equal scores; positive if the first is higher.
    pub z: f64,
    /// Two-sided p: how often chance alone gives a difference at least as large.
    pub p: f64,
}

/// Compares two scores, with a 95 % interval; `None` if one of them has no answers.
pub fn compare(first: &Tally, second: &Tally) -> Option<Comparison> {
    let pair = Pair { first: Net::of(first)?, second: Net::of(second)? };
    let difference = first.nps()?.score() - second.nps()?.score();
    let z = pair.z();
    let limit = Confidence::P95.z;
    Some(Comparison {
        difference,
        low: (-100.0 * pair.swapped().upper_end(limit)).min(difference),
        high: (100.0 * pair.upper_end(limit)).max(difference),
        z,
        p: two_sided(z),
    })
}

/// The p of [`compare`] alone, for when many pairs are compared; `None` if one of the tallies is empty.
pub fn chance(first: &Tally, second: &Tally) -> Option<f64> {
    Some(two_sided(Pair { first: Net::of(first)?, second: Net::of(second)? }.z()))
}

/// The two-sided p of a standard normal z: how often chance alone is at least as far from 0.
pub fn two_sided(z: f64) -> f64 {
    libm::erfc(libm::fabs(z) / core::f64::consts::SQRT_2)
}

/// Holm's correction: each p, adjusted for the number of comparisons.
///
/// S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6
/// (1979) 65–70. If only differences with a p below 0.05 are reported, at most 5 % of such sets contain one
/// that is chance alone.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut corrected: Vec<f64> = p.to_vec();
    let mut least: f64 = 0.0;
    for (rank, place) in order.into_iter().enumerate() {
        least = least.max((p[place] * (p.len() - rank) as f64).min(1.0));
        corrected[place] = least;
    }
    corrected
}

/// The two scores, as shares.
#[derive(Clone, Copy)]
struct Pair {
    first: Net,
    second: Net,
}

impl Pair {
    fn difference(self) -> f64 {
        self.first.balance() - self.second.balance()
    }

    fn swapped(self) -> Self {
        Self { first: self.second, second: self.first }
    }

    /// The difference in units of its standard error if both scores were equal.
    fn z(self) -> f64 {
        let difference = self.difference();
        if difference < 0.0 {
            return -self.swapped().z();
        }
        if difference == 0.0 { 0.0 } else { difference / libm::sqrt(self.squared_error(0.0)) }
    }

    /// The largest difference that the test does not reject, up to 2.
    fn upper_end(self, limit: f64) -> f64 {
        let difference = self.difference();
        last(difference, 2.0, |delta| {
            let distance = delta - difference;
            distance * distance <= limit * limit * self.squared_error(delta)
        })
    }

    /// The variance of the difference if it were truly `delta`.
    fn squared_error(self, delta: f64) -> f64 {
        let at = self.likeliest(delta);
        self.first.variance_at((at + delta).clamp(-1.0, 1.0)) / self.first.n()
            + self.second.variance_at(at) / self.second.n()
    }

    /// The likeliest second balance if the first were larger by `delta`. There the two log-likelihoods have
    /// opposite slopes; it lies between the balances of the two groups alone.
    fn likeliest(self, delta: f64) -> f64 {
        let (one, other) = (self.first.balance() - delta, self.second.balance());
        let from = one.min(other).max(-1.0).max(-1.0 - delta);
        let to = one.max(other).min(1.0).min(1.0 - delta).max(from);
        last(from, to, |x| self.first.slope((x + delta).clamp(-1.0, 1.0)) + self.second.slope(x) >= 0.0)
    }
}

impl Net {
    /// The slope of the log-likelihood at this balance: n (observed − balance) / variance.
    fn slope(self, at: f64) -> f64 {
        let distance = self.balance() - at;
        // At an end of the scale the variance is 0, because every other answer is impossible.
        if distance == 0.0 { 0.0 } else { self.n() * distance / self.variance_at(at) }
    }
}
