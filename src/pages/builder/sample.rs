//! Sample answers: eleven counts, typed or pasted.

use aanrader_survey::{Score, Tally};

use crate::language::{t, with};

/// No shop has more answers with one score, and sums of them stay exact.
const MOST: u64 = 1_000_000_000;

/// The counts in a text: eleven numbers, that of score 0 first, or eleven lines of a score and its count, in
/// any order. Spaces, tabs, line breaks, commas and semicolons separate them.
///
/// # Errors
///
/// A sentence that names the problem and the expected form.
pub(crate) fn tally(text: &str) -> Result<Tally, String> {
    let parted = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    let mut numbers = Vec::new();
    for word in parted.filter(|word| !word.is_empty()) {
        let number = word.parse().ok().filter(|number| *number <= MOST);
        numbers.push(number.ok_or_else(|| wrong(&with(t().sample_word, &[("word", word)])))?);
    }
    let mut counts = [0; Score::COUNT];
    match numbers.len() {
        Score::COUNT => counts.copy_from_slice(&numbers),
        PAIRS => counts = pairs(&numbers)?,
        0 => return Err(wrong(t().sample_empty)),
        1 => return Err(wrong(t().sample_one)),
        n => return Err(wrong(&with(t().sample_many, &[("n", &n.to_string())]))),
    }
    Ok(Tally::from_counts(counts))
}

/// The number of values if each count has its score.
const PAIRS: usize = 2 * Score::COUNT;

fn pairs(numbers: &[u64]) -> Result<[u64; Score::COUNT], String> {
    let mut counts = [None; Score::COUNT];
    for pair in numbers.chunks(2) {
        let place = usize::try_from(pair[0]).ok().and_then(|score| counts.get_mut(score));
        match place {
            Some(place @ None) => *place = Some(pair[1]),
            _ => {
                let score = pair[0].to_string();
                return Err(wrong(&with(t().sample_score, &[("score", &score)])));
            }
        }
    }
    Ok(counts.map(Option::unwrap_or_default))
}

fn wrong(what: &str) -> String {
    format!("{what} {}", t().sample_takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_numbers_are_counts_however_they_are_parted() {
        for text in ["1 0 0 0 0 0 0 0 2 0 3", "1,0,0,0,0,0,0,0,2,0,3", "1\t0\t0\t0\n0 0 0 0;2;0 ; 3\n"] {
            let tally = tally(text).expect(text);
            assert_eq!(tally.counts(), &[1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3]);
        }
    }

    #[test]
    fn a_pasted_table_of_scores_and_counts_is_read_in_any_order() {
        let lines: Vec<String> = (0..=10).rev().map(|score| format!("{score}\t{}", score * 2)).collect();
        assert_eq!(tally(&lines.join("\n")).expect("a table").counts()[10], 20);
        let twice = "0 1 0 1 2 1 3 1 4 1 5 1 6 1 7 1 8 1 9 1 10 1";
        assert!(tally(twice).unwrap_err().contains("have 0 where a score is expected"));
    }

    #[test]
    fn what_is_wrong_is_named_with_the_way_out() {
        for (text, words) in [
            ("", "are empty"),
            ("5", "hold one number"),
            ("1 2 3", "hold 3 numbers"),
            ("1 2 x", "“x”"),
            ("1 -2", "“-2”"),
            ("1 2.5", "“2.5”"),
        ] {
            let said = tally(text).unwrap_err();
            assert!(said.contains(words) && said.contains("eleven whole numbers"), "{said}");
        }
    }
}
