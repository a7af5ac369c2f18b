//! Cases as they are kept, and what is asked of them.

use aanrader_survey::Score;

use super::{Millis, Pending, SiteId, StoreError, Stored};
use crate::cases::{Action, State, Urgency};

/// Which case: the answer that it belongs to.
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
    /// The lowest score that the customer has given.
    pub lowest: Score,
    /// How far it is.
    pub state: State,
    /// How urgent it is.
    pub urgency: Urgency,
    /// When it is due.
    pub due_at: Millis,
    /// The person who has it; `None` if nobody does.
    pub owner: Option<String>,
    /// Its cause.
    pub cause: Option<String>,
    /// When it was opened.
    pub opened_at: Millis,
    /// How often it was changed. A change names the version that it was made of.
    pub version: i64,
}

impl Case {
    /// Its place in the list.
    pub fn place(&self) -> Place {
        let (survey, id) = (self.answer.survey.clone(), self.answer.id.clone());
        Place { urgency: self.urgency, due_at: self.due_at, survey, id }
    }

    /// Whether each of the words, in lower case, is in the comment, the customer or the contact.
    fn holds(&self, words: &[String]) -> bool {
        let how = self.answer.contact.as_ref().and_then(|contact| contact.how.as_deref());
        let texts = [self.answer.comment.as_deref(), self.answer.customer.as_deref(), how];
        let texts: Vec<_> = texts.into_iter().flatten().map(str::to_lowercase).collect();
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// Something that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseEvent {
    /// The version that it made.
    pub version: i64,
    /// When.
    pub at: Millis,
    /// The person who did it; `None` is the customer.
    pub who: Option<String>,
    /// The action.
    pub what: Happening,
}

/// An event of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Somebody of the shop did something, with the text of a note or the name of a cause.
    Did(Action, Option<String>),
    /// The customer gave another score.
    Scored {
        /// The one before.
        from: Score,
        /// The one since.
        to: Score,
    },
}

/// The name under which a changed score is stored.
pub(crate) const SCORED: &str = "score";

impl Happening {
    /// Reads what was stored; `None` if no collector wrote it.
    pub(crate) fn parse(what: &str, text: Option<String>) -> Option<Self> {
        if what == SCORED {
            let text = text?;
            let (from, to) = text.split_once(' ')?;
            let score = |text: &str| Score::new(text.parse().ok()?);
            return Some(Self::Scored { from: score(from)?, to: score(to)? });
        }
        Some(Self::Did(Action::parse(what)?, text))
    }
}

/// The owner of the cases that are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owned {
    /// All of them.
    #[default]
    ByAnybody,
    /// Those that are nobody's.
    ByNobody,
    /// Those of one person.
    By(String),
}

/// Which cases to list.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// This site only.
    pub site: SiteId,
    /// Those that are closed, or those that are not.
    pub closed: bool,
    /// Their owner.
    pub owned: Owned,
    /// Due before this moment.
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
    /// When it is due.
    pub due_at: Millis,
    /// The answer's survey.
    pub survey: String,
    /// The answer's id.
    pub id: String,
}

impl Place {
    /// The text that a client hands back. No part can hold a dot.
    pub fn encode(&self) -> String {
        format!("{}.{}.{}.{}", self.urgency.rank(), self.due_at, self.survey, self.id)
    }

    /// The place that a text stands for; `None` if [`Place::encode`] never made it.
    pub fn decode(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [urgency, due_at, survey, id] = parts[..] else { return None };
        let urgency = Urgency::from_rank(urgency.parse().ok()?)?;
        Some(Self { urgency, due_at: due_at.parse().ok()?, survey: survey.into(), id: id.into() })
    }
}

/// Something that somebody wants to do to a case.
#[derive(Clone, Debug)]
pub struct Act {
    /// Which case.
    pub key: CaseKey,
    /// The version that they saw. `None` does it whatever the version is, which only a note may.
    pub version: Option<i64>,
    /// Who.
    pub who: String,
    /// When.
    pub at: Millis,
    /// What.
    pub action: Action,
    /// The text of a note, or the name of a cause.
    pub text: Option<String>,
}

/// The outcome of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// It is done.
    Done,
    /// Somebody has changed the case since they saw it; nothing was done.
    Changed,
    /// A case in this state doesn't allow it; nothing was done.
    NotNow,
    /// There is no such case.
    Gone,
}

/// Of a case, what an action rests on and may change.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) version: i64,
    pub(crate) state: State,
    pub(crate) owner: String,
    pub(crate) cause: Option<String>,
}

impl Kept {
    /// The case after an action, or why it can't be done. Every action makes a version.
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

/// Somebody who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The site of the token; `None` is all of them.
    pub site: Option<SiteId>,
    /// SHA-256 of the session's secret, in hexadecimal digits.
    pub hash: String,
    /// SHA-256 of the token that was shown: the session ends with it.
    pub token_hash: String,
    /// When it ends by itself.
    pub expires_at: Millis,
}

impl Session {
    /// What is stored as its site.
    pub(crate) fn site_key(site: Option<&SiteId>) -> &str {
        site.map_or("", SiteId::as_str)
    }
}

/// The cases of all sites, and the people who work at them.
pub trait Cases: Send + Sync {
    /// The first cases after a place, the most urgent first and of one urgency the one that is due first.
    fn cases(&self, filter: CaseFilter, after: Option<Place>, limit: u32) -> Pending<'_, Vec<Case>>;

    /// One case and what has happened to it, the oldest first.
    fn case(&self, key: CaseKey) -> Pending<'_, Option<(Case, Vec<CaseEvent>)>>;

    /// Does something to a case, if the rules allow it and nobody was faster. A cause that is new becomes one
    /// of its site's.
    fn act(&self, act: Act) -> Pending<'_, Acted>;

    /// The causes of a site, in the order of their names.
    fn causes(&self, site: SiteId) -> Pending<'_, Vec<String>>;

    /// Keeps a session, and forgets those of its site that have ended before `now`.
    fn put_session(&self, session: Session, now: Millis) -> Pending<'_, ()>;

    /// The session of that secret's hash.
    fn session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, Option<Session>>;

    /// Forgets a session.
    fn end_session(&self, site: Option<SiteId>, hash: String) -> Pending<'_, ()>;
}

/// Cases that are looked through for words at once, and in all before somebody has to ask for more.
const LOOK: (u32, u32) = (500, 5_000);

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The cases.
    pub cases: Vec<Case>,
    /// Where it goes on.
    pub next: Option<Place>,
    /// Whether the list ends here for a while only because so many were looked through for words.
    pub looked_enough: bool,
}

/// At most `limit` cases that hold all of the words, after a place.
///
/// # Errors
///
/// That of the store.
pub async fn find(
    store: &dyn Cases,
    filter: CaseFilter,
    words: &str,
    after: Option<Place>,
    limit: u32,
) -> Result<Found, StoreError> {
    look(store, (filter, words), after, limit, LOOK).await
}

/// The same, looking through so many cases at once and in all.
pub(crate) async fn look(
    store: &dyn Cases,
    (filter, words): (CaseFilter, &str),
    after: Option<Place>,
    limit: u32,
    (part, most): (u32, u32),
) -> Result<Found, StoreError> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let (mut found, mut after, mut looked) = (Found::default(), after, 0);
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
        if looked >= most {
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
