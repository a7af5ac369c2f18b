//! Tables of counts: one column holds the score, another how often it was given.

use aanrader_survey::Score;

use crate::cell::{bare, score};
use crate::evidence::{Evidence, other_scale, values};
use crate::letters::is_letter;
use crate::names;
use crate::often::distinct;
use crate::reading::{Column, Doubt, Form, NoScore, Outcome, Part, Reading, Reason, Remark, Why};
use crate::records::excerpt;
use crate::row::Row;
use crate::table::Table;

/// The fewest lines that make a table of counts.
const FEWEST: usize = 3;
/// The fewest lines if no heading names the counts.
const SURELY: usize = 5;
/// How many lines of totals and headings may surround the eleven scores.
const AROUND: usize = 4;

/// A table of counts.
pub(crate) struct Counts {
    /// The scores, weighted by their counts.
    column: Column,
    /// The same, weighted by other columns that could hold the counts.
    more: Vec<Column>,
    /// The place of the score column, if its lines could also be answers.
    doubtful: Option<Vec<usize>>,
    /// The number of lines.
    pub(crate) lines: u64,
}

impl Counts {
    /// Adds the column, and returns the outcome.
    pub(crate) fn outcome(self, columns: &mut Vec<Column>) -> Outcome {
        let place = columns.len();
        let scale = other_scale(&self.column.tally);
        columns.push(self.column);
        columns.extend(self.more);
        match (self.doubtful, scale) {
            (Some(others), _) => {
                let candidates = (place..columns.len()).chain(others).collect();
                Outcome::Question { candidates, doubt: Doubt::Counts }
            }
            (None, Some((low, high))) => {
                Outcome::Question { candidates: vec![place], doubt: Doubt::Scale { low, high } }
            }
            (None, None) => Outcome::Counted { column: place, why: Why::Counts },
        }
    }
}

/// The table of counts in this table, if it is one.
pub(crate) fn find(table: &Table, evidence: &[Evidence], rows: &[Row]) -> Option<Counts> {
    if rows.len() < FEWEST || rows.len() > Score::COUNT + AROUND {
        return None;
    }
    let width = table.layout.width;
    let pairs = |scores: usize| -> Vec<usize> {
        (0..width).filter(|count| *count != scores && is_pair(table, rows, scores, *count)).collect()
    };
    let (scores, counts) =
        (0..width).map(|scores| (scores, pairs(scores))).find(|(_, counts)| !counts.is_empty())?;
    let named: Vec<usize> = counts.iter().copied().filter(|place| is_count(table, *place)).collect();
    let how_often = *named.first().or(counts.first())?;
    let mut others = (0..width).filter(|place| *place != scores && *place != how_often);
    if others.any(|place| evidence[place].is_good() || is_label(table, rows, place)) {
        return None;
    }
    let lines = rows.iter().filter(|row| score(row.cell(scores)).is_ok()).count();
    let column = weighted(table, rows, scores, how_often);
    // With one column of counts for each month or shop, the reader can't know which to use.
    let all = if named.is_empty() { &counts } else { &named };
    let more: Vec<Column> = all
        .iter()
        .filter(|place| **place != how_often)
        .map(|place| weighted(table, rows, scores, *place))
        .collect();
    let sure = is_sure(table, evidence, (scores, how_often), lines)? && is_sorted(&given(rows, scores));
    let others = [how_often, scores].into_iter().filter(|place| evidence[*place].is_possible());
    let doubtful = (!sure || !more.is_empty()).then(|| others.collect());
    Some(Counts { column, more, doubtful, lines: lines as u64 })
}

fn is_count(table: &Table, place: usize) -> bool {
    table.layout.names[place].iter().any(|name| names::is_count(name))
}

fn is_answer_count(table: &Table, place: usize) -> bool {
    table.layout.names[place].iter().any(|name| names::is_answer_count(name))
}

/// The numbers of a column, from the top.
fn given(rows: &[Row], place: usize) -> Vec<f64> {
    let scores = rows.iter().filter_map(|row| score(row.cell(place)).ok());
    scores.map(|score| f64::from(score.get())).collect()
}

fn is_sorted(numbers: &[f64]) -> bool {
    let all = |by: fn(&f64, &f64) -> bool| numbers.windows(2).all(|pair| by(&pair[0], &pair[1]));
    all(|a, b| a < b) || all(|a, b| a > b)
}

/// Whether one column certainly holds how often the score in the other was given; `None` if the two more
/// likely hold something else.
fn is_sure(
    table: &Table,
    evidence: &[Evidence],
    (scores, how_often): (usize, usize),
    lines: usize,
) -> Option<bool> {
    let is_named = |place: usize| {
        let name = &evidence[place].name;
        (name.strong || name.score) && !name.against
    };
    let all = lines == Score::COUNT;
    let above_ten = evidence[how_often].outside > 0.0;
    let headed = table.layout.headings > 0;
    // A year, an id or a line number beside a score is no count.
    let other = evidence[how_often].name.against
        || evidence[how_often].running.is_some()
        || table.layout.names[how_often].iter().any(|name| names::is_period(name));
    if other && !is_count(table, how_often) {
        return None;
    }
    let sure = is_count(table, how_often)
        || is_named(scores) && !is_named(how_often) && above_ten && lines >= SURELY
        || !headed && all && above_ten;
    let unlikely = is_named(how_often) || !(all || above_ten) || table.layout.width > 2;
    (sure || !unlikely).then_some(sure)
}

/// Whether each line of a column holds a different word, such as a branch or a month.
fn is_label(table: &Table, rows: &[Row], place: usize) -> bool {
    let cells = || rows.iter().map(|row| bare(row.cell(place)));
    let words = cells().filter(|cell| cell.chars().any(is_letter) && !names::is_category(cell)).count();
    let free = table.layout.names[place].iter().any(|name| names::is_score(name));
    !free && 2 * words > rows.len() && distinct(&mut cells()).len() == rows.len()
}

/// Whether one column lists the scores, and the other holds their counts.
fn is_pair(table: &Table, rows: &[Row], scores: usize, counts: usize) -> bool {
    let numbers = given(rows, scores);
    let rest = rows.iter().filter(|row| score(row.cell(scores)).is_err());
    let rest_is_around = rest.clone().count() <= AROUND
        && rest.clone().all(|row| {
            let cell = bare(row.cell(scores));
            cell.is_empty() || names::is_total(cell) || names::is_category(cell)
        });
    let named = is_count(table, counts);
    // A list of counts may omit scores that nobody gave, if its heading tells that it holds scores. It may be
    // in any order, if a heading tells that it counts answers.
    let sorted = named && is_sorted(&numbers);
    let once =
        is_answer_count(table, counts) && values(&table.columns[scores].tally).count() == numbers.len();
    let counted = rows
        .iter()
        .filter(|row| score(row.cell(scores)).is_ok())
        .all(|row| count(row.cell(counts)).is_some());
    numbers.len() >= FEWEST
        && rest_is_around
        && counted
        && (sorted || once || crate::evidence::is_running(&numbers))
}

fn weighted(table: &Table, rows: &[Row], scores: usize, counts: usize) -> Column {
    let by = table.columns[counts].to_string();
    let mut column = Column {
        name: table.columns[scores].name.clone(),
        part: Part::Weighted { by },
        samples: rows
            .iter()
            .take(4)
            .map(|row| format!("{}: {} times", bare(row.cell(scores)), bare(row.cell(counts))))
            .collect(),
        ..Column::default()
    };
    for row in rows {
        match (score(row.cell(scores)), count(row.cell(counts))) {
            (Ok(score), Some(times)) => column.tally.add_many(score, times),
            _ => {
                column.wrong += 1;
                let text = excerpt(row.cell(scores));
                column.named.push(NoScore { line: row.line, text, reason: Reason::Total });
            }
        }
    }
    column
}

/// A count: a whole number, perhaps with thousands separators; an empty cell is zero.
fn count(cell: &str) -> Option<u64> {
    let cell = bare(cell);
    if cell.is_empty() || cell == "-" {
        return Some(0);
    }
    let parts: Vec<&str> = cell.split(['.', ',', ' ', '\u{a0}', '\u{202f}', '\'']).collect();
    let thousands = parts.iter().skip(1).all(|part| part.len() == 3);
    let digits = parts.concat();
    if thousands && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse().ok();
    }
    let (units, zeros) = cell.split_once(['.', ','])?;
    (zeros.bytes().all(|byte| byte == b'0')).then(|| units.parse().ok()).flatten()
}

/// A table of counts on its side: a line of scores, and below it one or more lines of counts. None of its
/// lines is a list of answers.
pub(crate) fn lying(rows: &[Row]) -> Option<Reading> {
    let (ruler, below) = rows.split_first().filter(|(_, below)| !below.is_empty())?;
    let label = ruler.cells.iter().take_while(|cell| score(cell).is_err()).count();
    let scores: Vec<Score> = ruler.cells.iter().skip(label).map_while(|cell| score(cell).ok()).collect();
    let values: Vec<f64> = scores.iter().map(|score| f64::from(score.get())).collect();
    if scores.len() < Score::COUNT - 1 || !crate::evidence::is_running(&values) {
        return None;
    }
    let columns: Vec<Column> =
        below.iter().map(|row| lying_counts(&scores, label, row)).collect::<Option<_>>()?;
    let outcome = match &columns[..] {
        [only] => match other_scale(&only.tally) {
            Some((low, high)) => Outcome::Question { candidates: vec![0], doubt: Doubt::Scale { low, high } },
            None => Outcome::Counted { column: 0, why: Why::Counts },
        },
        _ => Outcome::Question { candidates: (0..columns.len()).collect(), doubt: Doubt::Counts },
    };
    let remarks = vec![Remark::Counts(scores.len() as u64)];
    Some(Reading { form: Form::Table, outcome, columns, remarks })
}

/// The counts of these scores, in a line below them. Its cells begin at the same place, or after a label.
fn lying_counts(scores: &[Score], label: usize, row: &Row) -> Option<Column> {
    let counts_from = |start: usize| -> Option<Vec<u64>> {
        let cells = row.cells.get(start..)?;
        let counts: Vec<u64> = cells.iter().take(scores.len()).map_while(|cell| count(cell)).collect();
        (counts.len() == scores.len()).then_some(counts)
    };
    let words = row.cells.iter().take_while(|cell| count(cell).is_none()).count();
    let (start, counts) = [label, words].into_iter().find_map(|start| Some((start, counts_from(start)?)))?;
    let name = row.cells[..start].join(" ").trim().to_owned();
    let by = if name.is_empty() { format!("line {}", row.line) } else { format!("“{name}”") };
    let pairs = || scores.iter().zip(&counts);
    let mut column = Column {
        part: Part::Weighted { by },
        samples: pairs().take(4).map(|(score, times)| format!("{}: {times} times", score.get())).collect(),
        ..Column::default()
    };
    pairs().for_each(|(score, times)| column.tally.add_many(*score, *times));
    Some(column)
}
