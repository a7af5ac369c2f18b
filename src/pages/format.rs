//! Numbers as they are shown.

use aanrader_survey::{Nps, tenths_of_percent};

/// The score as it is shown: `+52`, `−6`, `0`.
pub(crate) fn score(nps: &Nps) -> String {
    signed(nps.shown())
}

/// Both ends of an interval: `+39 to +67`.
pub(crate) fn range(low: f64, high: f64) -> String {
    format!("{} to {}", signed(Nps::shown_end(low)), signed(Nps::shown_end(high)))
}

/// A whole number with its sign; zero has none.
fn signed(value: i32) -> String {
    match value {
        0 => "0".into(),
        shown @ 1.. => format!("+{shown}"),
        shown => format!("\u{2212}{}", shown.unsigned_abs()),
    }
}

/// A difference in points: `37.3`.
pub(crate) fn points(value: f64) -> String {
    format!("{value:.1}")
}

/// A count, with commas: `1,000,000`.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many out of n as a percentage: `33.3%`; nothing out of nothing is `0.0%`.
pub(crate) fn share(part: u64, n: u64) -> String {
    let tenths = tenths_of_percent(part, n);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// So many out of n, from 0 to 1.
pub(crate) fn fraction(part: u64, n: u64) -> f64 {
    if n == 0 { 0.0 } else { part as f64 / n as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_shown_with_its_sign_but_zero_has_none() {
        assert_eq!([52, -6, 0].map(signed), ["+52", "\u{2212}6", "0"]);
    }

    #[test]
    fn both_ends_of_an_interval_are_told() {
        assert_eq!(range(-0.4, 2.5), "0 to +3");
        assert_eq!(range(-43.45, 33.6), "\u{2212}43 to +34");
    }

    #[test]
    fn counts_have_a_comma_for_each_thousand() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn shares_have_one_decimal_and_nobody_of_nobody_is_none() {
        assert_eq!([share(1, 3), share(51, 80), share(5, 5)], ["33.3%", "63.8%", "100.0%"]);
        assert_eq!(share(0, 0), "0.0%");
    }
}
