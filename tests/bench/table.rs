//! The results, as one table in Markdown.

use crate::samples::Samples;

/// The target of a number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
    /// No target: shown for comparison.
    None,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// The measurement, and its unit.
    pub(crate) what: String,
    /// Aanrader's own number.
    pub(crate) ours: String,
    /// The candidates that it is compared with.
    pub(crate) others: String,
    /// The number that the target applies to.
    pub(crate) number: Samples,
    /// Its decimals and unit, such as `×`.
    pub(crate) unit: (usize, &'static str),
    /// The target.
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
