//! Bytes into lines of cells: separators, quotes, and every kind of line end.

use std::borrow::Cow;

use crate::decode::{self, CELL_BYTES};

/// Columns further right are counted, but not looked at; it is as many as Excel has.
pub(super) const COLUMNS: usize = 16_384;
/// Characters of a cell that are shown.
const EXCERPT_CHARS: usize = 40;

/// A text as it can be shown: short, and on one line.
pub(super) fn excerpt(text: &str) -> String {
    let text = on_one_line(text);
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some(_) => text.chars().take(EXCERPT_CHARS).chain(['…']).collect(),
        None => text,
    }
}

/// A text with one space wherever there is white space.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One cell, or its beginning where it is long.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    bytes: Vec<u8>,
}

impl Cell {
    /// Its bytes, or the first of them.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        decode::text(&self.bytes)
    }

    /// Whether there is only white space.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// One line of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// The number of its (first) line in the file, from 1.
    pub(super) line: u64,
    /// Cells beyond those that are kept.
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

    /// The cell of that place, from 0.
    pub(super) fn cell(&self, index: usize) -> Option<&Cell> {
        self.cells[..self.used].get(index)
    }

    /// Whether all cells are empty.
    pub(super) fn is_blank(&self) -> bool {
        self.ignored == 0 && self.cells().all(Cell::is_empty)
    }

    /// Whether nothing is in it yet.
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

/// Where in a cell the next byte is.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Bare,
    Quoted,
    /// Behind a quote that ends the cell, or is the first of two.
    Closing,
}

/// Splits bytes into records, in any pieces.
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
    /// One that splits lines at this separator, or not at all.
    pub(super) fn new(separator: Option<u8>) -> Self {
        let mut record = Record::default();
        record.restart(1);
        Self { separator, at: At::Start, line: 1, previous: 0, cell_bytes: CELL_BYTES, record }
    }

    /// The same, but it starts in this line and keeps cells as a whole.
    pub(super) fn whole_cells(separator: Option<u8>, line: u64) -> Self {
        let mut splitter = Self { cell_bytes: usize::MAX, ..Self::new(separator) };
        splitter.start_at(line);
        splitter
    }

    /// Lines are numbered from this one on.
    pub(super) fn start_at(&mut self, line: u64) {
        self.line = line;
        self.record.restart(line);
    }

    /// Reads on to the end of a line, hands over its record, and returns what is left.
    pub(super) fn push<'a>(&mut self, bytes: &'a [u8], on: &mut impl FnMut(&Record)) -> &'a [u8] {
        let end = bytes.iter().position(|byte| self.byte(*byte, on));
        end.map_or(&[], |end| &bytes[end + 1..])
    }

    /// Whether nothing of a line has been read yet, and these bytes are the next one's.
    pub(super) fn is_between_lines(&self, next: &[u8]) -> bool {
        let half = self.previous == b'\r' && next.first() == Some(&b'\n');
        self.at == At::Start && !half && self.record.is_fresh()
    }

    /// Goes on behind so many whole lines that somebody else has read.
    pub(super) fn skip(&mut self, lines: u64) {
        if lines > 0 {
            self.line += lines;
            self.previous = b'\n';
            self.record.restart(self.line);
        }
    }

    /// Hands over the last record, where no line end closed it.
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
        // The second half of a CRLF ends nothing more.
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
