//! Finds the byte that separates the cells of a line.

use crate::often::most_often;
use crate::records::{Record, Splitter};

/// In order of preference, if they divide equally many lines alike.
const SEPARATORS: [u8; 4] = [b'\t', b';', b',', b'|'];
/// How many lines with a single cell at the top may be titles.
const TITLES: usize = 15;

/// The separator that divides most lines into the same number of cells; `None` if each line is one cell.
///
/// The last line counts only if it is `complete`, or the only one.
pub(crate) fn find(sample: &[u8], complete: bool) -> Option<u8> {
    let mut best = None;
    for separator in SEPARATORS {
        let widths = widths(sample, separator, complete);
        if separator == b',' && widths.decimals_only {
            continue;
        }
        let alike = widths.alike();
        if alike > 0 && best.is_none_or(|(most, _)| alike > most) {
            best = Some((alike, separator));
        }
    }
    best.map(|(_, separator)| separator)
}

/// The separator that a line such as `sep=;` names, and the start of the next line.
pub(crate) fn named(text: &[u8]) -> Option<(u8, usize)> {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let line = text[..end].trim_ascii_start();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (name, rest) = line.split_at_checked(4)?;
    let separator = *rest.first().filter(|_| name.eq_ignore_ascii_case(b"sep="))?;
    let next = if text[end..].starts_with(b"\r\n") { end + 2 } else { end + 1 };
    Some((separator, next))
}

/// The numbers of cells of the lines.
struct Widths {
    widths: Vec<usize>,
    /// Whether each line with a comma is one number with a decimal comma.
    decimals_only: bool,
}

impl Widths {
    /// How many lines have the same number of cells, at least two; 0 if they are too few.
    fn alike(&self) -> usize {
        let divided = self.widths.iter().filter(|width| **width > 1).count();
        let titles = self.widths.iter().take_while(|width| **width == 1).count().min(TITLES);
        if 2 * divided <= self.widths.len() - titles || divided == 0 {
            return 0;
        }
        let widths = self.widths.iter().copied().filter(|width| *width > 1);
        most_often(widths).map_or(0, |(_, lines)| lines)
    }
}

fn widths(sample: &[u8], separator: u8, complete: bool) -> Widths {
    let mut widths = Widths { widths: Vec::new(), decimals_only: true };
    let mut splitter = Splitter::new(Some(separator));
    let mut fractions = Vec::new();
    let mut take = |record: &Record| {
        if !record.is_blank() {
            let cells = record.cells().count();
            let fraction = decimal(record);
            widths.decimals_only &= cells == 1 || fraction.is_some();
            fractions.extend(fraction.filter(|_| cells > 1));
            widths.widths.push(cells);
        }
    };
    let mut rest = sample;
    while !rest.is_empty() {
        rest = splitter.push(rest, &mut take);
    }
    if complete {
        splitter.finish(&mut take);
    }
    if widths.widths.is_empty() && !complete {
        return self::widths(sample, separator, true);
    }
    // `9,10` beside `9,8` is no decimal number.
    widths.decimals_only &= !(fractions.contains(&10) && fractions.iter().any(|fraction| *fraction < 10));
    widths
}

/// The digits after the comma, if the line is one number of one or two digits with a decimal comma.
fn decimal(record: &Record) -> Option<u32> {
    let mut cells = record.cells().map(|cell| cell.bytes().trim_ascii());
    let (units, fraction) = (cells.next()?, cells.next()?);
    let number = |cell: &[u8]| std::str::from_utf8(cell).ok()?.parse::<u32>().ok();
    (cells.next().is_none() && number(units)? <= 10).then(|| number(fraction)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_finds(text: &str, expected: Option<u8>) {
        assert_eq!(find(text.as_bytes(), true), expected, "{text:?}");
    }

    #[test]
    fn the_separator_is_the_one_that_divides_most_lines_alike() {
        assert_finds("a;b\n1;2,5\n", Some(b';'));
        assert_finds("a\tb\n1\t2\n", Some(b'\t'));
        assert_finds("| a | b |\n| 1 | 2 |\n", Some(b'|'));
        assert_finds("name,score\nAnna,9", Some(b','));
        assert_finds("name,score\r\nAnna,9\r\n", Some(b','));
        assert_finds("score;why\n9;fine, and quick\n8;ok, but slow\n7;so, so, so\n", Some(b';'));
    }

    #[test]
    fn title_lines_above_a_table_have_no_say() {
        assert_finds("A title\nAnother\nA third\n\nname;score\nAnna;9\n", Some(b';'));
    }

    #[test]
    fn a_list_has_no_separator_even_if_one_line_has_a_comma() {
        assert_finds("9\n10\n6,5\n8\n", None);
        assert_finds("", None);
    }

    #[test]
    fn a_decimal_comma_is_no_separator() {
        assert_finds("cijfer\n7,5\n8,0\n6,5\n", None);
        assert_finds("6,5", None);
    }

    #[test]
    fn separators_within_quotes_separate_nothing() {
        assert_finds("\"a,b\"\n\"c,\n,d\"\n", None);
        assert_finds("\"a;b\",1\n\"c;d\",2\n", Some(b','));
        assert_finds("\"a\"\";\n;\",1\n", Some(b','));
    }

    #[test]
    fn a_line_that_is_cut_off_has_no_say_unless_it_is_the_only_one() {
        assert_eq!(find(b"9\n8,", false), None);
        assert_eq!(find(b"x,y", false), Some(b','));
    }

    #[test]
    fn a_first_line_can_name_the_separator() {
        assert_eq!(named(b"sep=;\r\n1;2"), Some((b';', 7)));
        assert_eq!(named(b"\"SEP=,\"\n1,2"), Some((b',', 8)));
        assert_eq!(named(b"score\n9"), None);
    }
}
