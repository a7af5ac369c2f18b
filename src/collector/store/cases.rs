//! Cases in their stored form, and the operations on them.

use std::time::{Duration, Instant};

use aanrader_survey::Score;

use super::{Millis, Pending, SiteId, StoreError, Stored};
use crate::cases::{Action, State, Urgency};
use crate::notices::Wanted;

/// The key of a case: the answer that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseKey {
    /// Its site.
    pub site: SiteId,
    /// The answer's survey.
    pub survey: String,
    /// The answer's id.
    pub id: String,
}

/// A case with the answer that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The answer as it is now.
    pub answer: Stored,
    /// The customer's lowest score.
    pub lowest: Score,
    /// Its state.
    pub state: State,
    /// Its urgency.
    pub urgency: Urgency,
    /// When it is due.
    pub due_at: Millis,
    /// Its owner; `None` if it has none.
    pub owner: Option<String>,
    /// Its cause.
    pub cause: Option<String>,
    /// When it was opened.
    pub opened_at: Millis,
    /// How often it was changed. A change names the version that it is based on.
    pub version: i64,
}

impl Case {
    /// Its place in the list.
    pub fn place(&self) -> Place {
        let (survey, id) = (self.answer.survey.clone(), self.answer.id.clone());
        Place { urgency: self.urgency, due_at: self.due_at, survey, id }
    }

    /// Whether comment, customer or contact contain each of the words, in lower case.
    fn holds(&self, words: &[String]) -> bool {
        let how = self.answer.contact.as_ref().and_then(|contact| contact.how.as_deref());
        let texts = [self.answer.comment.as_deref(), self.answer.customer.as_deref(), how];
        let texts: Vec<_> = texts.into_iter().flatten().map(str::to_lowercase).collect();
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// An event of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseEvent {
    /// The version that it made.
    pub version: i64,
    /// When.
    pub at: Millis,
    /// The person who caused it; `None` for the customer.
    pub who: Option<String>,
    /// What happened.
    pub what: Happening,
}

/// An event of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A person of the shop carried out an action, with the text of a note or mail, or the name of a cause.
    Did(Action, Option<String>),
    /// The customer gave another score.
    Scored {
        /// The previous score.
        from: Score,
        /// The new score.
        to: Score,
    },
    /// The customer says whether it is solved.
    Said {
        /// Whether it is.
        solved: bool,
        /// The customer's words.
        text: Option<String>,
    },
}

/// The name under which a changed score is stored.
pub(crate) const SCORED: &str = "score";

/// The names under which a customer's answers to "is it solved?" are stored, no and yes.
pub(crate) const SAID: [&str; 2] = ["said-no", "said-yes"];

impl Happening {
    /// Reads a stored event; `None` if no collector wrote it.
    pub(crate) fn parse(what: &str, text: Option<String>) -> Option<Self> {
        if what == SCORED {
            let text = text?;
            let (from, to) = text.split_once(' ')?;
            let score = |text: &str| Score::new(text.parse().ok()?);
            return Some(Self::Scored { from: score(from)?, to: score(to)? });
        }
        if let Some(solved) = [false, true].into_iter().find(|solved| SAID[usize::from(*solved)] == what) {
            return Some(Self::Said { solved, text });
        }
        Some(Self::Did(Action::parse(what)?, text))
    }
}

/// The requested owner of cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owned {
    /// Any owner or none.
    #[default]
    ByAnybody,
    /// No owner.
    ByNobody,
    /// This person.
    By(String),
}

/// Which cases to list.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// This site only.
    pub site: SiteId,
    /// Whether closed or open cases are listed.
    pub closed: bool,
    /// Their owner.
    pub owned: Owned,
    /// Due before this instant.
    pub due_before: Option<Millis>,
    /// This touchpoint only.
    pub touchpoint: Option<String>,
    /// This score only.
    pub score: Option<Score>,
}

/// A place in the list of cases, the most urgent first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The case's urgency.
    pub urgency: Urgency,
    /// Its due time.
    pub due_at: Millis,
    /// The answer's survey.
    pub survey: String,
    /// The answer's id.
    pub id: String,
}

impl Place {
    /// The text that clients send back. No part can contain a dot.
    pub fn encode(&self) -> String {
        format!("{}.{}.{}.{}", self.urgency.rank(), self.due_at, self.survey, self.id)
    }

    /// The place in such a text; `None` if [`Place::encode`] can't have made it.
    pub fn decode(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [urgency, due_at, survey, id] = parts[..] else { return None };
        let urgency = Urgency::from_rank(urgency.parse().ok()?)?;
        Some(Self { urgency, due_at: due_at.parse().ok()?, survey: survey.into(), id: id.into() })
    }
}

/// A person's action on a case.
#[derive(Clone, Debug)]
pub struct Act {
    /// The case.
    pub key: CaseKey,
    /// The version that the person saw. `None` applies to any version, which only a note may.
    pub version: Option<i64>,
    /// The person.
    pub who: String,
    /// The time.
    pub at: Millis,
    /// The action.
    pub action: Action,
    /// The text of a note or mail, or the name of a cause.
    pub text: Option<String>,
    /// The notices that are told of it.
    pub wanted: Vec<Wanted>,
}

/// The outcome of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// Done.
    Done,
    /// The case has changed since the person saw it; nothing was done.
    Changed,
    /// The case's state doesn't allow it; nothing was done.
    NotNow,
    /// There is no such case.
    Gone,
}

/// The parts of a case that an action depends on and may change.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) version: i64,
    pub(crate) state: State,
    pub(crate) owner: String,
    pub(crate) cause: Option<String>,
}

impl Kept {
    /// The case after an action, or why it isn't possible. Every action makes a new version.
    pub(crate) fn after(self, act: &Act) -> Result<Self, Acted> {
        if act.version.is_some_and(|seen| seen != self.version) {
            return Err(Acted::Changed);
        }
        let state = self.state.after(act.action).ok_or(Acted::NotNow)?;
        let owner = if act.action == Action::Take { act.who.clone() } else { self.owner };
        let cause = if act.action == Action::Cause { act.text.clone() } else { self.cause };
        Ok(Self { version: self.version + 1, state, owner, cause })
    }
}

/// The session of a signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The site of the token; `None` for all sites.
    pub site: Option<SiteId>,
    /// SHA-256 of the session's secret, in hexadecimal digits.
    pub hash: String,
    /// SHA-256 of the token: the session ends with the token.
    pub token_hash: String,
    /// The instant at which it expires.
    pub expires_at: Millis,
}

impl Session {
    /// The value that is stored as its site.
    pub(crate) fn site_key(site: Option<&SiteId>) -> &str {
        site.map_or("", SiteId::as_str)
    }
}

/// The cases of all sites, and the sessions of the people who work on them.
pub trait Cases: Send + Sync {
    /// The first cases after a place: the most urgent first, and those due first among equals.
    fn cases(&self, filter: CaseFilter, after: Option<Place>, limit: u32) -> Pending<'_, Vec<Case>>;

    /// One case and its events, the oldest first.
    fn case(&self, key: CaseKey) -> Pending<'_, Option<(Case, Vec<CaseEvent>)>>;

    /// Carries out an action on a case, if the rules allow it and no other change came first. A new cause is
    /// added to those of the site.
    fn act(&self, act: Act) -> Pending<'_, Acted>;

    /// The causes of a site, sorted by name.
    fn causes(&self, site: SiteId) -> Pending<'_, Vec<String>>;

    /// Stores a session, and deletes those of its site that have expired before `now`.
    fn put_session(&self, session: Session, now: Millis) -> Pending<'_, ()>;

    /// The session with that hash of its secret.
    fn session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, Option<Session>>;

    /// Deletes a session.
    fn end_session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, ()>;
}

/// How many cases a search for words reads at once, and in total before the person must ask for more. From a disk that
/// must be asked for each, a hundred take some 30 ms.
const LOOK: (u32, u32) = (100, 5_000);

/// For how long a search reads before the person must ask for more, so that the page comes soon from a busy database.
const LOOK_FOR: Duration = Duration::from_millis(50);

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The cases.
    pub cases: Vec<Case>,
    /// The place of the next part.
    pub next: Option<Place>,
    /// Whether the list ends here only because the search has reached its limit.
    pub looked_enough: bool,
}

/// At most `limit` cases that contain all of the words, after a place.
///
/// # Errors
///
/// The store's error.
pub async fn find(
    store: &dyn Cases,
    filter: CaseFilter,
    words: &str,
    after: Option<Place>,
    limit: u32,
) -> Result<Found, StoreError> {
    look(store, (filter, words), after, limit, (LOOK.0, LOOK.1, LOOK_FOR)).await
}

/// The same, with these limits on the cases to read at once and in total, and on the time.
pub(crate) async fn look(
    store: &dyn Cases,
    (filter, words): (CaseFilter, &str),
    after: Option<Place>,
    limit: u32,
    (part, most, time): (u32, u32, Duration),
) -> Result<Found, StoreError> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let (mut found, mut after, mut looked, began) = (Found::default(), after, 0, Instant::now());
    let at_once = if words.is_empty() { limit + 1 } else { part };
    loop {
        let part = store.cases(filter.clone(), after.clone(), at_once).await?;
        let is_last = part.len() < at_once as usize;
        looked += at_once;
        for case in part {
            after = Some(case.place());
            if !case.holds(&words) {
                continue;
            }
            if found.cases.len() == limit as usize {
                found.next = found.cases.last().map(Case::place);
                return Ok(found);
            }
            found.cases.push(case);
        }
        if is_last {
            return Ok(found);
        }
        if looked >= most || began.elapsed() >= time {
            return Ok(Found { next: after, looked_enough: true, ..found });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_went_out_and_nothing_else_is_one() {
        let place = Place { urgency: Urgency::Asked, due_at: -5, survey: "a-b".into(), id: "3f0e".into() };
        assert_eq!(Place::decode(&place.encode()), Some(place));
        for text in ["", "1.2.a", "9.2.a.b", "x.2.a.b", "1.y.a.b", "1.2.a.b.c"] {
            assert_eq!(Place::decode(text), None, "{text}");
        }
    }
}
