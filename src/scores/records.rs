//! Splits bytes into lines of cells: separators, quotes, and every kind of line end.

use std::borrow::Cow;

use crate::decode::{self, CELL_BYTES};

/// Columns further right are only counted; Excel has as many.
pub(super) const COLUMNS: usize = 16_384;
/// The length of a shown excerpt of a cell, in characters.
const EXCERPT_CHARS: usize = 40;

/// A text in a form to show: short, and on one line.
pub(super) fn excerpt(text: &str) -> String {
    let text = on_one_line(text);
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some(_) => text.chars().take(EXCERPT_CHARS).chain(['…']).collect(),
        None => text,
    }
}

/// A text with each run of white space as one space.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One cell, or the beginning of a long one.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    bytes: Vec<u8>,
}

impl Cell {
    /// Its bytes, or the first of a long cell.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        decode::text(&self.bytes)
    }

    /// Whether it is empty or only white space.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// One line of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// The number of its (first) line in the file, from 1.
    pub(super) line: u64,
    /// The number of cells beyond those that are kept.
    pub(super) ignored: u64,
    /// Whether the file ended within a quote.
    pub(super) unclosed: bool,
    cells: Vec<Cell>,
    used: usize,
}

impl Record {
    /// The cells, from the left.
    pub(super) fn cells(&self) -> impl DoubleEndedIterator<Item = &Cell> + ExactSizeIterator {
        self.cells[..self.used].iter()
    }

    /// The cell at that place, from 0.
    pub(super) fn cell(&self, index: usize) -> Option<&Cell> {
        self.cells[..self.used].get(index)
    }

    /// Whether all cells are empty.
    pub(super) fn is_blank(&self) -> bool {
        self.ignored == 0 && self.cells().all(Cell::is_empty)
    }

    /// Whether it is still empty.
    fn is_fresh(&self) -> bool {
        self.used == 1 && self.cells[0].bytes.is_empty()
    }

    /// Empties it, and keeps its memory.
    fn restart(&mut self, line: u64) {
        (self.line, self.ignored, self.used) = (line, 0, 0);
        self.next_cell();
    }

    fn next_cell(&mut self) {
        if self.used == COLUMNS {
            self.ignored += 1;
            return;
        }
        if self.cells.len() == self.used {
            self.cells.push(Cell::default());
        }
        self.cells[self.used].bytes.clear();
        self.used += 1;
    }

    fn add(&mut self, byte: u8, most: usize) {
        if self.ignored > 0 {
            return;
        }
        if let Some(cell) = self.cells.get_mut(self.used - 1)
            && cell.bytes.len() < most
        {
            cell.bytes.push(byte);
        }
    }
}

/// The place of the next byte in a cell.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Bare,
    Quoted,
    /// After a quote that ends the cell, or is the first of a pair.
    Closing,
}

/// Splits bytes into records, however they are cut.
pub(super) struct Splitter {
    separator: Option<u8>,
    at: At,
    line: u64,
    previous: u8,
    /// How many bytes of a cell are kept.
    cell_bytes: usize,
    record: Record,
}

impl Splitter {
    /// A splitter of lines at this separator, or not at all.
    pub(super) fn new(separator: Option<u8>) -> Self {
        let mut record = Record::default();
        record.restart(1);
        Self { separator, at: At::Start, line: 1, previous: 0, cell_bytes: CELL_BYTES, record }
    }

    /// The same, but it starts at this line and keeps complete cells.
    pub(super) fn complete_cells(separator: Option<u8>, line: u64) -> Self {
        let mut splitter = Self { cell_bytes: usize::MAX, ..Self::new(separator) };
        splitter.start_at(line);
        splitter
    }

    /// Sets the number of the next line.
    pub(super) fn start_at(&mut self, line: u64) {
        self.line = line;
        self.record.restart(line);
    }

    /// Reads up to the end of a line, passes its record to `on`, and returns the remaining bytes.
    pub(super) fn push<'a>(&mut self, bytes: &'a [u8], on: &mut impl FnMut(&Record)) -> &'a [u8] {
        let end = bytes.iter().position(|byte| self.byte(*byte, on));
        end.map_or(&[], |end| &bytes[end + 1..])
    }

    /// Whether the last line is complete, and these bytes begin the next one.
    pub(super) fn is_between_lines(&self, next: &[u8]) -> bool {
        let half = self.previous == b'\r' && next.first() == Some(&b'\n');
        self.at == At::Start && !half && self.record.is_fresh()
    }

    /// Skips this many complete lines, which another reader has read.
    pub(super) fn skip(&mut self, lines: u64) {
        if lines > 0 {
            self.line += lines;
            self.previous = b'\n';
            self.record.restart(self.line);
        }
    }

    /// Passes on the last record, if no line end has closed it.
    pub(super) fn finish(&mut self, on: &mut impl FnMut(&Record)) {
        self.record.unclosed = self.at == At::Quoted;
        let started = self.at != At::Start || self.record.used > 1 || !self.record.is_blank();
        if started {
            on(&self.record);
        }
        self.at = At::Start;
        self.record.restart(self.line);
    }

    /// Reads one byte; true if it ends a record.
    fn byte(&mut self, byte: u8, on: &mut impl FnMut(&Record)) -> bool {
        let is_end = matches!(byte, b'\n' | b'\r');
        // The second half of a CRLF ends no other line.
        let half = byte == b'\n' && self.previous == b'\r';
        self.previous = byte;
        self.line += u64::from(is_end && !half);
        match (self.at, byte) {
            (At::Quoted, b'"') => self.at = At::Closing,
            (At::Quoted, _) => self.record.add(byte, self.cell_bytes),
            _ if half => {}
            _ if is_end => {
                on(&self.record);
                self.at = At::Start;
                self.record.restart(self.line);
                return true;
            }
            _ if self.separator == Some(byte) => {
                self.at = At::Start;
                self.record.next_cell();
            }
            (At::Start, b'"') => self.at = At::Quoted,
            (At::Start, b' ') => {}
            (At::Closing, b'"') => {
                self.at = At::Quoted;
                self.record.add(byte, self.cell_bytes);
            }
            _ => {
                self.at = At::Bare;
                self.record.add(byte, self.cell_bytes);
            }
        }
        false
    }
}
