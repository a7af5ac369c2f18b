//! The core's numbers in the format of the pages.

use aanrader_survey::{Nps, Score, Tally};

/// A tally of these scores.
pub(crate) fn tally(scores: &[u8]) -> Tally {
    scores.iter().map(|score| Score::new(*score).expect("a score")).collect()
}

/// The score of this tally: `+52`, `−6` or `0`.
pub(crate) fn score(tally: &Tally) -> String {
    signed(tally.nps().expect("answers").shown())
}

fn signed(shown: i32) -> String {
    let sign = if shown > 0 { "+" } else { "" };
    format!("{sign}{shown}").replace('-', "\u{2212}")
}

/// `95% interval +40 to +67, n = 75`.
pub(crate) fn interval(tally: &Tally) -> String {
    let nps = tally.nps().expect("answers");
    let [low, high] = [nps.low(), nps.high()].map(|end| signed(Nps::shown_end(end)));
    format!("95% interval {low} to {high}, n = {}", thousands(tally.n()))
}

/// `1,000,000`.
pub(crate) fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).expect("digits")).collect();
    groups.join(",")
}
