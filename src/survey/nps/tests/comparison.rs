//! The comparison of two and of several scores.

use proptest::prelude::*;

use super::*;

#[test]
fn nobody_is_compared_with_nobody() {
    assert_eq!(compare(&Tally::default(), &tally(1, 1, 1)), None);
    assert_eq!(compare(&tally(1, 1, 1), &Tally::default()), None);
}

#[test]
fn the_same_score_twice_is_no_difference_and_a_large_gap_is_one() {
    let same = compare(&tally(7, 4, 6), &tally(7, 4, 6)).expect("a comparison");
    assert_eq!((same.difference, same.z, same.p), (0.0, 0.0, 1.0));
    let apart = compare(&tally(5, 24, 46), &tally(46, 24, 5)).expect("a comparison");
    assert!(apart.z > 2.58 && apart.p < 0.01 && apart.low > 0.0, "{apart:?}");
}

#[test]
fn two_extremes_are_compared_without_a_division_by_zero() {
    let best = compare(&tally(0, 0, 3), &tally(0, 0, 5)).expect("a comparison");
    assert_eq!((best.difference, best.z, best.p), (0.0, 0.0, 1.0));
    let opposite = compare(&tally(0, 0, 3), &tally(3, 0, 0)).expect("a comparison");
    assert_eq!((opposite.difference, opposite.high), (200.0, 200.0));
    // Each group has 3 of 3 where 3 of 6 would be expected: X² is 6.
    assert_near(opposite.z, 6_f64.sqrt());
}

#[test]
fn without_passives_it_is_the_score_test_for_two_proportions() {
    // 15 of 40 against 28 of 40 by hand: pooled 43/80, z = (0.375 - 0.7) / sqrt(2 p (1 - p) / 40).
    let comparison = compare(&tally(25, 0, 15), &tally(12, 0, 28)).expect("a comparison");
    let pooled = 43.0_f64 / 80.0;
    assert_near(comparison.z, -0.325 / (2.0 * pooled * (1.0 - pooled) / 40.0).sqrt());
    assert!(comparison.high < 0.0, "{comparison:?}");
}

#[test]
fn a_z_of_1_96_has_a_p_of_five_percent() {
    let p = |confidence: Confidence| libm::erfc(confidence.z / core::f64::consts::SQRT_2);
    assert_near(p(Confidence::P95), 0.05);
    assert_near(p(Confidence::P90), 0.10);
    assert_near(p(Confidence::P99), 0.01);
}

#[test]
fn holm_multiplies_the_smallest_p_by_all_and_the_largest_by_one() {
    let corrected = holm(&[0.04, 0.01, 0.03]);
    for (told, expected) in corrected.iter().zip([0.06, 0.03, 0.06]) {
        assert!((told - expected).abs() < 1e-12, "{corrected:?}");
    }
    assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    assert_eq!(holm(&[0.2]), [0.2]);
    assert!(holm(&[]).is_empty());
}

/// The log-likelihood of these counts at shares of detractors, passives and promoters.
fn log_likelihood(counts: [u64; 3], shares: [f64; 3]) -> f64 {
    let cells = counts.iter().zip(shares).filter(|(count, _)| **count > 0);
    cells.map(|(count, share)| *count as f64 * share.ln()).sum()
}

/// The likeliest shares at a balance, by ternary search over the passives.
fn likeliest(counts: [u64; 3], balance: f64) -> ([f64; 3], f64) {
    let shares =
        |passives: f64| [(1.0 - passives - balance) / 2.0, passives, (1.0 - passives + balance) / 2.0];
    let (mut low, mut high) = (0.0, 1.0 - balance.abs());
    for _ in 0..80 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if log_likelihood(counts, shares(a)) < log_likelihood(counts, shares(b)) { low = a } else { high = b }
    }
    let best = shares((low + high) / 2.0);
    (best, log_likelihood(counts, best))
}

/// Pearson's X² of both groups at the likeliest shares whose balances are `delta` apart.
fn pearson(first: [u64; 3], second: [u64; 3], delta: f64) -> f64 {
    let (mut low, mut high) = ((-1.0_f64).max(-1.0 - delta), 1.0_f64.min(1.0 - delta));
    let at = |x: f64| likeliest(first, x + delta).1 + likeliest(second, x).1;
    for _ in 0..80 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if at(a) < at(b) { low = a } else { high = b }
    }
    let x = (low + high) / 2.0;
    let one = |counts: [u64; 3], shares: [f64; 3]| {
        let n = counts.iter().sum::<u64>() as f64;
        let cells = counts.iter().zip(shares).filter(|(count, _)| **count > 0);
        cells.map(|(count, share)| (*count as f64).powi(2) / (n * share)).sum::<f64>() - n
    };
    one(first, likeliest(first, x + delta).0) + one(second, likeliest(second, x).0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The same test by another way: the joint likelihood, maximised numerically.
    #[test]
    fn the_test_is_pearsons_at_the_maximum_of_the_joint_likelihood(
        a in prop::array::uniform3(1u64..60), b in prop::array::uniform3(1u64..60),
    ) {
        let told = compare(&tally(a[0], a[1], a[2]), &tally(b[0], b[1], b[2])).expect("a comparison");
        prop_assert!((told.z.powi(2) - pearson(a, b, 0.0)).abs() < 1e-3, "{told:?}");
        let limit = Confidence::P95.z.powi(2);
        for end in [told.low, told.high] {
            let found = pearson(a, b, end / 100.0);
            prop_assert!((found - limit).abs() < 1e-3, "{told:?}: X² is {found} at {end}");
        }
    }
}

proptest! {
    #[test]
    fn comparing_the_other_way_round_changes_the_sign_only(
        a in prop::array::uniform3(0u64..50), b in prop::array::uniform3(0u64..50),
    ) {
        let (a, b) = (tally(a[0], a[1], a[2]), tally(b[0], b[1], b[2]));
        if let (Some(one), Some(other)) = (compare(&a, &b), compare(&b, &a)) {
            prop_assert!((one.z + other.z).abs() < 1e-9 && (one.p - other.p).abs() < 1e-9);
            prop_assert!((one.low + other.high).abs() < 1e-9 && (one.high + other.low).abs() < 1e-9);
        }
    }

    #[test]
    fn the_interval_holds_the_difference_and_excludes_zero_where_p_is_below_five_percent(
        a in prop::array::uniform3(0u64..50), b in prop::array::uniform3(0u64..50),
    ) {
        if let Some(told) = compare(&tally(a[0], a[1], a[2]), &tally(b[0], b[1], b[2])) {
            prop_assert!(-200.0 <= told.low && told.low <= told.difference);
            prop_assert!(told.difference <= told.high && told.high <= 200.0);
            let excludes = told.low > 0.0 || told.high < 0.0;
            prop_assert!(excludes == (told.p < 0.05) || (told.p - 0.05).abs() < 1e-9, "{told:?}");
        }
    }

    #[test]
    fn holm_never_makes_a_p_smaller_nor_larger_than_bonferroni(p in prop::collection::vec(0.0..=1.0, 0..12)) {
        let corrected = holm(&p);
        for (raw, told) in p.iter().zip(&corrected) {
            prop_assert!(raw <= told && *told <= (raw * p.len() as f64).min(1.0));
        }
    }
}
