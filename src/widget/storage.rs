//! Browser storage that may be absent, full or forbidden: every failure is an
//! answer, never an exception.
//!
//! **Invariant:** nothing else in the widget touches the visitor's device.

use web_sys::Storage;

/// What all our keys begin with.
const PREFIX: &str = "aanrader-answer-";

/// The browser's own store; `None` where it is forbidden.
fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Keeps a value under an answer's id; says whether the browser took it.
pub(crate) fn keep(id: &str, value: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(&key(id), value).is_ok())
}

/// Forgets the value, unless something newer has taken its place.
pub(crate) fn forget(id: &str, value: &str) {
    if let Some(storage) = local()
        && storage.get_item(&key(id)).ok().flatten().as_deref() == Some(value)
    {
        let _ = storage.remove_item(&key(id));
    }
}

/// Everything that is kept: ids and values.
pub(crate) fn kept() -> Vec<(String, String)> {
    let Some(storage) = local() else { return Vec::new() };
    let count = storage.length().unwrap_or(0);
    (0..count)
        .filter_map(|i| storage.key(i).ok().flatten())
        .filter_map(|key| {
            let value = storage.get_item(&key).ok().flatten()?;
            Some((key.strip_prefix(PREFIX)?.to_string(), value))
        })
        .collect()
}

fn key(id: &str) -> String {
    [PREFIX, id].concat()
}
