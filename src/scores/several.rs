//! Finds several surveys in a text: in one table, or one below the other.

use crate::cell::bare;
use crate::evidence::samples;
use crate::names;
use crate::often::distinct;
use crate::reading::{Column, Doubt, Nothing, Outcome, Part, Reading};
use crate::records::excerpt;
use crate::row::Row;
use crate::table::Table;

/// A column with more values than this doesn't distinguish surveys.
const SURVEYS: usize = 12;

/// Asks if the counted answers belong to more than one survey.
pub(crate) fn surveys(outcome: Outcome, table: &mut Table, rows: &[Row], complete: bool) -> Outcome {
    let Outcome::Counted { column, .. } = outcome else { return outcome };
    let answered: Vec<&Row> =
        rows.iter().filter(|row| crate::cell::score(row.cell(column)).is_ok()).collect();
    let found = (0..table.layout.width).filter(|place| *place != column).find_map(|place| {
        let named = table.layout.names[place].iter().any(|name| names::is_survey(name));
        let values = distinct(&mut answered.iter().map(|row| bare(row.cell(place))));
        let several = (2..=SURVEYS).contains(&values.len()) && 2 * values.len() <= answered.len();
        (named && several).then_some((place, values))
    });
    let Some((place, values)) = found else { return outcome };
    let by = table.columns[place].to_string();
    let mut candidates = Vec::new();
    // Of a large file only the beginning is in memory, so its surveys can't be counted one by one.
    for value in values.iter().filter(|_| complete) {
        let mut part = Column {
            name: table.columns[column].name.clone(),
            part: Part::Where { column: by.clone(), value: excerpt(value) },
            ..Column::default()
        };
        let lines: Vec<&Row> = rows.iter().filter(|row| bare(row.cell(place)) == *value).collect();
        lines.iter().for_each(|row| part.add(row.line, row.cell(column)));
        part.samples = samples(lines.iter().map(|row| row.cell(column)));
        candidates.push(table.columns.len());
        table.columns.push(part);
    }
    candidates.push(column);
    Outcome::Question { candidates, doubt: Doubt::Surveys(by) }
}

/// The reading of several tables in a text, each with its first line; `None` if fewer than two of them may
/// hold answers.
pub(crate) fn tables(readings: Vec<(u64, Reading)>) -> Option<Reading> {
    let mut columns = Vec::new();
    let mut form = None;
    let mut others = false;
    for (line, reading) in readings {
        let places: Vec<usize> = match &reading.outcome {
            Outcome::Counted { column, .. } => vec![*column],
            Outcome::Question { candidates, .. } => candidates.clone(),
            Outcome::Nothing { why } => {
                others |= matches!(why, Nothing::NoAnswers { .. });
                continue;
            }
        };
        form.get_or_insert(reading.form);
        for place in places {
            let mut column = reading.columns[place].clone();
            column.named.iter_mut().for_each(|named| named.line += line - 1);
            column.part = Part::Table { line };
            columns.push((line, column));
        }
    }
    let first = columns.first()?.0;
    if !others && columns.iter().all(|(line, _)| *line == first) {
        return None;
    }
    let candidates = (0..columns.len()).collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let outcome = Outcome::Question { candidates, doubt: Doubt::Tables };
    Some(Reading { form: form?, outcome, columns, remarks: Vec::new() })
}
