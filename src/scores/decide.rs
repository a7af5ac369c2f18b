//! Decides which column holds the answers, or what to ask.

use crate::counts;
use crate::evidence::{Evidence, LARGE, MIXED, samples};
use crate::names;
use crate::periods;
use crate::reading::{Column, Doubt, Form, Nothing, Outcome, Reading, Remark, Why};
use crate::row::Row;
use crate::several;
use crate::table::Table;

/// How many points the best column must lead by.
const AHEAD: i32 = 2;

/// If a larger share of a single column's numbers are no scores, for example means, it holds something else.
const OTHER: f64 = 0.6;

/// The reading of a counted table; `rows` are its first lines below the headings.
///
/// `complete` tells whether these are all lines.
pub(crate) fn table(mut table: Table, rows: &[Row], complete: bool) -> Reading {
    let evidence: Vec<Evidence> = (0..table.columns.len())
        .map(|place| {
            let headings = table.layout.names.get(place).map_or(&[][..], Vec::as_slice);
            Evidence::of(&table.columns[place], place, rows, headings)
        })
        .collect();
    for (place, column) in table.columns.iter_mut().enumerate() {
        column.samples = samples(rows.iter().map(|row| row.cell(place)));
    }
    let mut remarks = remarks(&table);
    if let Some(counts) = counts::find(&table, &evidence, rows).filter(|_| complete) {
        remarks.push(Remark::Counts(counts.lines));
        let mut columns = table.columns;
        let outcome = counts.outcome(&mut columns);
        return Reading { form: Form::Table, outcome, columns, remarks };
    }
    let outcome = choose(&table, &evidence, rows);
    let outcome = periods(outcome, &table, &evidence, rows);
    let outcome = several::surveys(outcome, &mut table, rows, complete);
    Reading { form: Form::Table, outcome, columns: table.columns, remarks }
}

fn remarks(table: &Table) -> Vec<Remark> {
    let layout = &table.layout;
    let all = [
        (layout.titles > 0).then_some(Remark::Title(layout.titles as u64)),
        (layout.headings > 0)
            .then_some(Remark::Heading { lines: layout.headings as u64, first: layout.heading_line }),
        (table.blank > 0).then_some(Remark::Blank(table.blank)),
        (table.ignored > 0).then_some(Remark::Ignored(table.ignored)),
    ];
    all.into_iter().flatten().collect()
}

/// Decides by the columns' points.
fn choose(table: &Table, evidence: &[Evidence], rows: &[Row]) -> Outcome {
    if table.lines == 0 || evidence.is_empty() {
        return Outcome::Nothing { why: Nothing::Empty };
    }
    if evidence.len() == 1 {
        return only(&table.columns[0], &evidence[0]);
    }
    let order = by_points(evidence);
    let good: Vec<usize> = order.iter().copied().filter(|place| evidence[*place].is_good()).collect();
    let Some(&best) = good.first() else { return without_good(table, evidence, rows, &order) };
    let ahead = |place: &usize| evidence[best].points - evidence[*place].points >= AHEAD;
    // `NPS store` may be a score column, despite the name of a group in it.
    let named = |place: &usize| evidence[*place].is_full() && evidence[*place].name.strong;
    let candidates: Vec<usize> = order
        .iter()
        .copied()
        .filter(|place| {
            *place == best || good.contains(place) && !ahead(place) || named(place) && named(&best)
        })
        .collect();
    if candidates.len() > 1 {
        return Outcome::Question { candidates, doubt: Doubt::Columns };
    }
    let headed = table.layout.headings > 0;
    let doubt = doubt(&evidence[best], headed);
    match doubt {
        Some(doubt) => Outcome::Question { candidates: good, doubt },
        None => {
            let name = &evidence[best].name;
            let why = if name.strong || name.score { Why::NameAndValues } else { Why::Values };
            Outcome::Counted { column: best, why }
        }
    }
}

/// The possible columns, those with the most points first.
fn by_points(evidence: &[Evidence]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for place in (0..evidence.len()).filter(|place| evidence[*place].is_possible()) {
        let fewer = |other: &usize| evidence[*other].points < evidence[place].points;
        order.insert(order.iter().position(fewer).unwrap_or(order.len()), place);
    }
    order
}

/// The doubt about even the best column.
fn doubt(evidence: &Evidence, headed: bool) -> Option<Doubt> {
    let name = &evidence.name;
    match name.scale {
        Some((0, 10)) => {}
        scale => {
            if let Some((low, high)) = scale.or_else(|| evidence.other_scale()) {
                return Some(Doubt::Scale { low, high });
            }
        }
    }
    let anonymous = headed && !name.strong && !name.score && name.scale.is_none();
    let thin = evidence.n < 5 || evidence.distinct < 4;
    let unlikely = name.against || name.other && !name.strong || anonymous && thin;
    let named = name.strong || name.score;
    let mixed = evidence.outside > if named { MIXED } else { 0.1 } || !named && evidence.share < 0.7;
    (unlikely || mixed).then_some(Doubt::Unlikely)
}

/// The outcome for a single column: it is counted wherever a person could mean it.
fn only(column: &Column, evidence: &Evidence) -> Outcome {
    let n = column.tally.n();
    let doubt = if n == 0 {
        return Outcome::Nothing { why: nothing_in(column, evidence) };
    } else if let Some((low, high)) = other_scale(evidence) {
        Some(Doubt::Scale { low, high })
    } else if evidence.name.against
        || evidence.name.other && !evidence.name.strong
        || 4 * n < column.lines()
        || evidence.large > LARGE
        || evidence.outside > OTHER
    {
        Some(Doubt::Unlikely)
    } else {
        None
    };
    match doubt {
        Some(doubt) => Outcome::Question { candidates: vec![0], doubt },
        None => Outcome::Counted { column: 0, why: Why::Only },
    }
}

/// The scale of a column that isn't 0 to 10, by its heading or its values.
pub(crate) fn other_scale(evidence: &Evidence) -> Option<(u64, u64)> {
    if let Some(scale) = evidence.name.scale {
        return (scale != (0, 10)).then_some(scale);
    }
    evidence.other_scale()
}

fn nothing_in(column: &Column, evidence: &Evidence) -> Nothing {
    if is_result(evidence) { Nothing::Results { column: column.to_string() } } else { Nothing::NoScores }
}

/// Whether the values are results between −100 and 100.
fn is_result(evidence: &Evidence) -> bool {
    let within = evidence.range.is_some_and(|(low, high)| low >= -100.0 && high <= 100.0);
    evidence.name.strong && !evidence.name.against && evidence.outside > 0.3 && within
}

/// The outcome without a good column.
fn without_good(table: &Table, evidence: &[Evidence], rows: &[Row], order: &[usize]) -> Outcome {
    let columns = &table.columns;
    let category = |row: &&Row| row.cells.iter().take(2).any(|cell| names::is_category(cell));
    if rows.len() <= 6 && rows.iter().filter(category).count() >= 2 {
        return Outcome::Nothing { why: Nothing::Groups };
    }
    let named = |place: &usize| {
        let name = &evidence[*place].name;
        (name.strong || name.score || name.scale.is_some()) && !name.against
    };
    if let Some(&place) = order.iter().find(|place| named(place)) {
        let doubt =
            match (evidence[place].name.scale.filter(|scale| *scale != (0, 10)), evidence[place].scores) {
                (Some((low, high)), _) => Doubt::Scale { low, high },
                (None, Some((low, high))) if high <= 5 => Doubt::Scale { low, high },
                _ => Doubt::Unlikely,
            };
        return Outcome::Question { candidates: vec![place], doubt };
    }
    if let Some(place) = evidence.iter().position(is_result) {
        return Outcome::Nothing { why: Nothing::Results { column: columns[place].to_string() } };
    }
    let wide: Vec<usize> = order
        .iter()
        .copied()
        .filter(|place| evidence[*place].values >= 1 || evidence[*place].points >= 0)
        .collect();
    if !wide.is_empty() {
        return Outcome::Question { candidates: wide, doubt: Doubt::Unlikely };
    }
    let nearest = order.first().and_then(|place| Some((*place, evidence[*place].scores?)));
    let why = nearest.map_or(Nothing::NoScores, |(place, range)| Nothing::NoAnswers {
        nearest: columns[place].to_string(),
        range,
    });
    Outcome::Nothing { why }
}

/// Asks if each line is a period of time.
fn periods(outcome: Outcome, table: &Table, evidence: &[Evidence], rows: &[Row]) -> Outcome {
    let Outcome::Counted { column, .. } = outcome else { return outcome };
    let name = &evidence[column].name;
    if periods::is_table(table, rows, column, name.strong || name.score) {
        return Outcome::Question { candidates: vec![column], doubt: Doubt::Periods };
    }
    outcome
}
