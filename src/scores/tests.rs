use super::pick::Pick;
use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Report {
    let mut parser = Parser::default();
    parser.push(text.as_bytes());
    parser.finish()
}

/// What the picked column holds.
#[track_caller]
fn picked(text: &str) -> (Pick, Column) {
    let report = read(text);
    let pick = pick(&report).expect("a column");
    let column = report.columns[pick.column].clone();
    (pick, column)
}

#[track_caller]
fn assert_scores(text: &str, expected: &[u8]) {
    let expected: Tally = expected.iter().filter_map(|v| aanrader_survey::Score::new(*v)).collect();
    assert_eq!(picked(text).1.tally, expected, "{text:?}");
}

#[test]
fn one_score_a_line_is_counted_with_any_line_ends() {
    for text in ["9\n10\n0", "9\r\n10\r\n0\r\n", "9\r10\r0", "\u{feff}9\n10\n0\n", "\n9\n\n10\n0\n\n"] {
        assert_scores(text, &[9, 10, 0]);
    }
    assert_eq!(read("9\r\n\r\n10\r\n").blank, 1);
}

#[test]
fn the_column_that_the_heading_names_is_counted() {
    for name in ["score", "NPS", "Rating", "cijfer", "NPS score", "nps_score", "Cijfer (0-10)"] {
        let (pick, column) = picked(&format!("items,{name},comment\n1,9,fine\n2,6,\"well, no\"\n"));
        assert_eq!((pick.column, pick.why, pick.could_be), (1, Why::Named, vec![1]), "{name}");
        assert_eq!(column.tally.n(), 2);
    }
}

#[test]
fn without_a_name_the_first_column_with_nothing_but_scores_is_counted() {
    let (pick, column) = picked("Anna;9;fine\nBram;6;\"so; so\"\n");
    assert_eq!((pick.column, pick.why, pick.could_be), (1, Why::OnlyScores, vec![1]));
    assert_eq!(column.tally.n(), 2);
}

#[test]
fn two_columns_that_could_be_meant_are_both_told() {
    assert_eq!(picked("nps\trating\n9\t4\n").0.could_be, [0, 1]);
    assert_eq!(picked("Anna,9,3\nBram,6,1\n").0.could_be, [1, 2]);
}

#[test]
fn where_no_column_is_free_of_other_things_the_one_with_most_scores_is_counted() {
    let (pick, column) = picked("who;a;b\nx;9;9\nx;x;8\nx;x;y\n");
    assert_eq!((pick.column, pick.why), (2, Why::MostScores));
    assert_eq!((column.tally.n(), column.wrong), (2, 1));
}

#[test]
fn lines_without_a_score_are_named_with_their_number_and_what_is_wrong() {
    let (_, column) = picked("score\n9\n6.5\n11\n-1\nnine\n6,5\n10\n");
    assert_eq!((column.tally.n(), column.wrong), (2, 5));
    let named: Vec<_> = column.named.iter().map(|n| (n.line, n.text.as_str(), n.reason)).collect();
    let expected = [
        (3, "6.5", Reason::NotWhole),
        (4, "11", Reason::OutOfRange),
        (5, "-1", Reason::OutOfRange),
        (6, "nine", Reason::NotANumber),
        (7, "6,5", Reason::NotWhole),
    ];
    assert_eq!(named, expected);
}

#[test]
fn an_empty_score_is_counted_as_empty_and_named() {
    let (_, column) = picked("name,score\nAnna,9\nBram,\nCor\n");
    assert_eq!((column.tally.n(), column.empty, column.wrong), (1, 2, 0));
    assert_eq!(column.named[0], NoScore { line: 3, text: String::new(), reason: Reason::Empty });
}

#[test]
fn a_comma_too_many_is_not_guessed_at() {
    let (_, column) = picked("name,score\nGroot, Sanne de,9\nBram,8\n");
    assert_eq!((column.tally.n(), column.wrong), (1, 1));
    assert_eq!(column.named[0].reason, Reason::TooManyCells);
}

#[test]
fn quotes_hold_separators_line_ends_and_doubled_quotes() {
    let report = read("comment,score\n\"a \"\"b\"\"\r\nc, d\",9\nx,\"8\"\n,\"6.5\"\n");
    assert_eq!((report.lines, report.columns[1].tally.n()), (3, 2));
    assert_eq!(report.columns[0].named[0].text, "a \"b\" c, d");
    assert_eq!(report.columns[1].named[0].line, 5);
}

#[test]
fn a_quote_that_is_never_closed_is_told_instead_of_swallowing_the_rest() {
    let (_, column) = picked("comment,score\nfine,9\n\"oh no,8\nx,7\ny,10\n");
    assert_eq!((column.tally.n(), column.wrong), (1, 1));
    assert_eq!((column.named[0].line, column.named[0].reason), (3, Reason::UnclosedQuote));
}

#[test]
fn a_workbook_or_utf_16_is_recognised_as_no_text() {
    assert!(read("\u{feff}9\0\n\0").binary);
    assert!(!read("9\n").binary);
}

#[test]
fn nothing_at_all_has_no_column() {
    for text in ["", "\n\n", "\u{feff}", " \r\n;;\n"] {
        assert_eq!(pick(&read(text)), None, "{text:?}");
    }
}

#[test]
fn a_line_of_a_thousand_cells_is_read_as_far_as_there_is_room_and_said_so() {
    let line = vec!["9"; 1000].join(";");
    let report = read(&format!("{line}\n{line};9\n"));
    assert_eq!((report.columns.len(), report.ignored), (64, 936));
    assert_eq!(report.columns[0].named[0].reason, Reason::TooManyCells);
}

#[test]
fn the_separator_is_decided_alike_however_large_the_first_piece_is() {
    let text = format!("{}{}", "9\n".repeat(HEAD_BYTES / 2), "a;9\n".repeat(HEAD_BYTES));
    let mut parser = Parser::default();
    text.as_bytes().chunks(1000).for_each(|piece| parser.push(piece));
    assert_eq!(parser.finish(), read(&text));
}

/// What files are made of, so that random ones reach the odd places.
fn files() -> impl Strategy<Value = String> {
    let parts =
        ["9", "10", "6.5", "x", "\"", ",", ";", "\t", "\n", "\r\n", "\r", " ", "score", "é", "\u{feff}"];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

/// Every line read the thorough way.
fn read_thoroughly(text: &[u8], separator: Option<u8>) -> Report {
    let (mut report, mut splitter) = (Report::default(), Splitter::new(separator));
    let mut rest = text;
    while !rest.is_empty() {
        rest = splitter.push(rest, &mut |record| report.take(record));
    }
    splitter.finish(&mut |record| report.take(record));
    report
}

/// The same in pieces, and as quickly as it can be.
fn read_quickly<'a>(pieces: impl Iterator<Item = &'a [u8]>, separator: Option<u8>) -> Report {
    let splitter = Some(Splitter::new(separator));
    let mut parser = Parser { separator, splitter, ..Parser::default() };
    pieces.for_each(|piece| parser.push(piece));
    parser.finish()
}

/// Files whose columns soon have nothing more to name, so that they can be read quickly, with all that
/// stands in the way of that.
fn long_files() -> impl Strategy<Value = Vec<u8>> {
    let cells: [&[u8]; 24] = [
        b"9",
        b"10",
        b"0",
        b"7",
        b"",
        b" 8",
        b"8 ",
        b"07",
        b"9.0",
        b"-1",
        b"11",
        b"25",
        b"2026-11-01",
        b"fine",
        b"nine",
        b"\"9\"",
        b"\"\"",
        b"\"a \"\"b\"\", c\"",
        b"\"a\nb\"",
        b"x\"y",
        b"\"9\" ",
        b"\xc2\xa0",
        b"\xc2\xa09",
        b"\xff9",
    ];
    let ends: [&[u8]; 8] = [b",", b",", b",", b"\n", b"\n", b"\r\n", b"\r", b",\"open\n"];
    let cell = prop_oneof![
        8 => prop::sample::select(cells.to_vec()).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(prop::sample::select(b"0123456789 abc\xa0".to_vec()), 150..170),
    ];
    let end = prop::sample::select(ends.to_vec());
    let cells = prop::collection::vec((cell, end), 0..120);
    let heading = prop::sample::select(vec!["a,b,c\n", "9\n", "", "score,\n"]);
    (heading, cells).prop_map(|(heading, cells)| {
        let mut text = heading.as_bytes().to_vec();
        text.extend(b"x,x,x\n,,\"\"\n".repeat(NAMED_LINES));
        cells.iter().for_each(|(cell, end)| text.extend([cell, *end].concat()));
        text
    })
}

proptest! {
    #[test]
    fn the_quick_way_and_the_thorough_way_give_the_same_report(
        text in long_files(),
        separator in prop::sample::select(vec![Some(b','), Some(b';'), None]),
        cuts in prop::collection::vec(1usize..200, 1..20),
    ) {
        let mut rest = &text[..];
        let pieces = cuts.iter().cycle().map_while(|cut| {
            let (piece, next) = rest.split_at((*cut).min(rest.len()));
            rest = next;
            (!piece.is_empty()).then_some(piece)
        });
        prop_assert_eq!(read_quickly(pieces, separator), read_thoroughly(&text, separator));
    }
}

proptest! {
    #[test]
    fn any_way_of_cutting_a_file_gives_the_same_report(text in files(), cuts in prop::collection::vec(1usize..9, 1..20)) {
        let mut parser = Parser::default();
        let mut rest = text.as_bytes();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break }
            let (piece, next) = rest.split_at((*cut).min(rest.len()));
            parser.push(piece);
            rest = next;
        }
        prop_assert_eq!(parser.finish(), read(&text));
    }

    #[test]
    fn every_line_is_a_score_or_empty_or_wrong_in_every_column(text in files()) {
        let report = read(&text);
        for column in &report.columns {
            prop_assert_eq!(column.tally.n() + column.without_score(), report.lines);
        }
    }

    #[test]
    fn what_a_spreadsheet_writes_is_read_back(
        rows in prop::collection::vec((0u8..=10, "[a-z ,;\"\n]{0,12}"), 1..40),
        separator in prop::sample::select(vec![',', ';', '\t']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut text = format!("comment{separator}score{end}");
        for (score, comment) in &rows {
            text.push_str(&format!("\"{}\"{separator}{score}{end}", comment.replace('"', "\"\"")));
        }
        let report = read(&text);
        let expected: Tally = rows.iter().filter_map(|(v, _)| aanrader_survey::Score::new(*v)).collect();
        prop_assert_eq!(report.columns[1].tally, expected);
    }
}
