//! How a guest's match becomes a host's, and when a host steps back for another.
//!
//! A host that others play with steps back for nobody but a lower seat that took over
//! at the same moment: else whoever claims to host could take the match from them.

use std::cmp::Reverse;

use super::super::authority::{Abdication, Estate, Inheritance};
use super::super::message::{Hosting, Terms};
use super::super::{
    EndReason, GuestConfig, HostConfig, Millis, Notice, Out, PeerId, SealedEpoch, order, token,
};
use super::{CLAIM_HOLDS, Host, Stage};
use crate::sim::World;
use crate::sim::rules::{MAX_SECONDS, TICKS_PER_SECOND};

impl Host {
    /// Goes on with the match of a host that is gone, from our own settled World.
    pub(in super::super) fn inherit(
        inheritance: Inheritance,
        now: Millis,
        settled: &World,
        out: &mut Vec<Out>,
    ) -> Self {
        let Inheritance { estate, lost, played } = inheritance;
        let Estate { config, terms, links, epoch, highest, map, .. } = estate;
        let GuestConfig { me, name, second, fingerprint, build, key, token, secret } = config;
        let rules = epoch.as_ref().map(|epoch| epoch.rules).unwrap_or_default();
        let seconds = rules.match_ticks() / TICKS_PER_SECOND;
        // Who does not know the password cannot ask for it, and lets nobody new in.
        let blind = terms.locked && key.is_none();
        let config = HostConfig {
            me,
            name,
            second,
            seats: usize::from(terms.seats),
            bots: Vec::new(),
            set: rules.set(),
            seconds: u16::try_from(seconds).unwrap_or(MAX_SECONDS),
            side: terms.side,
            fingerprint,
            build,
            seed: token::seed(&secret),
            key: key.filter(|_| terms.locked),
            secret,
            token,
            auto_start: None,
            late_join: terms.late_join && !blind,
            own_relay: false,
            fill: terms.fill,
        };
        let mut host = Self { links, map, ..Self::new(config, now) };
        let Some(mut epoch) = epoch else {
            host.end(EndReason::HostGone, out);
            return host;
        };
        let old = epoch.host;
        for &peer in &lost {
            let goodbye = host.links.has_said_bye(peer);
            let here = epoch.roster.people_of(peer).filter(|(_, player)| !player.is_away());
            for name in here.map(|(_, player)| player.name.clone()) {
                let told = if goodbye { Notice::Left(name) } else { Notice::TimedOut(name) };
                out.push(Out::Notice(told));
            }
        }
        host.elders = epoch.roster.clone();
        epoch.host = me;
        epoch.roster.hand_over(old, me);
        if let (Some(seat), Some(token)) = (epoch.roster.seat_of(me), host.token()) {
            epoch.roster.give(seat, token.owner());
            if let Some(second) = epoch.roster.second_of(me) {
                epoch.roster.give(second, token.second_owner());
            }
        }
        if let Some(name) = epoch.roster.name_of(me) {
            out.push(Out::Notice(Notice::NewHost(name.clone())));
        }
        host.seniority = epoch.roster.peers();
        host.last_id = highest.max(epoch.id);
        host.roster = epoch.roster.clone();
        host.leaving = lost.into_iter().filter(|&peer| epoch.roster.has(peer)).collect();
        if played {
            host.ready.insert(me);
        }
        host.epoch = Some(epoch);
        host.stage = Stage::Running;
        host.inherits = true;
        host.next_epoch(now, settled, out);
        for peer in host.links.peers() {
            host.claim(now, peer, out);
        }
        host
    }

    /// What a guest needs of us, once, if we step back now.
    pub(in super::super) fn poll_abdication(&mut self) -> Option<Abdication> {
        let (to, order) = self.steps_back.take()?;
        let only_back = self.stage == Stage::Lobby;
        self.stage = Stage::Ended;
        let terms = self.terms();
        let config = &self.config;
        let estate = Estate {
            config: GuestConfig {
                me: config.me,
                name: config.name.clone(),
                second: config.second.clone(),
                fingerprint: config.fingerprint,
                build: config.build.clone(),
                key: config.key.clone(),
                token: config.token,
                secret: config.secret,
            },
            terms,
            links: std::mem::take(&mut self.links),
            epoch: self.epoch.take(),
            highest: self.last_id,
            map: self.map.take(),
            elders: std::mem::take(&mut self.elders),
        };
        Some(Abdication { estate, to, order, only_back })
    }

    /// What whoever takes over from us has to know.
    pub(super) fn terms(&self) -> Terms {
        Terms {
            seats: u8::try_from(self.config.seats).unwrap_or(u8::MAX),
            side: self.config.side,
            late_join: self.config.late_join,
            locked: self.config.key.is_some(),
            own_relay: self.config.own_relay,
            fill: self.config.fill,
        }
    }

    /// Somebody else who hosts tells its right to the room. The one with the smaller
    /// right gives way; but never one that others play with, so that nobody can take
    /// a room from them, and a match only for somebody who played in it.
    pub(super) fn other_host(
        &mut self,
        now: Millis,
        from: PeerId,
        theirs: Hosting,
        out: &mut Vec<Out>,
    ) {
        let Some(link) = self.links.get_mut(from) else { return };
        link.rival = Some(theirs);
        // Both sides compare the same two claims; equal ones go by name.
        let ours = match link.claimed {
            Some((claim, at)) if now < at + CLAIM_HOLDS => claim,
            _ => self.claim(now, from, out),
        };
        let smaller = (ours, Reverse(self.config.me)) < (theirs, Reverse(from));
        if !smaller || ours.guests || self.has_guests() {
            return;
        }
        match self.stage {
            Stage::Lobby if self.was_here => self.steps_back = Some((from, None)),
            Stage::Lobby => self.end(EndReason::RoomTaken, out),
            Stage::Starting { .. } | Stage::Running => {
                if self.roster().place_of(from).is_some() {
                    self.steps_back = Some((from, None));
                }
            }
            Stage::Ended => {}
        }
    }

    /// A peer says that it hosts: it shall know that we do, too.
    pub(super) fn answer_claim(&mut self, now: Millis, from: PeerId, out: &mut Vec<Out>) {
        let stale = |at: Millis| now >= at + CLAIM_HOLDS;
        let told = self.links.get(from).and_then(|link| link.claimed);
        if told.is_none_or(|(_, at)| stale(at)) {
            self.claim(now, from, out);
        }
    }

    /// Somebody begins an epoch with a seat for us: we follow whoever took over from
    /// the same host and has the lower seat.
    pub(super) fn overruled(&mut self, from: PeerId, sealed: SealedEpoch) {
        let playing = matches!(self.stage, Stage::Starting { .. } | Stage::Running);
        let seat = self.elders.seat_of(from).filter(|_| !self.links.has_said_bye(from));
        let follows = playing
            && sealed.host == from
            && sealed.id > self.last_id
            && order::are_rivals(sealed.id, self.last_id)
            && seat.is_some_and(|seat| order::is_heirs(sealed.id, seat))
            && sealed.roster.has(self.config.me);
        if follows {
            self.steps_back = Some((from, Some(sealed)));
        } else {
            self.links.out_of_place();
        }
    }
}
