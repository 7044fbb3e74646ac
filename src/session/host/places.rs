//! Which seat a newcomer gets, and what becomes of the seat of somebody who is away:
//! it is parked or a bot stands in, and kept for its owner as long as there is another.

use super::super::{Kind, Millis, Owner, PeerId, Roster};
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
        let mut lost: Vec<(Millis, u8)> = Vec::new();
        for (seat, player) in roster.players().filter(|(_, player)| player.is_away()) {
            let since = self.since.get(usize::from(seat)).copied().flatten();
            let since = since.filter(|(owner, _)| player.owner == Some(*owner));
            match (player.owner, since) {
                // Nobody can return to it.
                (None, _) => lost.push((0, seat)),
                (_, Some((_, since))) if now >= since + KEPT_FOR => lost.push((since, seat)),
                _ => {}
            }
        }
        lost.sort_unstable();
        lost.into_iter().map(|(_, seat)| seat).collect()
    }

    /// The seat in which a bot stands in for who left first.
    fn first_stand_in(&self, roster: &Roster) -> Option<u8> {
        let seats = roster.active().filter(|(_, player)| player.stands_in()).map(|(seat, _)| seat);
        let since = |seat: &u8| self.since.get(usize::from(*seat)).copied().flatten();
        seats.min_by_key(|seat| since(seat).map(|(_, since)| since))
    }
}

impl Host {
    /// Whether one more can come in; `back` is who comes back to a seat of their own.
    pub(super) fn has_room(&self, now: Millis, back: bool) -> bool {
        let roster = self.roster();
        // Who is leaving in this very moment still counts as here, but not as staying.
        let stays = |p: &super::super::Player| !p.stands_in() && !self.leaving.contains(&p.peer);
        let staying = roster.active().filter(|(_, player)| stays(player)).count();
        if back {
            return staying + self.queue.len() < MAX_SEATS;
        }
        let new = self.queue.iter().filter(|n| roster.owned_by(n.owner).is_none()).count();
        let places = MAX_SEATS - roster.players().count() + self.away.lost(now, roster).len();
        staying + self.queue.len() < self.config.seats && new < places
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

    /// Seats a newcomer: in its own seat, in a free one, or, when all eight have a name on
    /// them, in that of the owner who has been away longest, who has lost it then, and its
    /// tank its points. Where bots stand in, one stands down for whoever is new, so that
    /// the match does not outgrow its seats.
    pub(super) fn seat(
        &self,
        now: Millis,
        newcomer: &Newcomer,
        roster: &mut Roster,
        world: &mut Option<World>,
    ) -> Option<u8> {
        if let Some(seat) = roster.reclaim(newcomer.owner, newcomer.peer) {
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
        let seat = roster.add(newcomer.peer, &newcomer.name, Kind::Human)?;
        roster.give(seat, newcomer.owner);
        Some(seat)
    }
}
