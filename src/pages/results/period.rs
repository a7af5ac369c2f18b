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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_is_left_open_is_none() {
        let period = Period::new("2026-11-01".into(), String::new()).expect("a period");
        assert_eq!((period.from(), period.to()), (Some("2026-11-01"), None));
    }

    #[test]
    fn a_period_does_not_end_before_it_starts() {
        assert_eq!(Period::new("2026-11-02".into(), "2026-11-01".into()), None);
        assert!(Period::new("2026-11-01".into(), "2026-11-01".into()).is_some());
    }
}
