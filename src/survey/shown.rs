//! Numbers as people read them, in English.

use alloc::format;
use alloc::string::{String, ToString};

use crate::{Nps, Tally, tenths_of_percent};

/// `NPS +55, 95% interval +40 to +67, n = 75`: the score never stands alone.
pub fn nps(tally: &Tally) -> String {
    match tally.nps() {
        Some(nps) => format!("NPS {}, {}", score(&nps), interval(&nps)),
        None => "No answers yet".into(),
    }
}

/// `95% interval +40 to +67, n = 75`.
pub fn interval(nps: &Nps) -> String {
    format!("95% interval {}, n = {}", range(nps.low(), nps.high()), count(nps.n()))
}

/// The score: `+52`, `−6`, `0`.
pub fn score(nps: &Nps) -> String {
    signed(nps.shown())
}

/// Both ends of an interval: `+39 to +67`.
pub fn range(low: f64, high: f64) -> String {
    format!("{} to {}", signed(Nps::shown_end(low)), signed(Nps::shown_end(high)))
}

/// A whole number with its sign; zero has none.
pub fn signed(value: i32) -> String {
    match value {
        0 => "0".into(),
        1.. => format!("+{value}"),
        _ => format!("\u{2212}{}", value.unsigned_abs()),
    }
}

/// A count, with commas: `1,000,000`.
pub fn count(value: u64) -> String {
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

/// This part of n as a percentage, rounded half up: `33.3%`; with n = 0 it is `0.0%`.
pub fn share(part: u64, n: u64) -> String {
    let tenths = tenths_of_percent(part, n);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Score;

    #[test]
    fn an_nps_is_never_told_without_its_interval_and_n() {
        let tally: Tally = [0, 7, 8, 9, 10, 10].into_iter().filter_map(Score::new).collect();
        assert_eq!(nps(&tally), "NPS +33, 95% interval \u{2212}31 to +75, n = 6");
        assert_eq!(nps(&Tally::default()), "No answers yet");
    }

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
