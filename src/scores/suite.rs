//! Tests of the whole crate.

mod cases;
mod lines;
mod quickly;
