//! The rules of Aanrader, and nothing else: what a score is, how many scores
//! become one NPS with its interval, what an answer may hold, how the question
//! goes from one screen to the next and what a score asks of the shop.
//!
//! **Invariant:** this crate knows no browser, no server, no clock and no
//! randomness. It is compiled unchanged into the customer's browser and into
//! the collector, so that both decide alike.

#![no_std]

extern crate alloc;

mod answer;
mod care;
mod flow;
pub mod limits;
mod nps;
pub mod outbox;
mod problem;
mod raw;
mod reply;
mod sample;
mod score;
pub mod shown;
mod tally;
pub mod text;
mod wording;

pub use answer::{Answer, Contact, Fields, Given, Id, TRY_OUT, Value};
pub use care::{Care, Step, plan};
pub use flow::{Delivery, Effects, Event, Input, Notice, Rules, Save, Saved, State, Target, Wish};
pub use nps::{Comparison, Confidence, Nps, compare, holm, tenths_of_percent};
pub use problem::{Code, Field, Found, Problem};
pub use raw::Raw;
pub use reply::{Reply, TooLong};
pub use sample::in_sample;
pub use score::{Category, Score};
pub use tally::Tally;
pub use wording::{push_hexadecimal, wording_id};
