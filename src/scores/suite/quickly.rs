//! The fast and the thorough path give the same result, however the text is cut.

use aanrader_survey::{Score, Tally};
use proptest::prelude::*;

use crate::layout::Layout;
use crate::quick::Quick;
use crate::reading::Column;
use crate::records::Splitter;
use crate::table::{NAMED_LINES, Table};
use crate::{Parser, read};

/// Random files of pieces that reach the odd places.
fn files() -> impl Strategy<Value = String> {
    let parts =
        ["9", "10", "6.5", "x", "\"", ",", ";", "\t", "\n", "\r\n", "\r", " ", "score", "é", "\u{feff}"];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

fn layout() -> Layout {
    Layout {
        width: 3,
        names: vec![Vec::new(); 3],
        free: vec![false; 3],
        codes: vec![false; 3],
        ..Layout::default()
    }
}

/// Reads every line on the thorough path.
fn thoroughly(text: &[u8], separator: Option<u8>) -> (u64, u64, Vec<Column>) {
    let (mut table, mut splitter) = (Table::new(layout()), Splitter::new(separator));
    let mut rest = text;
    while !rest.is_empty() {
        rest = splitter.push(rest, &mut |record| table.take(record));
    }
    splitter.finish(&mut |record| table.take(record));
    (table.lines, table.blank, table.columns)
}

/// Reads the pieces on the fast path as far as possible.
fn quickly<'a>(pieces: impl Iterator<Item = &'a [u8]>, separator: Option<u8>) -> (u64, u64, Vec<Column>) {
    let (mut table, mut splitter) = (Table::new(layout()), Splitter::new(separator));
    let mut quick = Quick::new(separator, 3);
    for mut bytes in pieces {
        while !bytes.is_empty() {
            if splitter.is_between_lines(bytes) {
                let (read, lines) = quick.read(bytes, &table.columns);
                splitter.skip(lines);
                table.lines += lines;
                bytes = &bytes[read..];
            }
            bytes = splitter.push(bytes, &mut |record| table.take(record));
        }
    }
    splitter.finish(&mut |record| table.take(record));
    quick.tell(&mut table.columns);
    (table.lines, table.blank, table.columns)
}

/// Cells for the fast path, and cells for the thorough one only.
const CELLS: [&[u8]; 32] = [
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
    b"9\xa0",
    b"=\"10\"",
    b"'10",
    b"9/10",
    b"10 - Extremely likely",
    b"0 = very unlikely",
    b"\xef\xbc\x99",
    b"9\xe2\x80\x8b",
];

/// Files whose columns soon have nothing more to name, so that the fast path applies, with everything that
/// stops it.
fn long_files() -> impl Strategy<Value = Vec<u8>> {
    let ends: [&[u8]; 8] = [b",", b",", b",", b"\n", b"\n", b"\r\n", b"\r", b",\"open\n"];
    let cell = prop_oneof![
        8 => prop::sample::select(CELLS.to_vec()).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(prop::sample::select(b"0123456789 abc\xa0".to_vec()), 150..170),
    ];
    let end = prop::sample::select(ends.to_vec());
    prop::collection::vec((cell, end), 0..120).prop_map(|cells| {
        let mut text = b"x,x,x\n,,\"\"\n".repeat(NAMED_LINES);
        cells.iter().for_each(|(cell, end)| text.extend([cell, *end].concat()));
        text
    })
}

/// A text in pieces of these sizes, repeated.
fn pieces<'a>(text: &'a [u8], cuts: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = text;
    cuts.iter().cycle().map_while(move |cut| {
        let (piece, next) = rest.split_at((*cut).min(rest.len()));
        rest = next;
        (!piece.is_empty()).then_some(piece)
    })
}

proptest! {
    #[test]
    fn the_quick_way_and_the_thorough_way_count_the_same(
        text in long_files(),
        separator in prop::sample::select(vec![Some(b','), Some(b';'), None]),
        cuts in prop::collection::vec(1usize..200, 1..20),
    ) {
        prop_assert_eq!(quickly(pieces(&text, &cuts), separator), thoroughly(&text, separator));
    }

    #[test]
    fn any_way_of_cutting_a_file_gives_the_same_reading(
        text in files(),
        cuts in prop::collection::vec(1usize..9, 1..20),
    ) {
        let mut parser = Parser::default();
        pieces(text.as_bytes(), &cuts).for_each(|piece| parser.push(piece));
        prop_assert_eq!(parser.finish(), read(text.as_bytes()));
    }

    #[test]
    fn every_line_is_a_score_or_empty_or_wrong_in_every_column(text in files()) {
        let reading = read(text.as_bytes());
        let is_cell = |column: &&Column| matches!(column.part, crate::Part::Cells(_));
        let lines: Vec<u64> = reading.columns.iter().filter(is_cell).map(Column::lines).collect();
        prop_assert!(lines.iter().all(|count| *count == lines[0]), "{:?}", lines);
    }

    #[test]
    fn what_a_spreadsheet_writes_is_read_back(
        rows in prop::collection::vec((0u8..=10, "c[a-z ,;\"\n]{0,12}"), 1..40),
        separator in prop::sample::select(vec![',', ';', '\t']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut text = format!("comment{separator}score{end}");
        for (score, comment) in &rows {
            text.push_str(&format!("\"{}\"{separator}{score}{end}", comment.replace('"', "\"\"")));
        }
        let reading = read(text.as_bytes());
        let expected: Tally = rows.iter().filter_map(|(v, _)| Score::new(*v)).collect();
        prop_assert_eq!(reading.columns[1].tally, expected);
    }
}

/// A file too large to be in memory: headings, a comment, a score, and a total.
fn large(lines: u64) -> (Vec<u8>, Tally) {
    let (mut text, mut tally) = (String::from("when,score,comment\n"), Tally::default());
    for line in 0..lines {
        let score = (line * line / 7 % 11) as u8;
        tally.add(Score::new(score).expect("a score"));
        text.push_str(&format!("2026-11-01,{score},\"fine, thanks\"\n"));
    }
    text.push_str("Total,7,\n");
    (text.into_bytes(), tally)
}

#[test]
fn a_large_file_is_counted_as_it_comes_without_its_total() {
    let (text, expected) = large(20_000);
    for cut in [1000, 65_536, text.len()] {
        let mut parser = Parser::default();
        text.chunks(cut).for_each(|piece| parser.push(piece));
        let reading = parser.finish();
        let column = reading.counted().expect("a column");
        assert_eq!((column.tally, column.wrong), (expected, 1), "{cut}");
        assert_eq!(column.named[0].line, 20_002);
    }
}

#[test]
fn a_large_file_in_utf_16_is_counted_as_it_comes() {
    let (text, expected) = large(20_000);
    let text = String::from_utf8(text).expect("UTF-8");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut parser = Parser::default();
    bytes.chunks(9_999).for_each(|piece| parser.push(piece));
    assert_eq!(parser.finish().counted().map(|column| column.tally), Some(expected));
}

#[test]
fn a_large_list_on_few_lines_is_counted_too() {
    let line = "9, 10, 3, 7, 8, ".repeat(10_000);
    let reading = read(format!("{line}\n{line}\n").as_bytes());
    assert_eq!(reading.counted().map(|column| column.tally.n()), Some(100_000));
}
