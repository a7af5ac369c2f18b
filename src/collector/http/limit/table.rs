//! Remembers until when each network has used up its share.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How many networks have an entry of their own.
const MOST: usize = 100_000;

/// How many entries the other networks share.
const SHARED: usize = 1_024;

/// A burst may be as large as the rate over this time.
const PERIOD: Duration = Duration::from_secs(60);

/// How far each network is ahead of its steady rate.
#[derive(Debug)]
pub(super) struct Table {
    until: HashMap<IpAddr, Instant>,
    /// Which entry a network shares is unpredictable, because the hash has a random key.
    shared: Vec<Option<Instant>>,
    hash: RandomState,
    swept: Instant,
    most: usize,
}

impl Table {
    pub(super) fn new() -> Self {
        Self::with_room_for(MOST)
    }

    fn with_room_for(most: usize) -> Self {
        let until = HashMap::new();
        Self { until, shared: vec![None; SHARED], hash: RandomState::new(), swept: Instant::now(), most }
    }

    /// The time until the network may send again; zero for now. Changes nothing.
    pub(super) fn wait(&self, network: IpAddr, per_minute: u32, now: Instant) -> Duration {
        let next = self.used_until(network).map_or(now, |until| now.max(until)) + PERIOD / per_minute.max(1);
        next.saturating_duration_since(now + PERIOD)
    }

    /// Counts one request.
    pub(super) fn charge(&mut self, network: IpAddr, per_minute: u32, now: Instant) {
        let until = self.used_until(network).map_or(now, |until| now.max(until)) + PERIOD / per_minute.max(1);
        if self.until.contains_key(&network) || self.has_room(now) {
            self.until.insert(network, until);
        } else {
            let place = self.place(network);
            self.shared[place] = Some(until);
        }
    }

    fn used_until(&self, network: IpAddr) -> Option<Instant> {
        let own = self.until.get(&network).copied();
        own.or_else(|| (self.until.len() >= self.most).then(|| self.shared[self.place(network)]).flatten())
    }

    fn place(&self, network: IpAddr) -> usize {
        usize::try_from(self.hash.hash_one(network) % SHARED as u64).unwrap_or(0)
    }

    /// Makes room by forgetting idle networks, but not at every call.
    fn has_room(&mut self, now: Instant) -> bool {
        let full = self.until.len() >= self.most;
        if full && now.saturating_duration_since(self.swept) > Duration::from_secs(1) {
            self.swept = now;
            self.until.retain(|_, until| *until > now);
        }
        self.until.len() < self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn ip(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(number).into()
    }

    fn admit(table: &mut Table, network: IpAddr, per_minute: u32, now: Instant) -> Result<(), Duration> {
        let wait = table.wait(network, per_minute, now);
        if !wait.is_zero() {
            return Err(wait);
        }
        table.charge(network, per_minute, now);
        Ok(())
    }

    #[test]
    fn a_minute_s_worth_may_come_at_once_and_then_one_after_the_other() {
        let (mut table, start) = (Table::new(), Instant::now());
        for _ in 0..6 {
            assert_eq!(admit(&mut table, ip(1), 6, start), Ok(()));
        }
        let seconds = Duration::from_secs;
        assert_eq!(admit(&mut table, ip(1), 6, start), Err(seconds(10)));
        assert_eq!(admit(&mut table, ip(1), 6, start + seconds(9)), Err(seconds(1)));
        assert_eq!(admit(&mut table, ip(1), 6, start + seconds(10)), Ok(()));
        assert_eq!(admit(&mut table, ip(2), 6, start), Ok(()), "another client");
        // After a while the limit is as new.
        let later = start + seconds(600);
        for _ in 0..6 {
            assert_eq!(admit(&mut table, ip(1), 6, later), Ok(()));
        }
        assert!(admit(&mut table, ip(1), 6, later).is_err());
    }

    #[test]
    fn a_full_table_still_limits() {
        let (mut table, now) = (Table::with_room_for(100), Instant::now());
        for number in 0..100 {
            admit(&mut table, ip(number), 600, now).expect("room");
        }
        let newcomer = ip(1_000);
        let admitted = (0..1_000).filter(|_| admit(&mut table, newcomer, 600, now).is_ok()).count();
        assert_eq!(admitted, 600);
        // A client with an entry keeps it.
        assert_eq!(admit(&mut table, ip(5), 600, now), Ok(()));
        // A great many newcomers together get no more than the shared entries allow.
        let many = (2_000..1_000_000).filter(|number| admit(&mut table, ip(*number), 1, now).is_ok()).count();
        assert!(many <= SHARED, "{many}");
        // Once the others are gone, newcomers get entries again.
        let later = now + Duration::from_secs(120);
        assert_eq!(admit(&mut table, newcomer, 600, later), Ok(()));
        assert!(table.until.contains_key(&newcomer));
    }
}
