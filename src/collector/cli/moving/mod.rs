//! `aanrader export` and `aanrader import`.

pub(super) mod export;
mod foreign;
pub(super) mod import;
mod line;
mod others;
mod row;
mod sink;
#[cfg(test)]
mod tests;

use std::path::Path;

use clap::ValueEnum;

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One JSON object a line: everything, exactly
    Ndjson,
    /// A table for a spreadsheet: a byte order mark, and no cell that it would take for a formula
    Csv,
}

impl Format {
    /// The named format, or the one of the file's name.
    fn of(named: Option<Self>, file: &Path) -> Self {
        let csv = file.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
        named.unwrap_or(if csv { Self::Csv } else { Self::Ndjson })
    }
}
