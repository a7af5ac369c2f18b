//! The interpretation of one score, and of the difference between two.

use aanrader_survey::{Nps, Tally, compare, holm};

/// A score above this counts as good.
const GOOD: f64 = 0.0;
/// A score above this counts as very good.
const VERY_GOOD: f64 = 30.0;
/// How many answers each of two scores needs for a comparison.
const COMPARED_ANSWERS: u64 = 20;
/// The highest probability of reporting a difference that is only chance, over all pairs of a survey.
const CHANCE: f64 = 0.05;

/// The level of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// 0 or below.
    Low,
    /// Above 0.
    Good,
    /// Above +30.
    VeryGood,
}

/// A score's level, and whether all of its interval is on that level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The level of the score itself.
    pub(crate) level: Level,
    /// Whether both ends of the interval are on the same level.
    pub(crate) certain: bool,
}

impl Level {
    fn of(value: f64) -> Self {
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
    /// The reading of a score.
    pub(crate) fn of(nps: &Nps) -> Self {
        let level = Level::of(nps.score());
        Self { level, certain: Level::of(nps.low()) == level && Level::of(nps.high()) == level }
    }
}

/// Two groups, by their places. The first scores higher than chance explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The place of the group with the higher score.
    pub(crate) higher: usize,
    /// The place of the group with the lower score.
    pub(crate) lower: usize,
    /// The difference, in points.
    pub(crate) points: f64,
    /// The lower end of the difference's own 95 % interval, in points.
    pub(crate) low: f64,
    /// The upper end of that interval, in points.
    pub(crate) high: f64,
    /// The probability that chance alone shows a difference as large, corrected for the number of pairs.
    pub(crate) p: f64,
}

/// The result of comparing groups.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Compared {
    /// Fewer than two groups have enough answers.
    TooFew,
    /// All pairs were compared.
    Pairs {
        /// The number of pairs.
        of: usize,
        /// The pairs that differ, the largest difference first; empty if chance explains all differences.
        differ: Vec<Difference>,
    },
}

/// Compares each pair of groups with enough answers, by the score test. The more pairs, the likelier one
/// stands out by chance; Holm's correction accounts for that.
pub(crate) fn differences(groups: &[Tally]) -> Compared {
    let large: Vec<usize> = (0..groups.len()).filter(|i| groups[*i].n() >= COMPARED_ANSWERS).collect();
    let pairs: Vec<(usize, usize)> =
        large.iter().flat_map(|a| large.iter().filter(move |b| *b > a).map(move |b| (*a, *b))).collect();
    if pairs.is_empty() {
        return Compared::TooFew;
    }
    let compared: Vec<Difference> = pairs.iter().filter_map(|(a, b)| difference(groups, *a, *b)).collect();
    let corrected = holm(&compared.iter().map(|one| one.p).collect::<Vec<_>>());
    let corrected = compared.into_iter().zip(corrected).map(|(one, p)| Difference { p, ..one });
    let mut differ: Vec<Difference> = corrected.filter(|one| one.p < CHANCE).collect();
    differ.sort_by(|a, b| b.points.total_cmp(&a.points));
    Compared::Pairs { of: pairs.len(), differ }
}

/// The difference of two groups, with the p of this comparison alone.
fn difference(groups: &[Tally], one: usize, other: usize) -> Option<Difference> {
    let compared = compare(&groups[one], &groups[other])?;
    let (points, p) = (compared.difference, compared.p);
    Some(if points >= 0.0 {
        Difference { higher: one, lower: other, points, low: compared.low, high: compared.high, p }
    } else {
        // In the other direction, the ends change places and signs.
        let (low, high) = (-compared.high, -compared.low);
        Difference { higher: other, lower: one, points: -points, low, high, p }
    })
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

    fn differ(groups: &[Tally]) -> Vec<Difference> {
        match differences(groups) {
            Compared::Pairs { differ, .. } => differ,
            Compared::TooFew => panic!("enough answers"),
        }
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
    fn a_level_is_certain_when_the_entire_interval_is_on_it() {
        assert_reads(tally(5, 24, 46), Level::VeryGood, true);
        assert_reads(tally(7, 4, 6), Level::Low, false);
        assert_reads(tally(400, 100, 100), Level::Low, true);
    }

    #[test]
    fn a_clear_difference_is_told_with_the_higher_group_first() {
        let told = differ(&[tally(46, 24, 5), tally(5, 24, 46)]);
        assert_eq!((told.len(), told[0].higher, told[0].lower), (1, 1, 0));
        assert!(told[0].points > 100.0 && told[0].p < 0.001);
        assert!(0.0 < told[0].low && told[0].low < told[0].points && told[0].points < told[0].high);
    }

    #[test]
    fn no_difference_is_told_where_chance_explains_it() {
        let groups = [tally(5, 24, 46), tally(6, 23, 46)];
        assert_eq!(differences(&groups), Compared::Pairs { of: 1, differ: vec![] });
    }

    #[test]
    fn nineteen_answers_are_compared_with_nothing() {
        assert_eq!(differences(&[tally(19, 0, 0), tally(0, 0, 50)]), Compared::TooFew);
        assert_eq!(differences(&[]), Compared::TooFew);
    }

    #[test]
    fn the_same_difference_counts_for_less_among_many_groups() {
        let (a, b) = (tally(20, 20, 20), tally(10, 20, 30));
        assert_eq!(differ(&[a, b]).len(), 1);
        assert_eq!(differences(&[a, b, a, a, a, a]), Compared::Pairs { of: 15, differ: vec![] });
    }
}
