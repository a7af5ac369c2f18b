//! All that the pages say, but for what stands in their HTML.

use aanrader_scores::{Column, Reading as Read, Why};
use aanrader_survey::{Care, Category, Nps, Score, Step, Tally};

use crate::format::{count, points, range, score};
use crate::reading::{Difference, Level, Reading};

pub(crate) const NO_ANSWERS: &str = "No answers yet";
pub(crate) const GROUPS_CAPTION: &str = "Promoters, passives and detractors";
pub(crate) const COUNTS_CAPTION: &str = "How often each score was given";
pub(crate) const DISTRIBUTION: &str = "How often each score was given";
pub(crate) const AS_TABLE: &str = "The same as a table";

/// Instead of a reading, where few have answered.
pub(crate) fn few() -> String {
    format!("Fewer than {} answers say little: the next one may move the score a long way.", Nps::FEW)
}

/// What may be read from a score.
pub(crate) fn reading(reading: Reading) -> String {
    let level = match reading.level {
        Level::Low => "Not above 0, where good begins.",
        Level::Good => "Good: above 0. Very good begins above +30.",
        Level::VeryGood => "Very good: above +30.",
    };
    let sure = if reading.certain {
        " The whole interval is on that level."
    } else {
        " The interval reaches another level, so more answers are needed to be sure."
    };
    format!("{level}{sure}")
}

/// A group's name.
pub(crate) const fn group(category: Category) -> &'static str {
    match category {
        Category::Detractor => "Detractors ",
        Category::Passive => "Passives ",
        Category::Promoter => "Promoters ",
    }
}

/// A group's scores, which are shown behind its name and on one line.
pub(crate) const fn group_scores(category: Category) -> &'static str {
    match category {
        Category::Detractor => "(0–6)",
        Category::Passive => "(7–8)",
        Category::Promoter => "(9–10)",
    }
}

/// The distribution for somebody who can't see the picture.
pub(crate) fn distribution(tally: &Tally) -> String {
    let scores: Vec<String> =
        Score::all().map(|score| format!("{}: {}", score.get(), count(tally.count(score)))).collect();
    format!("Bar chart of {} answers by score. {}", count(tally.n()), scores.join(", "))
}

// The preview

pub(crate) const TYPED: &str = "The scores you typed";
pub(crate) const NOTHING_YET: &str = "Nothing to count yet. Type scores, choose a file, or try the example.";
pub(crate) const NO_SCORE_AT_ALL: &str = "There is no score in it.";
pub(crate) const STOPPED: &str = "Stopped. Nothing of that file was counted.";
pub(crate) const EXAMPLE: &str = "9\n10\n7\n8\n3\n10\n9\n6\n8\n10\n5\n9\n7\n10\n2\n9\n8\n";

/// While a file is read.
pub(crate) fn progress(lines: u64, percent: f64) -> String {
    format!("{} lines read, {percent:.0}%", count(lines))
}

/// When a file can't be read.
pub(crate) fn unreadable(name: &str, reason: &str) -> String {
    format!("“{name}” could not be read: {reason}")
}

/// When the browser runs no worker.
pub(crate) fn no_counting(reason: &str) -> String {
    let sentence =
        "Files can't be counted in this browser: its worker did not start. Paste the scores instead.";
    if reason.is_empty() { sentence.into() } else { format!("{sentence} ({reason})") }
}

/// Why this column is counted.
pub(crate) fn choice(reading: &Read, column: usize, why: Why) -> String {
    let chosen = reading.columns.get(column).map(Column::to_string).unwrap_or_default();
    match why {
        Why::List | Why::Only => format!("Counted: {chosen}."),
        Why::NameAndValues => format!("Counted: {chosen}, because of its heading and its values."),
        Why::Values => format!("Counted: {chosen}, the only one whose values are answers from 0 to 10."),
        Why::Counts => format!("Counted: {chosen}."),
    }
}

/// After somebody chose a column.
pub(crate) fn chosen(column: &Column) -> String {
    format!("Counted: {column}, as you chose.")
}

/// The button that counts one of the candidates.
pub(crate) fn count_this(column: &Column) -> String {
    format!("Count {column}")
}

/// What a candidate holds, and what it would make.
pub(crate) fn would_make(column: &Column) -> String {
    let values = column.samples.join(", ");
    let made = match column.tally.nps() {
        Some(nps) => format!("would make NPS {}, n = {}", score(&nps), count(nps.n())),
        None => "holds no score".into(),
    };
    let left_out = match column.without_score() {
        0 => String::new(),
        lines => format!(", {} left out", count(lines)),
    };
    if values.is_empty() {
        format!("It {made}{left_out}.")
    } else {
        format!("Values: {values}. It {made}{left_out}.")
    }
}

/// What was left out of a column, and why.
pub(crate) fn without_score(lines: u64, of: u64) -> String {
    let (hold, were) = if lines == 1 { ("holds", "was") } else { ("hold", "were") };
    format!("{} of {} lines {hold} no score and {were} not counted", count(lines), count(of))
}

/// How many more were left out than are named.
pub(crate) fn and_more(lines: u64) -> String {
    format!("and {} more", count(lines))
}

// The builder

pub(crate) const COPY: &str = "Copy";
pub(crate) const COPIED: &str = "Copied";
pub(crate) const SELECTED: &str = "Selected: press Ctrl+C or ⌘C";

/// How many fields hold something that won't do.
pub(crate) fn to_mend(problems: usize) -> String {
    match problems {
        0 => "All fields are in order. The snippet is ready.".into(),
        1 => "One field is to be mended before there is a snippet.".into(),
        _ => format!("{problems} fields are to be mended before there is a snippet."),
    }
}

// The results

pub(crate) const WRONG_TOKEN: &str = "The collector does not know this token. Check it and try again.";
pub(crate) const UNSENDABLE_TOKEN: &str = "A token has only letters, digits and signs, and no spaces.";
pub(crate) const UNREACHABLE: &str =
    "The collector can't be reached. Check your connection and that it is running, then try again.";
pub(crate) const UNINTELLIGIBLE: &str =
    "The collector's reply makes no sense to this page. Reload the page; perhaps it is of another version.";
pub(crate) const LOADING: &str = "Loading…";
pub(crate) const SIGNED_OUT: &str = "You are signed out.";
pub(crate) const NOBODY: &str =
    "No answers in this period yet. As soon as a customer answers, it shows here.";
pub(crate) const NO_CALLS: &str = "Nobody who may be contacted gave a low score. Nothing to do here.";
pub(crate) const NO_LEAVE: &str = "Gave no leave to be contacted";
pub(crate) const UNFINISHED: &str = "may still add a comment";
pub(crate) const NO_COMMENT: &str = "No comment";
pub(crate) const ALL_TOUCHPOINTS: &str = "All touchpoints together";
pub(crate) const CARE: &str = "What to do";
pub(crate) const PERIOD_TURNED: &str = "The period ends before it starts.";

/// Below the two days of a period.
pub(crate) fn days_in(zone: &str) -> String {
    format!("Days in your time zone, {zone}. Leave one empty for no limit.")
}

/// What the collector said when it refused.
pub(crate) fn refused(status: u16, message: &str) -> String {
    if message.is_empty() {
        format!("The collector refused with status {status}. Try again later.")
    } else {
        format!("The collector refused: {message}")
    }
}

/// A difference that chance does not explain.
pub(crate) fn difference(names: &[&str], difference: &Difference) -> String {
    let name = |index: usize| names.get(index).copied().unwrap_or_default();
    let (higher, lower) = (name(difference.higher), name(difference.lower));
    let p = if difference.p < 0.001 { "less than 0.001".into() } else { format!("{:.3}", difference.p) };
    let (points, range) = (points(difference.points), range(difference.low, difference.high));
    format!(
        "{higher} scores {points} points higher than {lower} (95% interval {range}); chance hardly explains that (p {p})."
    )
}

/// How the touchpoints were compared, in so many pairs.
pub(crate) fn method(pairs: usize) -> String {
    let holm = if pairs > 1 {
        format!(" {pairs} pairs were compared, so p is corrected for that (Holm).")
    } else {
        String::new()
    };
    format!("Compared by a score test, which suits small groups too.{holm}")
}

/// When no difference is more than chance.
pub(crate) const NO_DIFFERENCE: &str = "The touchpoints differ by no more than chance explains.";

/// What the list of those to be called is made of.
pub(crate) fn looked_at(answers: usize, older: bool) -> String {
    let count = count(answers as u64);
    match answers {
        0 => String::new(),
        _ if older => format!("Of the latest {count} low scores in this period."),
        1 => "Of the only low score in this period.".into(),
        _ => format!("Of all {count} low scores in this period."),
    }
}

/// Those who gave a low score and may not be contacted.
pub(crate) fn silent(people: usize) -> String {
    let count = count(people as u64);
    format!("{count} more gave a low score without leave to be contacted; read what they say below.")
}

/// What was loaded.
pub(crate) fn loaded(answers: usize) -> String {
    match answers {
        0 => String::new(),
        1 => "The latest answer is listed below the numbers.".into(),
        _ => format!("The latest {} answers are listed below the numbers.", count(answers as u64)),
    }
}

/// How to contact somebody who gave leave, from what they wrote and whether the shop knows them.
pub(crate) fn contact(how: Option<&str>, known: bool) -> &str {
    match how {
        Some(how) => how,
        None if known => "May be contacted, as the shop knows them",
        None => "May be contacted, but did not say how",
    }
}

/// The only touchpoint of a survey.
pub(crate) fn touchpoint(name: &str) -> String {
    format!("Touchpoint: {name}")
}

/// Where an answer was given.
pub(crate) fn place(survey: &str, touchpoint: &str) -> String {
    format!("{survey} · {touchpoint}")
}

/// Who gave it, by the shop's own id.
pub(crate) fn customer(id: &str) -> String {
    format!("customer {id}")
}

/// How urgent a case is.
pub(crate) fn priority(care: Care) -> String {
    format!("Priority {}", care.priority())
}

/// What kind of care is asked for.
pub(crate) const fn care(care: Care) -> &'static str {
    match care {
        Care::Rescue => "Call in person, and act",
        Care::WinBack => "Contact; they may still be won back",
        Care::Listen => "Contact and listen",
        Care::Ask => "Write, and ask what would help",
    }
}

/// The same in one line, below an answer.
pub(crate) fn care_in_short(kind: Care, leave: &str) -> String {
    if leave.is_empty() {
        format!("{}: {}", priority(kind), care(kind))
    } else {
        format!("{leave}. Record it, and mend what it is about.")
    }
}

/// What to do, in words.
pub(crate) const fn step(step: Step) -> &'static str {
    match step {
        Step::CallInPerson => "Call them yourself, today",
        Step::Contact => "Contact them",
        Step::Mail => "Write them a mail",
        Step::Apologise => "Apologise",
        Step::Listen => "Listen, and let them finish",
        Step::Explain => "Explain what happened",
        Step::Compensate => "Compensate them",
        Step::SayWhatWillChange => "Say what will change so that it does not happen again",
        Step::AskWhatWouldHelp => "Ask what would earn a higher score",
        Step::Thank => "Thank them",
        Step::Record => "Record it, and come back to it at the next contact",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(values: &[u8]) -> Tally {
        values.iter().filter_map(|value| Score::new(*value)).collect()
    }

    #[test]
    fn the_picture_tells_every_count() {
        let told = distribution(&tally(&[3, 10, 10]));
        let counts = "0: 0, 1: 0, 2: 0, 3: 1, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0, 10: 2";
        assert_eq!(told, format!("Bar chart of 3 answers by score. {counts}"));
    }

    #[test]
    fn one_line_and_many_are_told_in_their_own_grammar() {
        assert_eq!(without_score(1, 3), "1 of 3 lines holds no score and was not counted");
        assert_eq!(without_score(2, 3), "2 of 3 lines hold no score and were not counted");
    }
}
