//! What one peer may send: datagrams, control messages and bytes, each a bucket that
//! time fills again.
//!
//! The limits stand far above what an honest peer sends in its worst moment, a line
//! that catches up with many seconds at once, and far below what hurts. It must never
//! cost more than a look into a small map, however much comes.

use std::collections::BTreeMap;
use std::fmt;

use super::clock::Micros;
use crate::session::PeerId;
use crate::session::allowance::{Allowance, Spent};

/// Datagrams: an honest peer sends 60 a second, and after an outage its line may
/// deliver half a minute of them at once.
const DATAGRAMS: Allowance = Allowance { per_second: 300, at_once: 3000 };
/// Control messages: four heartbeats a second, now and then some pieces of evidence.
const CONTROLS: Allowance = Allowance { per_second: 60, at_once: 600 };
/// Bytes on both lanes: a busy match of eight takes less than a tenth of it.
const BYTES: Allowance = Allowance { per_second: 256 << 10, at_once: 2 << 20 };
/// So long nothing is taken of a peer that was shut out, and its excess is news only once.
const SHUT_FOR: Micros = 60_000_000;
/// Peers remembered; a room has far fewer, but they may come and go.
const MAX_PEERS: usize = 256;

/// By which way something came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Lane 0.
    Datagram,
    /// Lane 1.
    Control,
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// More datagrams than a match takes.
    Datagrams,
    /// More control messages.
    Controls,
    /// More bytes.
    Bytes,
}

/// What becomes of something that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is within the budget.
    Within,
    /// It is too much, for the first time within a minute. It must not be read.
    Over(Excess),
    /// It must not be read, and there is nothing new to say about it.
    Ignored,
}

/// The budget of every peer that sent anything.
#[derive(Debug, Default)]
pub struct Budgets {
    peers: BTreeMap<PeerId, Peer>,
}

#[derive(Debug, Default)]
struct Peer {
    datagrams: Spent,
    controls: Spent,
    bytes: Spent,
    /// When it sent something last.
    heard: Micros,
    /// Until then nothing is taken.
    shut_until: Micros,
    /// Until then its excess is no news.
    told_until: Micros,
}

impl Budgets {
    /// Something of this length came from a peer.
    pub fn take(&mut self, now: Micros, from: PeerId, way: Way, length: usize) -> Verdict {
        let peer = self.peer(now, from);
        peer.heard = now;
        if now < peer.shut_until {
            return Verdict::Ignored;
        }
        let (count, limit, excess) = match way {
            Way::Datagram => (&mut peer.datagrams, DATAGRAMS, Excess::Datagrams),
            Way::Control => (&mut peer.controls, CONTROLS, Excess::Controls),
        };
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let ms = now / 1000;
        let excess = if !count.take(ms, 1, limit) {
            excess
        } else if !peer.bytes.take(ms, length, BYTES) {
            Excess::Bytes
        } else {
            return Verdict::Within;
        };
        if now < peer.told_until {
            return Verdict::Ignored;
        }
        peer.told_until = now + SHUT_FOR;
        Verdict::Over(excess)
    }

    /// From now on nothing is taken of a peer, for a minute.
    pub fn shut(&mut self, now: Micros, peer: PeerId) {
        self.peer(now, peer).shut_until = now + SHUT_FOR;
    }

    fn peer(&mut self, now: Micros, id: PeerId) -> &mut Peer {
        if self.peers.len() >= MAX_PEERS && !self.peers.contains_key(&id) {
            // Who is shut out longest or was heard longest ago is remembered no more.
            let oldest = self.peers.iter().min_by_key(|(_, peer)| peer.heard.max(peer.shut_until));
            if let Some(oldest) = oldest.map(|(id, _)| *id) {
                self.peers.remove(&oldest);
            }
        }
        self.peers.entry(id).or_insert_with(|| Peer { heard: now, ..Peer::default() })
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Datagrams => "datagrams",
            Self::Controls => "control messages",
            Self::Bytes => "bytes",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: PeerId = PeerId(7);
    const SECOND: Micros = 1_000_000;

    #[test]
    fn ten_thousand_datagrams_a_second_are_too_much_within_half_a_second() {
        let mut budgets = Budgets::default();
        let over = (0..10_000).find_map(|n| {
            let now = n * 100;
            let verdict = budgets.take(now, PEER, Way::Datagram, 4);
            (verdict != Verdict::Within).then_some((now, verdict))
        });
        let (when, verdict) = over.unwrap();
        assert_eq!(verdict, Verdict::Over(Excess::Datagrams));
        assert!(when < SECOND / 2, "after {when} us");
    }

    #[test]
    fn an_outage_of_half_a_minute_that_arrives_at_once_is_within() {
        let mut budgets = Budgets::default();
        for outage in 0..3 {
            let now = outage * 60 * SECOND;
            for _ in 0..30 * 60 {
                assert_eq!(budgets.take(now, PEER, Way::Datagram, 300), Verdict::Within);
            }
            for _ in 0..30 * 4 {
                assert_eq!(budgets.take(now, PEER, Way::Control, 60), Verdict::Within);
            }
            // And play goes on at its pace.
            for tick in 0..600 {
                let now = now + tick * 16_667;
                assert_eq!(budgets.take(now, PEER, Way::Datagram, 300), Verdict::Within);
            }
        }
    }

    #[test]
    fn each_lane_and_the_bytes_have_a_budget_of_their_own() {
        for (way, length, excess) in [
            (Way::Datagram, 1, Excess::Datagrams),
            (Way::Control, 1, Excess::Controls),
            (Way::Datagram, 16 << 10, Excess::Bytes),
            (Way::Control, 16 << 10, Excess::Bytes),
        ] {
            let mut budgets = Budgets::default();
            let mut verdicts = (0..4000).map(|_| budgets.take(5, PEER, way, length));
            let over = verdicts.find(|verdict| *verdict != Verdict::Within);
            assert_eq!(over, Some(Verdict::Over(excess)));
            assert!(verdicts.all(|verdict| verdict == Verdict::Ignored), "it is news only once");
        }
    }

    #[test]
    fn who_is_shut_out_is_ignored_for_a_minute_and_others_are_not() {
        let mut budgets = Budgets::default();
        budgets.shut(SECOND, PEER);
        assert_eq!(budgets.take(60 * SECOND, PEER, Way::Control, 9), Verdict::Ignored);
        assert_eq!(budgets.take(60 * SECOND, PeerId(8), Way::Control, 9), Verdict::Within);
        assert_eq!(budgets.take(61 * SECOND, PEER, Way::Control, 9), Verdict::Within);
    }

    #[test]
    fn strangers_cannot_fill_memory_nor_push_out_who_is_shut_out() {
        let mut budgets = Budgets::default();
        budgets.shut(SECOND, PEER);
        for n in 0..10_000 {
            budgets.take(2 * SECOND + n, PeerId(100 + u128::from(n)), Way::Datagram, 9);
        }
        assert_eq!(budgets.peers.len(), MAX_PEERS);
        assert_eq!(budgets.take(3 * SECOND, PEER, Way::Datagram, 9), Verdict::Ignored);
    }
}
