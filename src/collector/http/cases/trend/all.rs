//! All that the parts of the page depend on.

use super::asked::Asked;
use crate::http::State;
use crate::http::cases::person::Person;
use crate::http::trend::buckets::{Buckets, By};
use crate::http::trend::figures;
use crate::http::trend::line::{Line, Sign};
use crate::store::Counted;

/// The state, the person, what is asked for, and what was read for it.
pub(super) struct All<'a> {
    pub(super) state: &'a State,
    pub(super) person: &'a Person,
    pub(super) asked: &'a Asked,
    pub(super) counted: &'a [Counted],
    pub(super) buckets: &'a Buckets,
    pub(super) line: &'a Line,
}

impl All<'_> {
    pub(super) fn say(&self, key: &str) -> &'static str {
        self.asked.here.say(key)
    }

    /// The text for the length of the chosen periods, of those for days, weeks and months.
    pub(super) fn say_by(&self, keys: [&str; 3]) -> &'static str {
        self.say(keys[By::ALL.iter().position(|by| *by == self.buckets.by).unwrap_or_default()])
    }
}

pub(super) fn rises(sign: &Sign) -> bool {
    sign.change
        .after
        .nps()
        .zip(sign.change.before.nps())
        .is_some_and(|(after, before)| after.score() > before.score())
}

/// A sign of change in a sentence.
pub(super) fn sign_text(all: &All<'_>, sign: &Sign) -> String {
    let texts = all.asked.here.texts;
    let key = if rises(sign) { "trend_rose" } else { "trend_fell" };
    let (before, after) = (figures::nps(texts, &sign.change.before), figures::nps(texts, &sign.change.after));
    let day = figures::day(texts, sign.from, true);
    texts.with(key, &[("day", &day), ("before", &before), ("after", &after)])
}
