//! The fault suite, in its short form: no answer is lost and none counts twice, whatever goes wrong.
//!
//! Everything that is left to chance follows from a seed, which is printed; `AANRADER_SEED` sets it.
//! The long form is `cargo xtask soak`.

mod bites;
mod intermediaries;
mod load;
mod promises;
mod receivers;
mod storage;
mod visits;
