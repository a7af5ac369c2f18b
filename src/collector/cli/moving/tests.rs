use aanrader_survey::{Answer, Raw, Score};
use csv::StringRecord;
use proptest::prelude::*;

use super::export::Rows;
use super::foreign::{self, Columns, moment};
use super::{Format, row};
use crate::store::{Stored, StoredContact};

fn stored(comment: &str) -> Stored {
    Stored {
        id: "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41".into(),
        rev: 2,
        complete: true,
        survey: "a".into(),
        touchpoint: "t".into(),
        score: Score::new(4).expect("4"),
        comment: Some(comment.into()),
        contact: Some(StoredContact { how: Some("+31 20 123".into()) }),
        customer: Some("-7".into()),
        unverified: false,
        properties: serde_json::from_str(r#"{"agent":"=7"}"#).expect("JSON"),
        language: Some("nl".into()),
        wording: None,
        answered_at: 1_795_781_570_344,
        received_at: 1_795_781_570_397,
    }
}

fn written(stored: Stored, format: Format, delimiter: u8) -> String {
    let mut bytes = Vec::new();
    Rows::new(&mut bytes, format, delimiter, true).expect("a head").write(&[stored]).expect("a row");
    String::from_utf8(bytes).expect("UTF-8")
}

/// What an answer is once it was written as a table and read again.
fn through_a_table(stored: Stored, delimiter: u8) -> Answer {
    let text = written(stored, Format::Csv, delimiter);
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let record = reader.records().next().expect("a row").expect("a row");
    let cell = |name: &str| head.iter().position(|cell| cell == name).and_then(|place| record.get(place));
    Answer::check(&row::raw(cell).expect("a row of ours")).expect("an answer")
}

#[test]
fn no_cell_is_a_formula_and_every_text_comes_back() {
    for comment in ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''quoted", "a;b,c\n\"d\"", "goed"] {
        let text = written(stored(comment), Format::Csv, b';');
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let record = reader.records().next().expect("a row").expect("a row");
        assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{record:?}");
        let answer = through_a_table(stored(comment), b';');
        assert_eq!(answer.comment(), Some(comment));
        assert_eq!(answer.contact().and_then(|contact| contact.how.as_deref()), Some("+31 20 123"));
        assert_eq!((answer.customer(), answer.rev(), answer.score().get()), (Some("-7"), 2, 4));
        assert_eq!(answer.properties(), [("agent".to_owned(), "=7".to_owned())]);
    }
}

proptest! {
    #[test]
    fn every_text_is_safe_and_found_again(text in "['=+@\t\r a-]{0,6}") {
        let cell = row::safe(&text);
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        prop_assert_eq!(row::plain(&cell), text);
    }
}

#[test]
fn a_line_of_json_is_the_whole_answer() {
    let line = written(stored("so"), Format::Ndjson, b',');
    let raw: Raw = serde_json::from_str(line.trim()).expect("JSON");
    let answer = Answer::check(&raw).expect("an answer");
    assert_eq!((answer.comment(), answer.rev(), answer.language()), (Some("so"), 2, Some("nl")));
    assert!(line.contains(r#""received_at":1795781570397"#), "{line}");
}

fn record(cells: &[&str]) -> StringRecord {
    cells.iter().copied().collect()
}

fn columns() -> Columns {
    let mut columns = Columns::default();
    (columns.survey, columns.touchpoint) = ("old".into(), "mail".into());
    columns
}

#[test]
fn tables_of_other_tools_are_read_by_the_names_of_their_columns() {
    for (head, cells) in [
        (
            &["Response ID", "Person ID", "Email", "Score", "Comment", "Created At"][..],
            &["17", "5", "a@b.example", "9", "goed", "2026-01-31 12:00:00 UTC"][..],
        ),
        (
            &["#", "How likely are you to recommend us to a friend?", "Reason", "Submit Date (UTC)"],
            &["17", "9", "goed", "2026-01-31 12:00:00"],
        ),
        (
            &[
                "Respondent ID",
                "End Date",
                "How likely is it that you would recommend us?",
                "Open-Ended Response",
            ],
            &["17", "2026-01-31T12:00:00Z", "9", "goed"],
        ),
    ] {
        let columns = columns();
        let places = columns.find(&record(head)).expect("columns");
        let (raw, at) = foreign::row(&columns, &places, &record(cells)).expect("a row").expect("a score");
        let answer = Answer::check(&raw).expect("an answer");
        assert_eq!((answer.score().get(), answer.comment(), answer.customer()), (9, Some("goed"), None));
        assert_eq!((answer.survey(), answer.touchpoint(), at), ("old", "mail", 1_769_860_800_000));
        let again = foreign::row(&columns, &places, &record(cells)).expect("a row").expect("a score").0;
        assert_eq!(raw, again, "the same row is the same answer");
    }
}

#[test]
fn what_is_not_sure_is_asked() {
    let why = |head: &[&str]| columns().find(&record(head)).err().expect("a question").to_string();
    assert!(why(&["Cijfer", "Date"]).contains("--score-column: Cijfer | Date"));
    assert!(why(&["Score", "Wanneer"]).contains("--time-column"));
    assert!(why(&["Score", "Score", "Date"]).contains("two columns have the same name"));
    assert!(moment("31/01/2026 12:00", None).expect_err("ambiguous").contains("--time-format"));
    assert_eq!(moment("31/01/2026 12:00", Some("%d/%m/%Y %H:%M")), Ok(1_769_860_800_000));
}

#[test]
fn a_row_without_a_score_is_no_answer_and_a_wrong_one_is_told() {
    let columns = columns();
    let places = columns.find(&record(&["Score", "Date"])).expect("columns");
    let row = |cells: &[&str]| foreign::row(&columns, &places, &record(cells));
    assert_eq!(row(&["", "2026-01-31T12:00:00"]), Ok(None));
    assert!(row(&["many", "2026-01-31T12:00:00"]).expect_err("wrong").contains("\"many\""));
}
