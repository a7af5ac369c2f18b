//! The days that are looked at.

/// From a day to a day, both included, in UTC; without limit where one is left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    from: String,
    to: String,
}

impl Period {
    /// The period between two days like `2026-01-31`, or empty texts; `None` if it ends before it starts.
    pub(crate) fn new(from: String, to: String) -> Option<Self> {
        // Dates of this form are in the order of their letters.
        let turned = !from.is_empty() && !to.is_empty() && from > to;
        (!turned).then_some(Self { from, to })
    }

    /// The first day.
    pub(crate) fn from(&self) -> Option<&str> {
        Some(self.from.as_str()).filter(|day| !day.is_empty())
    }

    /// The last day.
    pub(crate) fn to(&self) -> Option<&str> {
        Some(self.to.as_str()).filter(|day| !day.is_empty())
    }

    /// Whether this moment, written as RFC 3339 in UTC, is in it.
    pub(crate) fn holds(&self, moment: &str) -> bool {
        !self.is_before(moment)
            && self.to().is_none_or(|to| moment.get(..to.len()).is_some_and(|day| day <= to))
    }

    /// Whether this moment is before its first day.
    pub(crate) fn is_before(&self, moment: &str) -> bool {
        self.from().is_some_and(|from| moment < from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period::new(from.into(), to.into()).expect("a period")
    }

    #[test]
    fn both_days_belong_to_a_period() {
        let november = period("2026-11-01", "2026-11-30");
        for moment in ["2026-11-01T00:00:00.000Z", "2026-11-30T23:59:59.999Z"] {
            assert!(november.holds(moment), "{moment}");
        }
        for moment in ["2026-10-31T23:59:59.999Z", "2026-12-01T00:00:00.000Z"] {
            assert!(!november.holds(moment), "{moment}");
        }
        assert!(november.is_before("2026-10-31T23:59:59.999Z"));
        assert!(!november.is_before("2026-11-01T00:00:00.000Z"));
    }

    #[test]
    fn an_open_end_is_no_limit() {
        assert!(period("", "").holds("1970-01-01T00:00:00.000Z"));
        assert!(period("2026-11-01", "").holds("2030-01-01T00:00:00.000Z"));
        assert!(period("", "2026-11-01").holds("1970-01-01T00:00:00.000Z"));
    }

    #[test]
    fn a_period_does_not_end_before_it_starts() {
        assert_eq!(Period::new("2026-11-02".into(), "2026-11-01".into()), None);
        assert!(Period::new("2026-11-01".into(), "2026-11-01".into()).is_some());
    }
}
