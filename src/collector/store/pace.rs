//! Reading gives way to writing: while answers arrive, each read is followed by a pause in which no other read takes
//! its place. So owners who look all the time leave the processors to customers who answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Answers arrive if the latest one is at most this old. Rarer ones need no processor for long.
const RECENTLY: Duration = Duration::from_millis(50);

/// The length of a pause, in durations of the read before it.
const TIMES: u32 = 5;

/// The longest pause.
const MOST: Duration = Duration::from_millis(250);

/// Paces reads by the time of the latest answer.
pub(super) struct Pace {
    since: Instant,
    one: Arc<Mutex<()>>,
    /// Milliseconds after `since`; 0 before the first answer.
    latest: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { since: Instant::now(), one: Arc::default(), latest: AtomicU64::new(0) }
    }
}

impl Pace {
    /// Notes that an answer has arrived.
    pub(super) fn answer_arrived(&self) {
        self.latest.store(self.now(), Ordering::Relaxed);
    }

    /// Waits until no other read is underway, but only while answers arrive: then reads have at most one processor. Drop
    /// what it returns after the read.
    pub(super) async fn alone(&self) -> Option<OwnedMutexGuard<()>> {
        match self.age() {
            Some(age) if age <= RECENTLY => Some(Arc::clone(&self.one).lock_owned().await),
            _ => None,
        }
    }

    /// Drops what a read needs exclusively, after a pause if answers arrive. The caller doesn't wait for the pause.
    pub(super) fn give_back(&self, place: impl Send + 'static, took: Duration) {
        let pause = pause(self.age(), took);
        match Handle::try_current() {
            Ok(runtime) if !pause.is_zero() => drop(runtime.spawn(async move {
                tokio::time::sleep(pause).await;
                drop(place);
            })),
            _ => drop(place),
        }
    }

    /// The age of the latest answer.
    fn age(&self) -> Option<Duration> {
        let latest = self.latest.load(Ordering::Relaxed);
        (latest > 0).then(|| Duration::from_millis(self.now().saturating_sub(latest)))
    }

    /// Milliseconds after `since`, at least 1.
    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }
}

/// The pause after a read that took so long, by the age of the latest answer.
fn pause(age: Option<Duration>, took: Duration) -> Duration {
    match age {
        Some(age) if age <= RECENTLY => took.saturating_mul(TIMES).min(MOST),
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;

    #[test]
    fn a_read_is_followed_by_a_pause_only_while_answers_arrive() {
        let took = Duration::from_millis(5);
        assert_eq!(pause(None, took), Duration::ZERO);
        assert_eq!(pause(Some(Duration::from_secs(1)), took), Duration::ZERO);
        assert_eq!(pause(Some(RECENTLY), took), 5 * took);
        assert_eq!(pause(Some(RECENTLY), Duration::from_secs(9)), MOST);
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_read_begins_at_once_or_after_the_pause() {
        let (pace, permits) = (Pace::default(), Arc::new(Semaphore::new(1)));
        let permit = async || Arc::clone(&permits).acquire_owned().await.expect("a permit");
        pace.give_back(permit().await, Duration::from_secs(1));
        assert_eq!(permits.available_permits(), 1);
        // An answer that is just arriving, however slow this test is.
        pace.latest.store(u64::MAX, Ordering::Relaxed);
        let (taken, started) = (permit().await, tokio::time::Instant::now());
        pace.give_back(taken, Duration::from_secs(1));
        drop(permit().await);
        assert_eq!(started.elapsed().as_millis(), MOST.as_millis());
    }

    #[tokio::test(start_paused = true)]
    async fn while_answers_arrive_there_is_one_read_at_a_time() {
        let pace = Pace::default();
        assert!(pace.alone().await.is_none());
        pace.latest.store(u64::MAX, Ordering::Relaxed);
        let first = pace.alone().await;
        let second = async || tokio::time::timeout(MOST, pace.alone()).await;
        assert!(first.is_some() && second().await.is_err());
        pace.give_back(first, Duration::ZERO);
        assert!(second().await.is_ok_and(|read| read.is_some()));
    }
}
