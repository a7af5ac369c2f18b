mod comparison;
mod independent;
mod score;

use super::*;
use crate::Score;

/// A tally of this many detractors, passives and promoters.
fn tally(detractors: u64, passives: u64, promoters: u64) -> Tally {
    let mut tally = Tally::default();
    for (value, times) in [(0, detractors), (8, passives), (10, promoters)] {
        tally.add_many(Score::new(value).expect("a score"), times);
    }
    tally
}

#[track_caller]
fn assert_near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 0.005, "{actual} is not {expected}");
}
