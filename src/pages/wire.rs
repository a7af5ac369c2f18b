//! The collector's replies to the owner, as far as the page shows them. The page computes NPS and follow-up from
//! the scores itself, with the same core.

use aanrader_survey::{FollowUp, Score, Tally};
use serde::Deserialize;

/// The reply of `/v1/results`.
#[derive(Debug, Deserialize)]
pub(crate) struct Results {
    pub(crate) surveys: Vec<Survey>,
}

/// One survey: all its answers, and those of each touchpoint.
#[derive(Debug, Deserialize)]
pub(crate) struct Survey {
    pub(crate) survey: String,
    pub(crate) total: Group,
    pub(crate) touchpoints: Vec<Touchpoint>,
    /// The wordings that are counted together; an older collector doesn't send them.
    #[serde(default)]
    wordings: Vec<Shown>,
}

/// The language in which a wording was shown.
#[derive(Debug, Deserialize)]
struct Shown {
    language: String,
}

impl Survey {
    /// The languages with several wordings, each with their number.
    pub(crate) fn pooled(&self) -> Vec<(&str, usize)> {
        let mut pooled: Vec<(&str, usize)> = Vec::new();
        for Shown { language } in &self.wordings {
            match pooled.iter_mut().find(|(known, _)| known == language) {
                Some((_, n)) => *n += 1,
                None => pooled.push((language, 1)),
            }
        }
        pooled.retain(|(_, n)| *n > 1);
        pooled
    }
}

/// One point of the customer journey.
#[derive(Debug, Deserialize)]
pub(crate) struct Touchpoint {
    pub(crate) touchpoint: String,
    counts: [u64; Score::COUNT],
}

/// A group of answers, counted.
#[derive(Debug, Deserialize)]
pub(crate) struct Group {
    counts: [u64; Score::COUNT],
    /// The number of unverified answers; an older collector doesn't send it.
    #[serde(default)]
    pub(crate) unverified: u64,
}

impl Touchpoint {
    /// Its answers, by score.
    pub(crate) fn tally(&self) -> Tally {
        Tally::from_counts(self.counts)
    }
}

impl Group {
    /// Its answers, by score.
    pub(crate) fn tally(&self) -> Tally {
        Tally::from_counts(self.counts)
    }
}

/// The reply of `/v1/answers`: a page of answers, and the place of the next page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Page {
    pub(crate) answers: Vec<Answer>,
    pub(crate) next: Option<String>,
}

/// One answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) id: String,
    pub(crate) complete: bool,
    pub(crate) survey: String,
    pub(crate) touchpoint: String,
    score: u8,
    pub(crate) comment: Option<String>,
    pub(crate) contact: Option<Contact>,
    pub(crate) customer: Option<String>,
    /// RFC 3339, in UTC.
    pub(crate) answered_at: String,
}

/// The customer's consent to be contacted.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Contact {
    allowed: bool,
    how: Option<String>,
}

impl Answer {
    /// Its score; `None` if the collector sent a number that is no score.
    pub(crate) fn score(&self) -> Option<Score> {
        Score::new(self.score)
    }

    /// The follow-up that its score asks for.
    pub(crate) fn follow_up(&self) -> Option<FollowUp> {
        FollowUp::of(self.score()?)
    }

    /// Whether the customer may be contacted.
    pub(crate) fn may_contact(&self) -> bool {
        self.contact.as_ref().is_some_and(|contact| contact.allowed)
    }

    /// The customer's contact, in their words, if they gave consent.
    pub(crate) fn contact_how(&self) -> Option<&str> {
        self.contact.as_ref().filter(|contact| contact.allowed)?.how.as_deref()
    }
}

/// The body of a refusal.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) problems: Vec<Problem>,
}

/// One problem. Its message is in English, for programs and their authors; the page has words of its own.
#[derive(Debug, Deserialize)]
pub(crate) struct Problem {
    /// The part of the request, such as a parameter.
    pub(crate) field: String,
    /// The kind of problem.
    pub(crate) code: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_collectors_results_are_read() {
        let json = r#"{"from":null,"to":null,"confidence":0.95,"surveys":[{"survey":"shop",
            "total":{"n":2,"counts":[1,0,0,0,0,0,0,0,0,0,1],"promoters":1,"passives":0,"detractors":1,
                "nps":{"score":0.0,"rounded":0,"low":-74.2,"high":74.2}},
            "touchpoints":[{"touchpoint":"account","n":2,"counts":[1,0,0,0,0,0,0,0,0,0,1],"promoters":1,
                "passives":0,"detractors":1,"nps":null}]}]}"#;
        let results: Results = serde_json::from_str(json).expect("results");
        assert_eq!(results.surveys[0].total.tally(), results.surveys[0].touchpoints[0].tally());
        assert_eq!(results.surveys[0].total.tally().n(), 2);
    }

    #[test]
    fn the_collectors_answers_are_read() {
        let json = r#"{"answers":[{"id":"x","rev":1,"complete":true,"survey":"shop","touchpoint":"account",
            "score":2,"category":"detractor","comment":null,"contact":{"allowed":true,"how":"0570"},
            "customer":null,"properties":{},"language":"nl","wording":null,
            "answered_at":"2026-11-21T12:00:00.000Z","received_at":"2026-11-21T12:00:01.000Z",
            "follow_up":{"name":"rescue","priority":1,"steps":["call-in-person"]}}],"next":null}"#;
        let page: Page = serde_json::from_str(json).expect("a page");
        assert_eq!(page.answers[0].follow_up(), Some(FollowUp::Rescue));
        assert_eq!(page.answers[0].contact_how(), Some("0570"));
    }

    #[test]
    fn how_to_contact_somebody_is_not_told_without_consent() {
        let contact = Contact { allowed: false, how: Some("0570".into()) };
        let json = r#"{"id":"x","complete":true,"survey":"s","touchpoint":"t","score":3,"answered_at":"","received_at":""}"#;
        let mut answer: Answer = serde_json::from_str(json).expect("an answer");
        answer.contact = Some(contact);
        assert_eq!((answer.may_contact(), answer.contact_how()), (false, None));
    }
}
