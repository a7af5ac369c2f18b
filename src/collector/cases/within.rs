//! Time limits, in the shop's working time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of the shop's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Within {
    /// This many working hours.
    Hours(i64),
    /// Until the end of this many working days after the day of the start.
    Days(u32),
}

/// The longest limits, in hours and in days.
const MOST: (i64, u32) = (99, 30);

impl Within {
    /// Reads a limit such as `2h` (working hours) or `3d` (working days).
    ///
    /// # Errors
    ///
    /// The problem.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let hours = || {
            text.strip_suffix('h')?.parse().ok().filter(|hours| (1..=MOST.0).contains(hours)).map(Self::Hours)
        };
        let days = || {
            text.strip_suffix('d')?.parse().ok().filter(|days| (1..=MOST.1).contains(days)).map(Self::Days)
        };
        hours().or_else(days).ok_or_else(|| {
            let (hours, days) = MOST;
            format!("{text:?} is no time limit; give working hours or days like 2h or 3d, at most {hours}h or {days}d")
        })
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(hours) => write!(f, "{hours}h"),
            Self::Days(days) => write!(f, "{days}d"),
        }
    }
}

impl TryFrom<String> for Within {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Within> for String {
    fn from(within: Within) -> Self {
        within.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_of_hours_or_days() {
        for (text, within) in
            [("2h", Within::Hours(2)), (" 3d ", Within::Days(3)), ("99h", Within::Hours(99))]
        {
            assert_eq!(Within::parse(text), Ok(within));
            assert_eq!(within.to_string(), text.trim());
        }
        for text in ["", "2", "h", "0h", "-1d", "100h", "31d", "2w", "1.5h"] {
            assert!(Within::parse(text).is_err(), "{text}");
        }
    }
}
