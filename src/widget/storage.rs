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

use js_sys::{Date, JSON, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

use crate::js::{self, concat, digits};
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
    fn parse(text: Option<String>) -> Option<Self> {
        let record = Self(text?);
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
    fn key(&self) -> String {
        concat(&[UNSENT, self.id()])
    }
}

/// Keeps an answer's latest revision; says whether the device has taken it.
pub(crate) fn keep(record: &Record) -> bool {
    let in_database = database::put(record);
    let in_local = local().is_some_and(|storage| {
        let key = record.key();
        let full = item(&storage, &key).is_none() && keys(&storage, UNSENT).len() >= MOST_UNSENT;
        !full && set(&storage, &key, &record.0)
    });
    in_local || in_database
}

/// Forgets an answer that the collector has stored. Where moment.js has marked that one waits, with the
/// visitor's consent, the mark says from now on when it was stored.
pub(crate) fn stored(record: &Record) {
    forget(record);
    let answer = JSON::parse(record.body()).unwrap_or(JsValue::NULL);
    let key = concat(&[ASKED, &js::text(&answer, "survey")]);
    if let Some(storage) = local()
        && item(&storage, &key).is_some_and(|mark| mark.starts_with('w'))
    {
        set(&storage, &key, &concat(&["a", &digits(Date::now() as u64)]));
    }
}

/// Forgets an answer, unless a newer revision has come in since.
pub(crate) fn forget(record: &Record) {
    database::forget(record);
    if let Some(storage) = local() {
        let key = record.key();
        if item(&storage, &key).as_ref() == Some(&record.0) {
            let _ = storage.remove_item(&key);
        }
    }
}

/// Sets an answer aside that the collector will never take.
pub(crate) fn set_aside(record: &Record) {
    forget(record);
    if let Some(storage) = local() {
        while keys(&storage, ASIDE).len() >= MOST_ASIDE && drop_one_aside(&storage) {}
        // Ten digits, from 2001 to 2286, so that they sort by time.
        let seconds = digits((Date::now() / 1_000.0) as u64);
        set(&storage, &concat(&[ASIDE, &seconds, "-", record.id()]), &record.0);
    }
}

/// Hands the unsent answers that localStorage has to the outbox.
pub(crate) fn look() {
    if let Some(storage) = local() {
        for key in keys(&storage, UNSENT) {
            adopt(item(&storage, &key));
        }
    }
    database::look();
}

fn adopt(text: Option<String>) {
    if let Some(record) = Record::parse(text) {
        outbox::adopt(record);
    }
}

/// The browser's own store; `None` where it is forbidden.
fn local() -> Option<Storage> {
    Some(js::get(&js::window(), "localStorage")).filter(|local| !local.is_falsy()).map(JsCast::unchecked_into)
}

/// Writes, making room with what was set aside: that has been refused, this hasn't.
fn set(storage: &Storage, key: &str, text: &str) -> bool {
    loop {
        if storage.set_item(key, text).is_ok() {
            return true;
        }
        if !drop_one_aside(storage) {
            return false;
        }
    }
}

/// Drops the oldest that was set aside; says whether there was one.
fn drop_one_aside(storage: &Storage) -> bool {
    keys(storage, ASIDE).iter().min().is_some_and(|key| storage.remove_item(key).is_ok())
}

fn item(storage: &Storage, key: &str) -> Option<String> {
    storage.get_item(key).ok()?
}

fn keys(storage: &Storage, prefix: &str) -> Vec<String> {
    let all = Object::keys(storage);
    let mut keys = Vec::new();
    for i in 0..all.length() {
        keys.extend(all.get(i).as_string().filter(|key| key.starts_with(prefix)));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let (url, body) = ("https://a.example/v1/answers", r#"{"comment":"a\nb"}"#);
        let record = Record::parse(Some(Record::new("3f0e", 12, url, body).0)).expect("a record");
        assert_eq!((record.id(), record.rev(), record.url(), record.body()), ("3f0e", 12, url, body));
    }

    #[test]
    fn what_is_no_record_is_passed_over() {
        for text in ["", "id\nx\nurl\nbody", "id\n1\nurl"] {
            assert_eq!(Record::parse(Some(text.into())), None, "{text:?}");
        }
    }
}
