//! The sentences about a reading, in plain English.

use std::fmt::{self, Display, Formatter};

use crate::reading::{Column, Doubt, NoScore, Nothing, Outcome, Part, Reading, Reason, Remark};

/// All values of a list, or of a table.
const ALL: &str = "all values together";

/// `“Score”`, or `column 3` without a heading.
impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        match (&self.part, name) {
            (Part::All, _) => f.write_str(ALL),
            (Part::Table { line }, Some(name)) => write!(f, "“{name}” of the table in line {line}"),
            (Part::Table { line }, None) => write!(f, "the table in line {line}"),
            (Part::Weighted { by }, Some(name)) => write!(f, "“{name}”, as often as {by} says"),
            (Part::Weighted { by }, None) => write!(f, "each score as often as {by} says"),
            (Part::Where { column, value }, Some(name)) => {
                write!(f, "“{name}” where {column} is “{value}”")
            }
            (Part::Where { column, value }, None) => write!(f, "the lines where {column} is “{value}”"),
            (Part::Cells(_), Some(name)) => write!(f, "“{name}”"),
            (Part::Cells(place), None) => write!(f, "column {}", place + 1),
        }
    }
}

/// The question, or why there is nothing; for a count, the column that was counted.
impl Display for Reading {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Counted { .. } => {
                self.counted().map_or(Ok(()), |column| write!(f, "Counted: {column}."))
            }
            Outcome::Question { doubt, .. } => {
                let names: Vec<String> = self.candidates().map(Column::to_string).collect();
                question(f, doubt, &names)
            }
            Outcome::Nothing { why } => write!(f, "{why}"),
        }
    }
}

/// Columns of numbers that may not be answers.
fn unlikely(f: &mut Formatter<'_>, names: &[String]) -> fmt::Result {
    match names {
        [one] if one == ALL => {
            f.write_str("Some of these values are no numbers from 0 to 10. Are the others the answers?")
        }
        [one] => write!(f, "Only {one} holds numbers from 0 to 10. Are these the answers?"),
        _ => write!(
            f,
            "These hold numbers from 0 to 10, and are perhaps no answers: {}. Choose what you mean.",
            names.join(", ")
        ),
    }
}

/// Values of another scale. A list has no name.
fn scale(f: &mut Formatter<'_>, name: &str, low: u64, high: u64) -> fmt::Result {
    let of = if name == ALL { String::new() } else { format!(" of {name}") };
    if low == high {
        return write!(f, "All values{of} are {low}. Is this the question from 0 to 10?");
    }
    write!(
        f,
        "All values{of} are {low} to {high}. Is this the question from 0 to 10? \
         An NPS needs answers from 0 to 10.",
    )
}

fn question(f: &mut Formatter<'_>, doubt: &Doubt, names: &[String]) -> fmt::Result {
    let all = names.join(", ");
    let first = names.first().map_or("", String::as_str);
    match doubt {
        Doubt::Columns => {
            write!(f, "{} columns could hold the answers: {all}. Choose the one you mean.", names.len())
        }
        Doubt::ListOrTable => {
            write!(f, "These numbers could be one list, or columns of a table. Choose what you mean: {all}.")
        }
        Doubt::Commas => f.write_str(
            "A comma could separate two scores here, or be a decimal sign. \
             Put each score on a line of its own, or choose what you mean.",
        ),
        Doubt::Scale { low, high } => scale(f, first, *low, *high),
        Doubt::Unlikely => unlikely(f, names),
        Doubt::Periods => {
            write!(
                f,
                "{first} may be the score of an entire period or group in each line. Are these answers of people?"
            )
        }
        Doubt::Surveys(column) => write!(
            f,
            "{column} tells several surveys or questions apart. Choose what is to be counted: {all}.",
        ),
        Doubt::Tables => {
            write!(f, "There are several tables, one below the other. Choose the one you mean: {all}.")
        }
        Doubt::Counts => {
            write!(f, "This could be a table of counts, or a list of answers. Choose what you mean: {all}.")
        }
        Doubt::Markup => write!(
            f,
            "This is a page in HTML or XML that holds a table. Choose what is to be counted: {all}.",
        ),
    }
}

impl Display for Nothing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Nothing to count: there is no text."),
            Self::NoScores => f.write_str(
                "There is no score in it: an answer is a whole number from 0 to 10, \
                 and no column holds mostly such numbers.",
            ),
            Self::NoAnswers { nearest, range: (low, high) } => write!(
                f,
                "No column looks like answers from 0 to 10. {nearest} comes nearest; its values are {low} to {high}.",
            ),
            Self::Results { column } => write!(
                f,
                "The values of {column} are results from −100 to 100, not answers from 0 to 10. \
                 An NPS is counted from the answers.",
            ),
            Self::Groups => f.write_str(
                "It tells promoters, passives and detractors, but not their scores. \
                 Export the answers themselves, from 0 to 10.",
            ),
            Self::Workbook => f.write_str(
                "This is a workbook, not plain text. Save it as “CSV UTF-8” and choose that file.",
            ),
            Self::NotText => f.write_str(
                "This is no plain text: a picture, a PDF or an archive. Choose a CSV or text file.",
            ),
            Self::BadJson { line } => {
                write!(f, "This starts as JSON, but line {line} can't be read. Export it again, or as CSV.")
            }
            Self::NoTable => {
                f.write_str("This is a page in HTML or XML without a table. Save the table as CSV.")
            }
            Self::TooLarge => f.write_str(
                "JSON, HTML and XML are read up to 64 MB. Export the answers as CSV, which has no limit.",
            ),
        }
    }
}

impl Display for NoScore {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}: ", Grouped(self.line))?;
        let text = &self.text;
        match self.reason {
            Reason::Empty => f.write_str("the score is empty"),
            Reason::NotANumber => write!(f, "“{text}” is not a number"),
            Reason::NoInteger => write!(f, "“{text}” is not a whole number"),
            Reason::OutOfRange => write!(f, "“{text}” is not between 0 and 10"),
            Reason::TooManyCells => {
                write!(f, "it has more cells than the other lines, so “{text}” may be another column")
            }
            Reason::UnclosedQuote => {
                f.write_str("a quote opens here and is never closed, so the rest of the file was not read")
            }
            Reason::Total => write!(f, "“{text}” sums up or explains the other lines"),
            Reason::HeadingAgain => f.write_str("the heading stands here again"),
        }
    }
}

impl Display for Remark {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title(1) => f.write_str("The first line was taken as a title."),
            Self::Title(lines) => write!(f, "The first {lines} lines were taken as titles."),
            Self::Heading { lines: 1, first: 1 } => f.write_str("The first line was taken as the heading."),
            Self::Heading { lines: 1, first } => write!(f, "Line {first} was taken as the heading."),
            Self::Heading { lines, first } => {
                write!(f, "Lines {first} to {} were taken as headings.", first + lines - 1)
            }
            Self::Blank(1) => f.write_str("1 empty line was passed over."),
            Self::Blank(lines) => write!(f, "{} empty lines were passed over.", Grouped(*lines)),
            Self::Ignored(columns) => {
                write!(f, "{} columns on the right were not read.", Grouped(*columns))
            }
            Self::Utf16 => f.write_str("The text is in UTF-16 and was read as such."),
            Self::Json(1) => f.write_str("The text is JSON with one entry."),
            Self::Json(entries) => write!(f, "The text is JSON with {} entries.", Grouped(*entries)),
            Self::Counts(lines) => {
                write!(f, "This is a table of counts: {lines} lines say how often each score was given.",)
            }
            Self::Separator(separator) => {
                write!(f, "The first line names the separator of the cells: {separator}")
            }
        }
    }
}

/// A number with thousands separators.
struct Grouped(u64);

impl Display for Grouped {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}
