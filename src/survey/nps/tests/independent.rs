//! The interval by a second way, without formulas for the likeliest shares and the variance. The likelihood
//! is maximised numerically. The test is Pearson's X² of the observed against the expected counts, which is
//! the score statistic of a multinomial. Regula falsi brackets its ends.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::*;

/// Detractors, passives, promoters.
type Counts = [f64; 3];

/// The expected counts at the likeliest shares whose difference, promoters less detractors, is `delta`.
fn expected(counts: Counts, delta: f64) -> Counts {
    let n: f64 = counts.iter().sum();
    // The share of passives is the only unknown; the other two share the rest, `delta` apart.
    let shares = |passives: f64| [(1.0 - passives - delta) / 2.0, passives, (1.0 - passives + delta) / 2.0];
    let slope = |passives: f64| {
        let [d, pa, pr] = shares(passives);
        let part = |count: f64, share: f64| if count == 0.0 { 0.0 } else { count / share };
        part(counts[1], pa) - part(counts[0], d) / 2.0 - part(counts[2], pr) / 2.0
    };
    let (mut low, mut high) = (0.0, 1.0 - delta.abs());
    for _ in 0..52 {
        let middle = (low + high) / 2.0;
        if slope(middle) > 0.0 { low = middle } else { high = middle }
    }
    shares((low + high) / 2.0).map(|share| share * n)
}

/// Pearson's X² of the counts if the true difference were `delta`.
fn pearson(counts: Counts, delta: f64) -> f64 {
    let cells = counts.into_iter().zip(expected(counts, delta));
    cells.filter(|(count, _)| *count > 0.0).map(|(count, expected)| count * count / expected).sum::<f64>()
        - counts.iter().sum::<f64>()
}

/// The difference, from the observed one towards `end`, where X² is z².
fn end(counts: Counts, end: f64) -> f64 {
    let n: f64 = counts.iter().sum();
    let wanted = Confidence::P95.z.powi(2);
    // √X² is nearly straight, so a secant finds the end in a few steps; the limit avoids the rim.
    let height = |delta: f64| pearson(counts, delta).max(0.0).sqrt() - wanted.sqrt();
    let (mut a, mut b) = ((counts[2] - counts[0]) / n, end * (1.0 - 1e-12));
    if (b - a) * end <= 0.0 || height(b) < 0.0 {
        return end;
    }
    let (mut at_a, mut at_b) = (-wanted.sqrt(), height(b));
    let mut side = 0;
    for _ in 0..200 {
        // At the rim X² is infinite: near it, halve instead.
        let steep = at_b > 100.0;
        let c = if steep { (a + b) / 2.0 } else { (a * at_b - b * at_a) / (at_b - at_a) };
        let at_c = height(c);
        if at_c.abs() < 1e-10 || (b - a).abs() < 1e-13 {
            return c;
        }
        // Illinois method: the value at an end that stays twice is halved.
        if at_c < 0.0 {
            (a, at_a) = (c, at_c);
            if side == -1 {
                at_b /= 2.0;
            }
            side = -1;
        } else {
            (b, at_b) = (c, at_c);
            if side == 1 {
                at_a /= 2.0;
            }
            side = 1;
        }
    }
    (a + b) / 2.0
}

#[track_caller]
fn assert_agrees(counts: [u64; 3]) {
    let [detractors, passives, promoters] = counts;
    let nps = tally(detractors, passives, promoters).nps().expect("an NPS");
    let floats = counts.map(|count| count as f64);
    for (told, expected) in [(nps.low(), end(floats, -1.0)), (nps.high(), end(floats, 1.0))] {
        assert!((told - 100.0 * expected).abs() < 1e-4, "{counts:?}: {told} is not {}", 100.0 * expected);
    }
}

#[test]
fn fifty_thousand_random_triples_have_the_interval_of_the_numeric_likelihood() {
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, b"fifty thousand random triples ..");
    let mut tried = 0;
    while tried < 50_000 {
        // As many small counts as large ones, and every third cell empty.
        let counts = [(); 3].map(|()| {
            let word = random.next_u64();
            let most = 1 << (word % 14);
            if word >> 60 < 5 { 0 } else { (word >> 16) % most }
        });
        if counts.iter().sum::<u64>() > 0 {
            assert_agrees(counts);
            tried += 1;
        }
    }
}

#[test]
fn all_small_triples_have_it_too() {
    for n in 1..=25 {
        for detractors in 0..=n {
            for passives in 0..=n - detractors {
                assert_agrees([detractors, passives, n - detractors - passives]);
            }
        }
    }
}
