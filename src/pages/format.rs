//! Numbers as only the pages show them; the rest is the core's.

pub(crate) use aanrader_survey::shown::{count, interval, nps, range, score, share};

/// A difference in points: `37.3`.
pub(crate) fn points(value: f64) -> String {
    format!("{value:.1}")
}

/// So many out of n, from 0 to 1.
pub(crate) fn fraction(part: u64, n: u64) -> f64 {
    if n == 0 { 0.0 } else { part as f64 / n as f64 }
}
