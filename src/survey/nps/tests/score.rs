//! The score itself, how it is rounded, and its interval.

use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

#[test]
fn one_detractor_two_passives_and_three_promoters_make_33_with_variance_five_ninths() {
    let nps = tally(1, 2, 3).nps().expect("an NPS");
    assert_near(nps.score(), 33.333);
    assert_near(nps.variance(), 5.0 / 9.0);
    assert_eq!(nps.n(), 6);
}

#[test]
fn one_of_each_makes_zero_with_variance_two_thirds() {
    let nps = tally(1, 1, 1).nps().expect("an NPS");
    assert_near(nps.score(), 0.0);
    assert_near(nps.variance(), 2.0 / 3.0);
}

#[test]
fn the_interval_has_the_values_that_were_computed_independently() {
    for ((detractors, passives, promoters), low, high) in [
        ((0, 0, 1), -58.69, 100.0),
        ((0, 1, 0), -79.35, 79.35),
        ((0, 0, 5), 13.10, 100.0),
        ((7, 4, 6), -43.45, 33.60),
        ((54, 108, 162), 24.95, 41.16),
    ] {
        let nps = tally(detractors, passives, promoters).nps().expect("an NPS");
        assert_near(nps.low(), low);
        assert_near(nps.high(), high);
    }
}

#[test]
fn nobody_answering_is_not_an_nps_of_zero() {
    assert_eq!(Tally::default().nps(), None);
}

#[test]
fn nine_answers_are_few_and_ten_are_not() {
    assert!(tally(0, 0, 9).nps().is_some_and(|nps| nps.is_of_few()));
    assert!(tally(0, 0, 10).nps().is_some_and(|nps| !nps.is_of_few()));
}

#[test]
fn halves_are_shown_rounded_away_from_zero() {
    for ((detractors, passives, promoters), shown) in [
        ((29, 0, 51), 28),
        ((51, 0, 29), -28),
        ((0, 17, 23), 58),
        ((14, 23, 3), -28),
        ((0, 21, 3), 13),
        ((5, 11, 8), 13),
        ((7, 4, 6), -6),
        ((200, 0, 199), 0),
    ] {
        let nps = tally(detractors, passives, promoters).nps().expect("an NPS");
        assert_eq!(nps.shown(), shown, "{detractors}, {passives}, {promoters}");
    }
    assert_eq!([2.5, -2.5, 0.4, -0.4].map(Nps::shown_end), [3, -3, 0, 0]);
}

/// Whole number and remainder in decimal, digit by digit, by long division.
fn long_division(dividend: u64, divisor: u64) -> (u64, u64) {
    (dividend / divisor, dividend % divisor * 10 / divisor)
}

#[test]
fn every_score_of_up_to_400_answers_is_rounded_right_and_every_half_away_from_zero() {
    let mut halves = 0;
    for (n, ahead) in (1..=400_u64).flat_map(|n| (0..=n).map(move |ahead| (n, ahead))) {
        let (units, tenth) = long_division(100 * ahead, n);
        let expected = i32::try_from(units + u64::from(tenth >= 5)).expect("at most 100");
        // The smallest and the largest group with this difference.
        let most_behind = (n - ahead) / 2;
        for behind in [0, most_behind] {
            for (promoters, detractors, expected) in
                [(behind + ahead, behind, expected), (behind, behind + ahead, -expected)]
            {
                assert_eq!(
                    rounding::score(promoters, detractors, n),
                    expected,
                    "{promoters}, {detractors} of {n}"
                );
                // Rounding the unrounded score away from zero shows the same.
                let unrounded = rounding::unrounded(promoters, detractors, n);
                assert_eq!(unrounded.round() as i32, expected, "{promoters}, {detractors} of {n}");
            }
        }
        if 200 * ahead % (2 * n) == n {
            halves += 2 * (most_behind + 1);
        }
    }
    // This many triples of up to 400 answers make an exact half.
    assert_eq!(halves, 62_780);
}

#[test]
fn a_share_is_rounded_half_up_to_a_tenth_of_a_percent() {
    assert_eq!(tenths_of_percent(51, 80), 638);
    assert_eq!(
        [(0, 0), (0, 7), (7, 7), (1, 3), (2, 3)].map(|(of, n)| tenths_of_percent(of, n)),
        [0, 0, 1_000, 333, 667]
    );
    for n in 1..=400_u64 {
        for part in 0..=n {
            let (tenths, next) = long_division(1_000 * part, n);
            assert_eq!(tenths_of_percent(part, n), tenths + u64::from(next >= 5), "{part} of {n}");
        }
    }
}

#[test]
fn counts_at_their_limit_are_rounded_like_small_ones() {
    assert_eq!(tally(0, 0, u64::MAX).nps().map(|nps| nps.shown()), Some(100));
    assert_eq!(tally(u64::MAX, 0, 0).nps().map(|nps| nps.shown()), Some(-100));
    assert_eq!(tenths_of_percent(u64::MAX, u64::MAX), 1_000);
}

proptest! {
    #[test]
    fn the_interval_holds_the_score_and_stays_within_the_scale(d in 0u64..5_000, pa in 0u64..5_000, pr in 0u64..5_000) {
        if let Some(nps) = tally(d, pa, pr).nps() {
            prop_assert!(-100.0 <= nps.low() && nps.low() <= nps.score());
            prop_assert!(nps.score() <= nps.high() && nps.high() <= 100.0);
            prop_assert!(nps.low() < nps.high());
            prop_assert!((0.0..=1.0).contains(&nps.variance()));
        }
    }

    #[test]
    fn promoters_and_detractors_mirror_each_other(d in 0u64..500, pa in 0u64..500, pr in 0u64..500) {
        if let (Some(one), Some(other)) = (tally(d, pa, pr).nps(), tally(pr, pa, d).nps()) {
            prop_assert_eq!(one.shown(), -other.shown());
            prop_assert!((one.score() + other.score()).abs() < 1e-9);
            prop_assert!((one.low() + other.high()).abs() < 1e-9);
        }
    }

    #[test]
    fn ten_times_the_answers_never_widen_the_interval(d in 0u64..50, pa in 0u64..50, pr in 0u64..50) {
        if let (Some(few), Some(many)) = (tally(d, pa, pr).nps(), tally(10 * d, 10 * pa, 10 * pr).nps()) {
            prop_assert!((few.score() - many.score()).abs() < 1e-9);
            prop_assert!(many.high() - many.low() <= few.high() - few.low() + 1e-9);
        }
    }

    #[test]
    fn more_confidence_makes_a_wider_interval(d in 0u64..50, pa in 0u64..50, pr in 0u64..50) {
        let of = |confidence| Nps::of(&tally(d, pa, pr), confidence);
        if let (Some(p90), Some(p99)) = (of(Confidence::P90), of(Confidence::P99)) {
            prop_assert!(p99.low() <= p90.low() && p90.high() <= p99.high());
        }
    }
}

/// The probability of each triple of n answers under these shares, by the multinomial.
fn outcomes(n: u64, shares: [f64; 3]) -> impl Iterator<Item = ([u64; 3], f64)> {
    let factorial = |k: u64| (1..=k).map(|k| k as f64).product::<f64>();
    (0..=n).flat_map(move |a| (0..=n - a).map(move |b| [a, b, n - a - b])).map(move |counts| {
        let ways = counts.iter().fold(factorial(n), |ways, count| ways / factorial(*count));
        let chance = counts.iter().zip(shares).map(|(count, share)| share.powi(*count as i32));
        (counts, ways * chance.product::<f64>())
    })
}

#[test]
fn few_answers_cover_the_truth_about_as_often_as_is_said() {
    for (n, at_least) in [(2, 0.91), (5, 0.93), (10, 0.94), (20, 0.94)] {
        let mut intervals = alloc::collections::BTreeMap::new();
        for (counts, _) in outcomes(n, [1.0; 3]) {
            let nps = tally(counts[0], counts[1], counts[2]).nps().expect("an NPS");
            intervals.insert(counts, (nps.low(), nps.high()));
        }
        let mut covered = Vec::new();
        // All shares in steps of a fortieth, except the rim, where nothing varies.
        for (detractors, promoters) in (1..39).flat_map(|d| (1..40 - d).map(move |p| (d, p))) {
            let (d, p) = (f64::from(detractors) / 40.0, f64::from(promoters) / 40.0);
            let truth = 100.0 * (p - d);
            let holds = |counts: [u64; 3]| {
                intervals[&counts].0 - 1e-9 <= truth && truth <= intervals[&counts].1 + 1e-9
            };
            let hits = outcomes(n, [d, 1.0 - d - p, p]).filter(|(counts, _)| holds(*counts));
            covered.push(hits.map(|(_, chance)| chance).sum::<f64>());
        }
        covered.sort_by(f64::total_cmp);
        let fifth_percentile = covered[covered.len() / 20];
        assert!(fifth_percentile >= at_least, "n = {n}: only {fifth_percentile:.3} in the worst twentieth");
    }
}
