//! Which of several groups, such as agents or clients, differ from the rest by more than chance explains.

use aanrader_survey::{Tally, chance, holm};

use super::exact;

/// A group with fewer answers is not compared with the others.
pub const RANKED: u64 = 30;

/// A difference with a smaller p, corrected for the number of groups, is no chance.
const LEVEL: f64 = 0.05;

/// How a group stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has too few answers to say anything.
    TooFew,
    /// Chance explains its difference from the rest.
    AsTheRest,
    /// It is higher than the rest.
    Higher,
    /// It is lower than the rest.
    Lower,
}

/// How each group stands: its score is tested against that of all other answers together, with Holm's correction
/// for the number of groups. So at most one look in twenty names a group of which only chance is the cause.
pub fn standings(groups: &[Tally]) -> Vec<Standing> {
    let mut all = Tally::default();
    groups.iter().for_each(|group| all.merge(group));
    let ranked: Vec<usize> = (0..groups.len()).filter(|place| groups[*place].n() >= RANKED).collect();
    let rests: Vec<Tally> = ranked.iter().map(|place| rest(&all, &groups[*place])).collect();
    let p: Vec<f64> =
        ranked.iter().zip(&rests).map(|(place, rest)| by_chance(&groups[*place], rest, &all)).collect();
    let mut standings = vec![Standing::TooFew; groups.len()];
    for ((place, rest), p) in ranked.into_iter().zip(&rests).zip(holm(&p)) {
        let higher =
            groups[place].nps().zip(rest.nps()).is_some_and(|(own, rest)| own.score() > rest.score());
        standings[place] = match (p < LEVEL, higher) {
            (false, _) => Standing::AsTheRest,
            (true, true) => Standing::Higher,
            (true, false) => Standing::Lower,
        };
    }
    standings
}

/// How often chance makes a group differ as much from the rest. What the quick test finds is tested exactly.
fn by_chance(group: &Tally, rest: &Tally, all: &Tally) -> f64 {
    let p = chance(group, rest).unwrap_or(1.0);
    let exact = if p < LEVEL { exact::chance(group, all) } else { None };
    exact.map_or(p, |exact| exact.max(p))
}

/// All answers but those of a group.
fn rest(all: &Tally, group: &Tally) -> Tally {
    let mut counts = *all.counts();
    counts.iter_mut().zip(group.counts()).for_each(|(all, own)| *all = all.saturating_sub(*own));
    Tally::from_counts(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Score;

    fn group(detractors: u64, promoters: u64) -> Tally {
        let mut tally = Tally::default();
        tally.add_many(Score::new(3).expect("a score"), detractors);
        tally.add_many(Score::new(9).expect("a score"), promoters);
        tally
    }

    #[test]
    fn only_what_is_far_enough_and_of_enough_answers_differs_from_the_rest() {
        use Standing::{AsTheRest, Higher, Lower, TooFew};
        let groups = [group(10, 30), group(12, 28), group(40, 0), group(0, 29), group(1, 79)];
        assert_eq!(standings(&groups), [AsTheRest, AsTheRest, Lower, TooFew, Higher]);
        assert_eq!(standings(&[group(40, 0)]), [AsTheRest], "there is no rest");
        assert_eq!(standings(&[]), []);
    }
}
