//! Which column is meant.

use super::{Column, Report};

/// Headings that name the score.
const NAMES: [&str; 4] = ["score", "nps", "rating", "cijfer"];

/// The column that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Its place, from 0.
    pub column: usize,
    /// Why this one.
    pub why: Why,
    /// All that could be meant for the same reason, itself among them.
    pub could_be: Vec<usize>,
}

/// Why a column is the one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no other.
    Only,
    /// The heading names it.
    Named,
    /// It is the first that holds only scores.
    OnlyScores,
    /// None holds only scores; it has the most.
    MostScores,
}

/// Picks the column that is meant; `None` where there are no lines.
pub fn pick(report: &Report) -> Option<Pick> {
    let columns = &report.columns;
    if columns.len() <= 1 {
        return columns.first().map(|_| Pick { column: 0, why: Why::Only, could_be: vec![0] });
    }
    let all = |test: &dyn Fn(&Column) -> bool| -> Vec<usize> {
        columns.iter().enumerate().filter(|(_, column)| test(column)).map(|(index, _)| index).collect()
    };
    let most = columns.iter().map(|column| column.tally.n()).max().unwrap_or(0);
    [
        (Why::Named, all(&|column| has_scores(column) && is_named(column))),
        (Why::Named, all(&|column| has_scores(column) && has_name_in_it(column))),
        (Why::OnlyScores, all(&|column| has_scores(column) && column.wrong == 0)),
        (Why::MostScores, all(&|column| column.tally.n() == most)),
    ]
    .into_iter()
    .find_map(|(why, could_be)| could_be.first().copied().map(|column| Pick { column, why, could_be }))
}

fn has_scores(column: &Column) -> bool {
    column.tally.n() > 0
}

fn is_named(column: &Column) -> bool {
    column.name.as_ref().is_some_and(|name| NAMES.contains(&name.to_lowercase().as_str()))
}

/// `NPS score`, `nps_score` and `Cijfer (0-10)` are names, too; `underscore` is not.
fn has_name_in_it(column: &Column) -> bool {
    let Some(name) = &column.name else { return false };
    let name = name.to_lowercase();
    name.split(|c: char| !c.is_alphanumeric()).any(|word| NAMES.contains(&word))
}
