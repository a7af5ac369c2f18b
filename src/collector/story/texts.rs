//! What the story's customers wrote. The demo shop is Dutch, and so are they.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::random::Random;

/// The texts by what they are about.
static TEXTS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("texts.json")).unwrap_or_default());

/// The texts about something.
pub(super) fn about(what: &str) -> &'static [String] {
    TEXTS.get(what).map_or(&[], Vec::as_slice)
}

/// What a customer wrote with a score at that point, if anything.
pub(super) fn comment(point: &str, score: u8, random: &mut Random) -> Option<&'static str> {
    let share = if score <= 6 { 0.6 } else { 0.2 };
    if random.next() >= share {
        return None;
    }
    let what = match (score, point) {
        (7.., _) => "happy",
        (_, "delivery" | "service") => point,
        _ => "shop",
    };
    let texts = about(what);
    texts.get(random.below(texts.len())).map(String::as_str)
}

/// The id of the words in which the demo shop asks.
pub(super) fn wording() -> String {
    let texts: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(include_str!("../../../www/locales/nl.json")).unwrap_or_default();
    let text = |key: &str| texts.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    aanrader_survey::wording_id(&[text("question_brand"), text("low"), text("high")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wording_is_the_one_that_the_widget_names_in_the_demo_shop() {
        let question = "Hoe waarschijnlijk is het dat u {brand} aanbeveelt bij vrienden of collega's?";
        let ends = ["Zeer onwaarschijnlijk", "Zeer waarschijnlijk"];
        assert_eq!(wording(), aanrader_survey::wording_id(&[question, ends[0], ends[1]]));
    }

    #[test]
    fn every_kind_of_comment_has_texts_that_an_answer_may_hold() {
        for what in ["delivery", "service", "shop", "happy", "notes"] {
            assert!(about(what).len() >= 3, "{what}");
            assert!(about(what).iter().all(|text| text.chars().count() < 120), "{what}");
        }
    }
}
