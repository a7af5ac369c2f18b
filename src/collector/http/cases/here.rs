//! The language and the address prefix of these pages.

use axum::http::HeaderMap;

use crate::http::owner::Texts;

/// The texts of a page's language, and the prefix of its addresses.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub(super) texts: &'static Texts,
    /// `/nl` if the address names the language; empty if the browser decides.
    prefix: &'static str,
}

/// All prefixes of these pages.
pub(super) const PREFIXES: [&str; 3] = ["", "/en", "/nl"];

impl Here {
    /// The language and prefix for an address and these headers.
    pub(super) fn of(path: &str, headers: &HeaderMap) -> Self {
        Self { texts: Texts::of(path, headers), prefix: prefix(path) }
    }

    /// The text under that key.
    pub(super) fn say(&self, key: &str) -> &'static str {
        self.texts.get(key)
    }

    /// That address, with this prefix.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

/// The prefix before the addresses of these pages.
pub(super) fn prefix(path: &str) -> &'static str {
    let below = |prefix: &&str| {
        !prefix.is_empty() && path.strip_prefix(*prefix).is_some_and(|rest| rest.starts_with('/'))
    };
    PREFIXES.into_iter().find(below).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::owner::LANGUAGES;

    #[test]
    fn a_page_has_an_address_in_every_language_of_the_owners() {
        assert!(LANGUAGES.iter().all(|language| PREFIXES.contains(&&*format!("/{language}"))));
        let at = |path| Here::of(path, &HeaderMap::new()).at("/cases/");
        assert_eq!(at("/nl/cases/"), "/nl/cases/");
        assert_eq!(at("/cases/nl/3f0e"), "/cases/");
    }
}
