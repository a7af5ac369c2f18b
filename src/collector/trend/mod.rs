//! What may be said about the number over time, without I/O: whether it changed, which groups differ, and how
//! many of those who were asked answered.

mod change;
mod exact;
mod group;
mod share;
#[cfg(test)]
mod simulation;

pub use change::{Change, changes};
pub use group::{RANKED, Standing, standings};
pub use share::Share;
