//! Waiting for what comes by itself: asking again until it is there, never for a fixed time.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// The longest to wait for anything.
const LIMIT: Duration = Duration::from_secs(20);

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(25);

/// Tries until it works, and returns what it gave.
///
/// # Panics
/// When it has not worked within twenty seconds, with what was waited for and the last error.
pub async fn until<T, E: Display>(what: &str, attempt: impl AsyncFn() -> Result<T, E>) -> T {
    let started = Instant::now();
    loop {
        match attempt().await {
            Ok(value) => return value,
            Err(error) if started.elapsed() > LIMIT => panic!("waited in vain for {what}: {error}"),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
