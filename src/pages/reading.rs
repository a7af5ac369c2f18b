//! What may honestly be read from a score, and from two.

use aanrader_survey::{Nps, Tally, compare};

/// Above it a score counts as good.
const GOOD: f64 = 0.0;
/// Above it a score counts as very good.
const VERY_GOOD: f64 = 30.0;
/// Answers that each of two scores needs before they are compared at all.
const COMPARED_ANSWERS: u64 = 20;
/// How often a difference may be told though it is chance, over all pairs of a survey together.
const CHANCE: f64 = 0.05;

/// How good a score is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// 0 or below.
    Low,
    /// Above 0.
    Good,
    /// Above +30.
    VeryGood,
}

/// A score's level, and whether its whole interval is on that level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The level of the score itself.
    pub(crate) level: Level,
    /// Whether both ends of the interval are on the same level.
    pub(crate) certain: bool,
}

impl Level {
    fn of(value: f64) -> Self {
        // 65 % less 35 % is a little more than 30 in floating point; that is not above +30.
        let value = value - 1e-9;
        if value > VERY_GOOD {
            Self::VeryGood
        } else if value > GOOD {
            Self::Good
        } else {
            Self::Low
        }
    }
}

impl Reading {
    /// What a score says.
    pub(crate) fn of(nps: &Nps) -> Self {
        let level = Level::of(nps.score());
        Self { level, certain: Level::of(nps.low()) == level && Level::of(nps.high()) == level }
    }
}

/// Two groups, by their places, the first of which scores higher than chance explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The place of the group with the higher score.
    pub(crate) higher: usize,
    /// The place of the group with the lower score.
    pub(crate) lower: usize,
    /// By how many points.
    pub(crate) points: f64,
    /// How often chance alone would show a difference as large somewhere among these groups.
    pub(crate) p: f64,
}

/// What comparing groups tells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Compared {
    /// Fewer than two groups have enough answers for it.
    TooFew,
    /// These differ, the largest difference first; none: no more than chance explains.
    Differences(Vec<Difference>),
}

/// Compares each pair of groups that has answers enough. The more pairs, the
/// likelier that one stands out by chance; so p is multiplied by their number (Bonferroni).
pub(crate) fn differences(groups: &[Tally]) -> Compared {
    let large: Vec<usize> = (0..groups.len()).filter(|i| groups[*i].n() >= COMPARED_ANSWERS).collect();
    let pairs: Vec<(usize, usize)> =
        large.iter().flat_map(|a| large.iter().filter(move |b| *b > a).map(move |b| (*a, *b))).collect();
    if pairs.is_empty() {
        return Compared::TooFew;
    }
    let tell = |(a, b): &(usize, usize)| {
        let comparison = compare(&groups[*a], &groups[*b])?;
        let (higher, lower) = if comparison.difference >= 0.0 { (*a, *b) } else { (*b, *a) };
        let p = (comparison.p * pairs.len() as f64).min(1.0);
        (p < CHANCE).then_some(Difference { higher, lower, points: comparison.difference.abs(), p })
    };
    let mut told: Vec<Difference> = pairs.iter().filter_map(tell).collect();
    told.sort_by(|a, b| b.points.total_cmp(&a.points));
    Compared::Differences(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Score;

    fn tally(detractors: u64, passives: u64, promoters: u64) -> Tally {
        let mut tally = Tally::default();
        for (value, times) in [(0, detractors), (8, passives), (10, promoters)] {
            tally.add_many(Score::new(value).expect("a score"), times);
        }
        tally
    }

    #[track_caller]
    fn assert_reads(tally: Tally, level: Level, certain: bool) {
        assert_eq!(Reading::of(&tally.nps().expect("an NPS")), Reading { level, certain });
    }

    #[test]
    fn zero_is_not_yet_good_and_thirty_not_yet_very_good() {
        assert_reads(tally(1, 1, 1), Level::Low, false);
        assert_reads(tally(350, 0, 650), Level::Good, false);
        assert_reads(tally(340, 0, 660), Level::VeryGood, false);
    }

    #[test]
    fn a_level_is_certain_when_the_whole_interval_is_on_it() {
        assert_reads(tally(5, 24, 46), Level::VeryGood, true);
        assert_reads(tally(7, 4, 6), Level::Low, false);
        assert_reads(tally(400, 100, 100), Level::Low, true);
    }

    #[test]
    fn a_clear_difference_is_told_with_the_higher_group_first() {
        let Compared::Differences(told) = differences(&[tally(46, 24, 5), tally(5, 24, 46)]) else {
            panic!("enough answers");
        };
        assert_eq!((told.len(), told[0].higher, told[0].lower), (1, 1, 0));
        assert!(told[0].points > 100.0 && told[0].p < 0.001);
    }

    #[test]
    fn no_difference_is_told_where_chance_explains_it() {
        assert_eq!(differences(&[tally(5, 24, 46), tally(6, 23, 46)]), Compared::Differences(vec![]));
    }

    #[test]
    fn nineteen_answers_are_compared_with_nothing() {
        assert_eq!(differences(&[tally(19, 0, 0), tally(0, 0, 50)]), Compared::TooFew);
        assert_eq!(differences(&[]), Compared::TooFew);
    }

    #[test]
    fn the_same_difference_counts_for_less_among_many_groups() {
        let (a, b) = (tally(20, 20, 20), tally(10, 20, 30));
        assert_ne!(differences(&[a, b]), Compared::Differences(vec![]));
        assert_eq!(differences(&[a, b, a, a, a, a]), Compared::Differences(vec![]));
    }
}
