//! Tests of the whole crate.

mod cases;
mod forms;
mod hard;
mod kinds;
mod lines;
mod quickly;
mod sheets;
mod tables;
