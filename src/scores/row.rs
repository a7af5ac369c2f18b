//! One line of cells, as text.

use crate::cell::{bare, score_of_bytes};
use crate::records::{Cell, Record};

/// One line of cells, as text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// The number of its first line, from 1.
    pub(crate) line: u64,
    /// Its cells, from the left.
    pub(crate) cells: Vec<String>,
    /// Whether an empty line precedes it.
    pub(crate) after_blank: bool,
}

impl Row {
    /// The row of a record.
    pub(crate) fn of(record: &Record, after_blank: bool) -> Self {
        // A score beside a space of an old code page must not look like a word with a letter.
        let text = |cell: &Cell| match std::str::from_utf8(cell.bytes()) {
            Ok(text) => text.to_owned(),
            Err(_) => score_of_bytes(cell.bytes())
                .map_or_else(|_| cell.text().into_owned(), |score| score.get().to_string()),
        };
        let cells = record.cells().map(text).collect();
        Self { line: record.line, cells, after_blank }
    }

    /// The cell at that place; empty if there is none.
    pub(crate) fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", String::as_str)
    }

    /// The number of filled cells.
    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !bare(cell).is_empty()).count()
    }
}
