//! One cell: a score, or what is wrong with it.

use aanrader_survey::Score;
use serde::{Deserialize, Serialize};

/// Why a cell is no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// There is nothing.
    Empty,
    /// It is no number.
    NotANumber,
    /// It is a number with a fraction.
    NotWhole,
    /// It is a whole number, but below 0 or above 10.
    OutOfRange,
    /// The line has more cells than the first one, so that it is not clear which is which.
    TooManyCells,
    /// A quote is opened and never closed: the rest of the file is in it.
    UnclosedQuote,
    /// The line holds a total or a mean of the others.
    Total,
    /// The heading stands here once more.
    HeadingAgain,
}

/// The score that a cell holds.
///
/// `9`, `09` and, since spreadsheets write them so, `9.0` and `9,0` are the score 9.
pub(super) fn score(cell: &str) -> Result<Score, Reason> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Err(Reason::Empty);
    }
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return Err(Reason::NotANumber);
    }
    if fraction.bytes().any(|b| b != b'0') {
        return Err(Reason::NotWhole);
    }
    let value = whole.trim_start_matches('0');
    let value = if value.is_empty() { Ok(0) } else { value.parse::<u8>() };
    match value.ok().and_then(Score::new) {
        Some(score) if score.get() == 0 || !cell.starts_with('-') => Ok(score),
        _ => Err(Reason::OutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_from_0_to_10_are_scores_however_they_are_written() {
        for (text, value) in
            [("0", 0), (" 10 ", 10), ("07", 7), ("9.0", 9), ("9,00", 9), ("+8", 8), ("-0", 0)]
        {
            assert_eq!(score(text).map(Score::get), Ok(value), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let refused = [
            ("", Reason::Empty),
            ("  ", Reason::Empty),
            ("6.5", Reason::NotWhole),
            ("6,5", Reason::NotWhole),
            ("-0.1", Reason::NotWhole),
            ("11", Reason::OutOfRange),
            ("-1", Reason::OutOfRange),
            ("99999999999999999999", Reason::OutOfRange),
            ("nine", Reason::NotANumber),
            ("9/10", Reason::NotANumber),
            ("9.", Reason::NotANumber),
            (".5", Reason::NotANumber),
            ("1e1", Reason::NotANumber),
            ("9 8", Reason::NotANumber),
            ("-", Reason::NotANumber),
        ];
        for (text, reason) in refused {
            assert_eq!(score(text), Err(reason), "{text}");
        }
    }
}
