//! The harness of all tests.

pub mod axe;
pub mod browser;
pub mod collector;
pub mod driver;
pub mod engine;
pub mod fault;
pub mod host;
pub mod npm;
pub mod options;
pub mod person;
pub mod postgres;
mod process;
pub mod receiver;
pub mod smtp;
pub mod stage;
pub mod survey;
pub mod tree;
pub mod wait;
mod witness;

/// A setting from `cargo xtask test`.
///
/// # Panics
/// When it isn't set.
pub fn from_xtask(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this through cargo xtask test"))
}
