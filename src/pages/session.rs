//! The admin token, kept for this tab, so that a reload doesn't ask for it again.

use web_sys::Storage;

const KEY: &str = "aanrader-admin-token";

/// The token of this tab; `None` if there is none, or storage is forbidden.
pub(crate) fn token() -> Option<String> {
    storage()?.get_item(KEY).ok().flatten().filter(|token| !token.is_empty())
}

/// Keeps the token until the tab is closed. If storage is forbidden, only the page holds it, and a reload
/// asks again.
pub(crate) fn keep(token: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, token);
    }
}

/// Forgets the token.
pub(crate) fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}
