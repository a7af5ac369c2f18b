//! Waits for conditions by asking repeatedly, never for a fixed time.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// The longest wait.
const LIMIT: Duration = Duration::from_secs(20);

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(25);

/// Tries until it succeeds, and returns the result.
///
/// # Panics
/// When it hasn't succeeded within twenty seconds; the message has `what` and the last error.
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
