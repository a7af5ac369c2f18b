//! Which customers to contact, and in which order.

use aanrader_survey::{FollowUp, Score};

use crate::wire::Answer;

/// The low scores of customers who may be contacted, and the number of other low scores.
pub(crate) struct Calls<'a> {
    /// The most urgent first; equally urgent ones are newest first.
    pub(crate) people: Vec<&'a Answer>,
    /// The number of low scores without consent to be contacted.
    pub(crate) silent: usize,
}

/// The highest score that asks for a follow-up. The page requests answers with this score or a lower one.
pub(crate) fn highest() -> Option<Score> {
    Score::all().rfind(|score| FollowUp::of(*score).is_some())
}

/// Selects the customers to contact, from answers in the order newest first.
pub(crate) fn calls(answers: &[Answer]) -> Calls<'_> {
    let low = answers.iter().filter(|answer| answer.follow_up().is_some());
    let (mut people, silent): (Vec<_>, Vec<_>) = low.partition(|answer| answer.may_contact());
    // A stable sort keeps equally urgent ones newest first.
    people.sort_by_key(|answer| answer.follow_up());
    Calls { people, silent: silent.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(score: u8, allowed: bool, customer: &str) -> Answer {
        let json = format!(
            r#"{{"id":"x","complete":true,"survey":"s","touchpoint":"t","score":{score},"customer":"{customer}",
                "contact":{{"allowed":{allowed},"how":null}},"answered_at":"","received_at":""}}"#
        );
        serde_json::from_str(&json).expect("an answer")
    }

    #[test]
    fn the_most_urgent_comes_first_and_among_equals_the_latest() {
        let answers =
            [answer(6, true, "a"), answer(2, true, "b"), answer(10, true, "c"), answer(0, true, "d")];
        let calls = calls(&answers);
        let order: Vec<_> = calls.people.iter().filter_map(|answer| answer.customer.as_deref()).collect();
        assert_eq!(order, ["b", "d", "a"]);
    }

    #[test]
    fn all_detractors_are_looked_for_and_nobody_else() {
        assert_eq!(highest(), Score::new(6));
    }

    #[test]
    fn nobody_is_called_without_consent() {
        let answers = [answer(0, false, "a"), answer(9, false, "b"), answer(5, true, "c")];
        let calls = calls(&answers);
        assert_eq!((calls.people.len(), calls.silent), (1, 1));
    }
}
