//! The reading of a text: the shape of every answer of this crate.

use aanrader_survey::Tally;
use serde::{Deserialize, Serialize};

pub use crate::cell::Reason;

/// The reading of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// How the scores are laid out.
    pub form: Form,
    /// Whether there is a number to show, a question to ask, or nothing to count.
    pub outcome: Outcome,
    /// Every way in which this text can be counted, most often the columns of a table from the left.
    pub columns: Vec<Column>,
    /// Further remarks of the reader.
    pub remarks: Vec<Remark>,
}

/// How the scores are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Scores one after the other, as they are typed.
    List,
    /// Lines of cells, or of a single one.
    Table,
    /// JSON: an array, objects, or one object a line.
    Json,
    /// The table of a page in HTML, or of a workbook in XML.
    Markup,
    /// No text that holds scores.
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
    /// A person has to say which of these is meant, or whether it is meant at all.
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

/// The evidence for the column that is counted.
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
    /// One column says which score, the other how often it was given.
    Counts,
}

/// A doubt, about which a person has to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// Several columns could hold the answers.
    Columns,
    /// These values could be one list, or the columns of a table.
    ListOrTable,
    /// A comma could separate two scores, or be the decimal sign of one number.
    Commas,
    /// All values lie between these, or the heading says so: perhaps another scale than 0 to 10.
    Scale {
        /// The lowest value or end of the scale.
        low: u64,
        /// The highest one.
        high: u64,
    },
    /// The heading or the values speak against it, and there is no other column.
    Unlikely,
    /// The values could be scores of whole periods, not answers of people.
    Periods,
    /// The lines belong to more than one survey or question; the column that says so.
    Surveys(String),
    /// There are several tables, one below the other.
    Tables,
    /// One column could say how often the score in the other one was given.
    Counts,
    /// The text is a page in HTML or a workbook in XML, which may hold anything.
    Markup,
}

/// Why there is nothing to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nothing {
    /// There is no text at all.
    Empty,
    /// No value in it is a score.
    NoScores,
    /// Columns hold numbers from 0 to 10, but none of them looks like answers.
    NoAnswers {
        /// The column that comes nearest, as it is to be shown.
        nearest: String,
        /// Its lowest and its highest value.
        range: (u64, u64),
    },
    /// The values are results between −100 and 100, not answers.
    Results {
        /// The column, as it is to be shown.
        column: String,
    },
    /// It tells promoters, passives and detractors, not scores.
    Groups,
    /// A workbook (.xlsx, .xls, .ods, .numbers), which has to be saved as text first.
    Workbook,
    /// No text: a picture, a PDF, an archive.
    NotText,
    /// It starts as JSON and can't be read as such.
    BadJson {
        /// The line where it stops making sense, from 1.
        line: u64,
    },
    /// HTML or XML without a table.
    NoTable,
    /// JSON or a page of so many bytes has to be in memory as a whole, and is too large for that.
    TooLarge,
}

/// One way in which the text can be counted. Scores, empty and wrong lines together are all lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading, where there is one.
    pub name: Option<String>,
    /// The part of the text that holds the answers.
    pub part: Part,
    /// Its scores.
    #[serde(with = "counts")]
    pub tally: Tally,
    /// A few of its values as they stand there, no two alike.
    pub samples: Vec<String>,
    /// Lines where it is empty.
    pub empty: u64,
    /// Lines where it holds something that is no score.
    pub wrong: u64,
    /// The first lines that are empty or wrong.
    pub named: Vec<NoScore>,
}

/// The part of the text that a [`Column`] counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The cells of the column at this place, from 0.
    Cells(usize),
    /// All values of a list, or of all columns together.
    All,
    /// The scores of one column, each as often as the other one says.
    Weighted {
        /// The heading of the column that says how often.
        by: String,
    },
    /// Only the lines where another column holds this.
    Where {
        /// The other column, as it is to be shown.
        column: String,
        /// Its value there.
        value: String,
    },
    /// One of several tables, which starts in this line.
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
    /// The text, cut to some 40 characters.
    pub text: String,
    /// Why it is no score.
    pub reason: Reason,
}

/// A remark of the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remark {
    /// So many lines above the table are its title.
    Title(u64),
    /// So many lines name the columns, the first of them this one.
    Heading {
        /// How many lines.
        lines: u64,
        /// The number of the first, from 1.
        first: u64,
    },
    /// So many empty lines were passed over.
    Blank(u64),
    /// So many columns on the right were not looked at.
    Ignored(u64),
    /// The text is in UTF-16.
    Utf16,
    /// The text is JSON with so many entries.
    Json(u64),
    /// A table of counts: so many lines say how often each score was given.
    Counts(u64),
    /// The first line names the separator.
    Separator(char),
}

impl Reading {
    /// The column that holds the answers, where there is no doubt about it.
    pub fn counted(&self) -> Option<&Column> {
        match self.outcome {
            Outcome::Counted { column, .. } => self.columns.get(column),
            _ => None,
        }
    }

    /// The columns that are in question, the likeliest first.
    pub fn candidates(&self) -> impl Iterator<Item = &Column> {
        let places: &[usize] = match &self.outcome {
            Outcome::Question { candidates, .. } => candidates,
            _ => &[],
        };
        places.iter().filter_map(|place| self.columns.get(*place))
    }
}

impl Column {
    /// How many lines of this column hold no score.
    pub fn without_score(&self) -> u64 {
        self.empty + self.wrong
    }

    /// How many lines there are.
    pub fn lines(&self) -> u64 {
        self.tally.n() + self.without_score()
    }
}

/// A tally on its way from a worker to the page: its counts.
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
