//! A site's settings for its cases.

use std::collections::BTreeMap;

use aanrader_survey::{Answer, Score};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Hours, Urgency, Verdict, Within};
use crate::email::Email;

/// The limits on a follow-up plan: its steps, and the characters of a step.
const STEPS: (usize, usize) = (20, 200);

/// The longest name of a cause, in characters.
pub const CAUSE_CHARS: usize = 64;

/// A site's own settings for its cases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The shop's working hours, such as `mon-fri 09:00-17:00`.
    #[serde(default)]
    pub hours: Hours,
    /// The property of an answer that names the owner of its case, such as `agent` or `manager`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_property: Option<String>,
    /// The owners of the touchpoints' cases, if no property names one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<String, String>,
    /// The time limits by score that differ from the usual ones. Those of 7 to 10 are for customers who want to
    /// be contacted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub within: BTreeMap<u8, Within>,
    /// The shop's own follow-up plans, by score.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plans: BTreeMap<u8, Steps>,
    /// The addresses of the shop's people, by name. Mails about cases go to no other addresses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<String, Email>,
    /// The shop's name in mails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// The sender of mails to customers, if it isn't the collector's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Email>,
    /// Where customers' replies go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Email>,
    /// Who gets the weekly mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekly: Vec<Email>,
    /// The language of mails to the shop's people: `nl` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// The steps of a follow-up plan, in order; at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Steps(Vec<String>);

impl Steps {
    /// Reads steps, one a line. Empty lines count for nothing; without any step there is no plan.
    ///
    /// # Errors
    ///
    /// There are too many steps, or one is too long.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let clean = |line: &str| line.replace(char::is_control, " ").trim().to_owned();
        let steps: Vec<_> = text.lines().map(clean).filter(|line| !line.is_empty()).collect();
        let (most, chars) = STEPS;
        if steps.len() > most {
            return Err(format!("a plan has {most} steps at most, one a line; these are {}", steps.len()));
        }
        if let Some(long) = steps.iter().find(|step| step.chars().count() > chars) {
            return Err(format!("a step has {chars} characters at most; shorten {long:?}"));
        }
        Ok(Some(Self(steps)).filter(|steps| !steps.0.is_empty()))
    }

    /// The steps.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

impl Settings {
    /// The shop's time limit for a case with that score and urgency.
    pub fn within(&self, score: Score, urgency: Urgency) -> Within {
        self.within.get(&score.get()).copied().unwrap_or_else(|| urgency.within())
    }

    /// The outcome of the rules for an answer that arrives at this time, in milliseconds since 1970.
    pub fn judge(&self, answer: &Answer, received_at: i64, zone: &TimeZone) -> Verdict {
        let urgency = Urgency::of(answer.score(), answer.contact().is_some());
        let within = self.within(answer.score(), urgency);
        let due_at = self.hours.due(received_at, within, zone);
        Verdict { urgency, due_at, owner: self.owner(answer) }
    }

    fn owner(&self, answer: &Answer) -> Option<String> {
        let named = self.owner_property.as_ref().and_then(|property| {
            answer.properties().iter().find(|(name, value)| name == property && !value.is_empty())
        });
        named.map(|(_, value)| value.clone()).or_else(|| self.owners.get(answer.touchpoint()).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Raw;

    fn answer(properties: &str) -> Answer {
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":1,"complete":true,"survey":"a",
                "touchpoint":"delivery","score":0,"properties":{properties}}}"#
        );
        let raw: Raw = serde_json::from_str(&text).expect("JSON");
        Answer::check(&raw).expect("an answer")
    }

    #[test]
    fn a_property_says_whose_it_is_or_else_the_touchpoint() {
        let settings = Settings {
            owner_property: Some("agent".into()),
            owners: BTreeMap::from([("delivery".into(), "bert".into())]),
            ..Settings::default()
        };
        assert_eq!(settings.owner(&answer(r#"{"agent":"anna"}"#)).as_deref(), Some("anna"));
        assert_eq!(settings.owner(&answer(r#"{"manager":"anna"}"#)).as_deref(), Some("bert"));
        assert_eq!(Settings::default().owner(&answer(r#"{"agent":"anna"}"#)), None);
    }

    #[test]
    fn a_case_is_due_by_the_shops_own_limit_for_its_score() {
        const HOUR: i64 = 3_600_000;
        let hours = Hours::parse("mon-sun 00:00-24:00").expect("hours");
        let within = BTreeMap::from([(0, Within::Hours(5))]);
        let due = |settings: &Settings| settings.judge(&answer("{}"), 0, &TimeZone::UTC).due_at;
        assert_eq!(due(&Settings { hours: hours.clone(), ..Settings::default() }), 2 * HOUR);
        assert_eq!(due(&Settings { hours, within, ..Settings::default() }), 5 * HOUR);
    }

    #[test]
    fn a_plan_is_a_line_a_step() {
        let steps = |text: &str| Steps::parse(text).map(|steps| steps.map_or(vec![], |steps| steps.0));
        assert_eq!(steps(" Bel \r\n\n Stuur\tbloemen\n"), Ok(vec!["Bel".into(), "Stuur bloemen".into()]));
        assert_eq!(steps(" \n "), Ok(vec![]));
        assert!(steps(&"x\n".repeat(21)).is_err() && steps(&"é".repeat(201)).is_err());
        assert!(steps(&"é".repeat(200)).is_ok());
    }

    #[test]
    fn settings_come_back_as_they_were_stored() {
        let settings = Settings {
            within: BTreeMap::from([(0, Within::Hours(1)), (6, Within::Days(3))]),
            plans: BTreeMap::from([(3, Steps(vec!["Bel".into()]))]),
            people: BTreeMap::from([("anna".into(), Email::parse("anna@shop.example").expect("an address"))]),
            shop: Some("De Winkel".into()),
            weekly: vec![Email::parse("baas@shop.example").expect("an address")],
            ..Settings::default()
        };
        let text = serde_json::to_string(&settings).expect("JSON");
        assert_eq!(serde_json::from_str::<Settings>(&text).expect("settings"), settings);
    }

    #[test]
    fn settings_of_before_are_read() {
        assert_eq!(serde_json::from_str::<Settings>("{}").expect("settings"), Settings::default());
    }
}
