//! The reading of a text: the result type of this crate.

use aanrader_survey::Tally;
use serde::{Deserialize, Serialize};

pub use crate::cell::Reason;

/// The reading of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The form of the scores.
    pub form: Form,
    /// A number to show, a question to ask, or nothing to count.
    pub outcome: Outcome,
    /// Every way to count this text, usually the columns of a table from the left.
    pub columns: Vec<Column>,
    /// Further remarks of the reader.
    pub remarks: Vec<Remark>,
}

/// The form of the scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Scores one after the other, as people type them.
    List,
    /// Lines of one or more cells.
    Table,
    /// JSON: an array, objects, or one object a line.
    Json,
    /// The table of an HTML page, or of a workbook in XML.
    Markup,
    /// No form that holds scores.
    Other,
}

/// The outcome of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// This column holds the answers.
    Counted {
        /// Its place in [`Reading::columns`].
        column: usize,
        /// The evidence for it.
        why: Why,
    },
    /// A person must choose one of these, or confirm the only one.
    Question {
        /// Their places in [`Reading::columns`], the likeliest first; at least one.
        candidates: Vec<usize>,
        /// The doubt.
        doubt: Doubt,
    },
    /// There is nothing to count.
    Nothing {
        /// Why not.
        why: Nothing,
    },
}

/// The evidence for the counted column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The text is a list of scores.
    List,
    /// It is the only column.
    Only,
    /// Its heading asks for a recommendation, or names a score, and its values agree.
    NameAndValues,
    /// It is the only column whose values are answers from 0 to 10.
    Values,
    /// One column holds the score, the other how often it was given.
    Counts,
}

/// A doubt that a person must settle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// Several columns could hold the answers.
    Columns,
    /// These values could be one list, or the columns of a table.
    ListOrTable,
    /// A comma could separate two scores, or be the decimal sign of one number.
    Commas,
    /// All values lie between these ends, or the heading names them: perhaps another scale than 0 to 10.
    Scale {
        /// The lowest value or end of the scale.
        low: u64,
        /// The highest one.
        high: u64,
    },
    /// The heading or the values are evidence against it, and there is no other column.
    Unlikely,
    /// The values could be scores of periods, not answers of people.
    Periods,
    /// The lines belong to more than one survey or question, by this column.
    Surveys(String),
    /// There are several tables, one below the other.
    Tables,
    /// One column could be the counts of the scores in the other.
    Counts,
    /// The text is an HTML page or a workbook in XML, which may hold anything.
    Markup,
}

/// Why there is nothing to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nothing {
    /// There is no text.
    Empty,
    /// No value in it is a score.
    NoScores,
    /// Columns hold numbers from 0 to 10, but none looks like answers.
    NoAnswers {
        /// The likeliest column, in the form to show.
        nearest: String,
        /// Its lowest and its highest value.
        range: (u64, u64),
    },
    /// The values are results between −100 and 100, not answers.
    Results {
        /// The column, in the form to show.
        column: String,
    },
    /// The values are the categories (promoters, passives, detractors), not scores.
    Groups,
    /// A workbook (.xlsx, .xls, .ods, .numbers), which must be saved as text first.
    Workbook,
    /// A picture, a PDF or an archive, which holds no text.
    NotText,
    /// It begins like JSON, but isn't valid.
    BadJson {
        /// The first invalid line, from 1.
        line: u64,
    },
    /// HTML or XML without a table.
    NoTable,
    /// JSON or a page must be completely in memory, and this one is too large.
    TooLarge,
}

/// One way to count the text. Scores, empty and wrong lines add up to all lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading, if it has one.
    pub name: Option<String>,
    /// The part of the text that holds the answers.
    pub part: Part,
    /// Its scores.
    #[serde(with = "counts")]
    pub tally: Tally,
    /// A few different values of it, unchanged.
    pub samples: Vec<String>,
    /// The number of empty lines.
    pub empty: u64,
    /// The number of lines without a valid score.
    pub wrong: u64,
    /// The first lines that are empty or wrong.
    pub named: Vec<NoScore>,
}

/// The part of the text that a [`Column`] counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The cells of the column at this place, from 0.
    Cells(usize),
    /// All values of a list, or of all columns.
    All,
    /// The scores of one column, weighted by the counts in another.
    Weighted {
        /// The heading of the column of counts.
        by: String,
    },
    /// Only the lines in which another column has this value.
    Where {
        /// The other column, in the form to show.
        column: String,
        /// Its value.
        value: String,
    },
    /// One of several tables, which starts at this line.
    Table {
        /// The line's number, from 1.
        line: u64,
    },
}

impl Default for Part {
    fn default() -> Self {
        Self::Cells(0)
    }
}

/// A line that holds no score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoScore {
    /// Its number in the file, from 1.
    pub line: u64,
    /// The text, cut to about 40 characters.
    pub text: String,
    /// Why it is no score.
    pub reason: Reason,
}

/// A remark of the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remark {
    /// This many lines above the table are its title.
    Title(u64),
    /// These lines name the columns.
    Heading {
        /// How many lines.
        lines: u64,
        /// The number of the first, from 1.
        first: u64,
    },
    /// This many empty lines were skipped.
    Blank(u64),
    /// This many columns on the right were ignored.
    Ignored(u64),
    /// The text is in UTF-16.
    Utf16,
    /// The text is JSON with this many entries.
    Json(u64),
    /// A table of counts with this many lines.
    Counts(u64),
    /// The first line names the separator.
    Separator(char),
}

impl Reading {
    /// The column of the answers, if there is no doubt.
    pub fn counted(&self) -> Option<&Column> {
        match self.outcome {
            Outcome::Counted { column, .. } => self.columns.get(column),
            _ => None,
        }
    }

    /// The columns to choose from, the likeliest first.
    pub fn candidates(&self) -> impl Iterator<Item = &Column> {
        let places: &[usize] = match &self.outcome {
            Outcome::Question { candidates, .. } => candidates,
            _ => &[],
        };
        places.iter().filter_map(|place| self.columns.get(*place))
    }
}

impl Column {
    /// The number of lines of this column without a score.
    pub fn without_score(&self) -> u64 {
        self.empty + self.wrong
    }

    /// The number of all lines.
    pub fn lines(&self) -> u64 {
        self.tally.n() + self.without_score()
    }
}

/// Serialises a tally as its counts, for the way from a worker to the page.
mod counts {
    use aanrader_survey::Tally;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(tally: &Tally, serializer: S) -> Result<S::Ok, S::Error> {
        tally.counts().serialize(serializer)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Tally, D::Error> {
        Deserialize::deserialize(deserializer).map(Tally::from_counts)
    }
}
