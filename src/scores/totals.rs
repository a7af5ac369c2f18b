//! Finds lines of totals and means below a table, or directly below its headings: they are never answers.

use crate::cell::{bare, score};
use crate::letters::is_letter;
use crate::names;
use crate::row::Row;

/// How many lines at the end may be totals.
pub(crate) const LINES: usize = 6;

/// How many of these last lines are totals; `codes` marks the columns of ids, dates or addresses.
pub(crate) fn below(last: &[Row], width: usize, codes: &[bool]) -> usize {
    if width < 2 {
        return below_list(last);
    }
    // In an answer, `Promoter` is its category; below an empty line it begins a total.
    let apart = last.iter().rfind(|row| row.after_blank).map_or(u64::MAX, |row| row.line);
    let sums_up = |row: &&Row| {
        let is_word = |name: &str| names::is_summary(name) || row.line >= apart && names::is_category(name);
        begins(row, last, codes, is_word)
    };
    let is_total = |row: &&Row| {
        begins(row, last, codes, |name| names::is_total(name) || names::is_metric(name))
            || row.after_blank && sums_up(row)
            || is_alone(row, last)
    };
    let end = || last.iter().rev().take_while(|row| is_total(row) || sums_up(row));
    if end().any(|row| is_total(&row)) { end().count() } else { 0 }
}

/// Whether a line sums up those above it, at any place in the table.
pub(crate) fn is_subtotal(row: &Row) -> bool {
    row.cells.iter().find(|cell| !bare(cell).is_empty()).is_some_and(|cell| names::is_subtotal(cell))
}

/// Whether the first line of a table is a total of those below it.
pub(crate) fn above(body: &[Row], width: usize, codes: &[bool]) -> bool {
    let first = body.first().filter(|_| width > 1 && body.len() > 2);
    first.is_some_and(|first| begins(first, body, codes, names::is_total))
}

/// Whether a line begins with such a word, no other line does, and it holds no id.
fn begins(row: &Row, others: &[Row], codes: &[bool], is_word: impl Fn(&str) -> bool) -> bool {
    let Some(at) = row.cells.iter().position(|cell| !bare(cell).is_empty()) else { return false };
    let name = bare(row.cell(at));
    let is_code = |place: usize| codes.get(place) == Some(&true) && !bare(row.cell(place)).is_empty();
    let has_code = (0..row.cells.len()).any(|place| place != at && is_code(place));
    let unique = others.iter().filter(|other| bare(other.cell(at)) == name).count() == 1;
    is_word(name) && score(name).is_err() && unique && !has_code
}

/// Whether a line follows an empty one and has a single value, while the lines above have several.
fn is_alone(row: &Row, last: &[Row]) -> bool {
    let others = || last.iter().filter(|other| other.line != row.line && !other.after_blank);
    row.after_blank && row.filled() == 1 && others().count() > 1 && others().all(|other| other.filled() > 1)
}

/// Totals below a single column: from the first line on that names a total.
fn below_list(last: &[Row]) -> usize {
    let is_plain = |row: &&Row| {
        bare(row.cell(0)).bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    };
    let plain = last.iter().filter(is_plain).count();
    let is_word = |cell: &str| names::is_total(cell) || names::is_metric(cell) || names::is_summary(cell);
    // `0 = not at all likely` below the scores explains them.
    let explains =
        |row: &Row| row.after_blank && row.cell(0).contains('=') && row.cell(0).chars().any(is_letter);
    let first = last.iter().position(|row| is_word(row.cell(0)) || explains(row));
    let first = first.filter(|at| *at > 0 && 2 * plain >= last.len());
    first.map_or(0, |at| last.len() - at)
}
