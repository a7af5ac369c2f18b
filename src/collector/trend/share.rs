//! A share with its interval.

/// The quantile of the standard normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share of a count, such as of those who were asked, with its 95 % interval.
///
/// The interval is Wilson's: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22 (1927) 209–212.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share, 0 to 1.
    pub value: f64,
    /// The lower end of its interval, 0 to 1.
    pub low: f64,
    /// The upper end of its interval, 0 to 1.
    pub high: f64,
}

impl Share {
    /// The share of a part in a total; `None` if the total is 0. A part that is larger than the total, which
    /// counters that arrive apart can be for a while, is the total.
    pub fn of(part: i64, total: i64) -> Option<Self> {
        if total <= 0 {
            return None;
        }
        let (n, part) = (total as f64, part.clamp(0, total) as f64);
        let (value, z2) = (part / n, Z * Z);
        let middle = value + z2 / (2.0 * n);
        let half = Z * (value * (1.0 - value) / n + z2 / (4.0 * n * n)).sqrt();
        let (low, high) = ((middle - half) / (1.0 + z2 / n), (middle + half) / (1.0 + z2 / n));
        Some(Self { value, low: low.clamp(0.0, value), high: high.clamp(value, 1.0) })
    }
}

impl Share {
    /// This share less another, with the lower and the upper end of the difference's 95 % interval: R. G. Newcombe,
    /// "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998)
    /// 873–890, method 10, which is made of the two shares' own intervals.
    pub fn less(self, other: Self) -> [f64; 3] {
        let difference = self.value - other.value;
        let low = f64::hypot(self.value - self.low, other.high - other.value);
        let high = f64::hypot(self.high - self.value, other.value - other.low);
        [difference, difference - low, difference + high]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_wilsons_interval_and_stays_between_0_and_1() {
        let share = Share::of(10, 100).expect("a share");
        assert!((share.low - 0.0552).abs() < 0.0001 && (share.high - 0.1744).abs() < 0.0001, "{share:?}");
        assert_eq!(Share::of(0, 20).map(|share| share.low), Some(0.0));
        assert_eq!(Share::of(21, 20).map(|share| (share.value, share.high)), Some((1.0, 1.0)));
        assert_eq!(Share::of(0, 0), None);
    }

    #[test]
    fn a_difference_of_shares_has_newcombes_interval() {
        // Newcombe's example (a): 56/70 less 48/80.
        let [difference, low, high] =
            Share::of(56, 70).expect("a share").less(Share::of(48, 80).expect("a share"));
        assert!((difference - 0.2).abs() < 1e-9, "{difference}");
        assert!((low - 0.0524).abs() < 0.0001 && (high - 0.3339).abs() < 0.0001, "{low} {high}");
    }
}
