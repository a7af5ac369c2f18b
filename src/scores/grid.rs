//! The lines of a table, for imports, which need more than the counts.

use std::ops::Range;

use aanrader_survey::Score;

use crate::cell::{Reason, score};
use crate::decode::{Decoder, Encoding, without_marks};
use crate::in_memory::Lines;
use crate::layout::Layout;
use crate::reading::{Outcome, Part, Reading};
use crate::table::{Shift, no_answers};
use crate::{in_memory, read, row};

/// A table: its reading and its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The column of the answers, or the question.
    pub reading: Reading,
    /// The headings, from the left; empty without a heading.
    pub names: Vec<String>,
    /// The filled lines below the headings, without totals and repeated headings.
    pub rows: Vec<Row>,
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number of its (first) line in the file, from 1; in JSON, the number of its entry.
    pub line: u64,
    /// Its cells, from the left, in full length.
    pub cells: Vec<String>,
    /// The places whose cells are unclear, because the line has too many.
    unclear: Range<usize>,
}

/// Reads a complete table, and keeps its cells: CSV, JSON, or a copy from a page.
pub fn grid(bytes: &[u8]) -> Grid {
    let reading = read(bytes);
    let text = Decoder::new(Encoding::of(bytes)).decode(bytes).into_owned();
    let Lines { layout, rows, separator } = in_memory::lines(without_marks(&text));
    let mut rows = rows.into_iter().skip(layout.titles);
    let headings: Vec<row::Row> = rows.by_ref().take(layout.headings).collect();
    let names = headings.into_iter().next().map(|row| row.cells).unwrap_or_default();
    let rows: Vec<row::Row> = rows.collect();
    let why = no_answers(&layout, &rows);
    let answers = rows.into_iter().zip(why).filter(|(_, why)| why.is_none());
    let rows = answers.map(|(row, _)| Row::of(row, &layout, separator)).collect();
    Grid { reading, names, rows }
}

impl Grid {
    /// The place of the first column with this heading, in upper or lower case; for the fields of a known
    /// export.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|heading| heading.trim().eq_ignore_ascii_case(name))
    }

    /// The place of the column of the answers, if there is no doubt.
    pub fn score_place(&self) -> Option<usize> {
        match (&self.reading.outcome, self.reading.counted()?.part.clone()) {
            (Outcome::Counted { .. }, Part::Cells(place)) => Some(place),
            _ => None,
        }
    }
}

impl Row {
    /// A row with its cells in their places, even if an unquoted separator in free text has shifted them.
    fn of(row: row::Row, layout: &Layout, separator: Option<u8>) -> Self {
        let (line, mut cells) = (row.line, row.cells);
        let filled = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |at| at + 1);
        let Some((shift, separator)) = Shift::of(layout, filled, cells.len()).zip(separator) else {
            return Self { line, cells, unclear: 0..0 };
        };
        let Some((first, last)) = shift.between else {
            return Self { line, cells, unclear: 0..layout.width };
        };
        // The parser has dropped spaces before cells; in prose, a space follows a comma.
        let text = cells[first..=last + shift.by].join(&format!("{} ", char::from(separator)));
        let places = std::iter::once(text).chain((first..last).map(|_| String::new()));
        cells.splice(first..=last + shift.by, places);
        Self { line, cells, unclear: first..last + 1 }
    }

    /// The cell at that place; empty if there is none.
    pub fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", String::as_str)
    }

    /// The score in the cell at that place.
    ///
    /// # Errors
    ///
    /// Why it is no score.
    pub fn score(&self, place: usize) -> Result<Score, Reason> {
        if self.unclear.contains(&place) { Err(Reason::TooManyCells) } else { score(self.cell(place)) }
    }
}
