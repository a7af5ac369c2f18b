//! One cell: a score, or the reason why it holds none.

use aanrader_survey::Score;
use serde::{Deserialize, Serialize};

use crate::decode;
use crate::letters;

/// Why a cell holds no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// It is empty.
    Empty,
    /// It is no number.
    NotANumber,
    /// It is a number with a fraction.
    NoInteger,
    /// It is a whole number below 0 or above 10.
    OutOfRange,
    /// The line has more cells than the others, so the columns of its cells are unclear.
    TooManyCells,
    /// A quote is opened and never closed, so it contains the rest of the file.
    UnclosedQuote,
    /// The line holds a total or a mean of the others.
    Total,
    /// The line repeats the heading.
    HeadingAgain,
}

/// Words between a score and the highest possible one: `9 out of 10`.
const OF: [&str; 9] = ["/", "out of", "of", "van", "von", "sur", "de", "su", "av"];
/// Beginnings of words that label the ends of the scale, directly after a number.
const LABELS: [&str; 12] = [
    "extremely",
    "very",
    "not ",
    "zeer",
    "heel",
    "helemaal",
    "sehr",
    "äußerst",
    "überhaupt",
    "très",
    "pas ",
    "muy",
];

/// The score in a cell of these bytes.
pub(crate) fn score_of_bytes(bytes: &[u8]) -> Result<Score, Reason> {
    match std::str::from_utf8(bytes) {
        Ok(text) => score(text),
        Err(_) => {
            let start = bytes.iter().position(|byte| !decode::is_old_space(*byte)).unwrap_or(bytes.len());
            let end = bytes.iter().rposition(|byte| !decode::is_old_space(*byte)).map_or(start, |at| at + 1);
            score(&decode::text(&bytes[start..end]))
        }
    }
}

/// The score in a cell.
///
/// `9`, `09`, `9.0` and `9,0`, `9/10`, `10 - Extremely likely`, `="9"` and `'9`, each with any kind of space
/// around it or with full-width digits.
///
/// # Errors
///
/// Why it is no score.
pub fn score(cell: &str) -> Result<Score, Reason> {
    let cell = bare(cell);
    if cell.is_empty() {
        return Err(Reason::Empty);
    }
    let full: String;
    let cell = if cell.is_ascii() {
        cell
    } else {
        full = cell.chars().map(plain).collect();
        bare(&full)
    };
    match number(cell) {
        Err(Reason::NotANumber) => number(without_label(cell).ok_or(Reason::NotANumber)?),
        result => result,
    }
}

/// Whether a cell is one of the many words for a missing answer.
pub(crate) fn is_missing(cell: &str) -> bool {
    const WORDS: [&str; 26] = [
        "",
        "-",
        "–",
        "—",
        "--",
        "n/a",
        "na",
        "#n/a",
        "n.a.",
        "n.v.t.",
        "nvt",
        "null",
        "none",
        "nan",
        "k.a.",
        "k. a.",
        "#nv",
        "#n/b",
        "no answer",
        "no response",
        "not answered",
        "skipped",
        "(blank)",
        "geen antwoord",
        "keine angabe",
        "undefined",
    ];
    let cell = bare(cell);
    if cell.starts_with(letters::is_digit) {
        return false;
    }
    let cell = letters::lower(cell);
    WORDS.contains(&cell.as_str())
}

/// A number, perhaps with a fraction, for the range of a column.
///
/// The standard library's parser is exact to the last bit, but takes ten kilobytes of tables.
pub(crate) fn decimal(cell: &str) -> Option<f64> {
    let text = bare(cell);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mut number, mut scale, mut any) = (0.0, None, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = 10.0 * number + f64::from(byte - b'0');
                scale = scale.map(|scale: f64| 10.0 * scale);
                any = true;
            }
            b'.' | b',' if scale.is_none() => scale = Some(1.0),
            _ => return None,
        }
    }
    let number = number / scale.unwrap_or(1.0);
    any.then_some(if text.starts_with('-') { -number } else { number })
}

/// The text without spaces around it, visible or not, and without the characters that spreadsheets put around
/// a text.
pub(crate) fn bare(cell: &str) -> &str {
    if let [first, .., last] | [first @ last] = cell.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return cell;
    }
    let cell = trimmed(cell);
    let cell = cell.strip_prefix('=').map_or(cell, trimmed);
    let quoted = ["\"", "“", "”", "'", "‘", "’", "„", "«", "»"];
    let start = quoted.iter().find_map(|quote| cell.strip_prefix(quote)).unwrap_or(cell);
    trimmed(quoted.iter().find_map(|quote| start.strip_suffix(quote)).unwrap_or(start))
}

fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

/// Characters without width: zero-width spaces and joiners, marks, soft hyphens.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}' | '\u{7f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{180e}' | '\u{61c}'
    )
}

/// Full-width digits and signs, and every kind of minus, as ASCII.
fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2212}' | '\u{2012}' | '\u{2013}' | '\u{2014}' => '-',
        '\u{660}'..='\u{669}' => char::from(b'0' + (c as u32 - 0x660) as u8),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn number(cell: &str) -> Result<Score, Reason> {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (units, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(units) || !is_number(fraction) {
        return Err(Reason::NotANumber);
    }
    if fraction.bytes().any(|b| b != b'0') {
        return Err(Reason::NoInteger);
    }
    let value = units.trim_start_matches('0');
    let value = if value.is_empty() { Ok(0) } else { value.parse::<u8>() };
    match value.ok().and_then(Score::new) {
        Some(score) if score.get() == 0 || !cell.starts_with('-') => Ok(score),
        _ => Err(Reason::OutOfRange),
    }
}

/// The number of `9/10`, `10 - Extremely likely`, `0 (not at all likely)` or `Extremely likely - 10`.
fn without_label(cell: &str) -> Option<&str> {
    let digits = cell.len() - cell.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..=2).contains(&digits) {
        let (number, rest) = cell.split_at_checked(digits)?;
        let label = rest.trim_start();
        let of = OF.iter().find_map(|word| label.strip_prefix(word)).is_some_and(|rest| rest.trim() == "10");
        let signed = label.strip_prefix(['-', '=', ':', '(', ')', '.', '|']).is_some_and(starts_with_word);
        let worded =
            rest.starts_with(' ') && LABELS.iter().any(|word| letters::lower(label).starts_with(word));
        return (of || signed || worded).then_some(number);
    }
    let closed = cell.strip_suffix(')').unwrap_or(cell);
    let start = closed.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (label, number) = closed.split_at_checked(start)?;
    let is_label = label.trim_end().ends_with(['-', '=', ':', '(']) && starts_with_word(label);
    (is_label && (1..=2).contains(&number.len()) && !label.contains(|c: char| c.is_ascii_digit()))
        .then_some(number)
}

fn starts_with_word(text: &str) -> bool {
    text.trim_start_matches(['-', ' ', '=']).starts_with(letters::is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_from_0_to_10_are_scores_however_they_are_written() {
        for (text, value) in [
            ("0", 0),
            (" 10 ", 10),
            ("07", 7),
            ("9.0", 9),
            ("9,00", 9),
            ("+8", 8),
            ("-0", 0),
            ("9/10", 9),
            ("9 / 10", 9),
            ("9 out of 10", 9),
            ("9 van 10", 9),
            ("10 - Extremely likely", 10),
            ("10 – Extremely likely", 10),
            ("10: zeer waarschijnlijk", 10),
            ("0 = very unlikely", 0),
            ("0 (not at all likely)", 0),
            ("10 Extremely likely", 10),
            ("Not at all likely - 0", 0),
            ("Extremely likely (10)", 10),
            ("=\"10\"", 10),
            ("'10", 10),
            ("’7", 7),
            ("\u{a0}9\u{a0}", 9),
            ("9\u{200b}", 9),
            ("\u{feff}9", 9),
            ("\u{202f}8", 8),
            ("１０", 10),
            ("９", 9),
        ] {
            assert_eq!(score(text).map(Score::get), Ok(value), "{text}");
        }
    }

    #[test]
    fn a_byte_for_a_space_in_an_old_code_page_is_a_space() {
        for bytes in [&b"\xA09"[..], b"9\xA0", b"\xCA9", b"9\xFF", b"\x9A9 "] {
            assert_eq!(score_of_bytes(bytes).map(Score::get), Ok(9), "{bytes:?}");
        }
        assert_eq!(score_of_bytes(b"9\xBD"), Err(Reason::NotANumber), "9½");
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let refused = [
            ("", Reason::Empty),
            ("  ", Reason::Empty),
            ("\u{a0}", Reason::Empty),
            ("6.5", Reason::NoInteger),
            ("6,5", Reason::NoInteger),
            ("-0.1", Reason::NoInteger),
            ("11", Reason::OutOfRange),
            ("-1", Reason::OutOfRange),
            ("−1", Reason::OutOfRange),
            ("11 - more than likely", Reason::OutOfRange),
            ("99999999999999999999", Reason::OutOfRange),
            ("nine", Reason::NotANumber),
            ("4/5", Reason::NotANumber),
            ("9/11", Reason::NotANumber),
            ("9.", Reason::NotANumber),
            (".5", Reason::NotANumber),
            ("1e1", Reason::NotANumber),
            ("9 8", Reason::NotANumber),
            ("9-8", Reason::NotANumber),
            ("9 - 10 - 2026", Reason::NotANumber),
            ("9 days", Reason::NotANumber),
            ("9½", Reason::NotANumber),
            ("-", Reason::NotANumber),
            ("Q1 - 10", Reason::NotANumber),
        ];
        for (text, reason) in refused {
            assert_eq!(score(text), Err(reason), "{text}");
        }
    }
}
