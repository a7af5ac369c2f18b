//! Reads scores from whatever people have: typed lists, pasted tables, files of survey tools and spreadsheets.
//!
//! [`read`] and [`read_text`] take a complete text. A [`Parser`] takes bytes as they arrive and keeps only counts
//! of a table, so that memory doesn't grow with the file. Both return the same: a [`Reading`], whose [`Outcome`]
//! is one of three.
//!
//! - `Counted`: [`Reading::counted`] is the column, with its tally and the lines left out of it.
//! - `Question`: two columns remain, or there is evidence against the only one. Show no number before a person
//!   has chosen one of [`Reading::candidates`]; `reading.to_string()` is the question.
//! - `Nothing`: `reading.to_string()` is a sentence with the reason.
//!
//! All evidence together decides the column: the words of its heading (`names`), its values (`evidence`), and the
//! other columns (`decide`). A name never beats the values. No line is left out silently: in each column every
//! line is a score, empty or wrong, and the first of the latter two are named. Reading counts all columns of a
//! table, so another one can be chosen without reading again.
//!
//! [`grid`] returns the lines themselves, for imports.

mod cell;
mod counts;
mod decide;
mod decode;
mod evidence;
mod grid;
mod in_memory;
mod json;
mod layout;
mod letters;
mod list;
mod markup;
mod names;
mod often;
mod parser;
mod periods;
mod quick;
mod reading;
mod records;
mod row;
mod separator;
mod several;
mod stream;
#[cfg(test)]
mod suite;
mod table;
mod totals;
mod words;

use aanrader_survey::Tally;

pub use cell::score;
pub use grid::{Grid, Row, grid};
pub use parser::Parser;
pub use reading::{Column, Doubt, Form, NoScore, Nothing, Outcome, Part, Reading, Reason, Remark, Why};

/// How often each score occurs in these bytes, one in each.
///
/// # Errors
///
/// The index of the first byte that holds no score.
pub fn tally_of_bytes(bytes: &[u8]) -> Result<Tally, usize> {
    Tally::from_bytes(bytes)
}

/// Reads a complete text: the bytes of a file, in any encoding.
pub fn read(bytes: &[u8]) -> Reading {
    let mut parser = Parser::default();
    // In pieces, so that only the beginning of a large text decides its form.
    bytes.chunks(stream::HEAD).for_each(|piece| parser.push(piece));
    parser.finish()
}

/// Reads a text of known encoding: typed, pasted, or passed by JavaScript.
pub fn read_text(text: &str) -> Reading {
    parser::read_text(text)
}
