//! The lines of a table themselves, for those who want more than the counts: an import.

use aanrader_survey::Score;

use crate::cell::{Reason, score};
use crate::decode::{Decoder, Encoding, without_marks};
use crate::reading::{Outcome, Part, Reading};
use crate::{read, row, whole};

/// A table: what it was found to hold, and its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Which column holds the answers, or what to ask.
    pub reading: Reading,
    /// The headings, from the left; none where there is no heading.
    pub names: Vec<String>,
    /// The lines below the headings that hold something.
    pub rows: Vec<Row>,
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number of its (first) line in the file, from 1; of its entry in JSON.
    pub line: u64,
    /// Its cells, from the left, as long as they are.
    pub cells: Vec<String>,
}

/// Reads a table of CSV or JSON that is there as a whole, and keeps its cells.
pub fn sheet(bytes: &[u8]) -> Sheet {
    let reading = read(bytes);
    let text = Decoder::new(Encoding::of(bytes)).decode(bytes).into_owned();
    let (names, rows) = whole::sheet(without_marks(&text));
    let row = |row: row::Row| Row { line: row.line, cells: row.cells };
    Sheet { reading, names, rows: rows.into_iter().map(row).collect() }
}

impl Sheet {
    /// The place of the first column with this heading, whatever its case; for the fields of a known export.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|heading| heading.trim().eq_ignore_ascii_case(name))
    }

    /// The place of the column that holds the answers, where there is no doubt about it.
    pub fn score_place(&self) -> Option<usize> {
        match (&self.reading.outcome, self.reading.counted()?.part.clone()) {
            (Outcome::Counted { .. }, Part::Cells(place)) => Some(place),
            _ => None,
        }
    }
}

impl Row {
    /// The cell at that place; empty where there is none.
    pub fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", String::as_str)
    }

    /// The score in the cell at that place.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn score(&self, place: usize) -> Result<Score, Reason> {
        score(self.cell(place))
    }
}
