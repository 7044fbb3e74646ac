//! Peers that flood the others or hold them up: they go, and are not taken back for
//! a minute. Nobody is sent away for what only another peer says of them, unless
//! two cannot both be kept.

use std::collections::BTreeMap;

use super::super::{Millis, Out, Owner, PeerId, Refusal, Token};
use super::{Gone, Host, Stage};

/// So long the owner of a seat is not taken back.
const BARRED_FOR: Millis = 60_000;
/// Most owners remembered.
const MAX_BARRED: usize = 64;

/// Who has to stay away, and who got along with whom.
#[derive(Debug, Default)]
pub(super) struct Conduct {
    /// Owners that are not taken back until then, and why, oldest first.
    barred: Vec<(Owner, Millis, Refusal)>,
    /// How often play stood because two peers did not get each other's inputs, by peer.
    quarrels: BTreeMap<PeerId, u32>,
    /// Somebody was taken out; never survives a call of `handle`.
    drops: bool,
}

impl Conduct {
    /// Why the owner of a token is not taken back now.
    pub(super) fn objects(&self, now: Millis, token: Option<Token>) -> Option<Refusal> {
        let owner = token?.owner();
        let barred = self.barred.iter().find(|(who, until, _)| *who == owner && now < *until);
        barred.map(|(.., why)| why.clone())
    }

    /// The next epoch leaves somebody out; whether one had to.
    pub(super) fn take(&mut self) -> bool {
        std::mem::take(&mut self.drops)
    }

    fn bar(&mut self, now: Millis, owner: Owner, why: Refusal) {
        self.barred.retain(|(who, until, _)| *who != owner && now < *until);
        if self.barred.len() == MAX_BARRED {
            self.barred.remove(0);
        }
        self.barred.push((owner, now + BARRED_FOR, why));
    }

    /// Counts one more quarrel of a peer; how many it had.
    fn quarrel(&mut self, peer: PeerId) -> u32 {
        let quarrels = self.quarrels.entry(peer).or_default();
        *quarrels = quarrels.saturating_add(1);
        *quarrels
    }
}

impl Host {
    /// A peer sends more than anybody should.
    pub(super) fn floods(&mut self, now: Millis, peer: PeerId, out: &mut Vec<Out>) {
        if peer == self.config.me {
            return;
        }
        self.send_away(now, peer, Refusal::Flood, out);
    }

    /// Play has stood for seconds for a peer that is heard. If it waits for another
    /// one itself, one of the two has to go: who had such quarrels more often, else
    /// who came last.
    pub(super) fn holds_up(
        &mut self,
        now: Millis,
        (epoch, peer, waits_for): (u32, PeerId, Option<PeerId>),
        out: &mut Vec<Out>,
    ) {
        let me = self.config.me;
        let plays = |who: PeerId| who != me && self.roster().has(who);
        let current = self.stage == Stage::Running
            && self.epoch.as_ref().is_some_and(|e| e.id == epoch)
            && self.leaving.is_empty();
        if !current || !plays(peer) {
            return;
        }
        let other = waits_for.filter(|&other| other != peer && plays(other));
        let age = |who: PeerId| self.seniority.iter().position(|&peer| peer == who);
        let ages = (age(peer), other.map(age));
        let goes = match (other, ages) {
            (Some(other), (own, Some(others))) => {
                let own = (self.conduct.quarrel(peer), own);
                let others = (self.conduct.quarrel(other), others);
                if own > others { peer } else { other }
            }
            _ => peer,
        };
        self.send_away(now, goes, Refusal::HoldsUp, out);
    }

    /// Parks the seat of a peer, closes its link, and takes its owner back only in a minute.
    pub(super) fn send_away(
        &mut self,
        now: Millis,
        peer: PeerId,
        why: Refusal,
        out: &mut Vec<Out>,
    ) {
        let seat = self.roster().seat_of(peer).and_then(|seat| self.roster().player(seat));
        let queued = self.queue.iter().find(|newcomer| newcomer.peer == peer).map(|n| n.owner);
        if let Some(owner) = seat.and_then(|player| player.owner).or(queued) {
            self.conduct.bar(now, owner, why.clone());
        }
        let is_conduct = why != Refusal::Desync;
        self.depart(now, peer, Gone::Dropped(why), out);
        self.conduct.drops |= is_conduct && self.leaving.contains(&peer);
        self.conduct.quarrels.remove(&peer);
        self.links.cut(peer);
        out.push(Out::Shut(peer));
    }
}
