//! Reads a text that is complete in memory: decides its form, and counts it.

use crate::counts;
use crate::decide;
use crate::decode;
use crate::json::{self, Json};
use crate::layout::Layout;
use crate::letters::{self, is_digit};
use crate::list::{List, list_outcome};
use crate::markup;
use crate::names;
use crate::reading::{Column, Doubt, Form, Nothing, Outcome, Part, Reading, Remark};
use crate::row::Row;
use crate::several;
use crate::stream::{self, Stream};
use crate::table::Table;

/// The first bytes of files that people mistake for text: workbooks, and all others.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];
const NO_TEXTS: [&[u8]; 8] =
    [b"%PDF", b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"\x1F\x8B", b"BM\x00", b"Rar!", b"7z\xBC\xAF"];
/// A table of counts of a few surveys or months has no more lines than this.
const LYING: usize = 60;
/// How many bytes are searched for bytes that no text has.
const SAMPLE: usize = 64 * 1024;

/// Why this isn't text, or `None` if it is.
pub(crate) fn no_text(text: &[u8]) -> Option<Nothing> {
    let sample = &text[..text.len().min(SAMPLE)];
    if WORKBOOKS.iter().any(|start| text.starts_with(start)) {
        Some(Nothing::Workbook)
    } else if sample.contains(&0) || NO_TEXTS.iter().any(|start| text.starts_with(start)) {
        Some(Nothing::NotText)
    } else {
        None
    }
}

/// Whether its form needs the entire text.
pub(crate) fn needs_all(text: &[u8], complete: bool) -> bool {
    let list = || List::of(&cut(text, complete)).is_some_and(|list| !list.could_be_table);
    json::may_be(text) || markup::may_be(text) || list()
}

/// The text up to its last complete line.
fn cut(text: &[u8], complete: bool) -> String {
    let end = if complete { None } else { text.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) };
    decode::text(&text[..end.unwrap_or(text.len())]).into_owned()
}

/// A reading with nothing to count.
pub(crate) fn nothing(why: Nothing) -> Reading {
    Reading { form: Form::Other, outcome: Outcome::Nothing { why }, columns: Vec::new(), remarks: Vec::new() }
}

/// Reads this text.
pub(crate) fn read(text: &[u8]) -> Reading {
    if let Some(why) = no_text(text) {
        return nothing(why);
    }
    if !text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
        return nothing(Nothing::Empty);
    }
    if json::may_be(text) {
        match json::read(text) {
            Ok(json) => return read_json(json),
            Err(line) if text.trim_ascii_start().starts_with(b"{") && text.contains(&b':') => {
                return nothing(Nothing::BadJson { line });
            }
            // It may be a typed list in brackets, or incomplete.
            Err(_) => {}
        }
    }
    if markup::may_be(text) {
        return read_markup(&decode::text(text));
    }
    let list = List::of(&decode::text(text));
    match list {
        Some(list) if !list.could_be_table => counts::lying(&words(text)).unwrap_or_else(|| list.reading()),
        Some(list) => list_or_table(&list, read_table(text)),
        None => read_table(text),
    }
}

/// The words of each line, if there are some lines, but not many.
fn words(text: &[u8]) -> Vec<Row> {
    let text = decode::text(text);
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).take(LYING);
    if lines().nth(1).is_none() {
        return Vec::new();
    }
    lines()
        .map(|(at, line)| {
            let parts = line.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|'));
            let cells = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
            Row { line: at as u64 + 1, cells, after_blank: false }
        })
        .collect()
}

/// The same numbers as a list and as a table: the unambiguous one of the two, or a question.
fn list_or_table(list: &List, table: Reading) -> Reading {
    if matches!(table.outcome, Outcome::Counted { .. }) {
        return table;
    }
    let mut reading = table;
    let places: Vec<usize> = match &reading.outcome {
        Outcome::Question { candidates, .. } => candidates.clone(),
        _ => Vec::new(),
    };
    let all = reading.columns.len();
    reading.columns.push(list.column());
    let candidates = [all].into_iter().chain(places).collect();
    reading.outcome = Outcome::Question { candidates, doubt: Doubt::ListOrTable };
    reading
}

fn read_table(text: &[u8]) -> Reading {
    let mut stream = Stream::new(text, true);
    if let Some(several) = several_tables(text, &stream) {
        return several;
    }
    if let Some(counts) = stream_lies(&stream) {
        return counts;
    }
    if stream.separator().is_none()
        && let Some(rows) = spaced(text)
    {
        return with_units(read_rows(&rows, &Layout::of(&rows), Form::Table), &rows);
    }
    stream.push(text);
    stream.finish()
}

fn stream_lies(stream: &Stream) -> Option<Reading> {
    let headings = &stream.layout().first_heading;
    let heading =
        (!headings.is_empty()).then(|| Row { line: 1, cells: headings.clone(), after_blank: false });
    let rows: Vec<Row> = heading.into_iter().chain(stream.rows().iter().take(LYING).cloned()).collect();
    counts::lying(&rows)
}

/// Lines with equally many words and numbers, as copied from a page.
fn spaced(text: &[u8]) -> Option<Vec<Row>> {
    let text = decode::text(text);
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    let cut = |by: fn(&str) -> Vec<&str>| {
        let rows: Vec<Row> = lines
            .iter()
            .map(|(at, line)| {
                let cells = by(line.trim()).into_iter().map(|cell| cell.trim().to_owned()).collect();
                Row { line: *at as u64 + 1, cells, after_blank: false }
            })
            .collect();
        let width = rows.first().map_or(0, |row| row.cells.len());
        let regular = width > 1 && rows.len() > 1 && rows.iter().all(|row| row.cells.len() == width);
        let scored =
            |place: usize| rows.iter().filter(|row| crate::cell::score(row.cell(place)).is_ok()).count();
        let holds_scores = (0..width).any(|place| 5 * scored(place) >= 4 * (rows.len() - 1));
        (regular && holds_scores).then_some(rows)
    };
    let scores = lines.iter().filter(|(_, line)| crate::cell::score(line).is_ok()).count();
    if 2 * scores >= lines.len() {
        return None;
    }
    cut(wide_gaps).or_else(|| cut(|line| line.split_whitespace().collect()))
}

/// Asks if the same word or sign accompanies each number: `9 days`, `€ 9`.
fn with_units(mut reading: Reading, rows: &[Row]) -> Reading {
    let Outcome::Counted { column, .. } = reading.outcome else { return reading };
    let Some(Part::Cells(counted)) = reading.columns.get(column).map(|column| column.part.clone()) else {
        return reading;
    };
    let unit = |place: usize| {
        let last = rows.last().map_or("", |row| row.cell(place));
        rows.len() > 1
            && rows.iter().skip(1).all(|row| row.cell(place) == last)
            && !is_bullet(last)
            && !last.contains(is_digit)
            && !names::is_score(last)
    };
    let width = rows.first().map_or(0, |row| row.cells.len());
    if (0..width).any(|place| place != counted && unit(place)) {
        reading.outcome = Outcome::Question { candidates: vec![column], doubt: Doubt::Unlikely };
    }
    reading
}

fn is_bullet(word: &str) -> bool {
    word.chars().all(|c| matches!(c, '-' | '*' | '•' | '–' | '·' | '>' | '+' | '▪' | '●'))
}

/// The parts of a line, separated by two spaces or more.
fn wide_gaps(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((part, behind)) = letters::split_once(rest, "  ") {
        parts.push(part);
        rest = behind.trim_start();
    }
    parts.push(rest);
    parts
}

/// Tables one below the other, each read by itself.
fn several_tables(text: &[u8], stream: &Stream) -> Option<Reading> {
    let layout = stream.layout();
    let starts: Vec<u64> = layout
        .again
        .iter()
        .filter_map(|at| stream.rows().get(at - layout.above()))
        .filter(|row| row.cells != layout.first_heading)
        .map(|row| row.line)
        .collect();
    let mut readings = Vec::new();
    for (at, start) in [1].iter().chain(&starts).enumerate() {
        let end = starts.get(at).map_or(text.len(), |line| line_start(text, *line));
        let part = text.get(line_start(text, *start)..end)?;
        readings.push((*start, if starts.is_empty() { return None } else { read_table(part) }));
    }
    several::tables(readings)
}

/// The start of the line with this number.
fn line_start(text: &[u8], line: u64) -> usize {
    let mut number = 1;
    let mut at = 0;
    while number < line && at < text.len() {
        let ends = matches!(text[at], b'\n' | b'\r');
        let half = text[at] == b'\r' && text.get(at + 1) == Some(&b'\n');
        number += u64::from(ends && !half);
        at += 1;
    }
    at
}

fn read_json(json: Json) -> Reading {
    let rows = match json {
        Json::List(values) => {
            let mut column = Column { part: Part::All, ..Column::default() };
            values.iter().enumerate().for_each(|(at, value)| column.add(at as u64 + 1, value));
            column.samples = crate::evidence::samples(values.iter().map(String::as_str));
            let outcome = match column.tally.n() {
                0 if values.is_empty() => Outcome::Nothing { why: Nothing::Empty },
                0 => Outcome::Nothing { why: Nothing::NoScores },
                _ => list_outcome(&column),
            };
            let remarks = vec![Remark::Json(values.len() as u64)];
            return Reading { form: Form::Json, outcome, columns: vec![column], remarks };
        }
        Json::Table(rows) => rows,
    };
    let entries = rows.len() as u64 - 1;
    let mut reading = read_rows(&rows, &Layout::below(&rows, 0, 1), Form::Json);
    reading.remarks.retain(|remark| !matches!(remark, Remark::Heading { .. }));
    reading.remarks.insert(0, Remark::Json(entries));
    reading
}

fn read_markup(text: &str) -> Reading {
    let rows = markup::rows(text);
    if rows.is_empty() {
        return nothing(Nothing::NoTable);
    }
    let mut reading = read_rows(&rows, &Layout::of(&rows), Form::Markup);
    reading.outcome = match reading.outcome {
        Outcome::Counted { column, .. } => {
            Outcome::Question { candidates: vec![column], doubt: Doubt::Markup }
        }
        Outcome::Question { candidates, .. } => Outcome::Question { candidates, doubt: Doubt::Markup },
        nothing => nothing,
    };
    reading
}

/// The reading of lines that are already split into cells.
fn read_rows(rows: &[Row], layout: &Layout, form: Form) -> Reading {
    let mut table = Table::new(layout.clone());
    let body = &rows[layout.above().min(rows.len())..];
    table.take_rows(body);
    Reading { form, ..decide::table(table, body, true) }
}

/// A complete table, line by line.
pub(crate) struct Lines {
    pub(crate) layout: Layout,
    /// All lines, including those above the answers.
    pub(crate) rows: Vec<Row>,
    /// The separator of their cells.
    pub(crate) separator: Option<u8>,
}

/// The lines of a text, for callers that need the cells.
pub(crate) fn lines(text: &[u8]) -> Lines {
    if let Some(Json::Table(rows)) = json::may_be(text).then(|| json::read(text).ok()).flatten() {
        return Lines { layout: Layout::below(&rows, 0, 1), rows, separator: None };
    }
    let of_cells = |rows: Vec<Row>| Lines { layout: Layout::of(&rows), rows, separator: None };
    if markup::may_be(text) {
        return of_cells(markup::rows(&decode::text(text)));
    }
    let stream = Stream::of_beginning(text);
    if let Some(rows) = stream.separator().is_none().then(|| spaced(text)).flatten() {
        return of_cells(rows);
    }
    let separator = stream.separator();
    let rows = stream::complete_rows(text, separator);
    Lines { layout: stream.layout().clone(), rows, separator }
}
