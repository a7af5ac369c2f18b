//! Addresses of e-mail, checked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest address, in bytes (RFC 5321, 4.5.3.1.3).
const BYTES: usize = 254;

/// An e-mail address, such as `anna@shop.example`. It contains no space, line break or angle bracket, so it
/// can't end a header or add one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(lettre::Address);

impl Email {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// The problem, with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || format!("{text:?} is no e-mail address; give one like anna@shop.example");
        let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>,;:\"\\()".contains(c);
        if text.len() > BYTES || !text.chars().all(is_plain) {
            return Err(wrong());
        }
        lettre::Address::from_str(text).map(Self).map_err(|_| wrong())
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref())
    }
}

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address_and_holds_no_header() {
        for text in ["anna@shop.example", " a.b+c@sub.shop.example ", "o'neil@shop.example"] {
            assert_eq!(Email::parse(text).expect("an address").to_string(), text.trim());
        }
        let long = format!("a@{}.example", "b".repeat(250));
        for text in [
            "",
            "anna",
            "anna@",
            "@shop.example",
            "06 12345678",
            "anna@shop.example\r\nBcc: x@evil.example",
            "anna@shop.example,x@evil.example",
            "<anna@shop.example>",
            "Anna <anna@shop.example>",
            "anna@shop.example x",
            &long,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }
}
