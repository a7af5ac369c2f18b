//! How often each score was given.

mod bytes;

use crate::{Category, Score};

/// Counts per score. They exclude dismissals and open questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u64; Score::COUNT],
}

impl Tally {
    /// A tally of these counts, that of score 0 first.
    pub const fn from_counts(counts: [u64; Score::COUNT]) -> Self {
        Self { counts }
    }

    /// Counts one answer with this score.
    pub fn add(&mut self, score: Score) {
        self.add_many(score, 1);
    }

    /// Counts `times` answers with this score; stays at `u64::MAX` rather than wrap.
    pub fn add_many(&mut self, score: Score, times: u64) {
        let count = &mut self.counts[usize::from(score.get())];
        *count = count.saturating_add(times);
    }

    /// Adds all counts of another tally.
    pub fn merge(&mut self, other: &Self) {
        for score in Score::all() {
            self.add_many(score, other.count(score));
        }
    }

    /// How many answers had this score.
    pub fn count(&self, score: Score) -> u64 {
        self.counts[usize::from(score.get())]
    }

    /// The counts per score, that of score 0 first.
    pub const fn counts(&self) -> &[u64; Score::COUNT] {
        &self.counts
    }

    /// How many answers were in this category.
    pub fn of(&self, category: Category) -> u64 {
        Score::all()
            .filter(|score| score.category() == category)
            .fold(0, |sum: u64, score| sum.saturating_add(self.count(score)))
    }

    /// n: how many answers were counted.
    pub fn n(&self) -> u64 {
        self.counts.iter().fold(0, |sum: u64, count| sum.saturating_add(*count))
    }
}

impl Extend<Score> for Tally {
    fn extend<T: IntoIterator<Item = Score>>(&mut self, scores: T) {
        for score in scores {
            self.add(score);
        }
    }
}

impl FromIterator<Score> for Tally {
    fn from_iter<T: IntoIterator<Item = Score>>(scores: T) -> Self {
        let mut tally = Self::default();
        tally.extend(scores);
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn scores(values: &[u8]) -> Vec<Score> {
        values.iter().filter_map(|v| Score::new(*v)).collect()
    }

    proptest! {
        #[test]
        fn every_answer_is_in_exactly_one_category(values in prop::collection::vec(0u8..=10, 0..200)) {
            let tally: Tally = scores(&values).into_iter().collect();
            let categories = [Category::Detractor, Category::Passive, Category::Promoter];
            prop_assert_eq!(categories.iter().map(|c| tally.of(*c)).sum::<u64>(), tally.n());
            prop_assert_eq!(tally.n(), values.len() as u64);
        }

        #[test]
        fn tallies_of_two_halves_merge_into_the_tally_of_all(
            values in prop::collection::vec(0u8..=10, 0..200), at in 0usize..200,
        ) {
            let (left, right) = values.split_at(at.min(values.len()));
            let mut merged: Tally = scores(left).into_iter().collect();
            merged.merge(&scores(right).into_iter().collect());
            prop_assert_eq!(merged, scores(&values).into_iter().collect());
        }
    }

    #[test]
    fn a_count_stays_at_its_limit_instead_of_starting_again_at_zero() {
        let mut tally = Tally::from_counts([u64::MAX; Score::COUNT]);
        tally.extend(Score::all());
        assert_eq!(tally.n(), u64::MAX);
    }
}
