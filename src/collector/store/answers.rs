//! The data of a store: answers, keys and counts.

use aanrader_survey::{Answer, Score, Tally};

use super::period::DAY;
use super::{Millis, SiteId};
use crate::cases::Verdict;

/// An answer that comes in later than this after it was given is late, in milliseconds: a week.
pub const LATE_AFTER: Millis = 7 * DAY;

/// How far back a late answer is believed, in milliseconds: a month. An outbox keeps answers for a visitor
/// who comes back; but nobody may put answers into a year that is over.
pub const BELIEVED: Millis = 30 * DAY;

/// An answer that has come in.
#[derive(Clone, Debug)]
pub struct Received {
    /// The site that it was given on.
    pub site: SiteId,
    /// The answer.
    pub answer: Answer,
    /// The customer, as it is to be stored.
    pub customer: Option<String>,
    /// Whether the shop was to vouch for the customer and does not.
    pub unverified: bool,
    /// When it was given, by the collector's clock.
    pub answered_at: Millis,
    /// When this revision came in.
    pub received_at: Millis,
    /// What the rules say of its case; `None` leaves cases alone, as an import does.
    pub verdict: Option<Verdict>,
}

impl Received {
    /// An answer of the default site that comes in at this moment.
    ///
    /// It is dated by when it was given: whatever the sender says for a week, and for a month if it says
    /// when it was sent, too, as an outbox does. Any other one is dated by its arrival.
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
        }
    }

    /// The same answer, of another site.
    #[must_use]
    pub fn of(self, site: SiteId) -> Self {
        Self { site, ..self }
    }

    /// The same answer, marked as one that nobody vouches for, or not.
    #[must_use]
    pub fn unverified(self, unverified: bool) -> Self {
        Self { unverified, ..self }
    }

    /// The same answer, with what the rules say of its case.
    #[must_use]
    pub fn judged(self, verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), ..self }
    }

    /// Its revision, if nobody vouches for it: the mark is bound to the revision that is kept.
    pub(crate) fn unverified_rev(&self) -> Option<u32> {
        self.unverified.then(|| self.answer.rev())
    }

    /// Its revision, if that names the comment; 0 is below all.
    pub(crate) fn comment_rev(&self) -> u32 {
        if self.answer.names_comment() { self.answer.rev() } else { 0 }
    }

    /// Its revision, if that names the contact; 0 is below all.
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
    /// Its id was new.
    New,
    /// Its id was known; `rev` is the revision that is kept now.
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
    /// Given at or after this moment.
    pub from: Option<Millis>,
    /// Given before this moment.
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
    /// Those of them that nobody vouches for.
    pub unverified: Tally,
}

impl Counted {
    /// Puts counts together that come in the order of surveys and touchpoints.
    ///
    /// `n` are all that have this score, and those of them that nobody vouches for.
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

    /// The scores of those that somebody vouches for, or that needed nobody to.
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
    /// Of this customer only, by the id that is stored.
    pub customer: Option<String>,
    /// Given at or after this moment.
    pub from: Option<Millis>,
    /// Given before this moment.
    pub to: Option<Millis>,
    /// This score or a lower one.
    pub max_score: Option<Score>,
    /// Only what comes after this place in the list.
    pub before: Option<Cursor>,
    /// At most so many answers.
    pub limit: u32,
}

/// A place in the list of answers, newest first. It rests on when an answer
/// first came in, which no later revision changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the answer first came in.
    pub received_at: Millis,
    /// The answer's survey.
    pub survey: String,
    /// The answer's id.
    pub id: String,
}

impl Cursor {
    /// The text that a client hands back. Neither part can hold a dot.
    pub fn encode(&self) -> String {
        format!("{}.{}.{}", self.received_at, self.survey, self.id)
    }

    /// The place that a text stands for; `None` if [`Cursor::encode`] never made it.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let received_at = parts.next()?.parse().ok()?;
        let (survey, id) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        parts.next().is_none().then_some(Self { received_at, survey, id })
    }
}

/// An answer as it is kept.
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
    /// Whether the shop was to vouch for the customer and did not.
    pub unverified: bool,
    /// A JSON object of texts.
    pub properties: serde_json::Map<String, serde_json::Value>,
    pub language: Option<String>,
    pub wording: Option<String>,
    /// When it was given, by the collector's clock.
    pub answered_at: Millis,
    /// When its first revision came in.
    pub received_at: Millis,
}

/// The customer's consent to be contacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredContact {
    /// How, in the customer's words.
    pub how: Option<String>,
}

impl Stored {
    /// Whether it came in long after it was given: out of an outbox, or by somebody's word only.
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

    /// How many days before its arrival an answer is dated that claims to be so many days old.
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
