//! The texts of the owner's pages and of mails, in the owner's languages.
//!
//! They are in `www/owner/LANG`: `collector.json`, `notices.json` and `trend.json` have those of the collector, `frame.json` those of all the owner's
//! pages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aanrader_survey::{Score, Step};

/// The owner's languages. The build has the same list.
pub(crate) const LANGUAGES: [&str; 2] = ["en", "nl"];

static TEXTS: LazyLock<[Texts; 2]> = LazyLock::new(|| {
    [
        Texts::parse(
            LANGUAGES[0],
            &[
                include_str!("../../www/owner/en/frame.json"),
                include_str!("../../www/owner/en/collector.json"),
                include_str!("../../www/owner/en/notices.json"),
                include_str!("../../www/owner/en/trend.json"),
            ],
        ),
        Texts::parse(
            LANGUAGES[1],
            &[
                include_str!("../../www/owner/nl/frame.json"),
                include_str!("../../www/owner/nl/collector.json"),
                include_str!("../../www/owner/nl/notices.json"),
                include_str!("../../www/owner/nl/trend.json"),
            ],
        ),
    ]
});

/// The owner's texts in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    language: &'static str,
    texts: BTreeMap<String, String>,
}

impl Texts {
    fn parse(language: &'static str, files: &[&str]) -> Self {
        // The build refuses a file that isn't a table of texts.
        let read = |json: &&str| serde_json::from_str::<BTreeMap<_, _>>(json).unwrap_or_default();
        Self { language, texts: files.iter().flat_map(read).collect() }
    }

    /// The texts in that language of the owner's; in English if there are none.
    pub(crate) fn in_language(language: &str) -> &'static Self {
        TEXTS.iter().find(|texts| texts.language == language).unwrap_or(&TEXTS[0])
    }

    /// The language.
    pub(crate) fn language(&self) -> &'static str {
        self.language
    }

    /// All texts, by their keys.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&String, &String)> {
        self.texts.iter()
    }

    /// The text under that key; empty if there is none.
    pub(crate) fn get(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }

    /// The same with each `{name}` replaced by its value.
    pub(crate) fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let text = self.get(key).to_owned();
        values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

/// The follow-up for a score of 0 to 6, in a word.
pub(crate) const fn plan(score: Score) -> Option<&'static str> {
    Some(match score.get() {
        0 => "case_plan_0",
        1 => "case_plan_1",
        2 => "case_plan_2",
        3 => "case_plan_3",
        4 => "case_plan_4",
        5 => "case_plan_5",
        6 => "case_plan_6",
        _ => return None,
    })
}

/// One step of a follow-up plan.
pub(crate) const fn step(step: Step) -> &'static str {
    match step {
        Step::CallInPerson => "case_step_call",
        Step::Contact => "case_step_contact",
        Step::Mail => "case_step_mail",
        Step::Apologise => "case_step_apologise",
        Step::Listen => "case_step_listen",
        Step::Explain => "case_step_explain",
        Step::Compensate => "case_step_compensate",
        Step::SayWhatWillChange => "case_step_say_what_will_change",
        Step::AskWhatWouldHelp => "case_step_ask",
        Step::Thank => "case_step_thank",
        Step::Record => "case_step_record",
    }
}
