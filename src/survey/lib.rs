//! The rules of Aanrader. They define a score, the NPS of many scores with its interval, the limits of an
//! answer, the question's way from screen to screen and the follow-up that a score asks of the shop.
//!
//! **Invariant:** this crate knows no browser, no server, no clock and no randomness. The customer's browser
//! and the collector run the same code, so that both decide alike.

#![no_std]

extern crate alloc;

mod answer;
mod flow;
mod follow_up;
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
pub use flow::{Delivery, Effects, Event, Input, Notice, Rules, Save, Saved, State, Target, Wish};
pub use follow_up::{FollowUp, Step, plan};
pub use nps::{Comparison, Confidence, Nps, chance, compare, holm, tenths_of_percent, two_sided};
pub use problem::{Code, Field, Found, Problem};
pub use raw::Raw;
pub use reply::{Reply, TooLong};
pub use sample::in_sample;
pub use score::{Category, Score};
pub use tally::Tally;
pub use wording::{push_hexadecimal, wording_id};
