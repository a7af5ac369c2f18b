//! Rounding for display: in integers, halves away from zero.

/// 100 (promoters − detractors) / n, in one division, so that every half is exact.
pub(super) fn unrounded(promoters: u64, detractors: u64, n: u64) -> f64 {
    let ahead = 100.0 * promoters.abs_diff(detractors) as f64 / n as f64;
    if promoters < detractors { -ahead } else { ahead }
}

/// 100 (promoters − detractors) / n as a whole number. n is at least 1.
pub(super) fn score(promoters: u64, detractors: u64, n: u64) -> i32 {
    // 100 times a count and n fit in 128 bits; the quotient is at most 100.
    let rounded = divided(100 * u128::from(promoters.abs_diff(detractors)), u128::from(n)) as i32;
    if promoters < detractors { -rounded } else { rounded }
}

/// A share in tenths of a percent, 0 to 1000, rounded half up: 51 of 80 is 638. With n = 0 the share is 0.
pub fn tenths_of_percent(part: u64, n: u64) -> u64 {
    // A part is at most the total, so the quotient fits.
    if n == 0 { 0 } else { divided(1_000 * u128::from(part), u128::from(n)) as u64 }
}

/// The quotient, rounded half up.
fn divided(dividend: u128, divisor: u128) -> u128 {
    (2 * dividend + divisor) / (2 * divisor)
}
