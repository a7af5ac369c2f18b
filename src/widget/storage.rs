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

use web_sys::Storage;

pub(crate) use database::{kept as kept_in_database, open};

/// What the keys of answers begin with that are still to be sent.
const UNSENT: &str = "aanrader-answer-";
/// What the keys of answers begin with that the collector will never take.
const ASIDE: &str = "aanrader-refused-";
/// How many unsent answers one browser keeps for us; more would be no visitor's own.
const MOST_UNSENT: usize = 100;
/// How many refused answers are kept for whoever looks into it.
const MOST_ASIDE: usize = 20;

/// One revision of an answer, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) rev: u32,
    pub(crate) url: String,
    pub(crate) body: String,
}

impl Record {
    /// One text, a line for each field; the body is JSON and has no line breaks of its own.
    fn text(&self) -> String {
        let rev = crate::texts::digits(self.rev as usize);
        [self.id.as_str(), &rev, &self.url, &self.body].join("\n")
    }

    fn parse(text: &str) -> Option<Self> {
        let (id, text) = text.split_once('\n')?;
        let (rev, text) = text.split_once('\n')?;
        let (url, body) = text.split_once('\n')?;
        Some(Self { id: id.into(), rev: rev.parse().ok()?, url: url.into(), body: body.into() })
    }
}

/// Keeps an answer's latest revision; says whether the device has taken it.
pub(crate) fn keep(record: &Record) -> bool {
    let text = record.text();
    let key = [UNSENT, &record.id].concat();
    let in_database = database::put(&record.id, &text);
    let in_local = local().is_some_and(|storage| {
        let known = storage.get_item(&key).ok().flatten().is_some();
        let full = !known && keys(&storage, UNSENT).len() >= MOST_UNSENT;
        !full && set(&storage, &key, &text)
    });
    in_local || in_database
}

/// Forgets an answer that the collector has, unless a newer revision has come in since.
pub(crate) fn forget(record: &Record) {
    let text = record.text();
    database::forget(&record.id, &text);
    if let Some(storage) = local() {
        let key = [UNSENT, &record.id].concat();
        if storage.get_item(&key).ok().flatten().as_deref() == Some(&text) {
            let _ = storage.remove_item(&key);
        }
    }
}

/// Sets an answer aside that the collector will never take.
pub(crate) fn set_aside(record: &Record) {
    forget(record);
    if let Some(storage) = local() {
        while keys(&storage, ASIDE).len() >= MOST_ASIDE && drop_one_aside(&storage) {}
        let key = [ASIDE, &seconds_since_1970(), "-", &record.id].concat();
        set(&storage, &key, &record.text());
    }
}

/// The unsent answers that localStorage has.
pub(crate) fn kept() -> Vec<Record> {
    let Some(storage) = local() else { return Vec::new() };
    let value = |key: String| Record::parse(&storage.get_item(&key).ok()??);
    keys(&storage, UNSENT).into_iter().filter_map(value).collect()
}

/// The browser's own store; `None` where it is forbidden.
fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
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

/// Ten digits, from 2001 to 2286, so that they sort by time.
fn seconds_since_1970() -> String {
    crate::texts::digits((js_sys::Date::now() / 1_000.0) as usize)
}

fn keys(storage: &Storage, prefix: &str) -> Vec<String> {
    let all = (0..storage.length().unwrap_or(0)).filter_map(|i| storage.key(i).ok()?);
    all.filter(|key| key.starts_with(prefix)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let record = Record {
            id: "3f0e".into(),
            rev: 12,
            url: "https://a.example/v1/answers".into(),
            body: r#"{"comment":"a\nb"}"#.into(),
        };
        assert_eq!(Record::parse(&record.text()), Some(record));
    }

    #[test]
    fn what_is_no_record_is_passed_over() {
        for text in ["", "id\nx\nurl\nbody", "id\n1\nurl"] {
            assert_eq!(Record::parse(text), None, "{text:?}");
        }
    }
}
