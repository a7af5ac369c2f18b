//! Limits the number of simultaneous connections, in total and for each client.
//!
//! No connection is refused. If all seats are taken, the connection that has been idle longest must leave; a
//! client with a full share loses its own oldest one. A sender of an answer needs a seat for milliseconds, so
//! it is never the oldest; an attacker who keeps connections open always is.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The seats of one collector.
#[derive(Debug)]
pub(crate) struct Seats {
    most: usize,
    most_of_one_client: usize,
    taken: Mutex<Taken>,
}

/// The connections with a seat. The key is the number of a connection's latest event, so the lowest key is
/// the oldest.
#[derive(Debug, Default)]
struct Taken {
    latest: u64,
    by_age: BTreeMap<u64, Sitting>,
    by_client: BTreeSet<(IpAddr, u64)>,
}

#[derive(Debug)]
struct Sitting {
    client: Option<IpAddr>,
    leave: Arc<Notify>,
}

/// A connection's seat; dropping it frees the seat.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Arc<Seats>,
    event: AtomicU64,
    leave: Arc<Notify>,
}

impl Seats {
    /// Seats with these limits.
    pub(crate) fn new(most: usize, most_of_one_client: usize) -> Self {
        Self { most, most_of_one_client, taken: Mutex::default() }
    }

    /// The number of taken seats.
    pub(crate) fn taken(&self) -> usize {
        self.lock().by_age.len()
    }

    /// A seat for a new connection. `client` is the client that it counts for; `None` if many may share the
    /// address.
    pub(crate) fn take(self: &Arc<Self>, client: Option<IpAddr>) -> Seat {
        let leave = Arc::new(Notify::new());
        let mut taken = self.lock();
        if let Some(oldest) = client.and_then(|client| taken.oldest_of(client, self.most_of_one_client)) {
            taken.evict(oldest);
        }
        if taken.by_age.len() >= self.most
            && let Some(oldest) = taken.by_age.keys().next().copied()
        {
            taken.evict(oldest);
        }
        let event = taken.sit(Sitting { client, leave: Arc::clone(&leave) });
        drop(taken);
        Seat { seats: Arc::clone(self), event: AtomicU64::new(event), leave }
    }

    /// Ends the oldest connections, because the system has run out of files.
    pub(super) fn make_room(&self, seats: usize) {
        let mut taken = self.lock();
        let oldest: Vec<u64> = taken.by_age.keys().take(seats).copied().collect();
        oldest.into_iter().for_each(|event| taken.evict(event));
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn sit(&mut self, sitting: Sitting) -> u64 {
        self.latest += 1;
        if let Some(client) = sitting.client {
            self.by_client.insert((client, self.latest));
        }
        self.by_age.insert(self.latest, sitting);
        self.latest
    }

    fn stand_up(&mut self, event: u64) -> Option<Sitting> {
        let sitting = self.by_age.remove(&event)?;
        if let Some(client) = sitting.client {
            self.by_client.remove(&(client, event));
        }
        Some(sitting)
    }

    fn evict(&mut self, event: u64) {
        if let Some(sitting) = self.stand_up(event) {
            sitting.leave.notify_one();
        }
    }

    /// The oldest connection of a client, if it has used up its share.
    fn oldest_of(&self, client: IpAddr, most: usize) -> Option<u64> {
        let mut own = self.by_client.range((client, 0)..=(client, u64::MAX)).map(|(_, event)| *event);
        let oldest = own.next()?;
        (own.take(most).count() + 1 >= most).then_some(oldest)
    }
}

impl Seat {
    /// Notes an event of the connection: a request, or the end of its reply.
    pub(super) fn touch(&self) {
        let mut taken = self.seats.lock();
        if let Some(sitting) = taken.stand_up(self.event.load(Ordering::Relaxed)) {
            self.event.store(taken.sit(sitting), Ordering::Relaxed);
        }
    }

    /// Ends when another connection needs the seat.
    pub(super) async fn needed(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.lock().stand_up(self.event.load(Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Duration, timeout};

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().expect("an address"))
    }

    async fn has_to_leave(seat: &Seat) -> bool {
        timeout(Duration::from_millis(1), seat.needed()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_connection_on_which_nothing_happened_for_longest_leaves_first() {
        let seats = Arc::new(Seats::new(2, 10));
        let (slow, busy) = (seats.take(None), seats.take(None));
        busy.touch();
        let newest = seats.take(None);
        assert!(has_to_leave(&slow).await);
        assert!(!has_to_leave(&busy).await && !has_to_leave(&newest).await);
        assert_eq!(seats.taken(), 2);
        slow.touch();
        assert_eq!(seats.taken(), 2, "who had to leave gets no seat by moving");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_with_its_share_loses_its_own_oldest_and_nobody_else_s() {
        let seats = Arc::new(Seats::new(100, 2));
        let other = seats.take(ip("192.0.2.9"));
        let own: Vec<Seat> = (0..3).map(|_| seats.take(ip("192.0.2.1"))).collect();
        assert!(has_to_leave(&own[0]).await);
        assert!(!has_to_leave(&own[1]).await && !has_to_leave(&own[2]).await);
        assert!(!has_to_leave(&other).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_seat_is_free_again_when_its_connection_ends() {
        let seats = Arc::new(Seats::new(1, 1));
        drop(seats.take(ip("192.0.2.1")));
        assert_eq!(seats.taken(), 0);
        let (first, second) = (seats.take(ip("192.0.2.1")), seats.take(ip("192.0.2.1")));
        assert!(has_to_leave(&first).await && !has_to_leave(&second).await);
        drop(first);
        assert_eq!(seats.taken(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn room_is_made_by_the_oldest() {
        let seats = Arc::new(Seats::new(10, 10));
        let all: Vec<Seat> = (0..3).map(|_| seats.take(None)).collect();
        seats.make_room(2);
        assert!(has_to_leave(&all[0]).await && has_to_leave(&all[1]).await && !has_to_leave(&all[2]).await);
    }
}
