//! Typed scores: one after the other, with any separators.

use crate::cell::{bare, decimal, score};
use crate::evidence::{LARGE, other_scale, samples};
use crate::letters;
use crate::names;
use crate::reading::{Column, Doubt, Form, Nothing, Outcome, Part, Reading, Reason, Remark, Why};
use crate::records::excerpt;

/// Column names within this many first lines tell a table from a list.
const TOP: usize = 20;

/// A text that may be a list.
pub(crate) struct List {
    /// The items, each with its line.
    items: Vec<(u64, String)>,
    /// The line of the heading above it.
    heading: Option<u64>,
    blank: u64,
    /// Whether the same numbers could be the columns of a table.
    pub(crate) could_be_table: bool,
    unclear_commas: bool,
}

/// The role of a comma in a text.
#[derive(Clone, Copy, PartialEq)]
enum Comma {
    Separates,
    Decimal,
    Unclear,
}

struct Line<'a> {
    number: u64,
    text: &'a str,
}

impl List {
    /// The list in this text, if it is one. One score a line is a table's column, not a list.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (lines, blank) = lines(text);
        let (heading, lines) = match lines.split_first() {
            Some((first, rest)) if !rest.is_empty() && is_heading(first.text) => (Some(first.number), rest),
            _ => (None, &lines[..]),
        };
        // Separated words name the columns of a table; quoted cells are a table's, too.
        let names = |line: &&Line<'_>| has_separator(line.text) && is_wordy(line.text);
        let quoted = |line: &Line<'_>| {
            let mut between = line.text.split('"').skip(1).map(|part| part.trim_matches(' '));
            between.any(|part| part.chars().count() == 1 && has_separator(part))
        };
        if lines.len() > 1 && (lines.iter().take(TOP).any(|line| names(&line)) || lines.iter().any(quoted)) {
            return None;
        }
        let comma = comma(lines, heading.is_some());
        let tokens: Vec<Vec<&str>> = lines.iter().map(|line| tokens(line.text, comma)).collect();
        let single = |(line, tokens): (&Line<'_>, &Vec<&str>)| tokens.len() < 2 || is_title(line, lines);
        if lines.iter().zip(&tokens).all(single) && comma != Comma::Unclear {
            return None;
        }
        let items: Vec<(u64, String)> = lines
            .iter()
            .zip(&tokens)
            .flat_map(|(line, tokens)| tokens.iter().map(|token| (line.number, (*token).to_owned())))
            .collect();
        let scores = items.iter().filter(|(_, item)| score(item).is_ok()).count();
        let [many, of] = if lines.len() == 1 { [1, 2] } else { [4, 5] };
        if scores == 0 || of * scores < many * items.len() {
            return None;
        }
        let could_be_table = is_grid(lines, comma);
        Some(Self { items, heading, blank, could_be_table, unclear_commas: comma == Comma::Unclear })
    }

    /// All values as one column.
    pub(crate) fn column(&self) -> Column {
        let mut column = Column { part: Part::All, ..Column::default() };
        let has_parts = self.has_parts();
        for (line, item) in &self.items {
            if is_part(item) && has_parts {
                column.refuse(*line, Reason::NotANumber, || item.clone());
            } else if self.is_total(*line, item) {
                column.refuse(*line, Reason::Total, || excerpt(item));
            } else {
                column.add(*line, item);
            }
        }
        column.samples = samples(self.items.iter().map(|(_, item)| item.as_str()));
        column
    }

    /// Whether an item sums up the others. A label in front of the list, as in `NPS: 10, 9, 8`, doesn't.
    fn is_total(&self, line: u64, item: &str) -> bool {
        if is_digits(item) {
            return false;
        }
        let in_line = || self.items.iter().filter(|(other, _)| *other == line);
        let names = names::is_metric(item)
            && in_line().count() > 2
            && in_line().filter(|(_, item)| names::is_metric(item)).count() == 1;
        !names && (names::is_total(item) || names::is_metric(item) || names::is_summary(item))
    }

    /// Whether it holds a part of a longer number. Zero-padded numbers alone are no parts.
    fn has_parts(&self) -> bool {
        let length = self.items.first().map(|(_, item)| item.len());
        self.items.iter().any(|(_, item)| is_part(item))
            && self.items.iter().any(|(_, item)| Some(item.len()) != length)
    }

    /// The share of numbers above ten.
    fn large(&self) -> f64 {
        let large = self.items.iter().filter(|(_, item)| decimal(item).is_some_and(|number| number > 10.0));
        large.count() as f64 / self.items.len() as f64
    }

    /// The outcome if the text is no table.
    pub(crate) fn reading(&self) -> Reading {
        let column = self.column();
        let outcome = if self.unclear_commas {
            Outcome::Question { candidates: vec![0], doubt: Doubt::Commas }
        } else if self.large() > LARGE || self.has_parts() {
            Outcome::Question { candidates: vec![0], doubt: Doubt::Unlikely }
        } else {
            list_outcome(&column)
        };
        let remarks = [
            self.heading.map(|first| Remark::Heading { lines: 1, first }),
            (self.blank > 0).then_some(Remark::Blank(self.blank)),
        ];
        Reading {
            form: Form::List,
            outcome,
            columns: vec![column],
            remarks: remarks.into_iter().flatten().collect(),
        }
    }
}

/// The outcome of a list: counted, unless all its values are on another scale.
pub(crate) fn list_outcome(column: &Column) -> Outcome {
    if column.tally.n() == 0 {
        return Outcome::Nothing { why: Nothing::NoScores };
    }
    if let Some((low, high)) = other_scale(&column.tally) {
        return Outcome::Question { candidates: vec![0], doubt: Doubt::Scale { low, high } };
    }
    Outcome::Counted { column: 0, why: Why::List }
}

/// The filled lines, and the number of empty ones.
fn lines(text: &str) -> (Vec<Line<'_>>, u64) {
    let (mut lines, mut blank) = (Vec::new(), 0);
    let mut number = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = behind.strip_prefix("\r\n").or_else(|| behind.get(1..)).unwrap_or_default();
        number += 1;
        if bare(line).is_empty() {
            blank += 1;
        } else {
            lines.push(Line { number, text: line });
        }
    }
    (lines, blank)
}

/// Whether the line is words without digits or cell separators.
fn is_heading(line: &str) -> bool {
    let has = |c: char| letters::is_digit(c) || matches!(c, '\t' | ';' | ',' | '|');
    line.chars().any(letters::is_letter) && !line.chars().any(has)
}

/// The parts of a line; the line itself if it is a score.
fn tokens(line: &str, comma: Comma) -> Vec<&str> {
    if comma != Comma::Separates && score(line).is_ok() || !line.contains(',') && score(line).is_ok() {
        return vec![bare(line)];
    }
    let line = inside(line.trim()).trim_end_matches('.');
    let is_end = |c: char| {
        c.is_whitespace()
            || matches!(c, ';' | '|' | '；' | '｜' | '，' | '、' | '\u{200b}' | '\u{feff}')
            || c == ',' && comma != Comma::Decimal
    };
    // A label stays with its score: `10 - Extremely likely; 9`.
    let parts: Vec<&str> = line.split([';', '|', '\t']).flat_map(|part| split_commas(part, comma)).collect();
    let is_text = parts.iter().any(|part| part.trim().contains(char::is_whitespace) && score(part).is_ok());
    if is_text {
        return parts.into_iter().filter(|part| !bare(part).is_empty()).collect();
    }
    line.split(is_end).filter(|token| !bare(token).is_empty()).collect()
}

/// The text in the brackets of a line: `c(9, 10)`, `const scores = [9, 10];`.
fn inside(line: &str) -> &str {
    let brackets = |c: char| matches!(c, '[' | '(' | '{' | ']' | ')' | '}');
    let no_digit = |part: &str| !part.contains(letters::is_digit);
    let (start, end) = (line.find(brackets), line.rfind(brackets));
    let open = start.and_then(|at| line.split_at_checked(at)).filter(|(before, _)| no_digit(before));
    let rest = open.map_or(line, |(_, rest)| rest.trim_start_matches(brackets));
    let behind = end.and_then(|at| line.split_at_checked(at)).filter(|(_, behind)| no_digit(behind));
    let Some((_, behind)) = behind else { return rest };
    rest.strip_suffix(behind).unwrap_or(rest).trim_end_matches(brackets)
}

fn split_commas(part: &str, comma: Comma) -> Vec<&str> {
    if comma == Comma::Decimal { vec![part] } else { part.split(',').collect() }
}

/// The role of a comma in these lines.
fn comma(lines: &[Line<'_>], headed: bool) -> Comma {
    let mut pairs = Vec::new();
    let mut others = false;
    for line in lines.iter().filter(|line| !is_title(line, lines)) {
        let text = line.text.trim();
        others |= text.contains([';', '|', '\t']);
        let beside_space = [", ", " ,", ",\u{a0}"].iter().any(|pair| letters::has(text, pair));
        if beside_space || text.starts_with(',') || text.ends_with(',') {
            return Comma::Separates;
        }
        for token in text.split(|c: char| c.is_whitespace() || matches!(c, ';' | '|')) {
            match bare(token).split_once(',') {
                None => {}
                Some((units, fraction)) if is_digits(units) && is_digits(fraction) => pairs.push(fraction),
                Some(_) => return Comma::Separates,
            }
        }
    }
    let all = |test: &dyn Fn(&str) -> bool| pairs.iter().all(|fraction| test(fraction));
    if pairs.is_empty() {
        Comma::Separates
    } else if all(&|fraction| fraction.bytes().all(|byte| byte == b'0')) {
        Comma::Decimal
    } else if pairs.contains(&"10") {
        Comma::Separates
    } else if headed || others || all(&|fraction| fraction.len() > 1) || all(&|f| f == "0" || f == "5") {
        Comma::Decimal
    } else {
        Comma::Unclear
    }
}

/// Whether a line, one of several, has more words than numbers.
fn is_title(line: &Line<'_>, lines: &[Line<'_>]) -> bool {
    let count = |test: fn(&char) -> bool| line.text.chars().filter(test).count();
    lines.len() > 1
        && count(|c| letters::is_letter(*c)) > count(char::is_ascii_digit)
        && score(line.text).is_err()
}

/// Whether it is no plain number: `020` of a telephone number, `000` of `10 000`, or `10x3`.
fn is_part(item: &str) -> bool {
    let times = item.split_once(['x', '×']).is_some_and(|(a, b)| is_digits(a) && is_digits(b));
    times || item.len() > 2 && item.starts_with('0') && is_digits(item)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_separator(c: char) -> bool {
    matches!(c, ';' | '|' | '\t' | ',')
}

fn has_separator(line: &str) -> bool {
    line.contains(is_separator)
}

/// Whether most parts of a line are words.
fn is_wordy(line: &str) -> bool {
    let parts = || line.split(is_separator).filter(|part| !bare(part).is_empty());
    let words = parts().filter(|part| part.chars().any(letters::is_letter) && score(part).is_err()).count();
    words > 0 && 2 * words >= parts().count()
}

/// Whether all lines have the same number of cells, as only a table has.
fn is_grid(lines: &[Line<'_>], comma: Comma) -> bool {
    let separators = ['\t', ';', '|', ','].into_iter().filter(|c| *c != ',' || comma != Comma::Decimal);
    lines.len() > 1 && separators.into_iter().any(|separator| is_grid_of(lines, separator))
}

fn is_grid_of(lines: &[Line<'_>], separator: char) -> bool {
    let cells = |line: &Line<'_>| line.text.matches(separator).count() + 1;
    let width = lines.first().map_or(0, cells);
    if width < 2 || lines.iter().any(|line| cells(line) != width) {
        return false;
    }
    // No spreadsheet writes a space beside its separator.
    let beside = [format!("{separator} "), format!(" {separator}")];
    let spaced =
        separator != '\t' && lines.iter().any(|line| beside.iter().any(|pair| letters::has(line.text, pair)));
    // A list wraps into few long lines; many short lines are a table.
    !spaced && (separator == '\t' || width < 3 || lines.len() > width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_list(text: &str, expected: &[u8]) {
        let list = List::of(text).unwrap_or_else(|| panic!("{text:?} is no list"));
        let expected: aanrader_survey::Tally =
            expected.iter().filter_map(|value| aanrader_survey::Score::new(*value)).collect();
        assert_eq!(list.column().tally, expected, "{text:?}");
        assert!(matches!(list.reading().outcome, Outcome::Counted { .. }), "{text:?}");
    }

    #[test]
    fn any_signs_may_stand_between_scores() {
        for text in [
            "9, 10, 3, 7, 8",
            "9,10,3,7,8",
            "9 10 3 7 8",
            "9;10;3;7;8",
            "9; 10; 3; 7; 8",
            "9|10|3|7|8",
            "9\t10\t3\t7\t8",
            "9, 10\n3\n7 8\n",
            "9 10 3\r\n7 8",
            "[9, 10, 3, 7, 8]",
            "Scores\n9 10 3 7 8",
            "9/10, 10/10, 3/10, 7/10, 8/10",
            "9,0; 10,0; 3,0; 7,0; 8,0",
            "9,10,3\n7,8",
        ] {
            assert_list(text, &[9, 10, 3, 7, 8]);
        }
        assert_list("9,10", &[9, 10]);
        assert_list("9 10 3\n7 8 9\n", &[9, 10, 3, 7, 8, 9]);
        assert_list("9,10,8,7\n3,10,0,9\n", &[9, 10, 8, 7, 3, 10, 0, 9]);
    }

    #[test]
    fn a_score_a_line_is_a_column_and_no_list() {
        for text in
            ["9\n10\n", "9,0\n10,0\n8,0\n", "9\n6,5\n8\n", "", "name,score\nAnna,9", "1001,10\n1002,9"]
        {
            assert!(List::of(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_comma_that_could_be_either_is_asked_about() {
        let list = List::of("9,8\n7,3\n10,2").expect("perhaps a list");
        assert!(matches!(list.reading().outcome, Outcome::Question { doubt: Doubt::Commas, .. }));
    }

    #[test]
    fn lines_of_cells_could_be_a_table() {
        assert!(List::of("9;10\n8;7\n3;4").is_some_and(|list| list.could_be_table));
        assert!(List::of("9 10\n8 7\n3 4").is_some_and(|list| !list.could_be_table));
    }
}
