//! Faults, and tests that every answer survives them.
//!
//! A **trial** is one fault. Customers answer under it. Then [`ledger::settle`] compares their choices with the
//! collector's database and results:
//!
//! - every answer with a receipt is stored;
//! - every chosen score is stored after the next visit;
//! - no answer is stored twice, and no revision is lost;
//! - the NPS is that of the choices.
//!
//! There are two kinds of customers. Those of [`load`] have no browser: thousands of small, faithful clients that
//! act like the widget. Those of [`visit`] are real Chromium with the shipping files.
//!
//! **"Chosen"**, in a browser, means that the mouse button was released on the score's cell (or on Send, for the
//! comment), and `WebDriver` has returned from it. The promise begins when the answer is on the device. A browser
//! that is killed between the click's own events and then loses the answer, whatever the widget does.
//! Kills come from 0 ms after the click.
//!
//! A killed choice is excluded only under four conditions: it isn't stored; no receipt was read; the browser had
//! not reported its commit (the page tells the proxy at the transaction's `complete`); and the kill came within a
//! second of the click. The number of excluded choices is printed.

mod cases;
pub mod client;
pub mod ledger;
pub mod load;
mod message;
mod process;
pub mod proxy;
pub mod random;
pub mod told;
pub mod visit;

/// The default seed of the short form.
const SEED: u64 = 20_261_122;

/// The seed of this run, which is printed.
///
/// # Panics
/// When `AANRADER_SEED` isn't a whole number.
pub fn seed() -> u64 {
    let seed = match std::env::var("AANRADER_SEED") {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("AANRADER_SEED is a whole number, not {text:?}")),
        Err(_) => SEED,
    };
    println!("AANRADER_SEED={seed}");
    seed
}

/// The proxy's fault for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The port accepts no connection for a while.
    Refused,
    /// The connection is reset before the collector has received anything.
    CutBefore,
    /// The proxy reads the complete request, then closes the connection and passes nothing on.
    CutAfter,
    /// The collector has replied, and the connection closes without the reply.
    Swallowed,
    /// The request is passed on late, or not at all if the sender has hung up.
    Delayed,
    /// This status in place of the collector's reply; the collector receives nothing.
    Status(u16),
    /// The collector has stored it; the sender receives status 500.
    FalseError,
    /// The collector receives it at once, and again later, when a newer revision may be stored.
    Replayed,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Refused,
        Self::CutBefore,
        Self::CutAfter,
        Self::Swallowed,
        Self::Delayed,
        Self::Status(408),
        Self::Status(429),
        Self::Status(500),
        Self::Status(503),
        Self::FalseError,
        Self::Replayed,
    ];

    /// Its name in tables and failures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "connection refused",
            Self::CutBefore => "cut before the request was read",
            Self::CutAfter => "cut after the request was read",
            Self::Swallowed => "reply swallowed",
            Self::Delayed => "delayed",
            Self::Status(408) => "storm of 408",
            Self::Status(429) => "storm of 429",
            Self::Status(503) => "storm of 503",
            Self::Status(_) => "storm of 500",
            Self::FalseError => "stored, but told 500",
            Self::Replayed => "replayed",
        }
    }
}
