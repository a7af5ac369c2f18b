//! The preview's sentences about a text of scores.

use aanrader_scores::{Column, Doubt, NoScore, Nothing, Outcome, Part, Reading, Reason, Remark, Why};

use crate::format::{count, score};
use crate::language::{t, with};

/// Shown while a file is read.
pub(crate) fn progress(lines: u64, percent: f64) -> String {
    with(t().progress, &[("lines", &count(lines)), ("percent", &format!("{percent:.0}"))])
}

/// Shown if a file can't be read.
pub(crate) fn unreadable(name: &str, reason: &str) -> String {
    with(t().unreadable, &[("name", name), ("reason", reason)])
}

/// Shown if the browser runs no worker.
pub(crate) fn no_counting(reason: &str) -> String {
    let sentence = t().no_counting;
    if reason.is_empty() { sentence.into() } else { format!("{sentence} ({reason})") }
}

/// A column's heading or place.
pub(crate) fn column(column: &Column) -> String {
    let name = column.name.as_deref().filter(|name| !name.is_empty());
    let (text, values) = match &column.part {
        Part::All => (t().column_all, vec![]),
        Part::Table { line } => {
            let text = if name.is_some() { t().column_table_named } else { t().column_table };
            (text, vec![("line", line.to_string())])
        }
        Part::Weighted { by } => {
            let text = if name.is_some() { t().column_weighted_named } else { t().column_weighted };
            (text, vec![("by", shown(by))])
        }
        Part::Where { column, value } => {
            let text = if name.is_some() { t().column_where_named } else { t().column_where };
            (text, vec![("column", shown(column)), ("value", value.clone())])
        }
        Part::Cells(place) => {
            let text = if name.is_some() { t().column_named } else { t().column_place };
            (text, vec![("place", (place + 1).to_string())])
        }
    };
    let mut values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    values.push(("name", name.unwrap_or_default()));
    with(text, &values)
}

/// A column that the reader has already named in English, by its heading or place.
fn shown(name: &str) -> String {
    match name.strip_prefix("column ").filter(|place| place.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(place) => with(t().column_place, &[("place", place)]),
        None => name.to_owned(),
    }
}

/// Why this column is counted.
pub(crate) fn choice(reading: &Reading, place: usize, why: Why) -> String {
    let name = reading.columns.get(place).map(column).unwrap_or_default();
    let text = match why {
        Why::List | Why::Only | Why::Counts => t().counted,
        Why::NameAndValues => t().counted_name,
        Why::Values => t().counted_values,
    };
    with(text, &[("column", &name)])
}

/// Shown after a person has chosen a column.
pub(crate) fn chosen(chosen: &Column) -> String {
    with(t().counted_chosen, &[("column", &column(chosen))])
}

/// The button that counts one of the candidates.
pub(crate) fn count_this(candidate: &Column) -> String {
    with(t().count_this, &[("column", &column(candidate))])
}

/// A candidate's values, and the score that they would make.
pub(crate) fn would_make(column: &Column) -> String {
    let left = column.without_score();
    let text = match (column.tally.nps().is_some(), left) {
        (true, 0) => t().would_make,
        (true, _) => t().would_make_without,
        (false, 0) => t().holds_no_score,
        (false, _) => t().holds_no_score_without,
    };
    let (score, n) = column.tally.nps().map(|nps| (score(&nps), count(nps.n()))).unwrap_or_default();
    let made = with(text, &[("score", &score), ("n", &n), ("left", &count(left))]);
    match column.samples.join(", ").as_str() {
        "" => made,
        values => format!("{} {made}", with(t().values, &[("values", values)])),
    }
}

/// The number of lines left out of a column, and the reason.
pub(crate) fn without_score(lines: u64, of: u64) -> String {
    let text = if lines == 1 { t().without_score_one } else { t().without_score_many };
    with(text, &[("lines", &count(lines)), ("of", &count(of))])
}

/// How many further lines were left out.
pub(crate) fn and_more(lines: u64) -> String {
    with(t().and_more, &[("lines", &count(lines))])
}

/// The question of a reading; empty if it has none.
pub(crate) fn question(reading: &Reading) -> String {
    let Outcome::Question { doubt, .. } = &reading.outcome else { return String::new() };
    let candidates: Vec<&Column> = reading.candidates().collect();
    let names: Vec<String> = candidates.iter().map(|candidate| column(candidate)).collect();
    let is_list = candidates.first().is_some_and(|candidate| candidate.part == Part::All);
    let (mut lowest, mut highest, mut teller) = (String::new(), String::new(), String::new());
    let text = match doubt {
        Doubt::Columns => t().doubt_columns,
        Doubt::ListOrTable => t().doubt_list_or_table,
        Doubt::Commas => t().doubt_commas,
        Doubt::Scale { low, high } => {
            (lowest, highest) = (low.to_string(), high.to_string());
            match (low == high, is_list) {
                (true, true) => t().doubt_same,
                (true, false) => t().doubt_same_of,
                (false, true) => t().doubt_scale,
                (false, false) => t().doubt_scale_of,
            }
        }
        Doubt::Unlikely if names.len() == 1 && is_list => t().doubt_unlikely_list,
        Doubt::Unlikely if names.len() == 1 => t().doubt_unlikely_one,
        Doubt::Unlikely => t().doubt_unlikely_many,
        Doubt::Periods => t().doubt_periods,
        Doubt::Surveys(column) => {
            teller = shown(column);
            t().doubt_surveys
        }
        Doubt::Tables => t().doubt_tables,
        Doubt::Counts => t().doubt_counts,
        Doubt::Markup => t().doubt_markup,
    };
    let first = names.first().map_or("", String::as_str);
    let (all, n) = (names.join(", "), names.len().to_string());
    let values = [("all", &*all), ("n", &*n), ("first", first), ("low", &*lowest), ("high", &*highest)];
    with(text, &[&values[..], &[("column", &*teller)]].concat())
}

/// Why there is nothing to count.
pub(crate) fn nothing(why: &Nothing) -> String {
    let plain = |text: &'static str| text.to_owned();
    match why {
        Nothing::Empty => plain(t().nothing_empty),
        Nothing::NoScores => plain(t().nothing_no_scores),
        Nothing::NoAnswers { nearest, range: (low, high) } => with(
            t().nothing_no_answers,
            &[("nearest", &shown(nearest)), ("low", &low.to_string()), ("high", &high.to_string())],
        ),
        Nothing::Results { column } => with(t().nothing_results, &[("column", &shown(column))]),
        Nothing::Groups => plain(t().nothing_groups),
        Nothing::Workbook => plain(t().nothing_workbook),
        Nothing::NotText => plain(t().nothing_not_text),
        Nothing::BadJson { line } => with(t().nothing_bad_json, &[("line", &line.to_string())]),
        Nothing::NoTable => plain(t().nothing_no_table),
        Nothing::TooLarge => plain(t().nothing_too_large),
    }
}

/// A line that was not counted, and the reason.
pub(crate) fn no_score(line: &NoScore) -> String {
    let what = match line.reason {
        Reason::Empty => t().line_empty,
        Reason::NotANumber => t().line_not_a_number,
        Reason::NoInteger => t().line_no_integer,
        Reason::OutOfRange => t().line_out_of_range,
        Reason::TooManyCells => t().line_too_many_cells,
        Reason::UnclosedQuote => t().line_unclosed_quote,
        Reason::Total => t().line_total,
        Reason::HeadingAgain => t().line_heading_again,
    };
    let what = with(what, &[("text", &line.text)]);
    with(t().line, &[("line", &count(line.line)), ("what", &what)])
}

/// A remark of the reader.
pub(crate) fn remark(remark: &Remark) -> String {
    let n = |text, name, value: u64| with(text, &[(name, &count(value))]);
    match *remark {
        Remark::Title(1) => t().remark_title_one.into(),
        Remark::Title(lines) => n(t().remark_title_many, "lines", lines),
        Remark::Heading { lines: 1, first: 1 } => t().remark_heading_first.into(),
        Remark::Heading { lines: 1, first } => n(t().remark_heading_one, "first", first),
        Remark::Heading { lines, first } => {
            let (last, first) = (count(first + lines - 1), count(first));
            with(t().remark_heading_many, &[("first", &first), ("last", &last)])
        }
        Remark::Blank(1) => t().remark_blank_one.into(),
        Remark::Blank(lines) => n(t().remark_blank_many, "lines", lines),
        Remark::Ignored(columns) => n(t().remark_ignored, "columns", columns),
        Remark::Utf16 => t().remark_utf16.into(),
        Remark::Json(1) => t().remark_json_one.into(),
        Remark::Json(entries) => n(t().remark_json_many, "entries", entries),
        Remark::Counts(lines) => n(t().remark_counts, "lines", lines),
        Remark::Separator(separator) => with(t().remark_separator, &[("separator", &separator.to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::speak;
    use aanrader_scores::read;

    const TEXTS: [&str; 13] = [
        "020 6 5 4 3 2 1",
        "9 10 8 x 7",
        "",
        "name;color\na;b\nc;d\n",
        "Score 1;Score 2\n9;10\n8;7\n3;9\n10;2\n",
        "Report\n\nScore\n9\n8\n\n11\n6.5\n",
        "[9,8]",
        "[9,",
        "1\n2\n3\n4\n5\n",
        "7\n7\n7\n7\n",
        "PK\u{3}\u{4}zip",
        "sep=;\nScore;Remark\n9;good\n2;bad\n",
        "survey;score\na;9\nb;8\na;7\nb;6\n",
    ];

    #[test]
    fn the_page_says_in_english_what_the_reader_says() {
        for text in TEXTS {
            let reading = read(text.as_bytes());
            for one in &reading.columns {
                assert_eq!(column(one), one.to_string());
                assert!(one.named.iter().all(|line| no_score(line) == line.to_string()));
            }
            assert!(
                reading.remarks.iter().all(|one| remark(one) == one.to_string()),
                "{:?}",
                reading.remarks
            );
            match &reading.outcome {
                Outcome::Question { .. } => assert_eq!(question(&reading), reading.to_string()),
                Outcome::Nothing { why } => assert_eq!(nothing(why), why.to_string()),
                Outcome::Counted { .. } => {}
            }
        }
    }

    #[test]
    fn a_column_without_a_heading_is_named_in_the_pages_language() {
        speak("nl");
        assert_eq!(shown("column 3"), "kolom 3");
        assert_eq!(shown("“column 3”"), "“column 3”");
    }

    #[test]
    fn one_line_and_many_are_told_in_their_own_grammar() {
        assert_eq!(without_score(1, 3), "1 of 3 lines holds no score and was not counted");
        assert_eq!(without_score(2, 3), "2 of 3 lines hold no score and were not counted");
    }
}
