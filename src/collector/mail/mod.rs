//! E-mail: the server that sends it, and letters.
//!
//! A letter is made of checked addresses and of lines without control characters, so nobody's input can add a
//! header.

mod letter;
pub mod link;
pub mod reply;
mod server;
pub mod weekly;
pub mod worker;

pub use letter::{Letter, Part};
pub use server::{Failure, Mailer, Post};
