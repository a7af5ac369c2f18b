//! localStorage: accepts a write at once, even while the customer leaves the page.

use aanrader_survey::outbox::Revision;
use web_sys::Storage;

use super::Record;
use crate::strings::{digits, join};

/// The beginning of the key of an unsent answer.
const UNSENT: &str = "aanrader-answer-";
/// The beginning of the key of a refused answer.
const ASIDE: &str = "aanrader-refused-";
/// The beginning of the key of a mark, which decides whether a survey asks again.
const ASKED: &str = "aanrader-asked-";
/// How many unsent answers one browser keeps for us; more can't come from one customer.
const MOST_UNSENT: usize = 100;
/// How many refused answers are kept.
const MOST_ASIDE: usize = 20;

/// The page's localStorage.
pub(crate) struct Local(Storage);

impl Local {
    /// `None` if the browser forbids it.
    pub(crate) fn of_page() -> Option<Self> {
        aanrader_dom::window()?.local_storage().ok()?.map(Self)
    }

    /// Keeps an answer's latest revision; returns whether it was accepted.
    pub(crate) fn keep(&self, record: &Record) -> bool {
        let key = unsent(record);
        let is_full = || self.get(&key).is_none() && self.keys(UNSENT).count() >= MOST_UNSENT;
        !is_full() && self.set(&key, &record.text())
    }

    /// Forgets exactly this revision.
    pub(crate) fn forget(&self, record: &Record) {
        let key = unsent(record);
        if self.get(&key) == Some(record.text()) {
            self.remove(&key);
        }
    }

    /// All unsent answers.
    pub(crate) fn unsent(&self) -> Vec<Record> {
        self.keys(UNSENT).filter_map(|key| Record::parse(&self.get(&key)?)).collect()
    }

    /// Sets aside an answer that the collector refuses for good; the reason is one more line.
    pub(crate) fn set_aside(&self, record: &Record, why: &str) {
        while self.keys(ASIDE).count() >= MOST_ASIDE && self.drop_one_aside() {}
        // Ten digits from 2001 to 2286, so that the keys sort by time.
        let seconds = (js_sys::Date::now() / 1_000.0) as u64;
        let key = join(&[ASIDE, &digits(seconds), "-", record.id()]);
        self.set(&key, &join(&[&*record.text(), "\n", why]));
    }

    /// Updates a mark that says, with the customer's consent, that an answer to the survey is unsent: it now
    /// has the time of storing. The targeting scripts make all other marks.
    pub(crate) fn mark_stored(&self, survey: &str) {
        let key = join(&[ASKED, survey]);
        if let Some(mark) = self.get(&key).filter(|mark| mark.starts_with('w')) {
            let now = js_sys::Date::now() as u64;
            // The first space begins the part that says whose answer it is.
            let whose = mark.bytes().position(|byte| byte == b' ').and_then(|at| mark.get(at..));
            self.set(&key, &join(&["a", &digits(now), whose.unwrap_or_default()]));
        }
    }

    fn get(&self, key: &str) -> Option<String> {
        self.0.get_item(key).ok()?
    }

    /// Writes, and drops refused answers if there is no room. Some browsers accept a write without keeping
    /// it, so the text is read back.
    fn set(&self, key: &str, text: &str) -> bool {
        loop {
            if self.0.set_item(key, text).is_ok() && self.get(key).as_deref() == Some(text) {
                return true;
            }
            if !self.drop_one_aside() {
                return false;
            }
        }
    }

    /// Drops the oldest refused answer; returns whether there was one.
    fn drop_one_aside(&self) -> bool {
        self.keys(ASIDE).min().is_some_and(|key| self.remove(&key))
    }

    /// Removes a key; returns whether it is gone.
    fn remove(&self, key: &str) -> bool {
        self.0.remove_item(key).is_ok() && self.get(key).is_none()
    }

    /// The keys with this prefix, in no order.
    fn keys<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = String> + 'a {
        let all = (0..self.0.length().unwrap_or(0)).filter_map(|at| self.0.key(at).ok()?);
        all.filter(move |key| key.starts_with(prefix))
    }
}

fn unsent(record: &Record) -> String {
    join(&[UNSENT, record.id()])
}
