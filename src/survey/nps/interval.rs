//! The score interval for the difference of two shares of one multinomial.

use crate::{Category, Tally};

/// How often an interval is halved: less than 10⁻¹⁴ of it remains.
const HALVINGS: u32 = 48;

/// Shares of promoters and detractors among n answers, n at least 1.
#[derive(Clone, Copy)]
pub(super) struct Net {
    promoters: f64,
    detractors: f64,
    n: f64,
}

impl Net {
    /// The shares of a tally; `None` if it is empty.
    pub(super) fn of(tally: &Tally) -> Option<Self> {
        let n = tally.n() as f64;
        let share = |category| tally.of(category) as f64 / n;
        (n > 0.0).then(|| Self {
            promoters: share(Category::Promoter),
            detractors: share(Category::Detractor),
            n,
        })
    }

    /// p − d, −1 to 1.
    pub(super) fn balance(self) -> f64 {
        self.promoters - self.detractors
    }

    /// n: the number of answers.
    pub(super) fn n(self) -> f64 {
        self.n
    }

    /// The observed variance of one answer, v = p + d − (p − d)²; rounding never makes it negative.
    pub(super) fn variance(self) -> f64 {
        let balance = self.balance();
        (self.promoters + self.detractors - balance * balance).max(0.0)
    }

    /// The variance of one answer if the true difference were `delta`, −1 to 1, at the likeliest shares with
    /// that difference (Tango 1998, equation 10).
    pub(super) fn variance_at(self, delta: f64) -> f64 {
        if delta < 0.0 {
            return self.mirrored().variance_at(-delta);
        }
        // The likeliest share of detractors is the larger root q of 2q² + bq − c = 0. If `delta` is 0 or
        // more, c is not negative, so the difference cancels no digits.
        let b = (2.0 - self.promoters + self.detractors) * delta - self.promoters - self.detractors;
        let c = self.detractors * delta * (1.0 - delta);
        let root = libm::sqrt(b * b + 8.0 * c);
        let q = if b > 0.0 { 2.0 * c / (root + b) } else { (root - b) / 4.0 };
        (2.0 * q + delta * (1.0 - delta)).max(0.0)
    }

    /// With promoters and detractors exchanged.
    fn mirrored(self) -> Self {
        Self { promoters: self.detractors, detractors: self.promoters, n: self.n }
    }

    /// Both ends of the interval, −1 to 1.
    pub(super) fn interval(self, z: f64) -> (f64, f64) {
        (-self.mirrored().upper_end(z), self.upper_end(z))
    }

    /// The largest difference that the score test does not reject.
    fn upper_end(self, z: f64) -> f64 {
        let balance = self.balance();
        last(balance, 1.0, |delta| {
            let distance = delta - balance;
            distance * distance * self.n <= z * z * self.variance_at(delta)
        })
    }
}

/// The last place where `holds` is true, between `from` and `to`. It is true from `from` up to there.
pub(super) fn last(from: f64, to: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (from, to);
    if holds(high) {
        return high;
    }
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}
