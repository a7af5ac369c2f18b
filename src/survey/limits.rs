//! The limits of an answer. Together they keep every valid answer, written as JSON by [`crate::Answer`]'s own
//! `Serialize`, under the 16 KiB that the collector accepts.

/// The largest body that the collector accepts, in bytes.
pub const BODY_BYTES: usize = 16 * 1024;
/// The highest revision.
pub const REV: u32 = 1_000_000;
/// Characters in a survey's, touchpoint's or wording's id.
pub const SLUG_CHARS: usize = 64;
/// Characters in a comment.
pub const COMMENT_CHARS: usize = 2_000;
/// Characters in the customer's address, telephone number or other contact.
pub const HOW_CHARS: usize = 200;
/// Characters in the shop's id for the customer.
pub const CUSTOMER_CHARS: usize = 128;
/// Properties of one answer.
pub const PROPERTIES: usize = 20;
/// Characters in a property's key.
pub const KEY_CHARS: usize = 32;
/// Characters in a property's value.
pub const VALUE_CHARS: usize = 64;
/// Characters in a language tag.
pub const LANGUAGE_CHARS: usize = 35;
