//! Tests of the entire crate.

mod cases;
mod forms;
mod grids;
mod hard;
mod kinds;
mod lines;
mod quickly;
mod tables;
