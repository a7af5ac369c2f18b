//! The evidence for and against a column, in points, from its heading and its values together.

use std::collections::BTreeSet;

use aanrader_survey::{Score, Tally};

use crate::cell::{bare, decimal, is_missing, score};
use crate::names::Name;
use crate::reading::Column;
use crate::records::excerpt;
use crate::row::Row;

/// If a larger share of its numbers are no scores, a column holds something else, whatever its name.
pub(crate) const MIXED: f64 = 0.34;

/// If a larger share of its numbers are above ten, a list without a name holds something else.
pub(crate) const LARGE: f64 = 0.25;

/// How many sample values are shown of a column.
const SAMPLES: usize = 6;

/// The evidence about a column before the decision.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) name: Name,
    /// Points for its heading and its values.
    pub(crate) points: i32,
    /// Points for its values alone.
    pub(crate) values: i32,
    /// The share of scores among the cells that are filled, without words for a missing answer.
    pub(crate) share: f64,
    /// The share of numbers that are no scores.
    pub(crate) outside: f64,
    /// The share of numbers above ten.
    pub(crate) large: f64,
    /// The lowest and the highest number.
    pub(crate) range: Option<(f64, f64)>,
    /// The lowest and the highest score.
    pub(crate) scores: Option<(u64, u64)>,
    /// The number of scores.
    pub(crate) n: u64,
    /// The first number, if each number is one more than the previous one, or each one less.
    pub(crate) running: Option<f64>,
    /// How many different scores there are.
    pub(crate) distinct: usize,
}

impl Evidence {
    /// The evidence from a column's first lines, its headings and the counts of all its lines.
    pub(crate) fn of(column: &Column, place: usize, rows: &[Row], headings: &[String]) -> Self {
        let cells = || rows.iter().map(|row| bare(row.cell(place))).filter(|cell| !is_missing(cell));
        let filled = cells().count();
        let scores = cells().filter(|cell| score(cell).is_ok()).count();
        let numbers: Vec<f64> = cells().filter_map(decimal).collect();
        let outside = cells().filter(|cell| decimal(cell).is_some() && score(cell).is_err()).count();
        let distinct = values(&column.tally).count();
        let mut evidence = Self {
            name: Name::of(headings),
            points: 0,
            values: 0,
            share: share(scores, filled),
            outside: share(outside, filled),
            large: share(numbers.iter().filter(|number| **number > 10.0).count(), filled),
            range: range(&numbers),
            scores: values(&column.tally).next().zip(values(&column.tally).last()),
            n: column.tally.n(),
            running: numbers.first().copied().filter(|_| is_running(&numbers)),
            distinct,
        };
        evidence.values = evidence.value_points();
        evidence.points = evidence.values + evidence.name.points();
        evidence
    }

    fn value_points(&self) -> i32 {
        let Some((low, high)) = self.scores else { return -9 };
        let named = self.name.strong || self.name.score;
        let spread = match (self.distinct, self.n) {
            (1, 3..) if low <= 1 => -6,
            (1, 3..) if high >= 9 && named && !self.name.against => 0,
            (1, 3..) => -4,
            (2, 3..) if high <= 1 => -6,
            (_, 5..) if high <= 3 => -5,
            (_, 4..) if high <= 5 => -4,
            (_, _) if high <= 5 => -1,
            (5.., _) if high >= 9 => 3,
            _ if high >= 9 => 2,
            _ => 0,
        };
        let outside = if self.outside > MIXED { -4 } else { -i32::from(self.outside > 0.1) };
        let pure = i32::from(self.share >= 0.95) + outside;
        // Line numbers, or another column that counts up.
        let running = match (self.running, self.n) {
            (Some(first), 3..) if first <= 1.0 => -7,
            (Some(_), 5..) => -5,
            _ => 0,
        };
        spread + pure + running
    }

    /// The lowest and the highest score, if they suggest another scale.
    pub(crate) fn other_scale(&self) -> Option<(u64, u64)> {
        self.scores.filter(|ends| is_other_scale(*ends, self.n))
    }

    /// Whether it can be the column at all: at least half of its filled cells are scores.
    pub(crate) fn is_possible(&self) -> bool {
        self.n > 0 && self.share >= 0.5
    }

    /// Whether its values alone look like answers from 0 to 10: many different ones, up to the highest.
    pub(crate) fn is_full(&self) -> bool {
        self.is_possible() && self.values >= 4 && self.n >= 5
    }

    /// Whether it is good enough to be counted.
    pub(crate) fn is_good(&self) -> bool {
        self.is_possible() && self.points >= 3
    }
}

/// The lowest and the highest score of a tally, if they suggest another scale.
pub(crate) fn other_scale(tally: &Tally) -> Option<(u64, u64)> {
    let ends = values(tally).next().zip(values(tally).last());
    ends.filter(|ends| is_other_scale(*ends, tally.n()))
}

/// Whether this many answers between these ends suggest another scale than 0 to 10. With three answers on a 0
/// to 10 scale, fewer than one shop in a hundred has only answers from 1 to 5.
fn is_other_scale((low, high): (u64, u64), n: u64) -> bool {
    match (low, high) {
        (0, 0..=1) | (1.., 0..=5) => n >= 3,
        (0, 0..=5) => n >= 8,
        (1.., 6..=7) => n >= 12,
        _ => false,
    }
}

/// A few different values of a column, unchanged, including some that are no scores.
pub(crate) fn samples<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut samples = Vec::new();
    for cell in cells.map(bare).filter(|cell| !cell.is_empty()) {
        if samples.len() == SAMPLES {
            break;
        }
        if seen.insert(cell) {
            samples.push(excerpt(cell));
        }
    }
    samples
}

/// The scores that occur, in order.
pub(crate) fn values(tally: &Tally) -> impl Iterator<Item = u64> + '_ {
    Score::all().filter(|score| tally.count(*score) > 0).map(|score| u64::from(score.get()))
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

fn range(numbers: &[f64]) -> Option<(f64, f64)> {
    let low = numbers.iter().copied().reduce(f64::min)?;
    Some((low, numbers.iter().copied().reduce(f64::max)?))
}

/// Whether each number is one more than the previous one, or each is one less.
pub(crate) fn is_running(numbers: &[f64]) -> bool {
    let steps = |step: f64| numbers.windows(2).all(|pair| pair[1] - pair[0] == step);
    numbers.len() > 2 && (steps(1.0) || steps(-1.0))
}
