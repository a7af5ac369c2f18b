//! The long form of the fault suite.
fn main() {}
