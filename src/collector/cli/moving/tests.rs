use aanrader_scores::Grid;
use aanrader_survey::{Answer, Raw, Score};
use proptest::prelude::*;

use super::export::Rows;
use super::foreign::{self, Columns, instant};
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

/// An answer, written as a table and read again.
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
fn a_line_of_json_is_a_complete_answer() {
    let line = written(stored("so"), Format::Ndjson, b',');
    let raw: Raw = serde_json::from_str(line.trim()).expect("JSON");
    let answer = Answer::check(&raw).expect("an answer");
    assert_eq!((answer.comment(), answer.rev(), answer.language()), (Some("so"), 2, Some("nl")));
    assert!(line.contains(r#""received_at":1795781570397"#), "{line}");
}

/// A table, with further rows whose scores make the columns clear.
fn table(text: &str) -> Grid {
    aanrader_scores::grid(text.as_bytes())
}

fn columns() -> Columns {
    let mut columns = Columns::default();
    (columns.survey, columns.touchpoint) = ("old".into(), "mail".into());
    columns
}

fn with_score(named: &str) -> Columns {
    let mut columns = columns();
    columns.score = Some(named.into());
    columns
}

/// Without a person at the terminal.
fn nobody(_: &str, _: &[String]) -> Option<usize> {
    None
}

#[test]
fn tables_of_other_tools_are_read_as_the_preview_reads_them() {
    for text in [
        "Response ID,Person ID,Email,Score,Comment,Created At\n\
         17,5,a@b.example,9,goed,2026-01-31 12:00:00 UTC\n18,6,c@b.example,0,slecht,2026-02-01 12:00:00 UTC\n\
         19,7,d@b.example,10,,2026-02-02 12:00:00 UTC\n",
        "#,How likely are you to recommend us to a friend?,Reason,Submit Date (UTC)\n\
         17,9,goed,2026-01-31 12:00:00\n18,0,,2026-02-01 12:00:00\n19,10,,2026-02-02 12:00:00\n",
        "Respondent ID;End Date;Hoe waarschijnlijk is het dat u ons aanbeveelt?;Open-Ended Response\n\
         17;2026-01-31T12:00:00Z;9;goed\n18;2026-02-01T12:00:00Z;0;\n19;2026-02-02T12:00:00Z;10;\n",
        // The names don't tell, but the values do.
        "No.\tCijfer\tReason\tTimestamp\n\
         17\t9\tgoed\t2026-01-31 12:00:00\n18\t0\t\t2026-02-01 12:00:00\n19\t10\t\t2026-02-02 12:00:00\n",
    ] {
        let (columns, grid) = (columns(), table(text));
        let places = columns.find(&grid, nobody).expect("columns");
        let (raw, at) = foreign::row(&columns, &places, &grid.rows[0]).expect("a row").expect("a score");
        let answer = Answer::check(&raw).expect("an answer");
        assert_eq!((answer.score().get(), answer.comment(), answer.customer()), (9, Some("goed"), None));
        assert_eq!((answer.survey(), answer.touchpoint(), at), ("old", "mail", 1_769_860_800_000));
        let again = foreign::row(&columns, &places, &grid.rows[0]).expect("a row").expect("a score").0;
        assert_eq!(raw, again, "the same row is the same answer");
    }
}

/// Two columns that may both hold the scores.
const TWO: &str = "Date,Delivery,Service\n2026-01-31,9,3\n2026-02-01,0,7\n2026-02-02,10,8\n";

#[test]
fn an_unsure_column_is_asked_for() {
    let why = |text: &str| columns().find(&table(text), nobody).expect_err("a question").to_string();
    let two = why(TWO);
    assert!(two.contains("with --score-column: Date | Delivery | Service"), "{two}");
    assert!(why("Score,Wanneer\n9,gisteren\n8,nu\n").contains("--time-column: Score | Wanneer"));
    let same = why("Score,Date,Date\n9,2026-01-31,2026-01-31\n8,2026-01-31,2026-01-31\n");
    assert!(
        same.contains("2 columns are called \"date\"; name one by its number with --time-column"),
        "{same}"
    );
    assert!(instant("31/01/2026 12:00", None).expect_err("ambiguous").contains("--time-format"));
    assert_eq!(instant("31/01/2026 12:00", Some("%d/%m/%Y %H:%M")), Ok(1_769_860_800_000));
}

#[test]
fn the_answer_to_a_question_or_a_flag_settles_it() {
    let grid = table(TWO);
    let score = |columns: &Columns, answer: Option<usize>| {
        let places = columns.find(&grid, |question, names| {
            assert!(!question.is_empty() && names.len() == 3, "{question}");
            answer
        });
        let (raw, _) =
            foreign::row(columns, &places.expect("settled"), &grid.rows[0]).expect("a row").expect("a score");
        Answer::check(&raw).expect("an answer").score().get()
    };
    assert_eq!(score(&columns(), Some(1)), 9);
    for named in ["service", "3"] {
        let columns = with_score(named);
        assert_eq!(score(&columns, None), 3, "{named}");
    }
    let columns = with_score("nps");
    let why = columns.find(&grid, nobody).expect_err("no such column").to_string();
    assert!(why.contains("--score-column: there is no column \"nps\""), "{why}");
}

#[test]
fn a_row_without_a_score_is_no_answer_and_a_wrong_one_is_told() {
    let columns = with_score("score");
    let grid = table("Score,Date\n9,2026-01-31\n,2026-01-31\nmany,2026-01-31\n11,2026-01-31\n3,2026-01-31\n");
    let places = columns.find(&grid, nobody).expect("columns");
    let row = |place: usize| foreign::row(&columns, &places, &grid.rows[place]);
    assert_eq!(row(1), Ok(None));
    assert!(row(2).expect_err("wrong").contains("\"many\""));
    assert!(row(3).expect_err("wrong").contains("\"11\" is no score from 0 to 10"));
}

#[test]
fn totals_below_a_table_are_never_stored_and_a_shifted_score_is_told() {
    let columns = with_score("score");
    let text = "Name,Score,Date,Why\nAnna,9,2026-01-31,so\nBram, jr.,8,2026-01-31,so\nCor,10,2026-02-01,good\n\
                Daan,3,2026-02-01,ok\n\nTotal,8,,\n";
    let grid = table(text);
    let places = columns.find(&grid, nobody).expect("columns");
    let rows: Vec<_> = grid.rows.iter().map(|row| foreign::row(&columns, &places, row)).collect();
    let stored = rows.iter().flatten().flatten().count();
    let told: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    assert_eq!((stored, told.len()), (3, 1), "{rows:?}");
    assert!(told[0].contains("more cells than the other lines"), "{told:?}");
}

/// The unchanged exports of the known tools.
#[test]
fn the_exports_of_known_tools_are_read_as_they_are() {
    for (name, bytes, format, comment) in [
        ("Delighted", &include_bytes!("../../../scores/suite/files/delighted.csv")[..], None, None),
        (
            "Formbricks",
            include_bytes!("../../../scores/suite/files/formbricks-6.csv"),
            None,
            Some("2. What could we do better?"),
        ),
        (
            "SurveyMonkey",
            include_bytes!("../../../scores/suite/files/surveymonkey-two-headings.csv"),
            Some("%m/%d/%Y %I:%M:%S %p"),
            // This tool's heading takes two lines.
            Some("11"),
        ),
        (
            "Typeform",
            include_bytes!("../../../scores/suite/files/typeform.csv"),
            None,
            Some("What is the main reason?"),
        ),
    ] {
        let mut columns = columns();
        (columns.comment, columns.time_format) = (comment.map(str::to_owned), format.map(str::to_owned));
        let grid = aanrader_scores::grid(bytes);
        let places = columns.find(&grid, nobody).unwrap_or_else(|why| panic!("{name}: {why}"));
        let told = places.told(&grid);
        let rows: Result<Vec<_>, _> =
            grid.rows.iter().map(|row| foreign::row(&columns, &places, row)).collect();
        let rows: Vec<_> = rows.unwrap_or_else(|why| panic!("{name}: {told}: {why}"));
        let answers: Vec<_> =
            rows.iter().flatten().map(|(raw, _)| Answer::check(raw).expect("an answer")).collect();
        assert!(answers.len() >= 5, "{name}: {told}: {}", answers.len());
        assert_eq!(answers[0].score().get(), 10, "{name}: {told}");
        assert_eq!(answers[0].comment(), Some("Snel geleverd, dank"), "{name}: {told}");
        assert!(told.contains("ids: \""), "{name}: {told}");
        assert!(told.contains("customers: none (--customer-column names one)"), "{name}: {told}");
    }
}
