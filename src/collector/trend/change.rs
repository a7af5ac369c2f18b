//! Signs of change in a series of days that chance doesn't explain.
//!
//! Every day, all days since the last change are split in two at each day, and the two scores are compared. A
//! change is reported if the largest standardised difference passes a limit: the change-point model of D. M.
//! Hawkins, P. Qiu and C. W. Kang, "The changepoint model for statistical process control", Journal of Quality
//! Technology 35 (2003) 355–366, with the variance of an NPS. The limit is on p, and is divided by the number of
//! series that are looked at. What passes it is tested exactly, because few and lopsided answers pass it too often. `simulation.rs` shows how often it is passed by chance, and how soon by a change.

use aanrader_survey::{Category, Tally, two_sided};

use super::exact;

/// A difference with a larger p is no sign of change: z = 4, passed by chance in fewer than one year of ten.
const LIMIT: f64 = 6.334e-5;

/// Both sides of a split have at least this many answers: with fewer, an NPS is far from normal.
const LEAST: f64 = 30.0;

/// The largest number of days since the last change that are looked at.
const LOOK_BACK: usize = 400;

/// A change of the number.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its likeliest first day, as a place in the series.
    pub first: usize,
    /// The day whose answers made it certain, as a place in the series.
    pub seen: usize,
    /// The answers between the change before and this one.
    pub before: Tally,
    /// The answers from this change to the next one.
    pub after: Tally,
}

/// The changes in the tallies of consecutive days. `series` is the number of series that are looked at.
pub fn changes(days: &[Tally], series: usize) -> Vec<Change> {
    let limit = LIMIT / series.max(1) as f64;
    let sums = Sums::of(days);
    let (mut starts, mut seen) = (vec![0], Vec::new());
    for day in 1..days.len() {
        let start = starts.last().copied().unwrap_or(0).max((day + 1).saturating_sub(LOOK_BACK));
        let split = sums.split(start, day + 1).filter(|split| two_sided(split.z) < limit);
        if let Some(split) = split.filter(|split| by_chance(&days[start..=day], split.at - start) < limit) {
            starts.push(split.at);
            seen.push(day);
        }
    }
    refine(&sums, &mut starts, days.len());
    let tally = |from: usize, to: usize| sum(&days[from..to]);
    let end = |place: usize| starts.get(place).copied().unwrap_or(days.len());
    let change = |(place, seen): (usize, usize)| {
        let first = starts[place + 1];
        let (before, after) = (tally(starts[place], first), tally(first, end(place + 2)));
        Change { first, seen, before, after }
    };
    seen.into_iter().enumerate().map(change).collect()
}

fn sum(days: &[Tally]) -> Tally {
    let mut sum = Tally::default();
    days.iter().for_each(|day| sum.merge(day));
    sum
}

/// How often chance makes the smaller side of a split differ as much, tested exactly; 0 if it is too large for that.
fn by_chance(days: &[Tally], at: usize) -> f64 {
    let (first, second) = (sum(&days[..at]), sum(&days[at..]));
    let smaller = if first.n() < second.n() { &first } else { &second };
    exact::chance(smaller, &sum(days)).unwrap_or(0.0)
}

/// Moves each change to the likeliest day between its neighbours, now that more is known than when it was seen.
fn refine(sums: &Sums, starts: &mut [usize], end: usize) {
    for place in 1..starts.len() {
        let to = starts.get(place + 1).copied().unwrap_or(end);
        if let Some(split) = sums.split(starts[place - 1], to) {
            starts[place] = split.at;
        }
    }
}

/// The sums of all days before each day: of answers, of promoters less detractors, and of both together.
struct Sums(Vec<[f64; 3]>);

struct Split {
    at: usize,
    z: f64,
}

impl Sums {
    fn of(days: &[Tally]) -> Self {
        let (mut sums, mut sum) = (vec![[0.0; 3]], [0.0; 3]);
        for day in days {
            let [promoters, detractors] =
                [Category::Promoter, Category::Detractor].map(|category| day.of(category) as f64);
            let of_day = [day.n() as f64, promoters - detractors, promoters + detractors];
            sum.iter_mut().zip(of_day).for_each(|(sum, of_day)| *sum += of_day);
            sums.push(sum);
        }
        Self(sums)
    }

    fn between(&self, from: usize, to: usize) -> [f64; 3] {
        let (first, last) = (self.0[from], self.0[to]);
        [last[0] - first[0], last[1] - first[1], last[2] - first[2]]
    }

    /// The split of these days whose sides differ most, if both have enough answers.
    fn split(&self, from: usize, to: usize) -> Option<Split> {
        let [n, balance, both] = self.between(from, to);
        let mean = balance / n;
        let variance = both / n - mean * mean;
        // Nobody answered, or all alike.
        if n < 2.0 * LEAST || variance <= 0.0 {
            return None;
        }
        // The largest squared difference in units of its variance; its root is taken once.
        let mut best: Option<(usize, f64)> = None;
        for at in from + 1..to {
            let [first, of_first, _] = self.between(from, at);
            let second = n - first;
            if first < LEAST || second < LEAST {
                continue;
            }
            // With the sides' shares a and b: (b − a)² / (1/first + 1/second) = d² / (n · first · second), where
            // d = balance · first − of_first · n.
            let d = balance * first - of_first * n;
            let square = d * d / (n * first * second);
            if best.is_none_or(|(_, largest)| square > largest) {
                best = Some((at, square));
            }
        }
        best.map(|(at, square)| Split { at, z: (square / variance).sqrt() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Score;

    fn day(detractors: u64, promoters: u64) -> Tally {
        let mut tally = Tally::default();
        for (score, times) in [(0, detractors), (8, 10), (10, promoters)] {
            tally.add_many(Score::new(score).expect("a score"), times);
        }
        tally
    }

    #[test]
    fn a_series_that_falls_and_rises_again_has_two_changes_on_their_days() {
        let mut days = vec![day(2, 18); 50];
        days.extend(vec![day(10, 10); 40]);
        days.extend(vec![day(2, 18); 30]);
        let found = changes(&days, 1);
        assert_eq!(found.iter().map(|change| change.first).collect::<Vec<_>>(), [50, 90]);
        assert!((50..57).contains(&found[0].seen), "{}", found[0].seen);
        assert_eq!(found[0].before.n(), 50 * 30);
        assert_eq!((found[0].after.n(), found[1].before.n(), found[1].after.n()), (1200, 1200, 900));
        assert!(changes(&days, 1_000_000).len() <= 2);
    }

    #[test]
    fn nothing_changes_where_all_days_are_alike_few_or_empty() {
        assert_eq!(changes(&[], 1), []);
        assert_eq!(changes(&vec![Tally::default(); 30], 1), []);
        assert_eq!(changes(&vec![day(3, 9); 300], 1), []);
        let promoters: Tally = [Score::new(10).expect("a score"); 40].into_iter().collect();
        assert_eq!(changes(&vec![promoters; 30], 1), []);
        assert_eq!(changes(&[day(0, 19), day(19, 0)], 1), [], "a day of 29 answers is too few");
    }
}
