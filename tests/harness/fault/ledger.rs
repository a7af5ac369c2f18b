//! Compares the customers' choices with the collector's answers.

use std::collections::HashMap;
use std::fmt;

use aanrader_survey::{Score, Tally};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::collector::{Collector, run_tool};

/// One customer's intended answer, and its course.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The customer's name.
    pub customer: String,
    /// The last chosen score.
    pub score: u8,
    /// The comment, once Send was pressed below it.
    pub comment: Option<String>,
    /// Whether a 2xx was read for the last revision.
    pub receipt: bool,
    /// Whether the first try had a receipt.
    pub at_once: bool,
    /// Information for the analysis of a loss.
    pub why: String,
}

impl Chosen {
    /// Whether it is stored as chosen.
    pub fn is_among(&self, kept: &[Kept]) -> bool {
        kept.iter().any(|row| {
            row.customer == self.customer && row.score == self.score && row.comment == self.comment
        })
    }
}

/// One line of the table: the outcome of one trial.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The trial's name.
    pub trial: String,
    /// How many answers customers chose.
    pub answers: usize,
    /// With a receipt at the first try.
    pub at_once: usize,
    /// Stored after another try or at the next visit.
    pub later: usize,
    /// Chosen, but not stored as chosen.
    pub lost: usize,
    /// Stored more than once.
    pub double: usize,
    /// Further problems, each as a sentence.
    pub wrong: Vec<String>,
    /// Further remarks.
    pub notes: Vec<String>,
}

/// An answer in the database.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The customer.
    pub customer: String,
    /// The answer's id.
    pub id: String,
    /// The score.
    pub score: u8,
    /// The comment.
    pub comment: Option<String>,
    /// The time of answering, in milliseconds since 1970.
    pub answered_at: i64,
}

impl Kept {
    /// An answer in another receiver: the message itself.
    ///
    /// # Panics
    /// When it isn't an answer.
    pub fn of(message: &Value) -> Self {
        let text = |field: &str| message[field].as_str().map(str::to_owned);
        let integer = |field: &str| message[field].as_i64();
        Self {
            customer: text("customer").unwrap_or_default(),
            id: text("id").expect("an id"),
            score: integer("score").and_then(|score| score.try_into().ok()).expect("a score"),
            comment: text("comment"),
            answered_at: integer("answered_at").unwrap_or_default(),
        }
    }
}

/// All answers in a collector's database, read from the file itself.
///
/// # Panics
/// When it can't be read.
pub fn kept(collector: &Collector) -> Vec<Kept> {
    let location = collector.location();
    if location.starts_with("postgres://") {
        let lines = run_tool(&location, &["export", "--answers-only"]);
        let message = |line: &str| Kept::of(&serde_json::from_str(line).expect("a line of JSON"));
        return lines.lines().map(message).collect();
    }
    let read = || -> rusqlite::Result<Vec<Kept>> {
        let database = Connection::open_with_flags(collector.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut query = database.prepare("SELECT customer, id, score, comment, answered_at FROM answers")?;
        let row = |row: &rusqlite::Row<'_>| {
            let customer: Option<String> = row.get(0)?;
            Ok(Kept {
                customer: customer.unwrap_or_default(),
                id: row.get(1)?,
                score: row.get(2)?,
                comment: row.get(3)?,
                answered_at: row.get(4)?,
            })
        };
        query.query_map([], row)?.collect()
    };
    read().unwrap_or_else(|error| panic!("reading {}: {error}", collector.database().display()))
}

/// Compares all choices with the database and with `results`, the reply of `/v1/results`. `met` returns the
/// faults that a customer met.
pub fn settle(
    trial: &str,
    kept: &[Kept],
    results: &Value,
    chosen: &[Chosen],
    met: impl Fn(&str) -> String,
) -> Outcome {
    let mut outcome = Outcome { trial: trial.to_owned(), answers: chosen.len(), ..Outcome::default() };
    let mut found: HashMap<&str, Vec<&Kept>> = HashMap::new();
    for row in kept {
        found.entry(&row.customer).or_default().push(row);
    }
    for answer in chosen {
        let rows = found.remove(answer.customer.as_str()).unwrap_or_default();
        outcome.double += rows.len().saturating_sub(1);
        let name = &answer.customer;
        let stored = rows.iter().any(|row| row.score == answer.score && row.comment == answer.comment);
        match (stored, answer.receipt) {
            (true, _) if answer.at_once => outcome.at_once += 1,
            (true, _) => outcome.later += 1,
            (false, receipt) => {
                outcome.lost += 1;
                let what = if receipt { "lost despite a receipt" } else { "lost" };
                let (had, met) = (rows.first().map(|row| (row.score, &row.comment)), met(name));
                outcome.wrong.push(format!(
                    "{what}: {name} chose {} {:?}, stored is {had:?}; it met: {met} {}",
                    answer.score, answer.comment, answer.why
                ));
            }
        }
        if rows.len() > 1 {
            outcome.wrong.push(format!(
                "double: {name} is there {} times; it met: {}",
                rows.len(),
                met(name)
            ));
        }
    }
    outcome.double += found.values().map(Vec::len).sum::<usize>();
    outcome.wrong.extend(found.keys().map(|name| format!("stored and never chosen: {name:?}")));
    outcome.wrong.extend(ids_twice(kept));
    outcome.wrong.extend(figures_differ(results, chosen));
    outcome
}

fn ids_twice(kept: &[Kept]) -> Vec<String> {
    let mut ids: Vec<&str> = kept.iter().map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]);
    twice.map(|pair| format!("the id {} is there twice", pair[0])).collect()
}

/// A difference between the expected NPS and the collector's.
fn figures_differ(results: &Value, chosen: &[Chosen]) -> Option<String> {
    let tally: Tally = chosen.iter().filter_map(|answer| Score::new(answer.score)).collect();
    let total = &results["surveys"][0]["total"];
    let counts: Vec<u64> = serde_json::from_value(total["counts"].clone()).unwrap_or_default();
    let (put_in, came_out) = (tally.nps().map(|nps| nps.score()), total["nps"]["score"].as_f64());
    let same = match (put_in, came_out) {
        (Some(put_in), Some(came_out)) => (put_in - came_out).abs() < 1e-9 && counts == tally.counts(),
        (put_in, came_out) => put_in == came_out,
    };
    (!same).then(|| {
        format!("the NPS is {came_out:?} of {counts:?}, put in were {put_in:?} of {:?}", tally.counts())
    })
}

impl Outcome {
    /// Whether nothing is lost or doubled, and the figures are right.
    pub fn is_sound(&self) -> bool {
        self.lost == 0 && self.double == 0 && self.wrong.is_empty()
    }

    /// Adds another part of the same trial.
    pub fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.at_once += other.at_once;
        self.later += other.later;
        self.lost += other.lost;
        self.double += other.double;
        self.wrong.extend(other.wrong);
        self.notes.extend(other.notes);
    }

    /// # Panics
    /// When it isn't sound; the message lists the problems.
    #[track_caller]
    pub fn assert_sound(&self) {
        println!("{HEAD}\n{self}\n{}", self.notes.join("\n"));
        assert!(self.is_sound(), "{}:\n{}", self.trial, self.complaints());
    }

    /// The first problems, a line each.
    pub fn complaints(&self) -> String {
        self.wrong.iter().take(12).map(|line| format!("  {line}\n")).collect()
    }
}

/// The head of the table of [`Outcome`]s.
pub const HEAD: &str = "\
fault                                answers   at once   later    lost  double
-----------------------------------  -------  --------  ------  ------  ------";

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trial, answers, at_once, later, lost, double, .. } = self;
        write!(formatter, "{trial:<35}  {answers:>7}  {at_once:>8}  {later:>6}  {lost:>6}  {double:>6}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn chosen(customer: &str, score: u8, comment: Option<&str>) -> Chosen {
        let (customer, comment, why) = (customer.to_owned(), comment.map(str::to_owned), String::new());
        Chosen { customer, score, comment, receipt: true, at_once: true, why }
    }

    fn row(customer: &str, id: &str, score: u8, comment: Option<&str>) -> Kept {
        let (customer, id, comment) = (customer.to_owned(), id.to_owned(), comment.map(str::to_owned));
        Kept { customer, id, score, comment, answered_at: 0 }
    }

    fn results(counts: [u64; 11]) -> Value {
        let score = Tally::from_counts(counts).nps().map(|nps| nps.score());
        json!({ "surveys": [{ "total": { "counts": counts, "nps": { "score": score } } }] })
    }

    fn complaint(kept: &[Kept], counts: [u64; 11], answers: &[Chosen]) -> String {
        let outcome = settle("x", kept, &results(counts), answers, |_| "nothing".to_owned());
        assert!(!outcome.is_sound());
        outcome.complaints()
    }

    const NINE: [u64; 11] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];

    #[test]
    fn what_was_chosen_and_is_stored_is_sound() {
        let kept = [row("a", "1", 9, Some("so"))];
        let outcome = settle("x", &kept, &results(NINE), &[chosen("a", 9, Some("so"))], |_| String::new());
        assert!(outcome.is_sound() && outcome.at_once == 1, "{outcome:?}");
    }

    #[test]
    fn a_loss_is_named_with_what_the_customer_met() {
        let said = complaint(&[], [0; 11], &[chosen("a", 9, None)]);
        assert!(
            said.contains("lost despite a receipt: a chose 9") && said.contains("it met: nothing"),
            "{said}"
        );
    }

    #[test]
    fn a_lost_comment_is_a_loss() {
        let said = complaint(&[row("a", "1", 9, None)], NINE, &[chosen("a", 9, Some("so"))]);
        assert!(said.contains("lost despite a receipt: a chose 9 Some(\"so\")"), "{said}");
    }

    #[test]
    fn an_older_score_is_a_loss() {
        let said = complaint(&[row("a", "1", 9, None)], NINE, &[chosen("a", 3, None)]);
        assert!(said.contains("lost despite a receipt: a chose 3"), "{said}");
    }

    #[test]
    fn doubles_strangers_and_wrong_figures_are_named() {
        let kept = [row("a", "1", 9, None), row("a", "2", 9, None), row("b", "2", 0, None)];
        let said = complaint(&kept, [1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0], &[chosen("a", 9, None)]);
        for words in
            ["double: a is there 2 times", "never chosen: \"b\"", "the id 2 is there twice", "the NPS is"]
        {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
}
