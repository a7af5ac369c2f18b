//! Customers' pseudonyms: the database holds an HMAC of a customer's id, and the key is kept elsewhere. The
//! database alone doesn't tell who answered. The owner has both, and can still find, export and erase one
//! customer's answers.

use std::fmt;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::store::SiteId;

/// A key with fewer characters can be guessed.
const LEAST_CHARS: usize = 32;

/// The key.
#[derive(Clone)]
pub struct Pseudonyms(String);

impl Pseudonyms {
    /// Reads the key from the text of a file.
    ///
    /// # Errors
    ///
    /// The problem, without repeating the key.
    pub fn with_key(text: &str) -> Result<Self, String> {
        let key = text.trim();
        match key.chars().count() {
            count if count < LEAST_CHARS => Err(format!(
                "the key has {count} characters, which can be guessed; use {LEAST_CHARS} or more"
            )),
            _ => Ok(Self(key.to_owned())),
        }
    }

    /// The pseudonym of a site's customer: HMAC-SHA256 of the lines `SITE` and `CUSTOMER` with a line feed
    /// between, in hexadecimal digits. A customer of two sites has two pseudonyms.
    ///
    /// # Panics
    ///
    /// Never: a key may have any length.
    pub fn of(&self, site: &SiteId, customer: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("a key may have any length");
        mac.update(format!("{site}\n{customer}").as_bytes());
        mac.finalize().into_bytes().iter().fold(String::new(), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_has_one_name_for_each_site_and_key() {
        let with = |key: &str| Pseudonyms::with_key(&key.repeat(32)).expect("a key");
        let (site, other) = (SiteId::default(), SiteId::parse("two").expect("an id"));
        let name = with("a").of(&site, "anna");
        assert_eq!((name.len(), &name), (64, &with("a").of(&site, "anna")));
        for another in
            [with("b").of(&site, "anna"), with("a").of(&other, "anna"), with("a").of(&site, "bert")]
        {
            assert_ne!(name, another);
        }
    }

    #[test]
    fn a_short_key_is_refused_without_being_repeated() {
        let why = Pseudonyms::with_key("secret\n").expect_err("too short");
        assert!(why.contains("6 characters") && !why.contains("secret"), "{why}");
    }
}
