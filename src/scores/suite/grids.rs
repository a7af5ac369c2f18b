//! The lines of a table, as an import takes them: exactly the answers that are counted.

use aanrader_survey::Tally;

use super::cases;
use crate::reading::Reason;
use crate::{Grid, grid};

/// The scores of all lines, in the column of the answers.
fn scores(grid: &Grid) -> Vec<u8> {
    let place = grid.score_place().unwrap_or_else(|| panic!("{}", grid.reading));
    grid.rows.iter().filter_map(|row| row.score(place).ok()).map(|score| score.get()).collect()
}

#[test]
fn the_lines_themselves_can_be_had_with_their_other_cells() {
    let grid =
        crate::grid("\u{feff}email,score,comment\na@x.test,9,\"fine, thanks\"\nb@x.test,n/a,\n".as_bytes());
    let place = grid.score_place().expect("a column");
    assert_eq!((place, grid.place("Comment")), (1, Some(2)));
    let rows: Vec<_> =
        grid.rows.iter().map(|row| (row.line, row.cell(0), row.score(place).is_ok())).collect();
    assert_eq!(rows, [(2, "a@x.test", true), (3, "b@x.test", false)]);
    assert_eq!(grid.rows[0].cell(2), "fine, thanks");
}

#[test]
fn the_lines_of_every_file_hold_the_scores_that_are_counted() {
    let mut grids = 0;
    for name in cases::names() {
        let grid = grid(&cases::file(&name));
        let Some(place) = grid.score_place() else { continue };
        let lines: Tally = grid.rows.iter().filter_map(|row| row.score(place).ok()).collect();
        assert_eq!(Some(&lines), grid.reading.counted().map(|column| &column.tally), "{name}");
        grids += 1;
    }
    assert!(grids > 40, "{grids}");
}

#[test]
fn totals_and_headings_that_stand_there_again_are_no_lines() {
    for text in [
        "name;score\nAnna;9\nBram;10\nCor;3\nTotaal;8\n",
        "name;score\nAnna;9\nBram;10\nCor;3\n\nGemiddelde;7\nNPS;10\n",
        "name;score\nTotaal;8\nAnna;9\nBram;10\nCor;3\n",
        "name;score\nAnna;9\nBram;10\nSubtotaal;9\nCor;3\nSubtotaal;3\n",
        "name;score\nAnna;9\nname;score\nBram;10\nCor;3\n",
        r#"[{"name":"Anna","score":9},{"name":"Bram","score":10},{"name":"Cor","score":3},{"name":"Total","score":8}]"#,
        "Anna   9\nBram   10\nCor   3\nTotal   8\n",
    ] {
        assert_eq!(scores(&grid(text.as_bytes())), [9, 10, 3], "{text}");
    }
}

#[test]
fn a_separator_in_free_text_shifts_no_cell_into_the_place_of_another() {
    let grid = grid(b"id,comment,score\n1,fine,9\n2,nice, quick,10\n3,so,3\n");
    assert_eq!(scores(&grid), [9, 10, 3]);
    assert_eq!(grid.rows[1].cell(1), "nice, quick");
    let between =
        crate::grid(b"name,score,comment\nGroot, Sanne,9,fine\nBram,8,so\nCor,10,good\nDaan,9,ok\n");
    assert_eq!(scores(&between), [8, 10, 9]);
    assert_eq!(between.rows[0].score(1), Err(Reason::TooManyCells));
}
