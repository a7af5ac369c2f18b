//! Scores out of whatever a shop exports: one score a line, or a column of a CSV file.
//!
//! It reads bytes as they come and keeps nothing but counts, so that memory does
//! not grow with the file. It counts every column while it reads and picks the
//! one that is meant at the end; so another column can be chosen without
//! reading the file again. Nobody is silently left out: in each column, every
//! line is a score, empty or wrong, and the first of those are named.

mod cell;
mod pick;
mod quick;
pub mod reading;
mod records;
mod separator;
#[cfg(test)]
mod tests;
mod words;

use aanrader_survey::Tally;
use serde::{Deserialize, Serialize};

use cell::score;
use quick::Quick;
use records::{Record, Splitter};

pub use cell::Reason;
pub use pick::{Why, pick};

/// How often each score stands in these bytes, one in each.
///
/// # Errors
///
/// The index of the first byte that is no score.
pub fn tally_of_bytes(bytes: &[u8]) -> Result<Tally, usize> {
    Tally::from_bytes(bytes)
}

/// What a text that is there as a whole is found to hold: typed, pasted, or a small file.
///
/// [`reading::Reading`] tells the outcome. `reading.counted()` is the column where there is no
/// doubt; otherwise `reading.to_string()` is the question, or the sentence that says why
/// there is nothing, and `reading.candidates()` are the columns in question.
pub fn read(text: &[u8]) -> reading::Reading {
    use reading::{Doubt, Form, Nothing, Outcome, Part, Reading};
    let mut parser = Parser::default();
    parser.push(text);
    let report = parser.finish();
    let columns = report.columns.iter().enumerate().map(|(place, column)| reading::Column {
        name: column.name.clone(),
        part: Part::Cells(place),
        tally: column.tally,
        samples: Vec::new(),
        empty: column.empty,
        wrong: column.wrong,
        named: Vec::new(),
    });
    let outcome = match pick(&report) {
        Some(pick) if pick.could_be.len() > 1 => {
            Outcome::Question { candidates: pick.could_be, doubt: Doubt::Columns }
        }
        Some(pick) if report.columns[pick.column].tally.n() > 0 => {
            Outcome::Counted { column: pick.column, why: reading::Why::Values }
        }
        Some(_) => Outcome::Nothing { why: Nothing::NoScores },
        None => Outcome::Nothing { why: Nothing::Empty },
    };
    Reading { form: Form::Table, outcome, columns: columns.collect(), remarks: Vec::new() }
}

/// How many bytes are looked at before the separator is decided on.
const HEAD_BYTES: usize = 64 * 1024;
/// The mark that Excel puts before UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";
/// How many lines that hold no score are named, per column.
const NAMED_LINES: usize = 8;

/// Reads scores, however the bytes are cut into pieces.
#[derive(Default)]
pub struct Parser {
    head: Vec<u8>,
    separator: Option<u8>,
    splitter: Option<Splitter>,
    /// There is one as soon as the columns are known.
    quick: Option<Quick>,
    report: Report,
}

/// What was read so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Lines that hold something, without the heading; a quoted line break does not end one.
    pub lines: u64,
    /// Lines that hold nothing at all.
    pub blank: u64,
    /// Whether the first line names the columns.
    pub heading: bool,
    /// The columns, from the left; as many as the first line has.
    pub columns: Vec<Column>,
    /// Columns on the right that were not looked at because there are too many.
    pub ignored: u64,
    /// Whether this is no text that can be read byte by byte: a picture, a workbook, UTF-16.
    pub binary: bool,
}

/// What one column holds. Scores, empty and wrong lines together are all lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the heading.
    pub name: Option<String>,
    /// Its scores.
    #[serde(with = "counts")]
    pub tally: Tally,
    /// Lines where it is empty.
    pub empty: u64,
    /// Lines where it holds something that is no score.
    pub wrong: u64,
    /// The first lines that are empty or wrong.
    pub named: Vec<NoScore>,
}

/// A line that holds no score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoScore {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is there, cut to some 40 characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl Parser {
    /// Reads on.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.splitter.is_some() {
            return self.read(bytes);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() >= HEAD_BYTES + BOM.len() {
            self.decide(false);
        }
    }

    /// How many lines were read so far.
    pub fn lines(&self) -> u64 {
        self.report.lines
    }

    /// Whether it is known already that this is no text, so that reading on makes no sense.
    pub fn is_binary(&self) -> bool {
        self.report.binary
    }

    /// Reads what is left, and says what there was.
    pub fn finish(mut self) -> Report {
        if self.splitter.is_none() {
            self.decide(true);
        }
        if let Some(splitter) = &mut self.splitter {
            splitter.finish(&mut |record| self.report.take(record));
        }
        if let Some(quick) = &mut self.quick {
            quick.tell(&mut self.report.columns);
        }
        self.report
    }

    /// Decides on the separator, always from the same first bytes, and reads them.
    fn decide(&mut self, complete: bool) {
        let head = std::mem::take(&mut self.head);
        let text = head.strip_prefix(BOM).unwrap_or(&head);
        let sample = &text[..text.len().min(HEAD_BYTES)];
        self.report.binary = sample.contains(&0);
        self.separator = separator::find(sample, complete && sample.len() == text.len());
        self.splitter = Some(Splitter::new(self.separator));
        self.read(text);
    }

    /// Reads the quick way as far as it goes, then one line the thorough way, and so on.
    fn read(&mut self, mut bytes: &[u8]) {
        let Some(splitter) = &mut self.splitter else { return };
        while !bytes.is_empty() {
            if let Some(quick) = self.quick.as_mut().filter(|_| splitter.is_between_lines(bytes)) {
                let (read, lines) = quick.read(bytes, &self.report.columns);
                splitter.skip(lines);
                self.report.lines += lines;
                bytes = &bytes[read..];
            }
            bytes = splitter.push(bytes, &mut |record| self.report.take(record));
            let width = self.report.columns.len();
            if self.quick.is_none() && width > 0 && self.report.ignored == 0 {
                self.quick = Some(Quick::new(self.separator, width));
            }
        }
    }
}

impl Report {
    fn take(&mut self, record: &Record) {
        if record.is_blank() {
            self.blank += 1;
        } else if self.columns.is_empty() {
            self.start(record);
        } else {
            self.count(record);
        }
    }

    /// The first line that holds something: it says how many columns there are, and maybe their names.
    fn start(&mut self, record: &Record) {
        self.ignored = record.ignored;
        let is_word = |text: &str| matches!(score(text), Err(Reason::Empty | Reason::NotANumber));
        self.heading = !record.unclosed && record.cells().all(|cell| is_word(&cell.text()));
        self.columns = record.cells().map(|_| Column::default()).collect();
        if !self.heading {
            return self.count(record);
        }
        for (column, cell) in self.columns.iter_mut().zip(record.cells()) {
            column.name = Some(cell.excerpt());
        }
    }

    fn count(&mut self, record: &Record) {
        self.lines += 1;
        let width = self.columns.len();
        let surplus = record.cells().skip(width).any(|cell| !cell.is_empty());
        let surplus = surplus || record.ignored > self.ignored;
        for (index, column) in self.columns.iter_mut().enumerate() {
            let cell = record.cell(index);
            let text = cell.map(records::Cell::text).unwrap_or_default();
            let result = match score(&text) {
                _ if record.unclosed => Err(Reason::UnclosedQuote),
                // A separator too many: who knows which of the cells is the score.
                _ if surplus => Err(Reason::TooManyCells),
                result => result,
            };
            let excerpt = || cell.map(records::Cell::excerpt).unwrap_or_default();
            match result {
                Ok(score) => column.tally.add(score),
                Err(reason) => column.refuse(record.line, reason, excerpt),
            }
        }
    }
}

impl Column {
    fn refuse(&mut self, line: u64, reason: Reason, text: impl Fn() -> String) {
        if reason == Reason::Empty {
            self.empty += 1;
        } else {
            self.wrong += 1;
        }
        if self.named.len() < NAMED_LINES {
            self.named.push(NoScore { line, text: text(), reason });
        }
    }

    /// Lines of this column that hold no score.
    pub fn without_score(&self) -> u64 {
        self.empty + self.wrong
    }
}

/// A tally on its way from a worker to the page: its counts.
mod counts {
    use aanrader_survey::Tally;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(tally: &Tally, serializer: S) -> Result<S::Ok, S::Error> {
        tally.counts().serialize(serializer)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Tally, D::Error> {
        Deserialize::deserialize(deserializer).map(Tally::from_counts)
    }
}
