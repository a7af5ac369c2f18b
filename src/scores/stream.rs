//! Reads a table line by line: its first lines decide the layout, the rest is counted as it arrives.

use crate::decide;
use crate::layout::Layout;
use crate::quick::{self, Quick};
use crate::reading::{Reading, Remark};
use crate::records::Splitter;
use crate::row::Row;
use crate::separator;
use crate::table::Table;

/// How many bytes are read before the form of a text is decided.
pub(crate) const HEAD: usize = 128 * 1024;
/// How many lines decide the layout of a table that goes on.
const HEAD_LINES: usize = 2000;
/// How many bytes at the end may hold totals.
const TAIL: usize = 4096;

/// A table, read line by line.
pub(crate) struct Stream {
    table: Table,
    rows: Vec<Row>,
    complete: bool,
    separator: Option<u8>,
    named_separator: Option<char>,
    /// The length of a first line that names the separator, in bytes.
    skip: usize,
    splitter: Splitter,
    quick: Option<Quick>,
    /// The last bytes, which may hold the end of the table.
    tail: Vec<u8>,
    pub(crate) lines: u64,
}

impl Stream {
    /// A reader of a table with this beginning; `complete` if that is all.
    pub(crate) fn new(head: &[u8], complete: bool) -> Self {
        let head = if complete { head } else { first_lines(head) };
        let named = separator::named(head);
        let (separator, skip) = match named {
            Some((separator, next)) => (Some(separator), next),
            None => (separator::find(head, complete), 0),
        };
        let first_line = if skip > 0 { 2 } else { 1 };
        let rows = rows(&head[skip..], separator, first_line, complete);
        let layout = Layout::of(&rows);
        let plain = (1..=quick::COLUMNS).contains(&layout.width) && !layout.subtotals;
        let quick = plain.then(|| Quick::new(separator, layout.width));
        let above = layout.above().min(rows.len());
        let mut splitter = Splitter::new(separator);
        splitter.start_at(first_line);
        Self {
            table: Table::new(layout),
            rows: rows.into_iter().skip(above).collect(),
            complete,
            separator,
            named_separator: named.map(|(separator, _)| char::from(separator)),
            skip,
            splitter,
            quick,
            tail: Vec::new(),
            lines: 0,
        }
    }

    /// A reader of a complete, perhaps long text.
    pub(crate) fn of_beginning(text: &[u8]) -> Self {
        if text.len() < HEAD { Self::new(text, true) } else { Self::new(&text[..HEAD / 2], false) }
    }

    /// The separator of the cells.
    pub(crate) fn separator(&self) -> Option<u8> {
        self.separator
    }

    /// The layout of the table.
    pub(crate) fn layout(&self) -> &Layout {
        &self.table.layout
    }

    /// The first lines, below the headings.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Reads more bytes, except the last ones.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        let bytes = &bytes[skipped..];
        if bytes.len() > TAIL {
            let tail = std::mem::take(&mut self.tail);
            self.read(&tail);
            let (now, later) = bytes.split_at(bytes.len() - TAIL);
            self.read(now);
            self.tail.extend_from_slice(later);
        } else {
            self.tail.extend_from_slice(bytes);
            if self.tail.len() > 2 * TAIL {
                let rest = self.tail.split_off(self.tail.len() - TAIL);
                let now = std::mem::replace(&mut self.tail, rest);
                self.read(&now);
            }
        }
    }

    /// Reads the rest, and decides.
    pub(crate) fn finish(mut self) -> Reading {
        self.table.end_begins();
        self.quick_tells();
        self.quick = None;
        let tail = std::mem::take(&mut self.tail);
        self.read(&tail);
        self.splitter.finish(&mut |record| self.table.take(record));
        self.table.finish();
        let mut reading = decide::table(self.table, &self.rows, self.complete);
        if let Some(separator) = self.named_separator {
            reading.remarks.insert(0, Remark::Separator(separator));
        }
        reading
    }

    fn quick_tells(&mut self) {
        if let Some(quick) = &mut self.quick {
            quick.tell(&mut self.table.columns);
        }
    }

    /// Takes the fast path as far as possible, then the thorough one for one line, and so on.
    fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if let Some(quick) = self.quick.as_mut().filter(|_| self.splitter.is_between_lines(bytes))
                && self.table.is_below_headings()
            {
                let (read, lines) = quick.read(bytes, &self.table.columns);
                self.splitter.skip(lines);
                self.table.lines += lines;
                bytes = &bytes[read..];
            }
            bytes = self.splitter.push(bytes, &mut |record| self.table.take(record));
            self.lines = self.table.lines;
        }
    }
}

/// The first lines of a text.
fn first_lines(text: &[u8]) -> &[u8] {
    let mut ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    ends.nth(HEAD_LINES - 1).map_or(text, |end| &text[..=end])
}

/// The filled lines of a text, with their cells in full length.
pub(crate) fn complete_rows(text: &[u8], separator: Option<u8>) -> Vec<Row> {
    let (skip, first_line) = separator::named(text).map_or((0, 1), |(_, next)| (next, 2));
    collect(&text[skip..], Splitter::complete_cells(separator, first_line), true)
}

/// The filled lines of a text, without a last line that may be incomplete.
pub(crate) fn rows(text: &[u8], separator: Option<u8>, first_line: u64, complete: bool) -> Vec<Row> {
    let mut splitter = Splitter::new(separator);
    splitter.start_at(first_line);
    collect(text, splitter, complete)
}

fn collect(text: &[u8], mut splitter: Splitter, complete: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut after_blank = false;
    let mut take = |record: &crate::records::Record| {
        if record.is_blank() {
            after_blank = true;
        } else if !record.unclosed {
            rows.push(Row::of(record, std::mem::take(&mut after_blank)));
        }
    };
    let mut rest = text;
    while !rest.is_empty() {
        rest = splitter.push(rest, &mut take);
    }
    if complete {
        splitter.finish(&mut take);
    }
    rows
}
