//! A site's settings for its cases.

use std::collections::BTreeMap;

use aanrader_survey::Answer;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Hours, Urgency, Verdict};

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
}

impl Settings {
    /// The outcome of the rules for an answer that arrives at this time, in milliseconds since 1970.
    pub fn judge(&self, answer: &Answer, received_at: i64, zone: &TimeZone) -> Verdict {
        let urgency = Urgency::of(answer.score(), answer.contact().is_some());
        let due_at = self.hours.due(received_at, urgency.within(), zone);
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
    fn settings_of_before_are_read() {
        assert_eq!(serde_json::from_str::<Settings>("{}").expect("settings"), Settings::default());
    }
}
