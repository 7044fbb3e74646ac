//! What a guest does once its host is gone: it follows the next one, or becomes it.
//!
//! ```text
//! host lost -an heir's Begin-> plays on under the heir
//!           -the others still hear the host, or have a host without us-> Joining
//!           -no lower seat is left, or they let the time pass-> takes over
//! ```
//! Never while the host is heard: a Begin of anybody else then waits, and is forgotten
//! once its sender plays something else.

use super::super::authority::{Abdication, Estate, Inheritance};
use super::super::{EndReason, Lobby, Millis, Out, PeerId, SealedEpoch, order};
use super::{Guest, LOOK_WITHIN, Stage};

/// So long each lower seat has to begin the next epoch once the host is gone.
pub const SUCCEED_WITHIN: Millis = 1000;
/// Others still hear the host that is gone for us: after so long we look for it again.
const CUT_OFF_AFTER: Millis = 2000;

impl Guest {
    /// Becomes a guest of whoever goes before the host that we were.
    pub(in super::super) fn follow(
        abdication: Abdication,
        now: Millis,
        out: &mut Vec<Out>,
    ) -> Self {
        let Abdication { estate, to, order, only_back } = abdication;
        let Estate { config, terms, links, epoch, highest, map, elders } = estate;
        let new = Self::new(config, now);
        let mut guest = Self { terms, links, map, highest, elders, only_back, ..new };
        if let Some(sealed) = order {
            (guest.epoch, guest.stage) = (epoch, Stage::Running);
            if guest.take(to, &sealed, out) {
                return guest;
            }
        }
        guest.look_again(now);
        guest.rumour = Some(to);
        guest.ask_once(to, out);
        guest
    }

    /// What a host needs of us, once, if we take over now.
    pub(in super::super) fn poll_inheritance(&mut self) -> Option<Inheritance> {
        let lost = self.inherits.take()?;
        let played = self.stage == Stage::Running;
        self.stage = Stage::Ended;
        let estate = Estate {
            config: self.config.clone(),
            terms: self.terms,
            links: std::mem::take(&mut self.links),
            epoch: self.epoch.take(),
            highest: self.highest,
            map: self.map.take(),
            elders: std::mem::take(&mut self.elders),
        };
        Some(Inheritance { estate, lost, played })
    }

    /// A Begin of somebody who is not our host.
    pub(super) fn heir_begins(
        &mut self,
        now: Millis,
        from: PeerId,
        sealed: SealedEpoch,
        out: &mut Vec<Out>,
    ) {
        let (Some(epoch), Some(host)) = (&self.epoch, self.host) else {
            return self.links.out_of_place();
        };
        let rivals = order::are_rivals(sealed.id, epoch.id);
        let heirs = if rivals { &self.elders } else { &epoch.roster };
        let seat = heirs.seat_of(from);
        let legal = seat.is_some_and(|seat| order::is_heirs(sealed.id, seat))
            && sealed.roster.has(self.config.me)
            && !self.links.has_said_bye(from);
        if !legal {
            return self.links.out_of_place();
        }
        if self.is_lost(now, host) || rivals {
            if !self.take(from, &sealed, out) {
                self.links.out_of_place();
            }
        } else {
            // The host is gone for them and not yet for us, or they lie.
            self.orders.insert(from, sealed);
        }
    }

    /// Whether the host is gone, or follows another.
    pub(super) fn is_lost(&self, now: Millis, host: PeerId) -> bool {
        self.abdicated || self.links.has_said_bye(host) || self.links.is_gone(now, host)
    }

    /// Looks after the host at every turn.
    pub(super) fn mind_the_host(&mut self, now: Millis, host: PeerId, out: &mut Vec<Out>) {
        let heard = self.links.hears(now, host);
        if self.host_heard && !heard {
            // Whoever waits to take over wants to know that we miss it, too.
            self.links.beat_soon();
        }
        self.host_heard = heard;
        if !self.is_lost(now, host) {
            self.lost = None;
            return;
        }
        let since = *self.lost.get_or_insert(now);
        if self.stage == Stage::Waiting {
            return match (self.lobby.seconds, self.links.has_said_bye(host)) {
                // A match runs, and whoever goes on with it may have a seat for us.
                (Some(_), _) => self.look_again(now),
                (None, true) => self.end(EndReason::HostLeft, out),
                (None, false) => self.end(EndReason::HostGone, out),
            };
        }
        while let Some((heir, sealed)) = self.poll_order(now) {
            if self.take(heir, &sealed, out) {
                return;
            }
        }
        let certain = self.abdicated || self.links.has_said_bye(host);
        if !certain && self.others_hear(now, host) {
            if now >= since + CUT_OFF_AFTER {
                self.look_again(now);
            }
        } else if self.others_play_on(now, host) {
            self.look_again(now);
        } else {
            self.take_over_in_turn(now, host, since, out);
        }
    }

    /// Looks for a host as in the beginning, with the token of our seat.
    fn look_again(&mut self, now: Millis) {
        (self.since, self.patience, self.stage) = (now, LOOK_WITHIN, Stage::Joining);
        (self.host, self.rumour, self.lost) = (None, None, None);
        (self.epoch, self.reported, self.abdicated) = (None, 0, false);
        self.lobby = Lobby::default();
        self.orders.clear();
        self.asked.clear();
    }

    /// The greatest of the epochs that wait, of a peer that is here.
    fn poll_order(&mut self, now: Millis) -> Option<(PeerId, SealedEpoch)> {
        let here = self.orders.iter().filter(|(peer, _)| self.links.hears(now, **peer));
        let (&heir, _) = here.max_by_key(|(_, sealed)| sealed.id)?;
        Some((heir, self.orders.remove(&heir)?))
    }

    /// Whether somebody who plays, and whom we hear, still hears the host.
    fn others_hear(&self, now: Millis, host: PeerId) -> bool {
        let Some(epoch) = &self.epoch else { return false };
        let Some(seat) = epoch.roster.seat_of(host) else { return false };
        self.others(now, host).any(|peer| {
            let beat = self.links.get(peer).and_then(|link| link.beat);
            beat.is_some_and(|(beat, _)| beat.host == Some(host) && beat.hears >> seat & 1 == 1)
        })
    }

    /// Whether somebody who plays has a host that begins nothing for us.
    fn others_play_on(&self, now: Millis, host: PeerId) -> bool {
        self.others(now, host).any(|peer| {
            let beat = self.links.get(peer).and_then(|link| link.beat);
            beat.is_some_and(|(beat, _)| beat.host == Some(peer))
        })
    }

    /// Everyone who plays and is heard, but the host and ourselves.
    fn others(&self, now: Millis, host: PeerId) -> impl Iterator<Item = PeerId> {
        let roster = self.epoch.iter().flat_map(|epoch| epoch.roster.heirs());
        let others = roster.map(|(_, peer)| peer);
        others.filter(move |&p| p != host && p != self.config.me && self.links.hears(now, p))
    }

    fn take_over_in_turn(&mut self, now: Millis, host: PeerId, since: Millis, out: &mut Vec<Out>) {
        let Some(epoch) = &self.epoch else { return };
        let is_here =
            |peer: PeerId| !self.links.is_gone(now, peer) && !self.links.has_said_bye(peer);
        let heirs: Vec<PeerId> =
            epoch.roster.heirs().map(|(_, p)| p).filter(|&p| p != host).collect();
        let Some(place) = heirs.iter().position(|&peer| peer == self.config.me) else {
            return self.end(EndReason::HostGone, out);
        };
        let before = heirs.iter().take(place).filter(|&&peer| is_here(peer)).count();
        if now >= since + SUCCEED_WITHIN * before as Millis {
            let gone = heirs.into_iter().filter(|&p| p != self.config.me && !is_here(p));
            self.inherits = Some(std::iter::once(host).chain(gone).collect());
        }
    }
}
