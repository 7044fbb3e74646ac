//! Which seat a newcomer gets, and what becomes of the seat of somebody who is away:
//! it is parked or a bot stands in, and kept for its owner as long as there is another.
//! Two people at one machine come and go together; where there is one seat for them, the
//! first gets it and the second gets none.

use super::super::exchange::send;
use super::super::{Kind, Message, Millis, Name, Notice, Out, Owner, PeerId, Refusal, Roster};
use super::{Host, Newcomer};
use crate::sim::{MAX_SEATS, World};

/// Nobody loses a seat who has been away for less.
pub const KEPT_FOR: Millis = 60_000;

/// Since when the owner of each seat is away.
#[derive(Debug, Default)]
pub(super) struct Away {
    since: [Option<(Owner, Millis)>; MAX_SEATS],
}

impl Away {
    /// An epoch begins with this roster.
    pub(super) fn note(&mut self, now: Millis, roster: &Roster) {
        for (seat, since) in (0u8..).zip(&mut self.since) {
            let away = roster.player(seat).filter(|player| player.is_away());
            let owner = away.and_then(|player| player.owner);
            let known = since.filter(|(who, _)| Some(*who) == owner);
            *since = known.or(owner.map(|owner| (owner, now)));
        }
    }

    /// The seats whose owners have been away long enough to lose them, who left first first.
    fn lost(&self, now: Millis, roster: &Roster) -> Vec<u8> {
        // Of two who left together the second loses the seat before the first.
        let mut lost: Vec<(Millis, bool, u8)> = Vec::new();
        for (seat, player) in roster.players().filter(|(_, player)| player.is_away()) {
            let since = self.since.get(usize::from(seat)).copied().flatten();
            let since = since.filter(|(owner, _)| player.owner == Some(*owner));
            match (player.owner, since) {
                // Nobody can return to it.
                (None, _) => lost.push((0, !player.second, seat)),
                (_, Some((_, since))) if now >= since + KEPT_FOR => {
                    lost.push((since, !player.second, seat));
                }
                _ => {}
            }
        }
        lost.sort_unstable();
        lost.into_iter().map(|(.., seat)| seat).collect()
    }

    /// The seat in which a bot stands in for who left first.
    fn first_stand_in(&self, roster: &Roster) -> Option<u8> {
        let seats = roster.active().filter(|(_, player)| player.stands_in()).map(|(seat, _)| seat);
        let since = |seat: &u8| self.since.get(usize::from(*seat)).copied().flatten();
        seats.min_by_key(|seat| since(seat).map(|(_, since)| since))
    }
}

/// What became of those who came in.
#[derive(Debug, Default)]
pub(super) struct Seated {
    /// Their seats.
    pub(super) seats: Vec<u8>,
    /// Who got none.
    refused: Vec<PeerId>,
    /// Somebody had no seat here before.
    pub(super) is_new: bool,
}

impl Seated {
    /// Tells everyone who is concerned.
    pub(super) fn tell(&self, roster: &Roster, out: &mut Vec<Out>) {
        for peer in &self.refused {
            send(*peer, &Message::Refuse(Refusal::RoomFull), out);
        }
        for seat in &self.seats {
            if let Some(player) = roster.player(*seat) {
                out.push(Out::Notice(Notice::Joined(player.name.clone())));
            }
        }
    }
}

impl Host {
    /// Whether so many more can come in: `back` who come back to seats of their own, and
    /// `new` who do not.
    pub(super) fn has_room(&self, now: Millis, back: usize, new: usize) -> bool {
        let roster = self.roster();
        // Who is leaving in this very moment still counts as here, but not as staying.
        let stays = |p: &super::super::Player| !p.stands_in() && !self.leaving.contains(&p.peer);
        let staying = roster.active().filter(|(_, player)| stays(player)).count();
        let waiting: Vec<Owner> = self.queue.iter().flat_map(Newcomer::owners).collect();
        let all = staying + waiting.len() + back + new;
        if new == 0 {
            return all <= MAX_SEATS;
        }
        let others = waiting.iter().filter(|owner| roster.owned_by(**owner).is_none()).count();
        let places = MAX_SEATS - roster.players().count() + self.away.lost(now, roster).len();
        all <= self.config.seats && others + new <= places
    }

    /// Whether the second person of a machine can come in with the first, whose seat is
    /// there already if `back`.
    pub(super) fn has_room_for_both(&self, now: Millis, back: bool, second: Owner) -> bool {
        let own = self.roster().owned_by(second).filter(|(_, player)| player.is_away());
        let both = usize::from(back) + usize::from(own.is_some());
        self.has_room(now, both, 2 - both)
    }

    /// A peer goes. Its seat is parked, or a bot stands in where the room is filled up.
    pub(super) fn vacate(&self, peer: PeerId, roster: &mut Roster, world: &mut World) {
        let parked = match self.config.fill {
            Some(level) => roster.stand_in(peer, self.config.me, level),
            None => roster.park(peer),
        };
        for seat in parked {
            world.park(seat);
        }
    }

    /// Seats everybody who comes in: who comes back first, so that nobody new takes their
    /// seat, and of two at one machine the first before the second.
    pub(super) fn seat(
        &self,
        now: Millis,
        newcomers: &[Newcomer],
        roster: &mut Roster,
        world: &mut Option<World>,
    ) -> Seated {
        let firsts = newcomers.iter().map(|n| (n.peer, &n.name, n.owner, false));
        let with_second = |n: &'_ Newcomer| n.second.clone().map(|second| (n.peer, second));
        let seconds: Vec<_> = newcomers.iter().filter_map(with_second).collect();
        let seconds = seconds.iter().map(|(peer, (name, owner))| (*peer, name, *owner, true));
        let (back, new): (Vec<_>, Vec<_>) =
            firsts.chain(seconds).partition(|(_, _, owner, _)| roster.owned_by(*owner).is_some());
        let mut seated = Seated { is_new: !new.is_empty(), ..Seated::default() };
        for (peer, name, owner, second) in back.into_iter().chain(new) {
            match self.seat_one(now, (peer, name, owner, second), roster, world) {
                Some(seat) => seated.seats.push(seat),
                None if !second => seated.refused.push(peer),
                None => {}
            }
        }
        seated
    }

    /// Seats one person: in their own seat, in a free one, or, when all eight have a name on
    /// them, in that of the owner who has been away longest, who has lost it then, and its
    /// tank its points. Where bots stand in, one stands down for whoever is new, so that
    /// the match does not outgrow its seats.
    fn seat_one(
        &self,
        now: Millis,
        (peer, name, owner, second): (PeerId, &Name, Owner, bool),
        roster: &mut Roster,
        world: &mut Option<World>,
    ) -> Option<u8> {
        if second && roster.seat_of(peer).is_none() {
            return None;
        }
        if let Some(seat) = roster.reclaim(owner, peer) {
            return Some(seat);
        }
        if roster.free_seat().is_none() {
            let lost = self.away.lost(now, roster).first().copied()?;
            roster.clear(lost);
            let tank = world.as_mut().and_then(|world| world.tanks.get_mut(usize::from(lost)));
            if let Some(tank) = tank {
                *tank = bytemuck::Zeroable::zeroed();
            }
        }
        if roster.active().count() >= self.config.seats
            && let Some(seat) = self.away.first_stand_in(roster)
        {
            roster.stand_down(seat);
            if let Some(world) = world {
                world.park(seat);
            }
        }
        let seat = match second {
            true => roster.add_second(peer, name),
            false => roster.add(peer, name, Kind::Human),
        }?;
        roster.give(seat, owner);
        if let Some(colour) = self.colours.get(&(peer, second)) {
            roster.paint(seat, *colour, false);
        }
        Some(seat)
    }
}
