//! Measurements and their statistics.

use std::fmt::{Display, Formatter, Result};

/// The values of all rounds, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// Adds the value of a round.
    pub(crate) fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle value; for an even number, the mean of the middle two. NaN if there are none.
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        let half = sorted.len() / 2;
        match sorted.len() {
            0 => f64::NAN,
            even if even % 2 == 0 => f64::midpoint(sorted[half - 1], sorted[half]),
            _ => sorted[half],
        }
    }

    /// Round by round, this divided by `other`: common influences, such as a busy machine, cancel out.
    pub(crate) fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect())
    }

    /// Round by round, the smaller value.
    pub(crate) fn least(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a.min(*b)).collect())
    }

    /// Round by round, the greater value.
    pub(crate) fn most(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a.max(*b)).collect())
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        Self(values.into_iter().collect())
    }
}

/// Median, least and most, with the requested decimals: `12.3 (11.9–20.0)`.
impl Display for Samples {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let decimals = f.precision().unwrap_or(1);
        let sorted = self.sorted();
        let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else { return f.write_str("–") };
        write!(f, "{:.decimals$} ({least:.decimals$}–{most:.decimals$})", self.median())
    }
}
