//! Tests of the whole crate.

mod cases;
mod hard;
mod kinds;
mod lines;
mod quickly;
mod tables;
