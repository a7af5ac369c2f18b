//! What was found, as one table in Markdown.

use crate::samples::Samples;

/// How a number is to compare with its target.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
    /// There is none: told for comparison.
    None,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was measured, and its unit.
    pub(crate) what: String,
    /// Aanrader's own number.
    pub(crate) ours: String,
    /// What it is compared with, by name.
    pub(crate) others: String,
    /// What the target is about.
    pub(crate) number: Samples,
    /// Its decimals and unit, such as `×`.
    pub(crate) unit: (usize, &'static str),
    /// What it should be.
    pub(crate) target: Target,
}

impl Row {
    fn reached(&self) -> &'static str {
        let median = self.number.median();
        let reached = match self.target {
            Target::AtMost(most) => median <= most,
            Target::AtLeast(least) => median >= least,
            Target::None => return "",
        };
        if reached { "reached" } else { "not reached" }
    }

    fn target(&self) -> String {
        let (decimals, unit) = self.unit;
        match self.target {
            Target::AtMost(most) => format!("≤ {most:.decimals$}{unit}"),
            Target::AtLeast(least) => format!("≥ {least:.decimals$}{unit}"),
            Target::None => String::new(),
        }
    }
}

/// Prints all rows.
pub(crate) fn print(rows: &[Row]) {
    println!("| median (least–most) | Aanrader | compared with | result | target | |");
    println!("|---|---|---|---|---|---|");
    for row in rows {
        let (decimals, unit) = row.unit;
        let number = format!("{:.decimals$}", row.number);
        let number = number.replacen(' ', &format!("{unit} "), 1);
        println!(
            "| {} | {} | {} | {number} | {} | {} |",
            row.what,
            row.ours,
            row.others,
            row.target(),
            row.reached()
        );
    }
}
