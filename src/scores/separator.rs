//! Which byte separates the cells of a line.

/// In the order in which they are preferred where lines have several.
const SEPARATORS: [u8; 3] = [b'\t', b';', b','];

/// The separator that more than half of these lines have, the most frequent one;
/// `None` where each line is one cell.
///
/// The last line counts only if it is `complete`, or the only one.
pub(super) fn find(sample: &[u8], complete: bool) -> Option<u8> {
    let lines = lines(sample, complete);
    let best = SEPARATORS
        .into_iter()
        .rev()
        .map(|separator| (count(&lines, separator), separator))
        .max_by_key(|b| b.0);
    best.filter(|(count, _)| 2 * count > lines.len()).map(|(_, separator)| separator)
}

/// How many lines this byte separates.
fn count(lines: &[Line<'_>], separator: u8) -> usize {
    let with = || lines.iter().filter(|line| line.has(separator));
    // 6,5 is a number written in Dutch, not a 6 and a 5.
    if separator == b',' && with().all(|line| is_decimal(line.bytes)) { 0 } else { with().count() }
}

fn is_decimal(line: &[u8]) -> bool {
    let mut parts = line.trim_ascii().splitn(2, |byte| *byte == b',');
    let mut number =
        || parts.next().is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    number() && number()
}

/// A line, and which of the separators it has outside quotes.
struct Line<'a> {
    bytes: &'a [u8],
    has: [bool; SEPARATORS.len()],
}

impl Line<'_> {
    fn has(&self, separator: u8) -> bool {
        SEPARATORS.iter().zip(self.has).any(|(s, has)| *s == separator && has)
    }
}

fn lines(sample: &[u8], complete: bool) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut start, mut quoted, mut has) = (0, false, [false; SEPARATORS.len()]);
    // Whether a quote would open here: where a cell starts, and behind a quote that closed.
    let mut opens = true;
    for (at, &byte) in sample.iter().enumerate() {
        let separator = SEPARATORS.iter().position(|s| *s == byte);
        match byte {
            b'"' if quoted || opens => (quoted, opens) = (!quoted, quoted),
            _ if quoted => {}
            b'\n' | b'\r' => {
                lines.push(Line { bytes: &sample[start..at], has: std::mem::take(&mut has) });
                (start, opens) = (at + 1, true);
            }
            b' ' => {}
            _ => {
                opens = separator.is_some();
                if let Some(separator) = separator {
                    has[separator] = true;
                }
            }
        }
    }
    if complete || lines.is_empty() {
        lines.push(Line { bytes: &sample[start..], has });
    }
    lines.retain(|line| !line.bytes.trim_ascii().is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_finds(text: &str, expected: Option<u8>) {
        assert_eq!(find(text.as_bytes(), true), expected, "{text:?}");
    }

    #[test]
    fn the_separator_is_the_one_that_most_lines_have() {
        assert_finds("a;b\n1;2,5\n", Some(b';'));
        assert_finds("a\tb\n1\t2\n", Some(b'\t'));
        assert_finds("name,score\nAnna,9", Some(b','));
        assert_finds("name,score\r\nAnna,9\r\n", Some(b','));
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
}
