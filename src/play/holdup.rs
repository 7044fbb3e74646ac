//! Who holds play up: a peer that is heard but whose inputs do not come.
//!
//! Everybody waits for the slowest at the prediction limit. Here the ticks at which
//! play stood are put down to whoever was furthest behind, until it has cost the
//! others seconds. It must never blame a peer for an outage that is over.

use std::collections::BTreeMap;

use crate::session::PeerId;

/// Ticks at which play stood for a peer until it is told of: 5 s.
const TOO_LONG: u32 = 300;
/// Ticks forgiven for each tick that was played: a peer may slow play down to a quarter.
const FORGIVEN: u32 = 3;

/// A peer that is furthest behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Laggard {
    /// Whose inputs are missing.
    pub peer: PeerId,
    /// Whose inputs it says it waits for itself.
    pub waits_for: Option<PeerId>,
}

/// How long each peer has held play up lately.
#[derive(Debug, Default)]
pub struct HoldUp {
    ticks: BTreeMap<PeerId, u32>,
}

impl HoldUp {
    /// A tick in which play went on.
    pub fn played(&mut self) {
        self.ticks.retain(|_, ticks| {
            *ticks = ticks.saturating_sub(FORGIVEN);
            *ticks > 0
        });
    }

    /// A tick in which play stood because of these. Returns those for whom it has
    /// stood too long now, and begins to count them anew.
    pub fn stood(&mut self, laggards: &[Laggard]) -> Vec<Laggard> {
        let mut too_long = Vec::new();
        for laggard in laggards {
            let ticks = self.ticks.entry(laggard.peer).or_default();
            *ticks += 1;
            if *ticks >= TOO_LONG {
                *ticks = 0;
                too_long.push(*laggard);
            }
        }
        too_long
    }

    /// Another epoch begins: what was before does not count.
    pub fn clear(&mut self) {
        self.ticks.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: Laggard = Laggard { peer: PeerId(7), waits_for: None };

    /// Plays so many ticks of every so many; how many ticks until somebody is told of.
    fn told_after(played: u32, of: u32) -> Option<u32> {
        let mut hold_up = HoldUp::default();
        (0..10_000).find(|tick| {
            if tick % of < played {
                hold_up.played();
                return false;
            }
            hold_up.stood(&[SLOW]) == [SLOW]
        })
    }

    #[test]
    fn who_sends_no_inputs_is_told_of_after_five_seconds() {
        assert_eq!(told_after(0, 1), Some(299));
    }

    #[test]
    fn who_sends_a_few_is_told_of_as_well() {
        assert!(told_after(1, 60).is_some_and(|ticks| ticks < 400));
        assert!(told_after(1, 6).is_some_and(|ticks| ticks < 1000));
    }

    #[test]
    fn slow_machines_and_outages_are_forgiven() {
        assert_eq!(told_after(1, 4), None, "a quarter of the speed");
        assert_eq!(told_after(100, 280), None, "three seconds of every five");
    }
}
