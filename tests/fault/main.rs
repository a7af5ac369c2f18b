//! The fault suite, in its short form: under every fault, no answer is lost or counts twice.
//!
//! A printed seed determines all random choices; `AANRADER_SEED` sets it. The long form is `cargo xtask
//! soak`.

mod bites;
mod intermediaries;
mod load;
mod promises;
mod receivers;
mod storage;
mod told;
mod visits;
