//! The same answers in IndexedDB, which keeps them even if the browser is killed.

use std::cell::RefCell;

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use super::Record;

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
    fn databases(this: &Factory) -> Result<Promise, JsValue>;
}

/// How far the database has come.
enum Status {
    Closed,
    /// What is to be done once it is open.
    Opening(Vec<Job>),
    Open(Database),
    Unusable,
}

/// A write to the database.
#[derive(Clone)]
enum Job {
    Put { id: String, text: String },
    Forget { id: String, text: String },
}

thread_local! {
    static STATUS: RefCell<Status> = const { RefCell::new(Status::Closed) };
}

/// Opens the database, so that it is open when there is something to keep. To be
/// called when the visitor acts, not before: it creates what isn't there.
pub(crate) fn open() {
    let first = STATUS.with_borrow_mut(|status| {
        let closed = matches!(status, Status::Closed);
        if closed {
            *status = Status::Opening(Vec::new());
        }
        closed
    });
    if first {
        spawn_local(async {
            let opened = database(true).await;
            let next = opened.map_or(Status::Unusable, Status::Open);
            let before = STATUS.with_borrow_mut(|status| std::mem::replace(status, next));
            if let Status::Opening(jobs) = before {
                for job in jobs {
                    submit(job);
                }
            }
        });
    }
}

/// Puts a text under an id; says whether the database is there to take it.
pub(super) fn put(id: &str, text: &str) -> bool {
    open();
    submit(Job::Put { id: id.into(), text: text.into() })
}

/// Takes the text from under an id, unless another one has taken its place.
pub(super) fn forget(id: &str, text: &str) {
    submit(Job::Forget { id: id.into(), text: text.into() });
}

/// All that is kept. Looking creates nothing: a database that isn't there stays away.
pub(crate) async fn kept() -> Vec<Record> {
    let Ok(database) = database(false).await else { return Vec::new() };
    let values = async { request(&store(&database, "readonly")?.get_all()?).await };
    let texts = values.await.map(|values| Array::from(&values)).unwrap_or_default();
    let records = texts.iter().filter_map(|text| Record::parse(&text.as_string()?)).collect();
    STATUS.with_borrow_mut(|status| match status {
        Status::Closed => *status = Status::Open(database),
        _ => database.close(),
    });
    records
}

/// Does it now, or once the database is open.
fn submit(job: Job) -> bool {
    STATUS.with_borrow_mut(|status| match status {
        Status::Opening(jobs) => {
            jobs.push(job);
            false
        }
        Status::Open(database) => carry_out(database, job).is_ok(),
        Status::Closed | Status::Unusable => false,
    })
}

fn carry_out(database: &Database, job: Job) -> Result<(), JsValue> {
    let store = store(database, "readwrite")?;
    match job {
        Job::Put { id, text } => {
            store.put_with_key(&JsValue::from_str(&text), &JsValue::from_str(&id))?;
        }
        Job::Forget { id, text } => {
            let key = JsValue::from_str(&id);
            let found = store.get(&key)?;
            // Within the transaction, so that no newer revision comes in between.
            spawn_local(async move {
                if request(&found).await.is_ok_and(|value| value == text.as_str()) {
                    let _ = store.delete(&key);
                }
            });
        }
    }
    Ok(())
}

/// The store in a new transaction that is on disk when it is complete.
fn store(database: &Database, mode: &str) -> Result<IdbObjectStore, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("durability"), &JsValue::from_str("strict"))?;
    database.transaction(STORE, mode, &options)?.object_store(STORE)
}

/// Opens the database, if it is there or may be created.
async fn database(create: bool) -> Result<Database, JsValue> {
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok()?);
    let factory = factory.ok_or(JsValue::NULL)?.unchecked_into::<Factory>();
    // In WebKit, to open one that isn't there and to give that up leaves an empty one behind. So the
    // browser is asked first, if it can be.
    if !create && let Ok(databases) = factory.databases() {
        let ours = |it: JsValue| Reflect::get(&it, &JsValue::from_str("name")).is_ok_and(|name| name == NAME);
        if !Array::from(&JsFuture::from(databases).await?).iter().any(ours) {
            return Err(JsValue::NULL);
        }
    }
    let opening = factory.open_with_u32(NAME, 1)?;
    let upgrading = opening.clone();
    let upgrade = Closure::<dyn FnMut()>::new(move || drop(set_up(&upgrading, create)));
    opening.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    Ok(request(&opening).await?.unchecked_into())
}

/// A new database gets its store; one that was not to be created is given up.
fn set_up(opening: &IdbOpenDbRequest, create: bool) -> Result<(), JsValue> {
    if create {
        opening.result()?.unchecked_into::<IdbDatabase>().create_object_store(STORE)?;
    } else if let Some(transaction) = opening.transaction() {
        transaction.abort()?;
    }
    Ok(())
}

/// What a request comes to.
async fn request(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(settled).await?;
    request.result()
}
