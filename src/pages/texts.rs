//! Sentences about figures, interpretations and categories, in the page's language.

mod builder;
mod reader;
mod results;

pub(crate) use builder::*;
pub(crate) use reader::*;
pub(crate) use results::*;

use aanrader_survey::{Category, Nps, Score, Tally};

use crate::format::count;
use crate::language::{t, with};
use crate::reading::{Level, Reading};

/// Scores of an example, one a line.
pub(crate) const EXAMPLE: &str = "9\n10\n7\n8\n3\n10\n9\n6\n8\n10\n5\n9\n7\n10\n2\n9\n8\n";

/// Replaces the interpretation if there are few answers.
pub(crate) fn few() -> String {
    with(t().few, &[("n", &Nps::FEW.to_string())])
}

/// The interpretation of a score, in words.
pub(crate) fn reading(reading: Reading) -> String {
    let level = match reading.level {
        Level::Low => t().level_low,
        Level::Good => t().level_good,
        Level::VeryGood => t().level_very_good,
    };
    format!("{level} {}", if reading.certain { t().certain } else { t().uncertain })
}

/// A category's name, in the plural.
pub(crate) fn group(category: Category) -> &'static str {
    match category {
        Category::Detractor => t().detractors,
        Category::Passive => t().passives,
        Category::Promoter => t().promoters,
    }
}

/// A category's scores, for the line of its name.
pub(crate) const fn group_scores(category: Category) -> &'static str {
    match category {
        Category::Detractor => "(0–6)",
        Category::Passive => "(7–8)",
        Category::Promoter => "(9–10)",
    }
}

/// The name of a customer's category.
pub(crate) fn category(category: Category) -> &'static str {
    match category {
        Category::Detractor => t().detractor,
        Category::Passive => t().passive,
        Category::Promoter => t().promoter,
    }
}

/// The distribution as text, for readers who can't see the picture.
pub(crate) fn distribution(tally: &Tally) -> String {
    let scores: Vec<String> =
        Score::all().map(|score| format!("{}: {}", score.get(), count(tally.count(score)))).collect();
    with(t().chart, &[("n", &count(tally.n())), ("counts", &scores.join(", "))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::speak;

    #[test]
    fn the_picture_tells_every_count() {
        let tally: Tally = [3, 10, 10].into_iter().filter_map(Score::new).collect();
        let counts = "0: 0, 1: 0, 2: 0, 3: 1, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0, 10: 2";
        assert_eq!(distribution(&tally), format!("Bar chart of 3 answers by score. {counts}"));
    }

    #[test]
    fn a_value_that_looks_like_a_name_is_left_as_it_is() {
        assert_eq!(with("{a} and {b}.", &[("a", "{b}"), ("b", "2")]), "{b} and 2.");
    }

    #[test]
    fn the_page_decides_on_the_language() {
        speak("nl");
        assert_eq!(
            few(),
            "Minder dan 10 antwoorden zeggen weinig: het volgende kan de score flink verschuiven."
        );
        assert_eq!(count(1_234_567), "1.234.567");
        speak("fr");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn a_refusal_is_told_in_the_pages_language() {
        // What the collector refuses when a page asks for results or answers.
        let codes = [
            ("from", "after_to"),
            ("from", "malformed"),
            ("to", "out_of_range"),
            ("to", "unknown"),
            ("survey", "unknown"),
            ("site", "other_site"),
            ("authorization", "no_token_configured"),
            ("collector", "too_many"),
            ("collector", "unavailable"),
            ("host", "ambiguous"),
        ];
        for (field, code) in codes {
            let json = format!(r#"{{"field":"{field}","code":"{code}","message":"in English"}}"#);
            let problem: crate::wire::Problem = serde_json::from_str(&json).expect("a problem");
            let told = ["en", "nl"].map(|language| {
                speak(language);
                refused(422, std::slice::from_ref(&problem))
            });
            assert!(told.iter().all(|text| !text.contains("English") && !text.contains('{')), "{told:?}");
            assert_ne!(told[0], told[1], "{code}");
        }
        speak("nl");
        assert_eq!(refused(500, &[]), "De collector weigerde met status 500. Probeer het later opnieuw.");
    }
}
