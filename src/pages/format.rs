//! Numbers as they are shown.

use aanrader_survey::Nps;

/// A score or an end of an interval: a whole number with its sign, `+52`, `−6`, `0`.
pub(crate) fn signed(value: f64) -> String {
    match Nps::shown(value) {
        0 => "0".into(),
        shown @ 1.. => format!("+{shown}"),
        shown => format!("\u{2212}{}", shown.unsigned_abs()),
    }
}

/// A margin in points: `37.3`.
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
    format!("{:.1}%", 100.0 * fraction(part, n))
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
        assert_eq!([52.4, -5.88, 0.4, -0.4, 2.5].map(signed), ["+52", "\u{2212}6", "0", "0", "+3"]);
    }

    #[test]
    fn counts_have_a_comma_for_each_thousand() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn shares_have_one_decimal_and_nobody_of_nobody_is_none() {
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(0, 0), "0.0%");
    }
}
