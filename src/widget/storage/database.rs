//! IndexedDB: keeps what it has committed, even if the browser is killed.
//!
//! A revision stands under its answer's id and its number, and takes the place of the one before it
//! within one transaction. So whoever forgets one never hits another.

use std::cell::RefCell;

use aanrader_survey::outbox::Revision;
use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};
use web_sys::{IdbTransactionMode, IdbTransactionMode::Readonly, IdbTransactionMode::Readwrite};

use super::Record;
use super::local::Local;
use crate::digits::digits;

const NAME: &str = "aanrader";
const STORE: &str = "answers";

// web-sys has a transaction's options behind `web_sys_unstable_apis`, and not what lists the databases.
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

/// When a transaction is complete.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
enum Durability {
    /// When it is on the disk.
    Strict = "strict",
}

/// What to do about a database that isn't there.
#[derive(Clone, Copy, PartialEq)]
enum Absent {
    Create,
    Leave,
}

thread_local! {
    /// Comes to the database, or to null where there is none to be had; `None` as long as nobody has asked
    /// for it.
    static DATABASE: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Opens the database, so that it is open when there is something to keep. To be called when the
/// visitor acts, not before: it creates what isn't there.
pub(crate) fn open() {
    DATABASE.with_borrow_mut(|database| {
        database.get_or_insert_with(|| {
            future_to_promise(async {
                Ok(connect(Absent::Create).await.map_or(JsValue::NULL, JsValue::from))
            })
        });
    });
}

/// Puts a revision in, in the place of the one before; says whether it is on the disk.
pub(crate) async fn keep(record: &Record) -> bool {
    open();
    if put(record).await.is_ok() {
        return true;
    }
    // The browser closes a database when it clears what the page keeps; a new one takes its place.
    close();
    open();
    put(record).await.is_ok()
}

/// Takes this very revision out.
pub(crate) async fn forget(record: &Record) {
    let delete = async || {
        let transaction = begin(&opened().await?, Readwrite)?;
        store(&transaction)?.delete(&key(record, record.rev()))?;
        complete(&transaction).await
    };
    // What is still there is sent once more, and known to the collector.
    let _ = delete().await;
}

/// All that is in it. Looking creates nothing: a database that isn't there stays away.
pub(crate) async fn unsent() -> Vec<Record> {
    let look = async || -> Result<Array, JsValue> {
        let found = if is_asked_for() { None } else { connect(Absent::Leave).await.ok() };
        if let Some(found) = found {
            adopt(found);
        }
        let request = store(&begin(&opened().await?, Readonly)?)?.get_all()?;
        Ok(finish(&request).await?.unchecked_into())
    };
    let texts = look().await.unwrap_or_default();
    texts.iter().filter_map(|text| Record::parse(&text.as_string()?)).collect()
}

fn is_asked_for() -> bool {
    DATABASE.with_borrow(Option::is_some)
}

/// The database for everybody in the page, unless the visitor has opened one meanwhile.
fn adopt(found: IdbDatabase) {
    DATABASE.with_borrow_mut(|database| {
        if database.is_some() {
            found.close();
        } else {
            *database = Some(Promise::resolve(&JsValue::from(found)));
        }
    });
}

fn close() {
    DATABASE.take();
}

/// The database, if somebody has asked for it and it could be had.
async fn opened() -> Result<DurableDatabase, JsValue> {
    let database = DATABASE.with_borrow(Clone::clone).ok_or(JsValue::NULL)?;
    Ok(JsFuture::from(database).await?.dyn_into::<IdbDatabase>()?.unchecked_into())
}

async fn put(record: &Record) -> Result<(), JsValue> {
    let transaction = begin(&opened().await?, Readwrite)?;
    let store = store(&transaction)?;
    store.put_with_key(&record.text().into(), &key(record, record.rev()))?;
    store.delete(&key(record, record.rev() - 1))?;
    complete(&transaction).await
}

fn key(record: &Record, rev: u32) -> JsValue {
    [record.id(), "-", &digits(rev.into())].concat().into()
}

/// A transaction that is on the disk when it is complete.
fn begin(database: &DurableDatabase, mode: IdbTransactionMode) -> Result<IdbTransaction, JsValue> {
    let options = Object::new().unchecked_into::<TransactionOptions>();
    options.set_durability(Durability::Strict);
    database.durable_transaction(STORE, mode, &options)
}

fn store(transaction: &IdbTransaction) -> Result<IdbObjectStore, JsValue> {
    transaction.object_store(STORE)
}

/// Opens the database, if it is there or may be created.
async fn connect(absent: Absent) -> Result<IdbDatabase, JsValue> {
    let factory = web_sys::window().ok_or(JsValue::NULL)?.indexed_db()?.ok_or(JsValue::NULL)?;
    // In WebKit, to open one that isn't there and to give that up leaves an empty one behind. So the
    // browser is asked first, if it can be. In a sandbox Chromium's reply is a rejection that nobody can
    // catch; nor is there a localStorage.
    if absent == Absent::Leave && (Local::of_page().is_none() || is_missing(factory.unchecked_ref()).await?) {
        return Err(JsValue::NULL);
    }
    let opening = factory.open(NAME)?;
    let new = opening.clone();
    let upgrade = Closure::<dyn Fn() -> Result<(), JsValue>>::new(move || set_up(&new, absent));
    opening.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    Ok(finish(&opening).await?.unchecked_into())
}

/// Whether the browser says that the database isn't there.
async fn is_missing(factory: &ListingFactory) -> Result<bool, JsValue> {
    let Ok(databases) = factory.databases() else { return Ok(false) };
    let databases = JsFuture::from(databases).await?.unchecked_into::<Array>();
    let is_ours = |it: JsValue| it.unchecked_into::<DatabaseInfo>().name().as_deref() == Some(NAME);
    Ok(!databases.iter().any(is_ours))
}

/// A new database gets its store; one that was not to be created is given up.
fn set_up(opening: &IdbOpenDbRequest, absent: Absent) -> Result<(), JsValue> {
    if absent == Absent::Create {
        opening.result()?.unchecked_into::<IdbDatabase>().create_object_store(STORE)?;
    } else if let Some(transaction) = opening.transaction() {
        transaction.abort()?;
    }
    Ok(())
}

/// What a request comes to.
async fn finish(request: &IdbRequest) -> Result<JsValue, JsValue> {
    settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    })
    .await?;
    request.result()
}

/// Waits until a transaction is on the disk.
async fn complete(transaction: &IdbTransaction) -> Result<(), JsValue> {
    settled(|resolve, reject| {
        transaction.set_oncomplete(Some(resolve));
        transaction.set_onabort(Some(reject));
    })
    .await
}

/// Waits for one of two events.
async fn settled(listen: impl Fn(&Function, &Function)) -> Result<(), JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| listen(&resolve, &reject))).await.map(drop)
}
