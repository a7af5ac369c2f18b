//! Counts a table: in each of its columns, every line is a score, empty or wrong.

use crate::cell::{Reason, score_of_bytes};
use crate::layout::Layout;
use crate::reading::{Column, NoScore, Part};
use crate::records::{Cell, Record, excerpt};
use crate::row::Row;
use crate::totals;

/// How many lines without a score are named, per column.
pub(crate) const NAMED_LINES: usize = 8;

/// The columns of a table, as read so far.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) layout: Layout,
    pub(crate) columns: Vec<Column>,
    /// The number of filled lines below the headings.
    pub(crate) lines: u64,
    /// The number of empty lines.
    pub(crate) blank: u64,
    /// The number of ignored columns on the right, if there are too many.
    pub(crate) ignored: u64,
    /// How many filled lines are still to be skipped as titles and headings.
    above: usize,
    /// The last lines, as long as they may be totals; each with whether an empty line precedes it.
    last: Option<Vec<(Record, bool)>>,
    /// Whether the previous line was empty.
    after_blank: bool,
}

impl Table {
    /// An empty table with this layout.
    pub(crate) fn new(layout: Layout) -> Self {
        let column = |place: usize| Column {
            name: layout.name(place).cloned(),
            part: Part::Cells(place),
            ..Column::default()
        };
        let columns = (0..layout.width).map(column).collect();
        let above = layout.above() + usize::from(layout.total_first);
        Self { above, columns, layout, ..Self::default() }
    }

    /// From now on, the lines are the end of the text, where totals may be.
    pub(crate) fn end_begins(&mut self) {
        self.last = Some(Vec::new());
    }

    /// Counts the lines that were held back as possible totals.
    pub(crate) fn finish(&mut self) {
        let last = self.last.take().unwrap_or_default();
        let rows: Vec<Row> = last.iter().map(|(record, after_blank)| Row::of(record, *after_blank)).collect();
        let totals = totals::below(&rows, self.columns.len(), &self.layout.codes);
        for (at, (record, _)) in last.iter().enumerate() {
            if at < last.len() - totals {
                self.count(record);
            } else {
                self.pass_over(record);
            }
        }
    }

    /// Skips a line of totals.
    fn pass_over(&mut self, record: &Record) {
        self.lines += 1;
        let first = record.cells().find(|cell| !cell.is_empty());
        let text = first.map(|cell| cell.text().into_owned()).unwrap_or_default();
        self.refuse_all(record, Reason::Total, &text);
    }

    /// Whether the next lines are answers.
    pub(crate) fn is_below_headings(&self) -> bool {
        self.above == 0
    }

    /// Takes the next line.
    pub(crate) fn take(&mut self, record: &Record) {
        if record.is_blank() {
            self.blank += 1;
            self.after_blank = true;
            return;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        if self.above > 0 {
            self.above -= 1;
            self.ignored = self.ignored.max(record.ignored);
            if self.above == 0 && self.layout.total_first {
                self.pass_over(record);
            }
        } else if let Some(last) = &mut self.last {
            last.push((record.clone(), after_blank));
            if last.len() > totals::LINES {
                let (first, _) = last.remove(0);
                self.count(&first);
            }
        } else {
            self.count(record);
        }
    }

    /// Counts lines from another source than bytes: JSON, a page, or words.
    pub(crate) fn take_rows(&mut self, rows: &[Row]) {
        for (row, why) in rows.iter().zip(no_answers(&self.layout, rows)) {
            self.lines += 1;
            for (place, column) in self.columns.iter_mut().enumerate() {
                match why {
                    Some(reason) => column.refuse(row.line, reason, || excerpt(&row.cells.join(" "))),
                    None => column.add(row.line, row.cell(place)),
                }
            }
        }
    }

    fn count(&mut self, record: &Record) {
        self.lines += 1;
        if self.is_heading(record) {
            return self.refuse_all(record, Reason::HeadingAgain, "");
        }
        if self.layout.subtotals && totals::is_subtotal(&Row::of(record, false)) {
            self.lines -= 1;
            return self.pass_over(record);
        }
        let shift = self.shift(record);
        for (place, column) in self.columns.iter_mut().enumerate() {
            let side = shift.map_or(Side::Left, |shift| shift.side(place));
            let cell = match side {
                Side::Left | Side::Unclear => record.cell(place),
                Side::Right(by) => record.cell(place + by),
            };
            let result = match cell.map_or(Err(Reason::Empty), |cell| score_of_bytes(cell.bytes())) {
                _ if record.unclosed => Err(Reason::UnclosedQuote),
                _ if matches!(side, Side::Unclear) => Err(Reason::TooManyCells),
                result => result,
            };
            match result {
                Ok(score) => column.tally.add(score),
                Err(reason) => column.refuse(record.line, reason, || text(cell)),
            }
        }
    }

    /// The shift of the cells in a line with more cells than the table has columns.
    fn shift(&self, record: &Record) -> Option<Shift> {
        let filled = record.cells().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        if record.ignored > self.ignored {
            return Some(Shift { between: None, by: record.cells().count() - self.columns.len() });
        }
        Shift::of(&self.layout, filled, record.cells().count())
    }

    fn is_heading(&self, record: &Record) -> bool {
        let names = &self.layout.first_heading;
        !names.is_empty()
            && record.cells().count() == names.len()
            && record.cells().zip(names).all(|(cell, name)| cell.text() == *name)
    }

    fn refuse_all(&mut self, record: &Record, reason: Reason, text: &str) {
        for (place, column) in self.columns.iter_mut().enumerate() {
            let is_empty = record.cell(place).is_none_or(Cell::is_empty);
            let reason = if is_empty && reason == Reason::HeadingAgain { Reason::Empty } else { reason };
            column.refuse(record.line, reason, || excerpt(text));
        }
    }
}

/// For each line of a complete table, why it is no answer; `None` for answers.
pub(crate) fn no_answers(layout: &Layout, rows: &[Row]) -> Vec<Option<Reason>> {
    let last = &rows[rows.len().saturating_sub(totals::LINES)..];
    let totals = totals::below(last, layout.width, &layout.codes);
    let why = |(at, row): (usize, &Row)| {
        let is_total = at >= rows.len() - totals
            || at == 0 && layout.total_first
            || layout.subtotals && totals::is_subtotal(row);
        let is_heading = !layout.first_heading.is_empty() && row.cells == layout.first_heading;
        is_total.then_some(Reason::Total).or(is_heading.then_some(Reason::HeadingAgain))
    };
    rows.iter().enumerate().map(why).collect()
}

/// The shift of the cells in a line that has too many.
#[derive(Clone, Copy)]
pub(crate) struct Shift {
    /// The first and the last column of free text, which may extend over more than one cell.
    pub(crate) between: Option<(usize, usize)>,
    pub(crate) by: usize,
}

impl Shift {
    /// The shift of a line with this many cells, of which the first `filled` ones end with a filled one;
    /// `None` if they fit.
    pub(crate) fn of(layout: &Layout, filled: usize, cells: usize) -> Option<Self> {
        if filled <= layout.width {
            return None;
        }
        // There is a separator in free text: the cells on either side of the text are in their places.
        let free = || (0..layout.width).filter(|place| layout.free[*place]);
        Some(Self { between: free().next().zip(free().next_back()), by: cells - layout.width })
    }

    fn side(self, place: usize) -> Side {
        match self.between {
            Some((first, _)) if place < first => Side::Left,
            Some((_, last)) if place > last => Side::Right(self.by),
            _ => Side::Unclear,
        }
    }
}

/// The place of a cell in such a line.
#[derive(Clone, Copy)]
enum Side {
    /// The same place as in other lines.
    Left,
    /// This many places further right.
    Right(usize),
    /// Unknown.
    Unclear,
}

fn text(cell: Option<&Cell>) -> String {
    cell.map(|cell| excerpt(&cell.text())).unwrap_or_default()
}

impl Column {
    /// Counts a line that holds no score in this column.
    pub(crate) fn refuse(&mut self, line: u64, reason: Reason, text: impl Fn() -> String) {
        if reason == Reason::Empty {
            self.empty += 1;
        } else {
            self.wrong += 1;
        }
        if self.named.len() < NAMED_LINES {
            self.named.push(NoScore { line, text: text(), reason });
        }
    }

    /// Counts this column's cell of a line.
    pub(crate) fn add(&mut self, line: u64, cell: &str) {
        match crate::cell::score(cell) {
            Ok(score) => self.tally.add(score),
            Err(reason) => self.refuse(line, reason, || excerpt(cell)),
        }
    }
}
