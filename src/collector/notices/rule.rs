//! Which answers a notice is about.

use aanrader_survey::{Answer, Score};
use serde::{Deserialize, Serialize};

/// A range of scores, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scores {
    least: Score,
    most: Score,
}

impl Scores {
    /// Reads a range such as `0-6`, or one score.
    ///
    /// # Errors
    ///
    /// The problem.
    pub fn parse(text: &str) -> Result<Self, String> {
        let score = |text: &str| Score::new(text.trim().parse().ok()?);
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        let range = score(least).zip(score(most)).filter(|(least, most)| least <= most);
        range
            .map(|(least, most)| Self { least, most })
            .ok_or_else(|| format!("{text:?} is no range of scores; give one from 0 to 10, like 0-6"))
    }

    /// Whether the range contains this score.
    pub fn contains(self, score: Score) -> bool {
        (self.least..=self.most).contains(&score)
    }
}

impl TryFrom<String> for Scores {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Scores> for String {
    fn from(scores: Scores) -> Self {
        format!("{}-{}", scores.least.get(), scores.most.get())
    }
}

/// The rule: every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// This survey only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
    /// This touchpoint only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// These scores only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scores>,
    /// The comment contains one of these, in any case of letters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// A property has this value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<(String, String)>,
}

/// The parts of an answer that rules look at.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    /// Its survey.
    pub survey: &'a str,
    /// Its touchpoint.
    pub touchpoint: &'a str,
    /// Its score.
    pub score: Score,
    /// Its comment; `None` if this revision doesn't name it, so that an earlier one counts.
    pub comment: Option<&'a str>,
    /// Its properties.
    pub properties: Vec<(&'a str, &'a str)>,
}

impl<'a> Seen<'a> {
    /// What a posted revision shows.
    pub fn posted(answer: &'a Answer) -> Self {
        let is_known = answer.names_comment() || answer.rev() <= 1;
        let properties = answer.properties().iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Self {
            survey: answer.survey(),
            touchpoint: answer.touchpoint(),
            score: answer.score(),
            comment: is_known.then(|| answer.comment().unwrap_or_default()),
            properties: properties.collect(),
        }
    }
}

impl Rule {
    /// Whether the conditions hold that no later revision changes.
    pub fn concerns(&self, seen: &Seen<'_>) -> bool {
        let has =
            |(name, value): &(String, String)| seen.properties.contains(&(name.as_str(), value.as_str()));
        self.survey.as_ref().is_none_or(|survey| survey == seen.survey)
            && self.touchpoint.as_ref().is_none_or(|touchpoint| touchpoint == seen.touchpoint)
            && self.property.as_ref().is_none_or(has)
    }

    /// Whether the answer fits. An unknown comment may contain the words.
    pub fn fits(&self, seen: &Seen<'_>) -> bool {
        let holds = |comment: &str| {
            let comment = comment.to_lowercase();
            self.words.iter().any(|word| comment.contains(&word.to_lowercase()))
        };
        self.concerns(seen)
            && self.scores.is_none_or(|scores| scores.contains(seen.score))
            && (self.words.is_empty() || seen.comment.is_none_or(holds))
    }
}
