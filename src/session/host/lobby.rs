//! What people may change before the match: their own colour and name, and, as the host,
//! the rules and the bots. Everyone is told soon, and never too often to be heard; a wish that
//! cannot be had changes nothing.

use super::super::exchange::send;
use super::super::{BotLevel, Colour, Kind, Message, Millis, Name, Out, PeerId};
use super::{Host, Stage};
use crate::session::allowance::{Allowance, Spent};
use crate::sim::RuleSet;
use crate::sim::World;

/// Wishes of one peer about its colour and name: each is told to everybody.
const WISHES: Allowance = Allowance { per_second: 4, at_once: 16 };

/// How often everybody is told of the lobby, however often it changes: a guest listens to so
/// much of its host and no more, and must not miss what matters.
const LOBBIES: Allowance = Allowance { per_second: 8, at_once: 16 };

/// What everyone is still to be told of the lobby.
#[derive(Debug, Default)]
pub(super) struct Gossip {
    is_due: bool,
    told: Spent,
}

impl Host {
    /// The lobby looks different: everybody is told before anything else happens, or as soon
    /// as it is not too often.
    pub(super) fn tell_lobby(&mut self, out: &mut Vec<Out>) {
        self.gossip.is_due = true;
        out.push(Out::LobbyChanged);
    }

    /// Tells everybody of the lobby, if there is something to tell and they can listen.
    pub(super) fn spread(&mut self, now: Millis, settled: &World, out: &mut Vec<Out>) {
        if self.gossip.is_due && self.gossip.told.take(now, 1, LOBBIES) {
            self.gossip.is_due = false;
            let lobby = Message::Lobby(Box::new(self.lobby(settled)));
            for peer in self.members() {
                send(peer, &lobby, out);
            }
        }
    }

    pub(super) fn set_ready(&mut self, peer: PeerId, ready: bool, out: &mut Vec<Out>) {
        let changed = if ready { self.eager.insert(peer) } else { self.eager.remove(&peer) };
        if changed {
            self.tell_lobby(out);
        }
    }

    /// Whether a guest may wish for something once more.
    pub(super) fn may_wish(&mut self, now: Millis, from: PeerId) -> bool {
        let link = self.links.get_mut(from);
        link.is_some_and(|link| link.wishes.take(now, 1, WISHES))
    }

    /// A person wants to be seen in a colour: at once in the lobby, or as soon as they have a seat.
    /// One that another person has is not to be had; a bot gives way and takes theirs, and so
    /// do two at one machine.
    /// Returns whether the wish made sense.
    pub(super) fn set_colour(
        &mut self,
        peer: PeerId,
        second: bool,
        colour: Colour,
        out: &mut Vec<Out>,
    ) -> bool {
        if let Some(newcomer) = self.queue.iter().find(|newcomer| newcomer.peer == peer) {
            let is_there = !second || newcomer.second.is_some();
            if is_there {
                self.colours.insert((peer, second), colour);
            }
            return is_there;
        }
        let Some(seat) = self.own_seat(peer, second) else { return false };
        if self.roster.paint(seat, colour, true) {
            self.tell_lobby(out);
        }
        true
    }

    /// A person wants to be called something else in the lobby; numbered if somebody has that name.
    /// Returns whether the wish made sense.
    pub(super) fn set_name(
        &mut self,
        peer: PeerId,
        second: bool,
        name: &Name,
        out: &mut Vec<Out>,
    ) -> bool {
        let Some(seat) = self.own_seat(peer, second) else { return false };
        if peer == self.config.me {
            match second {
                true => self.config.second = Some(name.clone()),
                false => self.config.name = name.clone(),
            }
        }
        if self.roster.rename(seat, name) {
            self.tell_lobby(out);
        }
        true
    }

    /// The rules of the next match.
    pub(super) fn set_rules(&mut self, set: RuleSet, seconds: u16, out: &mut Vec<Out>) {
        if (set, seconds) != (self.config.set, self.config.seconds) {
            (self.config.set, self.config.seconds) = (set, seconds);
            self.tell_lobby(out);
        }
    }

    pub(super) fn add_bot(&mut self, level: BotLevel, out: &mut Vec<Out>) {
        if self.stage == Stage::Lobby && self.roster.players().count() < self.config.seats {
            let bots = self.roster.players().filter(|(_, p)| p.kind != Kind::Human).count();
            let name = Name::bot(u32::try_from(bots).unwrap_or(0) + 1);
            self.roster.add(self.config.me, &name, Kind::Bot(level));
            self.tell_lobby(out);
        }
    }

    pub(super) fn remove_bot(&mut self, out: &mut Vec<Out>) {
        let bot = self.roster.players().filter(|(_, p)| p.kind != Kind::Human).last();
        if let Some((seat, _)) = bot {
            self.set_bot(seat, None, out);
        }
    }

    /// A bot in the lobby plays better or worse, or goes.
    pub(super) fn set_bot(&mut self, seat: u8, level: Option<BotLevel>, out: &mut Vec<Out>) {
        let bot = self.roster.player(seat).filter(|player| player.kind != Kind::Human);
        if self.stage != Stage::Lobby || bot.is_none() {
            return;
        }
        match level {
            Some(level) => self.roster.train(seat, level),
            None => self.roster.clear(seat),
        }
        self.tell_lobby(out);
    }

    /// The seat of the first or the second person of a peer in the lobby.
    fn own_seat(&self, peer: PeerId, second: bool) -> Option<u8> {
        let seat = match second {
            true => self.roster.second_of(peer),
            false => self.roster.seat_of(peer),
        };
        seat.filter(|_| self.stage == Stage::Lobby)
    }
}
