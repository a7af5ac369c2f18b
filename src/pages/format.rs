//! Numbers in the format of the page's language. The core has the rules for signs and rounding.

use aanrader_survey::{Nps, Tally, shown};

use crate::language::{t, with};

/// The score: `+52`, `−6`, `0`.
pub(crate) fn score(nps: &Nps) -> String {
    shown::score(nps)
}

/// Both ends of an interval: `+39 to +67`.
pub(crate) fn range(low: f64, high: f64) -> String {
    with(
        t().range,
        &[("low", &shown::signed(Nps::shown_end(low))), ("high", &shown::signed(Nps::shown_end(high)))],
    )
}

/// `95% interval +40 to +67, n = 75`.
pub(crate) fn interval(nps: &Nps) -> String {
    with(t().interval, &[("range", &range(nps.low(), nps.high())), ("n", &count(nps.n()))])
}

/// `NPS +55, 95% interval +40 to +67, n = 75`.
pub(crate) fn nps(tally: &Tally) -> String {
    match tally.nps() {
        Some(nps) => with(t().nps, &[("score", &score(&nps)), ("interval", &interval(&nps))]),
        None => t().no_answers.into(),
    }
}

/// A count: `1,000,000`.
pub(crate) fn count(value: u64) -> String {
    shown::count(value).replace(',', t().thousands)
}

/// This part of n as a percentage: `33.3%`.
pub(crate) fn share(part: u64, n: u64) -> String {
    shown::share(part, n).replace('.', t().decimal)
}

/// A difference in points: `37.3`.
pub(crate) fn points(value: f64) -> String {
    format!("{value:.1}").replace('.', t().decimal)
}

/// A probability, from 0 to 1: `0.012`.
pub(crate) fn p_value(value: f64) -> String {
    format!("{value:.3}").replace('.', t().decimal)
}

/// This part of n as a fraction, from 0 to 1.
pub(crate) fn fraction(part: u64, n: u64) -> f64 {
    if n == 0 { 0.0 } else { part as f64 / n as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::speak;

    #[test]
    fn english_numbers_are_the_cores() {
        let tally = Tally::from_counts([0, 0, 0, 0, 0, 0, 600, 0, 0, 0, 634]);
        assert_eq!(nps(&tally), shown::nps(&tally));
        assert_eq!(nps(&Tally::default()), shown::nps(&Tally::default()));
    }

    #[test]
    fn dutch_numbers_have_a_point_for_thousands_and_a_decimal_comma() {
        speak("nl");
        assert_eq!([share(1, 3), points(37.25), p_value(0.0125)], ["33,3%", "37,2", "0,013"]);
        let tally = Tally::from_counts([0, 0, 0, 0, 0, 0, 600, 0, 0, 0, 634]);
        assert_eq!(interval(&tally.nps().expect("an NPS")), "95%-interval \u{2212}3 tot +8, n = 1.234");
    }
}
