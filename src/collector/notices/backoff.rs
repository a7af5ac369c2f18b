//! When a message that could not be delivered is tried again.

/// The number of attempts.
pub const ATTEMPTS: u32 = 10;

/// The pauses after the first attempts, in milliseconds: the schedule of Standard Webhooks, 75 hours in total.
const PAUSES: [i64; 9] = {
    const SECOND: i64 = 1_000;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]
};

/// The longest wait that a receiver can ask for by `Retry-After`, in milliseconds.
const LONGEST: i64 = 24 * 3_600_000;

/// The pause after this many failed attempts, in milliseconds; `None` if there is no further attempt.
///
/// `chance`, from 0 to 1, spreads the pauses by a tenth to either side, so that messages that failed together
/// don't come back together. `asked` is the receiver's own wish, which is respected up to a day.
pub fn pause(failed: u32, chance: f64, asked: Option<i64>) -> Option<i64> {
    let index = usize::try_from(failed).ok()?.checked_sub(1)?;
    let base = *PAUSES.get(index)?;
    // A tenth of a day is far below the precision of a float.
    let spread = (base as f64 * 0.2 * (chance.clamp(0.0, 1.0) - 0.5)) as i64;
    Some((base + spread).max(asked.unwrap_or(0).clamp(0, LONGEST)))
}
