//! The customer's comment and contact, under the follow-up question.

use alloc::string::String;

use crate::{limits, text};

/// The typed texts, cleaned as the collector cleans them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    comment: String,
    how: Option<String>,
}

/// The lengths of the texts that are too long, in characters; 0 for a text that fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TooLong {
    /// The length of the comment, if it is more than [`limits::COMMENT_CHARS`].
    pub comment: usize,
    /// The length of the contact, if it is more than [`limits::HOW_CHARS`].
    pub how: usize,
}

impl Reply {
    /// The comment and, with the customer's consent, their contact. A contact that was typed before the
    /// consent was taken back is dropped.
    pub fn new(comment: &str, allowed: bool, how: &str) -> Self {
        Self { comment: text::clean(comment, true), how: allowed.then(|| text::clean(how, false)) }
    }

    /// The comment; empty if there is none.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// The customer's contact, perhaps empty; `None` if they gave no consent.
    pub fn contact(&self) -> Option<&str> {
        self.how.as_deref()
    }

    /// Whether both texts are short enough.
    pub fn fits(&self) -> bool {
        self.too_long() == TooLong::default()
    }

    /// The texts that are too long to be sent.
    pub fn too_long(&self) -> TooLong {
        let over = |text: &str, most| match text::length(text) {
            length if length > most => length,
            _ => 0,
        };
        TooLong {
            comment: over(&self.comment, limits::COMMENT_CHARS),
            how: over(self.contact().unwrap_or(""), limits::HOW_CHARS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_typed_before_the_consent_was_taken_back_goes_no_further() {
        assert_eq!(Reply::new("", false, "06-12345678").contact(), None);
        assert_eq!(Reply::new("", true, " 06-12345678 ").contact(), Some("06-12345678"));
    }

    #[test]
    fn what_is_too_long_is_named_with_its_length_once_it_is_clean() {
        let reply = Reply::new(&"é".repeat(2_001), true, &"x".repeat(201));
        assert_eq!(reply.too_long(), TooLong { comment: 2_001, how: 201 });
        let reply = Reply::new(&("é".repeat(2_000) + " \n"), false, &"x".repeat(201));
        assert_eq!(reply.too_long(), TooLong::default());
    }
}
