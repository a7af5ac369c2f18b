//! IndexedDB: keeps every committed write, even if the browser is killed.
//!
//! The key of a revision is its answer's id and its number. A revision replaces the previous one within one
//! transaction. So forgetting one never removes another.

use std::cell::RefCell;
use std::rc::Rc;

use aanrader_dom::{Listener, once, when};
use aanrader_survey::outbox::Revision;
use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};
use web_sys::{IdbTransactionMode, IdbTransactionMode::Readonly, IdbTransactionMode::Readwrite};

use super::local::Local;
use super::{Record, Then};
use crate::strings::{digits, join};

const NAME: &str = "aanrader";
const STORE: &str = "answers";

// web-sys has a transaction's options only behind `web_sys_unstable_apis`, and no list of the databases.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = IdbDatabase)]
    type DurableDatabase;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn durable_transaction(
        this: &DurableDatabase,
        store: &str,
        mode: IdbTransactionMode,
        options: &TransactionOptions,
    ) -> Result<IdbTransaction, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type TransactionOptions;

    #[wasm_bindgen(method, setter)]
    fn set_durability(this: &TransactionOptions, durability: Durability);

    #[wasm_bindgen(extends = IdbFactory)]
    type ListingFactory;

    /// Firefox has it since version 126.
    #[wasm_bindgen(method, catch)]
    fn databases(this: &ListingFactory) -> Result<Promise, JsValue>;

    type DatabaseInfo;

    #[wasm_bindgen(method, getter)]
    fn name(this: &DatabaseInfo) -> Option<String>;
}

/// The event at which a transaction is complete.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
enum Durability {
    /// After it is on the disk.
    Strict = "strict",
}

/// Whether to create an absent database.
#[derive(Clone, Copy, PartialEq)]
enum Absent {
    Create,
    Leave,
}

thread_local! {
    /// Resolves to the database, or to null if it can't be opened; `None` until the first request.
    static DATABASE: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Opens the database, so that it is ready for the first answer. Call it when the customer acts, not earlier:
/// it creates an absent database.
pub(crate) fn open() {
    DATABASE.with_borrow_mut(|database| {
        database.get_or_insert_with(|| {
            Promise::new(&mut |resolve, _| {
                let found = move |database: Option<IdbDatabase>| {
                    // A promise's own `resolve` never throws.
                    let _ = resolve.call1(&JsValue::NULL, &database.into());
                };
                connect(Absent::Create, Box::new(found));
            })
        });
    });
}

/// Puts a revision in, in place of the previous one; reports whether it is on the disk.
pub(crate) fn keep(record: Rc<Record>, then: Then<bool>) {
    open();
    let again = record.clone();
    let put = move |is_kept| {
        if is_kept {
            return then(true);
        }
        // The browser closes a database when it clears the site's data; the next call opens a new one.
        DATABASE.take();
        open();
        put(again, then);
    };
    self::put(record, Box::new(put));
}

fn put(record: Rc<Record>, then: Then<bool>) {
    let act = move |store: &IdbObjectStore| {
        store.put_with_key(&record.text().into(), &key(&record, record.rev()))?;
        store.delete(&key(&record, record.rev() - 1)).map(drop)
    };
    write(Box::new(act), then);
}

/// Removes exactly this revision. If that fails, the revision is sent once more, and the collector recognises
/// it.
pub(crate) fn forget(record: Rc<Record>) {
    let act = move |store: &IdbObjectStore| store.delete(&key(&record, record.rev())).map(drop);
    write(Box::new(act), Box::new(drop));
}

/// All records. Reading creates nothing: an absent database stays absent.
pub(crate) fn unsent(then: Then<Vec<Record>>) {
    if DATABASE.with_borrow(Option::is_some) {
        return read(then);
    }
    let found = move |database: Option<IdbDatabase>| {
        if let Some(database) = database {
            adopt(database);
        }
        read(then);
    };
    connect(Absent::Leave, Box::new(found));
}

/// Shares this database with the entire page, unless the customer has caused another to open meanwhile.
fn adopt(found: IdbDatabase) {
    DATABASE.with_borrow_mut(|database| {
        if database.is_some() {
            found.close();
        } else {
            *database = Some(Promise::resolve(&JsValue::from(found)));
        }
    });
}

/// The database, if it was requested and could be opened.
fn opened(then: Then<Option<DurableDatabase>>) {
    match DATABASE.with_borrow(Clone::clone) {
        Some(database) => when(&database, move |database| {
            then(database.ok().filter(JsValue::is_object).map(JsCast::unchecked_into));
        }),
        None => then(None),
    }
}

/// An operation on the store.
type Change = Box<dyn FnOnce(&IdbObjectStore) -> Result<(), JsValue>>;

/// Changes the store, and reports whether the change is on the disk.
fn write(act: Change, then: Then<bool>) {
    opened(Box::new(move |database| {
        let begun = database.ok_or(JsValue::NULL).and_then(|database| {
            let transaction = begin(&database, Readwrite)?;
            act(&transaction.object_store(STORE)?)?;
            Ok(transaction)
        });
        let Ok(transaction) = begun else { return then(false) };
        once(&transaction, "complete", "abort", move |complete| then(complete.is_ok()));
    }));
}

/// The records in the store.
fn read(then: Then<Vec<Record>>) {
    opened(Box::new(move |database| {
        let request = database
            .and_then(|database| begin(&database, Readonly).ok()?.object_store(STORE).ok()?.get_all().ok());
        let Some(request) = request else { return then(Vec::new()) };
        let records = move |texts: Option<JsValue>| {
            let texts = texts.map(JsCast::unchecked_into::<Array>).unwrap_or_default();
            then(texts.iter().filter_map(|text| Record::parse(&text.as_string()?)).collect());
        };
        finish(&request, Box::new(records));
    }));
}

fn key(record: &Record, rev: u32) -> JsValue {
    join(&[record.id(), "-", &digits(rev.into())]).into()
}

/// A transaction that completes once it is on the disk.
fn begin(database: &DurableDatabase, mode: IdbTransactionMode) -> Result<IdbTransaction, JsValue> {
    let options = Object::new().unchecked_into::<TransactionOptions>();
    options.set_durability(Durability::Strict);
    database.durable_transaction(STORE, mode, &options)
}

/// Opens the database, if it exists or may be created.
fn connect(absent: Absent, then: Then<Option<IdbDatabase>>) {
    let factory = aanrader_dom::window().and_then(|window| window.indexed_db().ok()?);
    let Some(factory) = factory else { return then(None) };
    // In WebKit, an attempt to open an absent database leaves an empty one behind, even if it is aborted. So
    // the browser is asked for its list first, if it has one. In a sandbox, Chromium answers with a rejection
    // that can't be caught; a sandbox has no localStorage, either.
    if absent == Absent::Leave && Local::of_page().is_none() {
        return then(None);
    }
    let databases = || factory.unchecked_ref::<ListingFactory>().databases().ok();
    match Some(absent).filter(|absent| *absent == Absent::Leave).and_then(|_| databases()) {
        Some(databases) => when(&databases, move |databases| {
            if databases.is_ok_and(|databases| is_among(databases.unchecked_ref())) {
                request(&factory, absent, then);
            } else {
                then(None);
            }
        }),
        None => request(&factory, absent, then),
    }
}

/// Whether the browser lists the database.
fn is_among(databases: &Array) -> bool {
    let is_ours = |it: JsValue| it.unchecked_into::<DatabaseInfo>().name().as_deref() == Some(NAME);
    databases.iter().any(is_ours)
}

fn request(factory: &IdbFactory, absent: Absent, then: Then<Option<IdbDatabase>>) {
    let Ok(opening) = factory.open(NAME) else { return then(None) };
    let new = opening.clone();
    // A failure here shows up again at the first use of the store.
    let upgrade = Listener::new(&opening, "upgradeneeded", move |_| drop(set_up(&new, absent)));
    let opened = move |database: Option<JsValue>| {
        drop(upgrade);
        then(database.map(JsCast::unchecked_into));
    };
    finish(&opening, Box::new(opened));
}

/// Creates the store in a new database. If the database may not be created, aborts.
fn set_up(opening: &IdbOpenDbRequest, absent: Absent) -> Result<(), JsValue> {
    if absent == Absent::Create {
        opening.result()?.unchecked_into::<IdbDatabase>().create_object_store(STORE)?;
    } else if let Some(transaction) = opening.transaction() {
        transaction.abort()?;
    }
    Ok(())
}

/// The result of a request; `None` if it fails.
fn finish(request: &IdbRequest, then: Then<Option<JsValue>>) {
    let done = request.clone();
    once(request, "success", "error", move |event| then(event.ok().and_then(|_| done.result().ok())));
}
