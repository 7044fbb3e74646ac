//! What everyone did in a match, counted from Worlds and events: for the table of the result.
//!
//! Points, kills and shots are in the World; what is counted here is not, and never
//! influences the simulation. Fed with settled ticks only it is the same on every peer.

use super::event::Event;
use super::rules::{FULL_HP, MAX_SEATS};
use super::world::{Phase, World};

/// What one seat did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deed {
    /// Hit points that its shells took from others; not what was hit beyond the last of them.
    pub dealt: u32,
    /// Hit points that it lost.
    pub taken: u32,
    /// The way its tank went, in 65536ths of a tile.
    pub way: u64,
    /// Ticks on the map while the match was played.
    pub alive: u32,
    /// The longest of its lives in ticks.
    pub longest: u32,
    /// The life that it is in, in ticks.
    life: u32,
}

/// What all seats did since a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deeds {
    /// The tick from which on it was counted; 0 is the whole match.
    pub since: u32,
    /// By seat.
    pub seats: [Deed; MAX_SEATS],
}

impl Deed {
    /// The way its tank went, in tenths of a tile.
    pub fn tenths(&self) -> u64 {
        self.way.saturating_mul(10) >> 16
    }
}

impl Deeds {
    /// Nothing yet, counted from a tick on.
    pub fn since(tick: u32) -> Self {
        Self { since: tick, ..Self::default() }
    }

    /// One tick was played: the World before it and after it, and what happened in it.
    pub fn follow<'a>(
        &mut self,
        before: &World,
        after: &World,
        events: impl IntoIterator<Item = &'a Event>,
    ) {
        if !matches!(before.phase(), Phase::Playing(_)) {
            return;
        }
        let mut hp = before.tanks.map(|tank| tank.hp);
        for event in events {
            match *event {
                Event::Spawned { seat, .. } => hp[usize::from(seat)] = FULL_HP,
                Event::Hit { by, seat, left, .. } => {
                    let lost = u32::from(hp[usize::from(seat)].saturating_sub(left));
                    hp[usize::from(seat)] = left;
                    self.seats[usize::from(seat)].taken += lost;
                    self.seats[usize::from(by)].dealt += lost;
                }
                _ => {}
            }
        }
        for (seat, deed) in self.seats.iter_mut().enumerate() {
            let (from, to) = (&before.tanks[seat], &after.tanks[seat]);
            if !to.is_alive() {
                deed.life = 0;
                continue;
            }
            deed.alive += 1;
            deed.life = if from.is_alive() { deed.life + 1 } else { 1 };
            deed.longest = deed.longest.max(deed.life);
            if from.is_alive() {
                deed.way += u64::from((to.at - from.at).length().to_bits().unsigned_abs());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::map::Map;
    use super::super::math::{Fx, Vec2};
    use super::super::rules::{Ammo, COUNTDOWN, DRIVE, Rules};
    use super::super::{Events, Input, step};
    use super::*;

    fn playing() -> (World, Map) {
        let map = Map::generate([1, 2], &Rules::default());
        let mut world = World::create(&map, &[0, 1]);
        for _ in 0..COUNTDOWN {
            step(&mut world, &map, &[Input::default(); MAX_SEATS], &mut Events::new());
        }
        (world, map)
    }

    fn hit(seat: u8, left: u8) -> Event {
        Event::Hit { shell: 0, ammo: Ammo::Piercing, by: 1, seat, at: Vec2::ZERO, left }
    }

    #[test]
    fn damage_is_what_was_lost_and_no_more() {
        let (mut before, _) = playing();
        before.tanks[0].hp = 40;
        let mut deeds = Deeds::default();
        deeds.follow(&before, &before, &[hit(0, 6), hit(0, 0)]);
        assert_eq!((deeds.seats[1].dealt, deeds.seats[0].taken), (40, 40));
        assert_eq!((deeds.seats[0].dealt, deeds.seats[1].taken), (0, 0));
    }

    #[test]
    fn way_is_counted_on_the_map_and_not_from_the_wreck_to_the_spawn() {
        let (world, map) = playing();
        let mut deeds = Deeds::default();
        let mut after = world;
        let mut inputs = [Input::default(); MAX_SEATS];
        inputs[0].held = Input::FORWARD;
        step(&mut after, &map, &inputs, &mut Events::new());
        deeds.follow(&world, &after, []);
        let bits = u64::from(DRIVE.to_bits().unsigned_abs());
        assert!(deeds.seats[0].way.abs_diff(bits) < 40, "{} of {bits}", deeds.seats[0].way);
        assert_eq!(deeds.seats[1].way, 0);
        let mut far = after;
        far.tanks[0].at.x += Fx::ONE;
        far.tanks[0].state = 2;
        let way = deeds.seats[0].way;
        deeds.follow(&after, &far, []);
        deeds.follow(&far, &after, []);
        assert_eq!(deeds.seats[0].way, way);
    }

    #[test]
    fn longest_life_begins_anew_with_each_tank_and_countdown_is_no_life() {
        let (world, map) = playing();
        let mut dead = world;
        dead.tanks[0].state = 2;
        let mut deeds = Deeds::default();
        for (from, to) in [(world, world), (world, world), (world, dead), (dead, world)] {
            deeds.follow(&from, &to, []);
        }
        assert_eq!((deeds.seats[0].alive, deeds.seats[0].longest), (3, 2));
        assert_eq!((deeds.seats[1].alive, deeds.seats[1].longest), (4, 4));
        let new = World::create(&map, &[0, 1]);
        let mut deeds = Deeds::default();
        deeds.follow(&new, &new, []);
        assert_eq!(deeds, Deeds::default());
    }
}
