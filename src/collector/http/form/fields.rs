//! The fields of a form, as the customer filled them in.

use aanrader_survey::{Raw, limits};
use uuid::Uuid;

/// The names of an answer's fields in a form; there are also `properties.…`.
const NAMES: [&str; 15] = [
    "id",
    "rev",
    "complete",
    "survey",
    "touchpoint",
    "score",
    "comment",
    "contact_allowed",
    "contact_how",
    "customer",
    "language",
    "wording",
    "brand",
    "site",
    "signature",
];

/// The beginning of a property's name.
pub(in crate::http) const PROPERTY: &str = "properties.";

/// The longest accepted name of a shop, in characters.
const BRAND_CHARS: usize = 64;

/// Whether it can be the name of a shop.
pub(in crate::http) fn is_a_name(brand: &str) -> bool {
    (1..=BRAND_CHARS).contains(&brand.chars().count()) && !brand.contains(char::is_control)
}

/// Fields with their values. None is empty, and each name occurs once.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form's body. A form without an id gets a new one; without a revision it is the first and
    /// complete one.
    pub(super) fn parse(body: &[u8]) -> Self {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let known = NAMES.contains(&name.as_ref()) || fields.takes_property(&name);
            if known && (name != "brand" || is_a_name(&value)) {
                // Browsers send a line break as two characters.
                fields.set(&name, value.replace("\r\n", "\n"));
            }
        }
        let defaults = [("rev", "1"), ("complete", "true")];
        let id = fields.get("id").map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        fields.set("id", id);
        for (name, value) in
            defaults.into_iter().filter(|(name, _)| fields.get(name).is_none()).collect::<Vec<_>>()
        {
            fields.set(name, value);
        }
        fields
    }

    /// Whether it is a property, and the number of properties is still reasonable: one too many is enough for
    /// a problem.
    fn takes_property(&self, name: &str) -> bool {
        let properties = || self.0.iter().filter(|(known, _)| known.starts_with(PROPERTY)).count();
        name.starts_with(PROPERTY) && properties() <= limits::PROPERTIES
    }

    /// The value of a field; `None` if it is empty or absent.
    pub(in crate::http) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a field or replaces it; an empty value removes it.
    pub(in crate::http) fn set(&mut self, name: &str, value: impl Into<String>) {
        // HTML may hold no NUL, and each value may be shown again.
        let value = value.into().replace('\0', " ");
        self.0.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.0.push((name.to_owned(), value));
        }
    }

    /// All fields, in the order of their first setting.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether the customer is done.
    pub(super) fn is_complete(&self) -> bool {
        self.get("complete").is_some_and(|text| yes_or_no(text) == Some(Raw::Bool(true)))
    }

    /// The answer in these fields. Forms hold only texts, so only this function reads numbers and Booleans
    /// from them; any other value stays a text, which the survey's rules refuse.
    pub(super) fn answer(&self) -> Raw {
        let (mut answer, mut contact, mut properties) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value) in self.all() {
            let text = || Raw::Text(value.to_owned());
            match name {
                "score" | "rev" => answer.push((name.into(), number(value).unwrap_or_else(text))),
                "complete" => answer.push((name.into(), yes_or_no(value).unwrap_or_else(text))),
                "contact_allowed" => contact.push(("allowed".into(), yes_or_no(value).unwrap_or_else(text))),
                "contact_how" => contact.push(("how".into(), text())),
                // It belongs to the shown words, not to the answer.
                "brand" => {}
                _ => match name.strip_prefix(PROPERTY) {
                    Some(key) => properties.push((key.to_owned(), text())),
                    None => answer.push((name.into(), text())),
                },
            }
        }
        // A browser doesn't send an unticked box. Then the text beside it isn't used, but the answer is
        // valid.
        if contact.iter().any(|(key, _)| key == "allowed") {
            answer.push(("contact".into(), Raw::Map(contact)));
        }
        if !properties.is_empty() {
            answer.push(("properties".into(), Raw::Map(properties)));
        }
        Raw::Map(answer)
    }
}

/// A number in digits; `inf`, `1e3` and the like stay texts.
fn number(text: &str) -> Option<Raw> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    text.parse().ok().filter(|_| digits).map(Raw::Number)
}

fn yes_or_no(text: &str) -> Option<Raw> {
    match text {
        "on" | "true" => Some(Raw::Bool(true)),
        "false" => Some(Raw::Bool(false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Answer;

    fn check(body: &str) -> Result<Answer, Vec<String>> {
        Answer::check(&Fields::parse(body.as_bytes()).answer())
            .map_err(|problems| problems.iter().map(|problem| problem.path().into_owned()).collect())
    }

    #[test]
    fn a_form_with_three_fields_is_a_complete_answer() {
        let answer = check("survey=account&touchpoint=post-login&score=9&comment=").expect("an answer");
        assert_eq!((answer.score().get(), answer.rev(), answer.complete()), (9, 1, true));
        assert_eq!((answer.comment(), answer.contact()), (None, None));
    }

    #[test]
    fn every_field_of_a_form_reaches_the_answer() {
        let answer = check(
            "id=3F0E2B9A-5c1d-4e7f-8a6b-9c0d1e2f3a4b&rev=2&complete=false&survey=a&touchpoint=b&score=0\
             &comment=one%0D%0Atwo+%26&contact_allowed=on&contact_how=a%40b.example&customer=c1\
             &language=nl&wording=w1&properties.plan=pro&properties.tier=2",
        )
        .expect("an answer");
        assert_eq!(answer.id(), "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b");
        assert_eq!((answer.rev(), answer.complete()), (2, false));
        assert_eq!(answer.comment(), Some("one\ntwo &"));
        assert_eq!(answer.contact().and_then(|contact| contact.how.as_deref()), Some("a@b.example"));
        assert_eq!(answer.properties(), [("plan".into(), "pro".into()), ("tier".into(), "2".into())]);
        assert_eq!((answer.language(), answer.wording()), (Some("nl"), Some("w1")));
    }

    #[test]
    fn what_is_no_number_is_refused_as_it_came() {
        let all = "survey=a&touchpoint=b&rev=1e3&score=";
        for score in ["", "inf", "6.5", "11", "-1", "nine", "1e1", "NaN", "--1"] {
            let problems = check(&format!("{all}{score}")).expect_err("refused");
            assert_eq!(problems, ["rev", "score"], "{score}");
        }
    }

    #[test]
    fn an_address_beside_a_box_that_was_not_ticked_is_not_kept() {
        let answer = check("survey=a&touchpoint=b&score=2&contact_how=06-12345678").expect("an answer");
        assert_eq!(answer.contact(), None);
    }
}
