//! Latency, jitter, loss and duplication made on purpose, so that a bad network can be had
//! anywhere. Sits between the match and the socket, on the sending side. Pure: time is an
//! argument and chance comes from a seed, so the same calls always give the same packets.

use std::collections::BTreeMap;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::Lane;
use crate::session::PeerId;

/// A point in time, in milliseconds since some start that all calls share.
pub type Millis = u64;

/// The most packets that wait at a time. Beyond it unreliable packets are dropped and reliable
/// ones leave before they are due.
pub const MAX_WAITING: usize = 4096;

/// How bad the network is, in one direction.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FakeLagConfig {
    /// Every packet is late by this, in milliseconds.
    pub lag_ms: u32,
    /// ... and by a random 0 to this more, in milliseconds. Unreliable packets overtake each other.
    pub jitter_ms: u32,
    /// How many of 100 unreliable packets get lost, 0 to 100.
    pub loss_pct: f32,
    /// How many of 100 unreliable packets arrive twice, 0 to 100.
    pub dup_pct: f32,
}

impl FakeLagConfig {
    /// Whether packets pass unchanged.
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }
}

/// A message on its way: for whom, on which lane, and its bytes.
pub type Packet = (PeerId, Lane, Box<[u8]>);

/// A queue that hands packets on late, twice or never. The reliable lane only ever comes late.
#[derive(Debug)]
pub struct FakeLag {
    config: FakeLagConfig,
    rng: Xoshiro256PlusPlus,
    /// By the time they are due, then in the order they were pushed.
    waiting: BTreeMap<(Millis, u64), Packet>,
    pushed: u64,
    /// When the last reliable packet to a peer is due: the next one may not be earlier.
    reliable_due: BTreeMap<PeerId, Millis>,
}

impl FakeLag {
    /// An empty queue; `seed` decides every chance.
    pub fn new(config: FakeLagConfig, seed: u64) -> Self {
        Self {
            config,
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            waiting: BTreeMap::new(),
            pushed: 0,
            reliable_due: BTreeMap::new(),
        }
    }

    /// The network is like this from now on; what waits arrives as it would have.
    pub fn change(&mut self, config: FakeLagConfig) {
        self.config = config;
    }

    /// Takes a packet that would be sent now.
    pub fn push(&mut self, now: Millis, to: PeerId, lane: Lane, bytes: Box<[u8]>) {
        if lane == Lane::Reliable {
            let due = self.reliable_due_for(now, to);
            self.insert(due, (to, lane, bytes));
            return;
        }
        // Always three draws per packet: changing one rate does not shift the others' chances.
        let is_lost = self.chance(self.config.loss_pct);
        let is_doubled = self.chance(self.config.dup_pct);
        let due = self.late(now);
        if is_lost || self.waiting.len() >= MAX_WAITING {
            return;
        }
        if is_doubled {
            let due_again = self.late(now);
            self.insert(due_again, (to, lane, bytes.clone()));
        }
        self.insert(due, (to, lane, bytes));
    }

    /// The next packet that has to leave by now, if any. Call until there is none.
    pub fn poll(&mut self, now: Millis) -> Option<Packet> {
        let first = self.waiting.first_entry()?;
        let is_due = first.key().0 <= now;
        let is_full = self.waiting.len() > MAX_WAITING;
        if is_due || is_full { self.waiting.pop_first().map(|(_, packet)| packet) } else { None }
    }

    /// How many packets wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn insert(&mut self, due: Millis, packet: Packet) {
        self.waiting.insert((due, self.pushed), packet);
        self.pushed += 1;
    }

    fn reliable_due_for(&mut self, now: Millis, to: PeerId) -> Millis {
        // A time that has passed holds nothing back; forgetting it keeps the map small.
        self.reliable_due.retain(|_, due| *due > now);
        let due = self.late(now);
        let last = self.reliable_due.entry(to).or_insert(due);
        *last = due.max(*last);
        *last
    }

    fn late(&mut self, now: Millis) -> Millis {
        let jitter = self.rng.next_u64() % (u64::from(self.config.jitter_ms) + 1);
        now.saturating_add(u64::from(self.config.lag_ms)).saturating_add(jitter)
    }

    fn chance(&mut self, pct: f32) -> bool {
        // A float cast saturates, and NaN is 0: no setting can do worse than all or nothing.
        let limit = (f64::from(pct) / 100.0 * f64::from(u32::MAX)).ceil() as u64;
        u64::from(self.rng.next_u32()) < limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: PeerId = PeerId(1);
    const OTHER: PeerId = PeerId(2);

    fn send(config: FakeLagConfig, seed: u64, lane: Lane, count: u32) -> Vec<(Millis, u32)> {
        let mut lag = FakeLag::new(config, seed);
        let mut arrived = Vec::new();
        let last = u64::from(count) * 4;
        for now in 0..last + 1000 {
            if now < last && now % 4 == 0 {
                let number = u32::try_from(now / 4).unwrap();
                lag.push(now, PEER, lane, Box::from(number.to_le_bytes()));
            }
            while let Some((to, got, bytes)) = lag.poll(now) {
                assert_eq!((to, got), (PEER, lane));
                arrived.push((now, u32::from_le_bytes(bytes[..].try_into().unwrap())));
            }
        }
        assert_eq!(lag.waiting(), 0);
        arrived
    }

    fn bad_network() -> FakeLagConfig {
        FakeLagConfig { lag_ms: 60, jitter_ms: 30, loss_pct: 5.0, dup_pct: 3.0 }
    }

    #[test]
    fn same_seed_gives_the_same_arrivals() {
        let once = send(bad_network(), 7, Lane::Unreliable, 500);
        assert_eq!(once, send(bad_network(), 7, Lane::Unreliable, 500));
        assert_ne!(once, send(bad_network(), 8, Lane::Unreliable, 500));
    }

    #[test]
    fn every_packet_is_late_by_lag_and_at_most_jitter_more() {
        let arrivals = send(bad_network(), 7, Lane::Unreliable, 2000);
        let delays: Vec<u64> = arrivals.iter().map(|&(at, n)| at - u64::from(n) * 4).collect();
        assert_eq!(delays.iter().min(), Some(&60));
        assert_eq!(delays.iter().max(), Some(&90));
    }

    #[test]
    fn loss_and_duplication_happen_at_their_rates() {
        let config = FakeLagConfig { loss_pct: 10.0, dup_pct: 20.0, ..Default::default() };
        let mut arrivals = send(config, 3, Lane::Unreliable, 10_000);
        let all = arrivals.len();
        arrivals.sort_unstable();
        arrivals.dedup();
        let different = arrivals.len();
        assert!((8_850..9_150).contains(&different), "{different}");
        // Only what was not lost can be doubled.
        assert!((1_650..1_950).contains(&(all - different)), "{}", all - different);
    }

    #[test]
    fn extreme_rates_are_all_or_nothing() {
        for (pct, expected) in [(100.0, 0), (1e9, 0), (0.0, 100), (-5.0, 100), (f32::NAN, 100)] {
            let config = FakeLagConfig { loss_pct: pct, ..Default::default() };
            assert_eq!(send(config, 1, Lane::Unreliable, 100).len(), expected, "{pct}");
        }
    }

    #[test]
    fn jitter_changes_the_order_of_the_unreliable_lane() {
        let config = FakeLagConfig { lag_ms: 20, jitter_ms: 40, ..Default::default() };
        let numbers: Vec<u32> =
            send(config, 5, Lane::Unreliable, 500).iter().map(|a| a.1).collect();
        assert_eq!(numbers.len(), 500);
        assert!(!numbers.is_sorted());
    }

    #[test]
    fn reliable_lane_is_complete_and_in_order() {
        let config = FakeLagConfig { loss_pct: 50.0, dup_pct: 50.0, ..bad_network() };
        let numbers: Vec<u32> = send(config, 5, Lane::Reliable, 500).iter().map(|a| a.1).collect();
        assert_eq!(numbers, (0..500).collect::<Vec<u32>>());
    }

    #[test]
    fn without_settings_packets_pass_at_once() {
        assert!(FakeLagConfig::default().is_off());
        let arrivals = send(FakeLagConfig::default(), 1, Lane::Unreliable, 50);
        assert_eq!(arrivals, (0..50).map(|n| (u64::from(n) * 4, n)).collect::<Vec<_>>());
    }

    #[test]
    fn peers_do_not_hold_each_other_up() {
        let mut lag = FakeLag::new(FakeLagConfig { lag_ms: 10, ..Default::default() }, 1);
        lag.push(0, PEER, Lane::Reliable, Box::from([1]));
        lag.push(5, OTHER, Lane::Reliable, Box::from([2]));
        assert_eq!(lag.poll(9), None);
        assert_eq!(lag.poll(10), Some((PEER, Lane::Reliable, Box::from([1]))));
        assert_eq!(lag.poll(10), None);
        assert_eq!(lag.poll(15), Some((OTHER, Lane::Reliable, Box::from([2]))));
    }

    #[test]
    fn full_queue_drops_unreliable_and_hurries_reliable() {
        let mut lag = FakeLag::new(FakeLagConfig { lag_ms: 1000, ..Default::default() }, 1);
        for _ in 0..MAX_WAITING + 10 {
            lag.push(0, PEER, Lane::Unreliable, Box::from([0]));
        }
        assert_eq!(lag.waiting(), MAX_WAITING);
        assert_eq!(lag.poll(0), None);
        lag.push(0, PEER, Lane::Reliable, Box::from([1]));
        assert!(lag.poll(0).is_some());
        assert_eq!(lag.waiting(), MAX_WAITING);
    }
}
