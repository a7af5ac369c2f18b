//! Finds where the table begins: titles, headings, and the kinds of values in the columns below them.

use crate::cell::{bare, decimal, is_missing, score};
use crate::letters;
use crate::names;
use crate::often::{distinct, most_often};
use crate::records::on_one_line;
use crate::row::Row;
use crate::totals;

/// The common traits of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Numbers, or scores with a label.
    Number,
    /// Texts with digits or signs, such as dates, ids and addresses.
    Code,
    /// A few words that repeat.
    Word,
    /// Any other text.
    Text,
}

/// How many title lines there may be.
const TITLES: usize = 20;
/// How many lines the headings may take.
const HEADINGS: usize = 4;
/// How many lines decide a column's kind.
const BODY: usize = 400;

/// How a table is laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layout {
    /// How many cells a line has.
    pub(crate) width: usize,
    /// How many filled lines above the table are titles.
    pub(crate) titles: usize,
    /// How many lines name the columns.
    pub(crate) headings: usize,
    /// The number of the first heading line.
    pub(crate) heading_line: u64,
    /// The cells of that line, unchanged.
    pub(crate) first_heading: Vec<String>,
    /// The headings, one list for each column.
    pub(crate) names: Vec<Vec<String>>,
    /// The columns of free text, in which an unquoted separator may occur.
    pub(crate) free: Vec<bool>,
    /// The columns of ids, dates or addresses, which are empty in a line of totals.
    pub(crate) codes: Vec<bool>,
    /// Whether the first line below the headings is a total of the others.
    pub(crate) total_first: bool,
    /// Whether some lines are subtotals of those above them.
    pub(crate) subtotals: bool,
    /// Where further headings begin, as indices into the rows.
    pub(crate) again: Vec<usize>,
}

impl Layout {
    /// The layout of these lines, which are all filled.
    pub(crate) fn of(rows: &[Row]) -> Self {
        let width = usual_width(rows);
        let titles = titles(rows, width);
        let headings = headings(&rows[titles..], width);
        Self::below(rows, titles, headings)
    }

    /// The layout of lines that begin with this many titles and then this many headings.
    pub(crate) fn below(rows: &[Row], titles: usize, headings: usize) -> Self {
        let width = usual_width(rows);
        let table = &rows[titles..];
        let body = &table[headings..];
        let kinds = kinds(&body[..body.len().min(BODY)], width);
        let name = |place: usize| table[..headings].iter().map(move |row| on_one_line(row.cell(place)));
        let codes: Vec<bool> = kinds.iter().map(|kind| *kind == Kind::Code).collect();
        Self {
            width,
            titles,
            headings,
            heading_line: table.first().map_or(1, |row| row.line),
            first_heading: table[..headings].first().map(|row| row.cells.clone()).unwrap_or_default(),
            names: (0..width).map(|place| name(place).filter(|name| !name.is_empty()).collect()).collect(),
            free: kinds.iter().map(|kind| matches!(kind, Kind::Text | Kind::Word)).collect(),
            total_first: totals::above(&body[..body.len().min(BODY)], width, &codes),
            subtotals: width > 1 && body.iter().any(totals::is_subtotal),
            codes,
            again: again(body, &kinds).into_iter().map(|at| at + titles + headings).collect(),
        }
    }

    /// How many filled lines precede the answers.
    pub(crate) fn above(&self) -> usize {
        self.titles + self.headings
    }

    /// The name of a column: its first heading.
    pub(crate) fn name(&self, place: usize) -> Option<&String> {
        self.names.get(place).and_then(|names| names.first())
    }
}

/// The width of most lines, or the larger of two equally frequent ones.
fn usual_width(rows: &[Row]) -> usize {
    most_often(rows.iter().map(|row| row.cells.len())).map_or(0, |(width, _)| width)
}

/// How many lines at the top precede the table: they have fewer cells, or only one filled cell above a
/// heading with many.
fn titles(rows: &[Row], width: usize) -> usize {
    if width < 2 {
        return 0;
    }
    let most = rows.iter().take(TITLES).map(Row::filled).max().unwrap_or_default();
    let is_title = |row: &Row| {
        let filled = row.filled();
        let has_score = row.cells.iter().any(|cell| score(cell).is_ok());
        row.cells.len() < width && filled <= 2 && filled < most || filled == 1 && most > 2 && !has_score
    };
    let titles = rows.iter().take(TITLES).take_while(|row| is_title(row)).count();
    if titles == rows.len() { 0 } else { titles }
}

/// How many of the first lines name the columns.
fn headings(table: &[Row], width: usize) -> usize {
    let mut headings = 0;
    while headings < HEADINGS && headings + 1 < table.len() {
        let row = &table[headings];
        let body = &table[headings + 1..];
        // Lines that belong to the heading would spoil the kinds of the columns.
        let skipped = (HEADINGS - headings).min(body.len() / 2);
        let body = &body[skipped..];
        let kinds = kinds(&body[..body.len().min(BODY)], width);
        let fits = fits(row, &kinds, body);
        let is_heading = if headings == 0 {
            fits.against > fits.for_it
        } else {
            // A word in place of a score may be an invalid answer, which must be named. So one word alone
            // doesn't make a heading.
            let sure = fits.against > 1 || fits.against > 0 && fits.missing || fits.empty;
            fits.for_it == 0 && row.cells.len() <= width && sure
        };
        if !is_heading {
            break;
        }
        headings += 1;
    }
    headings
}

/// How well a line fits the columns below it.
struct Fits {
    for_it: usize,
    against: usize,
    /// A column is empty here, but always filled below.
    missing: bool,
    /// There are columns of numbers or codes, and all of them are empty here.
    empty: bool,
}

fn fits(row: &Row, kinds: &[Kind], body: &[Row]) -> Fits {
    let mut fits = Fits { for_it: 0, against: 0, missing: false, empty: false };
    let mut typed = 0;
    for (place, kind) in kinds.iter().enumerate() {
        let cell = bare(row.cell(place));
        let is_strict = matches!(kind, Kind::Number | Kind::Code);
        let always = is_strict && body.iter().all(|row| !row.cell(place).trim().is_empty());
        typed += usize::from(always);
        fits.missing |= always && cell.is_empty();
        if is_missing(cell) || *kind == Kind::Text {
            continue;
        }
        let alike = match kind {
            Kind::Number => decimal(cell).is_some() || score(cell).is_ok(),
            Kind::Code => has_code(cell),
            _ => body.iter().take(BODY).any(|row| bare(row.cell(place)) == cell),
        };
        // A word that occurs once, in a column of few words, is weak evidence for a heading.
        match (alike, is_strict) {
            (true, _) => fits.for_it += 1,
            (false, true) => fits.against += if names::is_column(cell) { 2 } else { 1 },
            (false, false) => fits.against += usize::from(names::words(cell).len() <= 4),
        }
    }
    let dashes = row.cells.iter().all(|cell| bare(cell).chars().all(|c| matches!(c, '-' | ':')));
    fits.empty = dashes || fits.for_it + fits.against == 0 && typed > 0 && row.filled() > 0;
    fits
}

fn has_code(cell: &str) -> bool {
    cell.chars().any(|c| c.is_ascii_digit() || c == '@') || letters::has(cell, "://")
}

/// The kinds of the columns in these lines.
fn kinds(body: &[Row], width: usize) -> Vec<Kind> {
    (0..width).map(|place| kind(body, place)).collect()
}

fn kind(body: &[Row], place: usize) -> Kind {
    let cells = || body.iter().map(|row| bare(row.cell(place))).filter(|cell| !is_missing(cell));
    let filled = cells().count();
    let most = |count: usize| 2 * count > filled;
    let numbers = cells().filter(|cell| decimal(cell).is_some() || score(cell).is_ok()).count();
    if most(numbers) || filled <= 3 && filled > 0 && numbers + 1 == filled && numbers > 0 {
        return Kind::Number;
    }
    if filled > 0 && cells().all(|cell| has_code(cell) && cell.split_whitespace().count() <= 4) {
        return Kind::Code;
    }
    let words = distinct(&mut cells());
    let few = filled >= 4 && 3 * words.len() <= filled || filled >= 2 && words.len() == 1;
    if few { Kind::Word } else { Kind::Text }
}

/// Lines further down that look like headings: no cell fits its column.
fn again(body: &[Row], kinds: &[Kind]) -> Vec<usize> {
    let strict: Vec<Kind> =
        kinds.iter().map(|kind| if *kind == Kind::Word { Kind::Text } else { *kind }).collect();
    let is_heading = |row: &Row| {
        let total =
            row.cells.iter().find(|cell| !bare(cell).is_empty()).is_some_and(|cell| names::is_total(cell));
        let fits = fits(row, &strict, &[]);
        let enough = if row.after_blank { 1 } else { 2 };
        !total && fits.for_it == 0 && fits.against >= enough && 2 * row.filled() > kinds.len()
    };
    let rows = body.iter().enumerate().skip(1);
    rows.filter(|(at, row)| at + 1 < body.len() && is_heading(row)).map(|(at, _)| at).collect()
}
