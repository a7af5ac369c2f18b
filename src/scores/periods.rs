//! Tables with a line for each month, week or year, or for each part of a company: their scores aren't
//! answers of people.

use crate::cell::{bare, decimal};
use crate::letters::{is_digit, is_letter, lower};
use crate::names;
use crate::often::distinct;
use crate::row::Row;
use crate::table::Table;

/// A table of periods or groups has no more lines than this.
const LINES: usize = 60;
/// A table of periods or groups has no more columns than this.
const COLUMNS: usize = 6;
/// The beginnings of the names of months, in the languages of `names`.
const MONTHS: &str = "jan feb fév mar maa mrt mär avr apr abr may mei mai mag maj jun jui giu jul lug aug aou aoû ago sep set \
    okt oct ott out nov dec déc dez dic des gen ene led úno bře dub kvě črv srp zář říj lis pro sty lut kwi cze lip sie wrz paź gru";

/// Whether each line of this table is a period or a group, by the columns beside the counted one.
///
/// A heading such as `Month` or `Team` is evidence only if the counted column is `named` a score.
pub(crate) fn is_table(table: &Table, rows: &[Row], counted: usize, named: bool) -> bool {
    let (width, names) = (table.layout.width, &table.layout.names);
    if rows.len() > LINES || rows.len() < 2 || width > COLUMNS {
        return false;
    }
    let has = |place: usize, test: fn(&str) -> bool| names[place].iter().any(|name| test(name));
    let others = || (0..width).filter(|place| *place != counted);
    if others().filter(|place| counts_a_group(table, rows, *place)).count() > 1 || sums_up(rows, width) {
        return true;
    }
    let metric = has(counted, names::is_metric);
    let negative = |row: &Row| decimal(row.cell(counted)).is_some_and(|number| number < 0.0);
    if metric && rows.iter().any(negative) {
        return true;
    }
    let answered = metric && others().any(|place| has(place, names::is_answer_count));
    others().any(|place| {
        let all = || rows.iter().map(|row| bare(row.cell(place)));
        let words = all().all(|cell| decimal(cell).is_none());
        let group = words && (answered || named && has(place, names::is_group));
        let period = named && has(place, names::is_period);
        (group || period || all().all(is_period)) && distinct(&mut all()).len() == rows.len()
    })
}

/// Whether a column counts the answers of a category: `Promoters`, but not a flag of each answer.
fn counts_a_group(table: &Table, rows: &[Row], place: usize) -> bool {
    let is_flag = |row: &Row| matches!(bare(row.cell(place)), "" | "0" | "1" | "true" | "false");
    table.layout.names[place].iter().any(|name| names::is_category(name)) && !rows.iter().all(is_flag)
}

/// Whether the lines are summaries of all answers: `NPS`, `n`, `promoters`.
fn sums_up(rows: &[Row], width: usize) -> bool {
    let is_word = |cell: &str| names::is_category(cell) || names::is_metric(cell) || names::is_summary(cell);
    let words = rows.iter().filter(|row| is_word(row.cell(0))).count();
    width <= 3
        && words > 1
        && 2 * words >= rows.len()
        && distinct(&mut rows.iter().map(|row| row.cell(0))).len() == rows.len()
}

/// Whether a cell is a month, a quarter, a week, a year, or the first or last day of a month.
fn is_period(cell: &str) -> bool {
    let cell = lower(cell);
    let parts: Vec<&str> =
        cell.split(|c: char| !is_letter(c) && !is_digit(c)).filter(|part| !part.is_empty()).collect();
    let edge = |day: &str| matches!(day, "1" | "01" | "28" | "29" | "30" | "31");
    match parts[..] {
        [year] if is_year(year) => true,
        [one] => is_month_name(one) || is_part_of_year(one),
        [one, other] => {
            let part =
                |part: &str| is_month(part) || is_month_name(part) || is_part_of_year(part) || part.len() < 3;
            is_year(one) && part(other)
                || is_year(other) && part(one)
                || is_month_name(one) && other.len() == 2
        }
        [year, month, day] if is_year(year) => is_month(month) && edge(day),
        [day, month, year] if is_year(year) => (is_month(month) || is_month_name(month)) && edge(day),
        _ => false,
    }
}

fn is_year(part: &str) -> bool {
    part.len() == 4
        && (part.starts_with("19") || part.starts_with("20"))
        && part.bytes().all(|b| b.is_ascii_digit())
}

fn is_month(part: &str) -> bool {
    part.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month))
}

fn is_month_name(part: &str) -> bool {
    let start: String = part.chars().take(3).collect();
    part.chars().all(is_letter) && MONTHS.split_whitespace().any(|month| month == start)
}

/// `Q3`, `H1`, `KW12`, `wk05`.
fn is_part_of_year(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let most = match letters {
        "q" => 4,
        "h" => 2,
        "kw" | "wk" | "week" => 53,
        _ => return false,
    };
    part.strip_prefix(letters)
        .and_then(|number| number.parse().ok())
        .is_some_and(|number: u8| (1..=most).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_known_and_days_and_names_are_none() {
        for cell in [
            "2026-01",
            "01/2026",
            "jan",
            "Januar 2026",
            "Q3",
            "Q3 2026",
            "2026 KW12",
            "2026",
            "2026-03-01",
            "31-03-2026",
            "mrt 26",
        ] {
            assert!(is_period(cell), "{cell}");
        }
        for cell in ["2026-03-17", "Jan de Wit", "9", "1001", "k12", "", "shop", "17-03-2026", "R_2f"] {
            assert!(!is_period(cell), "{cell}");
        }
    }
}
