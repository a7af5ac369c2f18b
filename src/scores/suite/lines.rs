//! The outcome of each line.

use crate::reading::{Column, Nothing, Outcome, Part, Reason, Remark};
use crate::{Reading, read};

#[track_caller]
fn counted(text: &str) -> Column {
    let reading = read(text.as_bytes());
    reading.counted().cloned().unwrap_or_else(|| panic!("{text:?}: {reading}"))
}

#[track_caller]
fn assert_scores(text: &str, expected: &[u8]) {
    let expected: aanrader_survey::Tally =
        expected.iter().filter_map(|value| aanrader_survey::Score::new(*value)).collect();
    assert_eq!(counted(text).tally, expected, "{text:?}");
}

fn named(column: &Column) -> Vec<(u64, &str, Reason)> {
    column.named.iter().map(|named| (named.line, named.text.as_str(), named.reason)).collect()
}

fn remarks(text: &str) -> Vec<Remark> {
    let Reading { remarks, .. } = read(text.as_bytes());
    remarks
}

#[test]
fn one_score_a_line_is_counted_with_any_line_ends() {
    for text in ["9\n10\n0", "9\r\n10\r\n0\r\n", "9\r10\r0", "\u{feff}9\n10\n0\n", "\n9\n\n10\n0\n\n"] {
        assert_scores(text, &[9, 10, 0]);
    }
    assert_eq!(remarks("9\r\n\r\n10\r\n"), [Remark::Blank(1)]);
}

#[test]
fn lines_without_a_score_are_named_with_their_number_and_what_is_wrong() {
    let column = counted("score\n9\n6.5\n11\n-1\nnine\n6,5\n10\n");
    assert_eq!((column.tally.n(), column.wrong), (2, 5));
    let expected = [
        (3, "6.5", Reason::NoInteger),
        (4, "11", Reason::OutOfRange),
        (5, "-1", Reason::OutOfRange),
        (6, "nine", Reason::NotANumber),
        (7, "6,5", Reason::NoInteger),
    ];
    assert_eq!(named(&column), expected);
}

#[test]
fn an_empty_score_is_counted_as_empty_and_named() {
    let column = counted("name,score\nAnna,9\nBram,\nCor\nDaan,10\n");
    assert_eq!((column.tally.n(), column.empty, column.wrong), (2, 2, 0));
    assert_eq!(named(&column)[0], (3, "", Reason::Empty));
}

#[test]
fn a_comma_in_free_text_moves_what_stands_behind_it() {
    assert_scores("name,score\nGroot, Sanne de,9\nBram,8\nCor,7\n", &[9, 8, 7]);
    assert_scores("score,comment\n10,nice, quick\n9,ok\n8,ok\n", &[10, 9, 8]);
    let column = counted("name,score,comment\nGroot, Sanne,9,fine\nBram,8,so\nCor,10,good\nDaan,9,ok\n");
    assert_eq!(named(&column), [(2, "Sanne", Reason::TooManyCells)]);
}

#[test]
fn quotes_hold_separators_line_ends_and_doubled_quotes() {
    let column = counted("comment,score\n\"a \"\"b\"\"\r\nc, d\",9\nx,\"8\"\n,\"6.5\"\n");
    assert_eq!((column.tally.n(), named(&column)), (2, vec![(5, "6.5", Reason::NoInteger)]));
}

#[test]
fn a_quote_that_is_never_closed_is_told_instead_of_swallowing_the_rest() {
    let column = counted("comment,score\nfine,9\n\"oh no,8\nx,7\ny,10\n");
    assert_eq!((column.tally.n(), named(&column)[0].2), (1, Reason::UnclosedQuote));
}

#[test]
fn totals_under_the_table_are_left_out_and_named() {
    let column = counted("name;score\nAnna;9\nBram;10\nCor;3\nGemiddelde;7\nTotaal;3\n");
    let totals = [(5, "Gemiddelde", Reason::Total), (6, "Totaal", Reason::Total)];
    assert_eq!((column.tally.n(), named(&column)), (3, totals.to_vec()));
}

#[test]
fn a_heading_that_is_repeated_is_left_out_and_named() {
    let column = counted("name;score\nAnna;9\nBram;10\nname;score\nCor;3\n");
    assert_eq!((column.tally.n(), named(&column)), (3, vec![(4, "", Reason::HeadingAgain)]));
}

#[test]
fn titles_and_headings_are_passed_over_and_said_to_be() {
    let text = "Export of today\nSurvey 77\n\nname,score\nAnna,9\nBram,10\n";
    assert_scores(text, &[9, 10]);
    assert!(remarks(text).contains(&Remark::Title(2)));
    assert!(remarks(text).contains(&Remark::Heading { lines: 1, first: 4 }));
}

#[test]
fn nothing_at_all_holds_nothing() {
    for text in ["", "\n\n", "\u{feff}", " \r\n\t\n", ";;\n;;\n"] {
        assert_eq!(read(text.as_bytes()).outcome, Outcome::Nothing { why: Nothing::Empty }, "{text:?}");
    }
}

#[test]
fn what_is_no_text_is_said_to_be_none() {
    for (bytes, why) in [
        (&b"PK\x03\x04\0\0"[..], Nothing::Workbook),
        (b"\xD0\xCF\x11\xE0\0\0", Nothing::Workbook),
        (b"%PDF-1.7\n9\n", Nothing::NotText),
        (b"9\0\0\0x\n", Nothing::NotText),
    ] {
        assert_eq!(read(bytes).outcome, Outcome::Nothing { why }, "{bytes:?}");
    }
}

#[test]
fn a_table_of_a_thousand_columns_is_read_to_its_end() {
    let heading = format!("{}NPS", "Q,".repeat(1000));
    let text = format!("{heading}\n{0}9\n{0}10\n{0}3\n", "text,".repeat(1000));
    let column = counted(&text);
    assert_eq!((column.part, column.tally.n()), (Part::Cells(1000), 3));
}
