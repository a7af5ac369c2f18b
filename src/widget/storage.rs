//! Browser storage that may be absent, full or forbidden: every failure is an
//! answer, never an exception.
//!
//! An answer is written twice. localStorage takes it at once, even while the page
//! is being left, but a browser that is killed may lose it again; IndexedDB keeps
//! what it has committed, but it has to have been opened before.
//!
//! **Invariant:** nothing else in the widget touches the visitor's device, and
//! nothing here writes before the visitor has acted.

mod database;

use crate::js::{self, Value, concat, digits};
use crate::outbox;

pub(crate) use database::open;

/// What the keys of answers begin with that are still to be sent.
const UNSENT: &str = "aanrader-answer-";
/// What the keys of answers begin with that the collector will never take.
const ASIDE: &str = "aanrader-refused-";
/// What the keys of marks begin with that say whether a survey is to be asked again.
const ASKED: &str = "aanrader-asked-";
/// How many unsent answers one browser keeps for us; more would be no visitor's own.
const MOST_UNSENT: usize = 100;
/// How many refused answers are kept for whoever looks into it.
const MOST_ASIDE: usize = 20;

/// One revision of an answer, as it is kept: a text whose lines are the answer's id, the revision's
/// number, where it goes, and what goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record(String);

impl Record {
    /// A body, which is JSON and has no line breaks of its own, for that address.
    pub(crate) fn new(id: &str, rev: u32, url: &str, body: &str) -> Self {
        Self(concat(&[id, "\n", &digits(rev.into()), "\n", url, "\n", body]))
    }

    /// What is no record is one of revision 0 and without an address: it has no fourth line.
    fn parse(text: String) -> Option<Self> {
        let record = Self(text);
        (record.rev() > 0 && !record.line(3).is_empty()).then_some(record)
    }

    /// The answer's id.
    pub(crate) fn id(&self) -> &str {
        self.line(0)
    }

    /// The revision's number, from 1 up.
    pub(crate) fn rev(&self) -> u32 {
        js::number(self.line(1)).unwrap_or(0)
    }

    /// Where it goes.
    pub(crate) fn url(&self) -> &str {
        self.line(2)
    }

    /// What goes there.
    pub(crate) fn body(&self) -> &str {
        self.line(3)
    }

    fn line(&self, number: usize) -> &str {
        let mut lines = &*self.0;
        for _ in 0..number {
            js::cut(&mut lines, b'\n');
        }
        js::cut(&mut lines, b'\n')
    }

    /// Where it stands in localStorage.
    fn key(&self) -> Value {
        concat(&[UNSENT, self.id()]).as_str().into()
    }

    /// What stands there.
    fn text(&self) -> Value {
        self.0.as_str().into()
    }
}

/// Keeps an answer's latest revision; says whether the device has taken it.
pub(crate) fn keep(record: &Record) -> bool {
    let in_database = database::put(record);
    let key = record.key();
    let full = !item(key).is() && keys(UNSENT).count() >= MOST_UNSENT;
    !full && set(key, record.text()) || in_database
}

/// Forgets an answer that the collector has stored. Where targeting has marked that one waits, with the
/// visitor's consent, the mark says from now on when it was stored.
pub(crate) fn stored(record: &Record) {
    forget(record);
    let answer = js::parse(record.body());
    let key = js::pass(ASKED.into(), "concat", js::get(answer, "survey"));
    if js::call(item(key), "startsWith", "w").is() {
        set(key, js::pass("a".into(), "concat", js::now()));
    }
}

/// Forgets an answer, unless a newer revision has come in since.
pub(crate) fn forget(record: &Record) {
    database::forget(record);
    let key = record.key();
    if item(key).same(record.text()) {
        js::pass(local(), "removeItem", key);
    }
}

/// Sets an answer aside that the collector will never take.
pub(crate) fn set_aside(record: &Record) {
    forget(record);
    while keys(ASIDE).count() >= MOST_ASIDE && drop_one_aside() {}
    // Ten digits, from 2001 to 2286, so that they sort by time.
    let seconds = digits((js::now().number() / 1_000.0) as u64);
    set(concat(&[ASIDE, &seconds, "-", record.id()]).as_str().into(), record.text());
}

/// Hands the unsent answers that localStorage has to the outbox.
pub(crate) fn look() {
    for key in keys(UNSENT) {
        adopt(item(key));
    }
    database::look();
}

fn adopt(text: Value) {
    if let Some(record) = text.text().and_then(Record::parse) {
        outbox::adopt(record);
    }
}

/// The browser's own store; undefined where it is forbidden, and then it holds nothing.
fn local() -> Value {
    js::page("localStorage")
}

/// Writes, making room with what was set aside: that has been refused, this hasn't. What was written is
/// what can be read.
fn set(key: Value, text: Value) -> bool {
    loop {
        js::call_with(local(), "setItem", key, text);
        if item(key).same(text) {
            return true;
        }
        if !drop_one_aside() {
            return false;
        }
    }
}

/// Drops the oldest that was set aside; says whether there was one.
fn drop_one_aside() -> bool {
    keys(ASIDE).next().is_some_and(|key| {
        js::pass(local(), "removeItem", key);
        !item(key).is()
    })
}

fn item(key: Value) -> Value {
    js::pass(local(), "getItem", key)
}

/// The keys that begin like that, sorted.
fn keys(prefix: &str) -> impl Iterator<Item = Value> {
    js::keys(local()).filter(move |key| js::call(*key, "startsWith", prefix).is())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let (url, body) = ("https://a.example/v1/answers", r#"{"comment":"a\nb"}"#);
        let record = Record::parse(Record::new("3f0e", 12, url, body).0).expect("a record");
        assert_eq!((record.id(), record.rev(), record.url(), record.body()), ("3f0e", 12, url, body));
    }

    #[test]
    fn what_is_no_record_is_passed_over() {
        for text in ["", "id\nx\nurl\nbody", "id\n1\nurl"] {
            assert_eq!(Record::parse(text.into()), None, "{text:?}");
        }
    }
}
