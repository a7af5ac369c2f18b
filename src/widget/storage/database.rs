//! The same answers in IndexedDB, which keeps them even if the browser is killed.
//!
//! A revision stands under its answer's id and its number, and takes the place of the one before it
//! within one transaction. So whoever forgets one never hits another.

use std::cell::RefCell;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbRequest, IdbTransaction};

use super::Record;
use crate::js::{self, Callback, Pending, concat, digits};
use crate::outbox;

const NAME: &str = "aanrader";
const STORE: &str = "answers";

#[wasm_bindgen]
extern "C" {
    // web-sys knows a transaction's options only as an unstable interface.
    #[wasm_bindgen(extends = IdbDatabase)]
    type Database;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Database,
        store: &str,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;

    // Not in web-sys either.
    #[wasm_bindgen(extends = IdbFactory)]
    type Factory;

    #[wasm_bindgen(method, catch)]
    fn databases(this: &Factory) -> Result<Pending, JsValue>;
}

/// How far the database has come.
enum Status {
    Closed,
    /// On its way; what is to be written once it is open.
    Opening(Vec<Job>),
    Open(Database),
    Unusable,
}

/// A write to the database: a revision that comes, or one that goes.
struct Job {
    record: Record,
    comes: bool,
}

struct Page {
    status: Status,
    /// Whether a database that isn't there may be created: the visitor has acted.
    wanted: bool,
    /// Whether the one that was being created was not wanted yet, and so was given up.
    given_up: bool,
    /// Whether somebody waits for what is in it.
    looking: bool,
    callback: Option<Callback>,
}

thread_local! {
    static PAGE: RefCell<Page> = const {
        RefCell::new(Page { status: Status::Closed, wanted: false, given_up: false, looking: false, callback: None })
    };
}

/// Opens the database, so that it is open when there is something to keep. To be
/// called when the visitor acts, not before: it creates what isn't there.
pub(crate) fn open() {
    PAGE.with_borrow_mut(|page| {
        page.wanted = true;
        start(page);
    });
}

/// Hands all that is kept to the outbox, and says when that is done. Looking creates nothing: a
/// database that isn't there stays away.
pub(super) fn look() {
    let done = PAGE.with_borrow_mut(|page| {
        page.looking = true;
        start(page);
        !matches!(page.status, Status::Opening(_)) && read(page).is_none() && looked(page)
    });
    if done {
        outbox::looked();
    }
}

/// Puts a revision in; says whether the database is there to take it.
pub(super) fn put(record: &Record) -> bool {
    open();
    submit(record, true)
}

/// Takes this very revision out.
pub(super) fn forget(record: &Record) {
    submit(record, false);
}

/// Does it now, or once the database is open.
fn submit(record: &Record, comes: bool) -> bool {
    let job = Job { record: record.clone(), comes };
    PAGE.with_borrow_mut(|page| match &mut page.status {
        Status::Opening(jobs) => {
            jobs.push(job);
            false
        }
        Status::Open(database) => carry_out(database, &job).is_ok(),
        Status::Closed | Status::Unusable => false,
    })
}

fn carry_out(database: &Database, job: &Job) -> Result<(), JsValue> {
    let store = store(database, "readwrite")?;
    let mut goes = job.record.rev();
    if job.comes {
        store.put_with_key(&JsValue::from_str(&job.record.0), &key(&job.record, goes))?;
        goes -= 1;
    }
    store.delete(&key(&job.record, goes)).map(drop)
}

fn key(record: &Record, rev: u32) -> JsValue {
    JsValue::from_str(&concat(&[record.id(), "-", &digits(rev.into())]))
}

/// The store in a new transaction that is on disk when it is complete.
fn store(database: &Database, mode: &str) -> Result<IdbObjectStore, JsValue> {
    let options = js::object(&[("durability", &JsValue::from_str("strict"))]);
    database.transaction(STORE, mode, &options)?.object_store(STORE)
}

/// Begins to open the database, unless that was begun before.
fn start(page: &mut Page) {
    if let Status::Closed = page.status {
        page.status = Status::Opening(Vec::new());
        // In WebKit, to open one that isn't there and to give that up leaves an empty one behind. So the
        // browser is asked first, if it can be.
        match factory().databases() {
            Ok(databases) if !page.wanted => {
                let settle = js::function(callback(page)).clone();
                databases.then(&settle, &settle);
            }
            _ => open_now(page),
        }
    }
}

/// There is the database, or there may be one.
fn open_now(page: &mut Page) {
    match factory().open(NAME) {
        Ok(opening) => listen(page, &opening, &["upgradeneeded", "success", "error"]),
        Err(_) => page.status = Status::Unusable,
    }
}

fn factory() -> Factory {
    js::get(&js::window(), "indexedDB").unchecked_into()
}

/// Asks for all that is in the database.
fn read(page: &mut Page) -> Option<()> {
    let Status::Open(database) = &page.status else { return None };
    let request = store(database, "readonly").ok()?.get_all().ok()?;
    listen(page, &request, &["success", "error"]);
    Some(())
}

fn callback(page: &mut Page) -> &Callback {
    page.callback.get_or_insert_with(|| {
        js::callback(|what| {
            settle(&what);
            JsValue::UNDEFINED
        })
    })
}

fn listen(page: &mut Page, request: &IdbRequest, kinds: &[&str]) {
    let callback = callback(page);
    for kind in kinds {
        js::listen(request, kind, js::function(callback));
    }
}

/// What has become of a request, or which databases there are.
fn settle(event: &JsValue) {
    let request: IdbRequest = js::get(event, "target").unchecked_into();
    let result = js::get(&request, "result");
    let done = PAGE.with_borrow_mut(|page| match (&*js::text(event, "type"), &page.status) {
        ("", _) => {
            // Where the browser doesn't say, it is tried.
            if page.wanted || !Array::is_array(event) || is_among(event.unchecked_ref()) {
                open_now(page);
            } else {
                page.status = Status::Closed;
            }
            !matches!(page.status, Status::Opening(_)) && looked(page)
        }
        ("upgradeneeded", _) => {
            set_up(page, &request, &result);
            false
        }
        ("success", Status::Opening(_)) => {
            let opened = std::mem::replace(&mut page.status, Status::Open(result.clone().unchecked_into()));
            carry_out_all(page, opened);
            page.looking && read(page).is_none() && looked(page)
        }
        (_, Status::Opening(_)) => fail(page),
        _ => looked(page),
    });
    if Array::is_array(&result) {
        let texts: Array = result.unchecked_into();
        for i in 0..texts.length() {
            super::adopt(texts.get(i).as_string());
        }
    }
    if done {
        outbox::looked();
    }
}

/// Whether ours is one of these databases.
fn is_among(databases: &Array) -> bool {
    (0..databases.length()).any(|i| js::text(&databases.get(i), "name") == NAME)
}

fn carry_out_all(page: &Page, opened: Status) {
    if let (Status::Opening(jobs), Status::Open(database)) = (opened, &page.status) {
        for job in jobs {
            let _ = carry_out(database, &job);
        }
    }
}

/// A new database gets its store; one that is not wanted yet is given up.
fn set_up(page: &mut Page, request: &IdbRequest, database: &JsValue) {
    page.given_up = !page.wanted;
    if page.wanted {
        let _ = database.unchecked_ref::<IdbDatabase>().create_object_store(STORE);
    } else {
        let _ = js::get(request, "transaction").unchecked_ref::<IdbTransaction>().abort();
    }
}

/// It could not be opened: because it was given up, or for good. Says whether nothing more is to come.
fn fail(page: &mut Page) -> bool {
    if std::mem::take(&mut page.given_up) {
        let jobs = std::mem::replace(&mut page.status, Status::Closed);
        if page.wanted {
            start(page);
            if let (Status::Opening(_), Status::Opening(_)) = (&page.status, &jobs) {
                page.status = jobs;
            }
        }
    } else {
        page.status = Status::Unusable;
    }
    !matches!(page.status, Status::Opening(_)) && looked(page)
}

/// Nobody waits any more; says whether somebody did.
fn looked(page: &mut Page) -> bool {
    std::mem::take(&mut page.looking)
}
