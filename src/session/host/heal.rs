//! Peers whose World differs from the host's: everyone goes on from the host's
//! settled World, and who differs again and again goes. Nobody votes.

use std::collections::{BTreeMap, VecDeque};

use super::super::{Millis, Notice, Out, PeerId, Refusal};
use super::{Host, Stage};

/// A peer that differs for the third time ...
const STRIKES: usize = 3;
/// ... within so long is sent away.
const WITHIN: Millis = 60_000;

/// Who differed, and whether an epoch has to put it right.
#[derive(Debug, Default)]
pub(super) struct Heal {
    /// Never survives a call of `handle`.
    due: bool,
    /// When each peer differed, oldest first.
    strikes: BTreeMap<PeerId, VecDeque<Millis>>,
}

impl Heal {
    /// Whether an epoch has to put it right.
    pub(super) fn is_due(&self) -> bool {
        self.due
    }

    /// An epoch puts it right; whether one had to.
    pub(super) fn take(&mut self) -> bool {
        std::mem::take(&mut self.due)
    }

    /// A peer is gone.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.strikes.remove(&peer);
    }

    /// Once more; how often lately.
    fn strike(&mut self, now: Millis, peer: PeerId) -> usize {
        let strikes = self.strikes.entry(peer).or_default();
        strikes.retain(|then| now < then + WITHIN);
        strikes.push_back(now);
        strikes.len()
    }
}

impl Host {
    /// The World of a peer differs from ours, or ours from itself. Only the first
    /// word of an epoch counts: with the next one it is put right.
    pub(super) fn differs(&mut self, now: Millis, peer: PeerId, epoch: u32, out: &mut Vec<Out>) {
        let current = self.epoch.as_ref().is_some_and(|e| e.id == epoch && e.roster.has(peer));
        let playing = matches!(self.stage, Stage::Starting { .. } | Stage::Running);
        if !current || !playing || self.leaving.contains(&peer) {
            return;
        }
        let own = peer == self.config.me;
        if self.heal.strike(now, peer) >= STRIKES && !own {
            return self.send_away(now, peer, Refusal::Desync, out);
        }
        self.heal.due = true;
        out.push(Out::Notice(Notice::Healed(self.roster().name_of(peer).cloned())));
    }
}
