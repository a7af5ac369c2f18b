//! The fast path through a file: complete lines of plain cells, eight bytes at a time.
//!
//! It only counts, and leaves other lines to the thorough path of `records`: lines that must be named, lines
//! with line breaks in quotes or more cells than the first, blank lines and incomplete lines. A test compares
//! both paths.

use crate::cell::{Reason, score_of_bytes};
use crate::decode::CELL_BYTES;
use crate::reading::Column;
use crate::table::NAMED_LINES;

/// How many columns the fast path can read.
pub(crate) const COLUMNS: usize = 64;

/// The content of a cell: a score, empty, or other.
type Class = u8;
const EMPTY: Class = 11;
const WRONG: Class = 12;
/// More than the number of classes, so that every class is a valid index.
const CLASSES: usize = 16;

/// The state and the counts of the fast path.
#[derive(Debug)]
pub(crate) struct Quick {
    separator: u8,
    width: usize,
    /// The columns, one bit each, that still name their invalid lines.
    naming: u64,
    /// How often each class occurred, for each column.
    counts: Vec<[u64; CLASSES]>,
}

/// A cell and its end.
struct Cell {
    class: Class,
    /// The index of the byte that ends it, and this byte.
    end: usize,
    by: u8,
}

impl Quick {
    /// A reader of lines with this many columns, at most 64, with this separator or none.
    pub(crate) fn new(separator: Option<u8>, width: usize) -> Self {
        // Without a separator, only a line's end ends a cell.
        let separator = separator.unwrap_or(b'\n');
        Self { separator, width, naming: 0, counts: vec![[0; CLASSES]; width] }
    }

    /// Reads as many lines as it can; returns the numbers of bytes and of lines.
    pub(crate) fn read(&mut self, bytes: &[u8], columns: &[Column]) -> (usize, u64) {
        let naming = |column: &Column| u64::from(column.named.len() < NAMED_LINES);
        self.naming = columns.iter().rev().fold(0, |bits, column| bits << 1 | naming(column));
        let mut line = [EMPTY; COLUMNS];
        let (mut at, mut lines) = (0, 0);
        while let Some(end) = self.line(bytes, at, &mut line) {
            for (counts, class) in self.counts.iter_mut().zip(&line) {
                counts[usize::from(*class) % CLASSES] += 1;
            }
            (at, lines) = (end, lines + 1);
        }
        (at, lines)
    }

    /// Adds its counts to the columns, and resets them.
    pub(crate) fn tell(&mut self, columns: &mut [Column]) {
        for (column, counts) in columns.iter_mut().zip(&mut self.counts) {
            for (score, count) in aanrader_survey::Score::all().zip(&*counts) {
                column.tally.add_many(score, *count);
            }
            column.empty += counts[usize::from(EMPTY)];
            column.wrong += counts[usize::from(WRONG)];
            *counts = [0; CLASSES];
        }
    }

    /// Classifies the cells of the line that starts here; returns the start of the next line.
    #[inline]
    fn line(&self, bytes: &[u8], start: usize, line: &mut [Class; COLUMNS]) -> Option<usize> {
        let (mut at, mut cells, mut some) = (start, 0, false);
        let end = loop {
            let cell = self.cell(bytes, at)?;
            some |= cell.class != EMPTY;
            if cells < self.width {
                self.note(line, cells, cell.class)?;
            } else if cell.class != EMPTY || cells >= COLUMNS {
                return None;
            }
            cells += 1;
            if cell.by == b'\n' {
                break cell.end + 1;
            }
            if cell.by != self.separator {
                // A carriage return needs a line feed after it.
                break (bytes.get(cell.end + 1) == Some(&b'\n')).then_some(cell.end + 2)?;
            }
            at = cell.end + 1;
        };
        for missing in cells..self.width {
            self.note(line, missing, EMPTY)?;
        }
        some.then_some(end)
    }

    /// Notes the class of a cell, unless the cell must be named.
    #[inline]
    fn note(&self, line: &mut [Class; COLUMNS], column: usize, class: Class) -> Option<()> {
        if class >= EMPTY && self.naming >> column & 1 == 1 {
            return None;
        }
        line[column % COLUMNS] = class;
        Some(())
    }

    /// Reads the cell that starts here.
    #[inline]
    fn cell(&self, bytes: &[u8], start: usize) -> Option<Cell> {
        let ends = [self.separator, b'\n', b'\r'];
        let word = word(bytes, start)?;
        let [first, second, ..] = word.to_le_bytes();
        if first == b' ' || first == b'"' {
            return self.odd(bytes, start);
        }
        let found = any(word, ends);
        if found == 0 {
            return self.long(bytes, start, ends);
        }
        let length = (found.trailing_zeros() / 8) as usize;
        let class = match (length, first) {
            (0, _) => EMPTY,
            (1, b'0'..=b'9') => first - b'0',
            (2, b'1') if second == b'0' => 10,
            _ if no_number(first, second) && !first.is_ascii_alphabetic() => WRONG,
            _ => class(&bytes[start..start + length])?,
        };
        Some(Cell { class, end: start + length, by: (word >> (found.trailing_zeros() & 56)) as u8 })
    }

    /// A cell of eight bytes or more.
    fn long(&self, bytes: &[u8], start: usize, ends: [u8; 3]) -> Option<Cell> {
        let end = find(bytes, start + 8, ends)?;
        Some(Cell { class: class(&bytes[start..end])?, end, by: bytes[end] })
    }

    /// A cell that starts with spaces, or is quoted.
    fn odd(&self, bytes: &[u8], start: usize) -> Option<Cell> {
        let start = start + bytes[start..].iter().position(|byte| *byte != b' ')?;
        if bytes[start] == b'"' {
            return self.quoted(bytes, start + 1);
        }
        let end = find(bytes, start, [self.separator, b'\n', b'\r'])?;
        Some(Cell { class: class(&bytes[start..end])?, end, by: bytes[end] })
    }

    /// The cell after its opening quote.
    fn quoted(&self, bytes: &[u8], start: usize) -> Option<Cell> {
        let mut doubled = false;
        let mut at = start;
        let (quote, by) = loop {
            let found = find(bytes, at, [b'"', b'\n', b'\r'])?;
            match *bytes.get(found + 1)? {
                _ if bytes[found] != b'"' => return None,
                b'"' => (doubled, at) = (true, found + 2),
                next if next == self.separator || next == b'\n' || next == b'\r' => break (found, next),
                _ => return None,
            }
        };
        let text = &bytes[start..quote];
        let class = match text {
            [first, second, ..] if no_number(*first, *second) && !ends_in_score(text) => WRONG,
            _ if doubled => return None,
            _ => class(text)?,
        };
        Some(Cell { class, end: quote + 1, by })
    }
}

/// The class of a cell of these bytes; `None` if it has white space that isn't plain.
fn class(text: &[u8]) -> Option<Class> {
    match text {
        [] => Some(EMPTY),
        [digit @ b'0'..=b'9'] => Some(digit - b'0'),
        [first, second, ..] if no_number(*first, *second) && !ends_in_score(text) => Some(WRONG),
        _ => thoroughly(text),
    }
}

/// Whether the first two bytes of a cell prove that it is no score: a letter, or a number above ten.
#[inline]
fn no_number(first: u8, second: u8) -> bool {
    let (tens, ones) = (first.wrapping_sub(b'0'), second.wrapping_sub(b'0'));
    let above_ten = tens < 10 && ones < 10 && 10 * tens + ones > 10;
    above_ten || first.is_ascii_alphabetic()
}

/// Whether words may label a score after them: `Extremely likely - 10`, `Extremely likely (10)`.
fn ends_in_score(text: &[u8]) -> bool {
    let text = &text[..text.len().min(CELL_BYTES)];
    let last = text.iter().rfind(|byte| !matches!(byte, b' ' | b')' | b'"' | b'\''));
    match last {
        Some(b'0'..=b'9') => {}
        Some(b'!'..=b'~') => return false,
        // An invisible character, which needs the thorough path.
        _ => return true,
    }
    let label = text.iter().rposition(|byte| !byte.is_ascii_digit() && !matches!(byte, b' ' | b')'));
    label.is_some_and(|at| matches!(text[at], b'-' | b'=' | b':' | b'(' | b'\'' | b'"' | 0x80..))
}

fn thoroughly(text: &[u8]) -> Option<Class> {
    match score_of_bytes(&text[..text.len().min(CELL_BYTES)]) {
        Ok(score) => Some(score.get()),
        Err(Reason::Empty) => None,
        Err(_) => Some(WRONG),
    }
}

/// The first of these three bytes; `None` if fewer than eight bytes remain.
#[inline]
fn find(bytes: &[u8], mut at: usize, wanted: [u8; 3]) -> Option<usize> {
    loop {
        let found = any(word(bytes, at)?, wanted);
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The highest bit of the first byte of a word that equals one of these; later bytes may have it by mistake.
#[inline]
fn any(word: u64, [a, b, c]: [u8; 3]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([128; 8]);
    // Subtracting borrows from the highest bit of a zero byte, and perhaps from that of the byte above it.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let same = |byte: u8| zero(word ^ (ONES * u64::from(byte)));
    (same(a) | same(b) | same(c)) & HIGHS
}
