//! Tests of the whole crate.

mod cases;
mod kinds;
mod lines;
mod quickly;
mod tables;
