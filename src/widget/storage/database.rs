//! The same answers in IndexedDB, which keeps them even if the browser is killed.
//!
//! A revision stands under its answer's id and its number, and takes the place of the one before it
//! within one transaction. So whoever forgets one never hits another.

use std::cell::{Cell, OnceCell, RefCell};

use wasm_bindgen::JsValue;

use super::Record;
use crate::js::{self, Value, concat, digits};
use crate::outbox;

const NAME: &str = "aanrader";
const STORE: &str = "answers";

/// How far the database has come.
#[derive(Clone, Copy, PartialEq)]
enum Status {
    Closed,
    /// On its way.
    Opening,
    Open,
    Unusable,
}

struct Page {
    status: Cell<Status>,
    /// The database, once it is open.
    database: RefCell<JsValue>,
    /// What is to be written once it is open: a revision that comes, or one that goes.
    jobs: RefCell<Vec<(Record, bool)>>,
    /// Whether a database that isn't there may be created: the visitor has acted.
    wanted: Cell<bool>,
    /// Whether the one that was being created was not wanted yet, and so was given up.
    given_up: Cell<bool>,
    /// Whether somebody waits for what is in it.
    looking: Cell<bool>,
    /// Hears what has become of a request.
    settler: OnceCell<JsValue>,
}

thread_local! {
    static PAGE: Page = const {
        Page {
            status: Cell::new(Status::Closed),
            database: RefCell::new(JsValue::UNDEFINED),
            jobs: RefCell::new(Vec::new()),
            wanted: Cell::new(false),
            given_up: Cell::new(false),
            looking: Cell::new(false),
            settler: OnceCell::new(),
        }
    };
}

/// Opens the database, so that it is open when there is something to keep. To be
/// called when the visitor acts, not before: it creates what isn't there.
pub(crate) fn open() {
    PAGE.with(open_in);
}

fn open_in(page: &Page) {
    page.wanted.set(true);
    start(page);
}

/// Hands all that is kept to the outbox, and says when that is done. Looking creates nothing: a
/// database that isn't there stays away.
pub(super) fn look() {
    PAGE.with(|page| {
        page.looking.set(true);
        start(page);
        go_on(page);
    });
}

/// Puts a revision in; says whether the database is there to take it.
pub(super) fn put(record: &Record) -> bool {
    PAGE.with(|page| {
        open_in(page);
        submit(page, record, true)
    })
}

/// Takes this very revision out.
pub(super) fn forget(record: &Record) {
    PAGE.with(|page| submit(page, record, false));
}

/// Does it now, or once the database is open.
fn submit(page: &Page, record: &Record, comes: bool) -> bool {
    let status = page.status.get();
    if status == Status::Opening {
        page.jobs.borrow_mut().push((record.clone(), comes));
    }
    status == Status::Open && carry_out(page, record, comes)
}

/// Says whether the database has taken it.
fn carry_out(page: &Page, record: &Record, comes: bool) -> bool {
    let store = store(page, "readwrite");
    let mut goes = record.rev();
    if comes {
        if !js::call_with(store, "put", record.text(), key(record, goes)).is() {
            return false;
        }
        goes -= 1;
    }
    js::pass(store, "delete", key(record, goes)).is()
}

fn key(record: &Record, rev: u32) -> Value {
    concat(&[record.id(), "-", &digits(rev.into())]).as_str().into()
}

/// The store in a new transaction that is on disk when it is complete.
fn store(page: &Page, mode: &str) -> Value {
    let database = Value::of(&page.database.borrow());
    let options = js::parse("{\"durability\":\"strict\"}");
    let transaction = js::call_with_3(database, "transaction", [STORE.into(), mode.into(), options]);
    js::call(transaction, "objectStore", STORE)
}

/// Begins to open the database, unless that was begun before.
fn start(page: &Page) {
    if page.status.get() == Status::Closed {
        page.status.set(Status::Opening);
        // In WebKit, to open one that isn't there and to give that up leaves an empty one behind. So the
        // browser is asked first, if it can be.
        let databases = if page.wanted.get() { Value::UNDEFINED } else { js::run(factory(), "databases") };
        if databases.is() {
            let settle = settler(page);
            js::call_with(databases, "then", settle, settle);
        } else {
            open_now(page);
        }
    }
}

/// There is the database, or there may be one.
fn open_now(page: &Page) {
    let opening = js::call(factory(), "open", NAME);
    if opening.is() {
        js::listen(opening, "upgradeneeded", settler(page));
        listen(page, opening);
    } else {
        page.status.set(Status::Unusable);
    }
}

fn factory() -> Value {
    js::page("indexedDB")
}

/// Asks for all that is in the database; says whether it could.
fn read(page: &Page) -> bool {
    let request = js::run(store(page, "readonly"), "getAll");
    listen(page, request);
    request.is()
}

fn listen(page: &Page, request: Value) {
    let settle = settler(page);
    js::listen(request, "success", settle);
    js::listen(request, "error", settle);
}

fn settler(page: &Page) -> Value {
    js::once(&page.settler, |what| {
        PAGE.with(|page| settle(page, what));
        Value::UNDEFINED
    })
}

/// What has become of a request, or which databases there are.
fn settle(page: &Page, event: Value) {
    let request = js::get(event, "target");
    let result = js::get(request, "result");
    let opening = page.status.get() == Status::Opening;
    match &*js::text(event, "type") {
        "" => {
            // Where the browser doesn't say, it is tried.
            if page.wanted.get() || !js::is(event, "map") || is_among(event) {
                open_now(page);
            } else {
                page.status.set(Status::Closed);
            }
            go_on(page);
        }
        "upgradeneeded" => set_up(page, request, result),
        "success" if opening => {
            page.database.replace(result.held());
            page.status.set(Status::Open);
            for (record, comes) in page.jobs.take() {
                carry_out(page, &record, comes);
            }
            go_on(page);
        }
        _ if opening => {
            fail(page);
            go_on(page);
        }
        _ => {
            for text in js::items(result) {
                super::adopt(text);
            }
            looked(page);
        }
    }
}

/// Whether ours is one of these databases.
fn is_among(databases: Value) -> bool {
    js::items(databases).any(|database| js::says(database, "name", NAME))
}

/// A new database gets its store; one that is not wanted yet is given up.
fn set_up(page: &Page, request: Value, database: Value) {
    let wanted = page.wanted.get();
    page.given_up.set(!wanted);
    if wanted {
        js::call(database, "createObjectStore", STORE);
    } else {
        js::run(js::get(request, "transaction"), "abort");
    }
}

/// It could not be opened: because it was given up, or for good.
fn fail(page: &Page) {
    if page.given_up.take() {
        page.status.set(Status::Closed);
        if page.wanted.get() {
            start(page);
        }
    } else {
        page.status.set(Status::Unusable);
    }
}

/// Where somebody waits for what is in the database, it is read; if it can't be, there is nothing.
fn go_on(page: &Page) {
    let status = page.status.get();
    if page.looking.get() && status != Status::Opening && !(status == Status::Open && read(page)) {
        looked(page);
    }
}

/// Nobody waits any more; whoever did is told.
fn looked(page: &Page) {
    if page.looking.take() {
        outbox::looked();
    }
}
