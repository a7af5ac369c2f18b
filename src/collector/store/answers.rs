//! The data of a store: answers, their keys and counts.

use std::collections::BTreeMap;

use aanrader_survey::{Answer, Score, Tally};

use super::period::DAY;
use super::{Grouped, Millis, SiteId, grouped};
use crate::cases::Verdict;
use crate::notices::Wanted;

/// An answer is late if it arrives later than this after it was given, in milliseconds: a week.
pub const LATE_AFTER: Millis = 7 * DAY;

/// How far back the date of a late answer is believed, in milliseconds: a month. An outbox keeps answers for
/// a returning customer, but nobody may add answers to a past year.
pub const BELIEVED: Millis = 30 * DAY;

/// An answer that has arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// The site on which it was given.
    pub site: SiteId,
    /// The answer.
    pub answer: Answer,
    /// The customer, in the stored form.
    pub customer: Option<String>,
    /// Whether it is unverified: the shop should have signed the customer, and hasn't.
    pub unverified: bool,
    /// The time of answering, by the collector's clock.
    pub answered_at: Millis,
    /// The time of this revision's arrival.
    pub received_at: Millis,
    /// The outcome of the rules for its case; `None` leaves cases unchanged, as an import does.
    pub verdict: Option<Verdict>,
    /// The site's declared properties among the answer's: it is counted under each.
    pub grouped: BTreeMap<String, String>,
    /// The notices that may have to be told of it.
    pub wanted: Vec<Wanted>,
}

impl Received {
    /// An answer of the default site that arrives at this time.
    ///
    /// The sender's time of answering is believed for a week; for a month if there is also a time of sending,
    /// as from an outbox. Any other answer gets the time of its arrival.
    pub fn at(answer: Answer, received_at: Millis) -> Self {
        let claimed = answer.answered_at_by(received_at.try_into().unwrap_or(0));
        let claimed = claimed.try_into().unwrap_or(received_at);
        let most = if answer.sent_at().is_some() { BELIEVED } else { LATE_AFTER };
        let answered_at = if received_at - claimed > most { received_at } else { claimed };
        let customer = answer.customer().map(str::to_owned);
        Self {
            site: SiteId::default(),
            customer,
            unverified: false,
            answer,
            answered_at,
            received_at,
            verdict: None,
            grouped: Grouped::new(),
            wanted: Vec::new(),
        }
    }

    /// The same answer, for another site.
    #[must_use]
    pub fn of(self, site: SiteId) -> Self {
        Self { site, ..self }
    }

    /// The same answer, marked as unverified or not.
    #[must_use]
    pub fn unverified(self, unverified: bool) -> Self {
        Self { unverified, ..self }
    }

    /// The same answer, with the outcome of the rules for its case.
    #[must_use]
    pub fn judged(self, verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), ..self }
    }

    /// The same answer, counted under its wording and under each of these properties that it has.
    #[must_use]
    pub fn grouped_by(mut self, declared: &[String]) -> Self {
        let properties = self.answer.properties().iter().map(|(key, value)| (key, value));
        self.grouped = grouped(declared, properties, (self.answer.language(), self.answer.wording()));
        self
    }

    /// The same answer, with the notices that may have to be told of it.
    #[must_use]
    pub fn wanted(self, wanted: Vec<Wanted>) -> Self {
        Self { wanted, ..self }
    }

    /// Its revision, if it is unverified: the mark belongs to the stored revision.
    pub(crate) fn unverified_rev(&self) -> Option<u32> {
        self.unverified.then(|| self.answer.rev())
    }

    /// Its revision, if it names the comment; otherwise 0, which is lower than all.
    pub(crate) fn comment_rev(&self) -> u32 {
        if self.answer.names_comment() { self.answer.rev() } else { 0 }
    }

    /// Its revision, if it names the contact; otherwise 0, which is lower than all.
    pub(crate) fn contact_rev(&self) -> u32 {
        if self.answer.names_contact() { self.answer.rev() } else { 0 }
    }

    /// Its key.
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (self.site.as_str(), self.answer.survey(), self.answer.id())
    }

    /// Its properties as a JSON object.
    pub(crate) fn properties(&self) -> String {
        let pairs = self.answer.properties().iter();
        let object: serde_json::Map<_, _> =
            pairs.map(|(key, value)| (key.clone(), value.clone().into())).collect();
        serde_json::Value::Object(object).to_string()
    }
}

/// The outcome of saving an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The id was new.
    New,
    /// The id was known; `rev` is the revision that is now stored.
    Known {
        /// The highest revision so far.
        rev: u32,
    },
}

/// Which answers to count; `None` is no bound.
#[derive(Clone, Debug, Default)]
pub struct TallyFilter {
    /// This site only.
    pub site: SiteId,
    /// This survey only.
    pub survey: Option<String>,
    /// Given at or after this instant.
    pub from: Option<Millis>,
    /// Given before this instant.
    pub to: Option<Millis>,
}

/// The scores of one touchpoint of one survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The survey.
    pub survey: String,
    /// The touchpoint.
    pub touchpoint: String,
    /// Its scores.
    pub tally: Tally,
    /// The scores of unverified answers among them.
    pub unverified: Tally,
}

impl Counted {
    /// Adds a score's counts to a list that is sorted by survey and touchpoint.
    ///
    /// `n` holds the number of answers with this score, and that of the unverified ones among them.
    pub(crate) fn add(list: &mut Vec<Self>, survey: String, touchpoint: String, score: Score, n: [u64; 2]) {
        let is_last = |last: &&mut Self| last.survey == survey && last.touchpoint == touchpoint;
        let (mut tally, mut unverified) = (Tally::default(), Tally::default());
        let (into, of) = match list.last_mut().filter(is_last) {
            Some(last) => (&mut last.tally, &mut last.unverified),
            None => (&mut tally, &mut unverified),
        };
        into.add_many(score, n[0]);
        of.add_many(score, n[1]);
        if tally.n() > 0 {
            list.push(Self { survey, touchpoint, tally, unverified });
        }
    }

    /// The scores without those of unverified answers.
    pub fn verified(&self) -> Tally {
        let mut counts = *self.tally.counts();
        for (count, unverified) in counts.iter_mut().zip(self.unverified.counts()) {
            *count = count.saturating_sub(*unverified);
        }
        Tally::from_counts(counts)
    }
}

/// Which answers to list.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// This site only.
    pub site: SiteId,
    /// This survey only.
    pub survey: Option<String>,
    /// This touchpoint only.
    pub touchpoint: Option<String>,
    /// Only this customer's, by the stored id.
    pub customer: Option<String>,
    /// Given at or after this instant.
    pub from: Option<Millis>,
    /// Given before this instant.
    pub to: Option<Millis>,
    /// This score or a lower one.
    pub max_score: Option<Score>,
    /// Only answers after this place in the list.
    pub before: Option<Cursor>,
    /// The largest number of answers.
    pub limit: u32,
}

/// A place in the list of answers, newest first. It depends on the answer's first arrival, which no later
/// revision changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The answer's first arrival.
    pub received_at: Millis,
    /// The answer's survey.
    pub survey: String,
    /// The answer's id.
    pub id: String,
}

impl Cursor {
    /// The text that clients send back. Neither part can contain a dot.
    pub fn encode(&self) -> String {
        format!("{}.{}.{}", self.received_at, self.survey, self.id)
    }

    /// The place in such a text; `None` if [`Cursor::encode`] can't have made it.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let received_at = parts.next()?.parse().ok()?;
        let (survey, id) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        parts.next().is_none().then_some(Self { received_at, survey, id })
    }
}

/// An answer in its stored form.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // Each is explained where `Answer` has it.
pub struct Stored {
    pub id: String,
    pub rev: u32,
    pub complete: bool,
    pub survey: String,
    pub touchpoint: String,
    pub score: Score,
    pub comment: Option<String>,
    pub contact: Option<StoredContact>,
    pub customer: Option<String>,
    /// Whether it is unverified.
    pub unverified: bool,
    /// A JSON object of texts.
    pub properties: serde_json::Map<String, serde_json::Value>,
    pub language: Option<String>,
    pub wording: Option<String>,
    /// The time of answering, by the collector's clock.
    pub answered_at: Millis,
    /// The time of its first revision's arrival.
    pub received_at: Millis,
}

/// The customer's consent to be contacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredContact {
    /// How to contact the customer, in their words.
    pub how: Option<String>,
}

impl Stored {
    /// Whether it arrived long after it was given: from an outbox, or with a false date.
    pub fn is_late(&self) -> bool {
        self.received_at - self.answered_at > LATE_AFTER
    }

    /// The place of this answer in the list.
    pub fn cursor(&self) -> Cursor {
        Cursor { received_at: self.received_at, survey: self.survey.clone(), id: self.id.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_out() {
        let cursor = Cursor { received_at: 12, survey: "a-b".into(), id: "3f0e".into() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }

    #[test]
    fn a_text_that_is_no_cursor_is_refused() {
        for text in ["", "1", "1.a", "x.a.b", "1.a.b.c"] {
            assert_eq!(Cursor::decode(text), None, "{text}");
        }
    }

    /// For an answer that claims to be this many days old, how many days before its arrival it is dated.
    fn dated(days: i64, tells_when_it_was_sent: bool) -> i64 {
        let now = 1_800_000_000_000;
        let sent = if tells_when_it_was_sent { format!(r#","sent_at":{now}"#) } else { String::new() };
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b","rev":1,"complete":true,"survey":"a",
                "touchpoint":"t","score":9,"answered_at":{}{sent}}}"#,
            now - days * DAY
        );
        let raw: aanrader_survey::Raw = serde_json::from_str(&text).expect("JSON");
        let received = Received::at(Answer::check(&raw).expect("an answer"), now);
        (now - received.answered_at) / DAY
    }

    #[test]
    fn an_answer_is_dated_by_its_sender_for_a_week_and_out_of_an_outbox_for_a_month() {
        assert_eq!([0, 1, 7, 8, 30, 31, 2_500].map(|days| dated(days, false)), [0, 1, 7, 0, 0, 0, 0]);
        assert_eq!([0, 1, 7, 8, 30, 31, 2_500].map(|days| dated(days, true)), [0, 1, 7, 8, 30, 0, 0]);
    }
}
