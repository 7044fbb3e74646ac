//! Where to drive: along a way, around an enemy, behind a tree, out of a corner.
//! Only says what to hold; the gun is none of its business.

use rand_xoshiro::Xoshiro256PlusPlus;
use std::ops::RangeInclusive;

use super::ground::{Terrain, shifted};
use super::skill::Skill;
use super::{below, tile_of};
use crate::sim::math::ratio;
use crate::sim::{Angle, Fx, Input, Tank, Tile, Vec2};

/// Ticks after which a way is looked for again.
const WAY_EVERY: u32 = 45;
/// And after which one that has ended is.
const WAY_AGAIN: u32 = 10;
/// A point of a way is reached at this distance.
const REACHED: Fx = ratio(45, 100);
/// So many points ahead are tried for a short cut.
const AHEAD: usize = 6;
/// Ticks in which a tank that wants to drive must have moved by [`MOVED`] or turned by [`TURNED`].
const PATIENCE: u32 = 40;
const MOVED: Fx = ratio(35, 100);
const TURNED: u16 = 4000;
/// And in which it must have moved, whatever it turned: more than two quarter turns take.
const LONG_PATIENCE: u32 = 220;
/// Ticks of backing out once stuck.
const BACK_OUT: u32 = 35;
/// Room a tank wants ahead when it drives around an enemy.
const ROOM: Fx = ratio(14, 10);
/// Nearer or further than the wanted distance by this is near enough.
const SLACK: Fx = ratio(15, 10);
/// Longer than this until the next shot is time to fall back.
const RELOADING: u8 = 40;
/// Ticks between two looks for shelter, and how far from the tank, in tiles.
const SHELTER_EVERY: u32 = 30;
const SHELTER_REACH: RangeInclusive<i8> = -4..=4;
/// A quarter turn.
const QUARTER: i16 = 0x4000;
/// An eighth.
const EIGHTH: i16 = 0x2000;

/// What driving remembers from tick to tick.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    goal: Option<Tile>,
    way: Vec<Tile>,
    way_made: Option<u32>,
    /// Which way around the enemy: clockwise or not.
    clockwise: bool,
    around_until: u32,
    /// Where it was at a tick, to see whether it gets on.
    mark: Option<Mark>,
    back_out: Option<(u16, u32)>,
    /// Where to hide, if anywhere, and until when that is true.
    shelter: Option<(Option<Tile>, u32)>,
    /// Whether it drives backward now.
    backward: bool,
}

/// A pose, and since when the tank has stood about there and pointed about that way.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: Vec2,
    since: u32,
    hull: Angle,
    turned: u32,
}

/// One tick of driving one tank.
pub(super) struct Driver<'a> {
    pub(super) terrain: Terrain<'a>,
    pub(super) seat: u8,
    pub(super) me: &'a Tank,
    pub(super) skill: &'a Skill,
    pub(super) memory: &'a mut Memory,
    pub(super) rng: &'a mut Xoshiro256PlusPlus,
}

impl Driver<'_> {
    /// What to hold to fight this enemy from a good distance.
    pub(super) fn fight(&mut self, enemy: &Tank) -> u16 {
        let gap = enemy.at - self.me.at;
        let distance = gap.length();
        if let Some(shelter) = self.shelter() {
            return self.go(shelter, Fx::ZERO);
        }
        let range = self.range();
        let sees = self.terrain.shell_flies(self.me.at, enemy.at);
        if !sees || distance > range + SLACK * 3 {
            return self.go(tile_of(enemy), Fx::ZERO);
        }
        if !self.skill.strafes && (distance - range).abs() < SLACK * 2 {
            self.memory.mark = None;
            return 0;
        }
        let bearing = Angle::of(gap);
        let lean = if distance > range + SLACK {
            EIGHTH
        } else if distance < range - SLACK {
            QUARTER + EIGHTH
        } else {
            QUARTER
        };
        let now = self.terrain.world.tick;
        if now >= self.memory.around_until {
            self.memory.clockwise = below(self.rng, 2) == 0;
            self.memory.around_until = now + 50 + below(self.rng, 70);
        }
        let sides = if self.memory.clockwise { [1, -1] } else { [-1, 1] };
        for lean in [lean, QUARTER, EIGHTH, QUARTER + EIGHTH] {
            for side in sides {
                let way = bearing.turned(lean * side);
                if self.terrain.is_free_way(self.me.at, way, ROOM) {
                    self.memory.clockwise = side == 1;
                    return self.toward(way, EIGHTH + EIGHTH / 2);
                }
            }
        }
        self.go(tile_of(enemy), ratio(3, 1))
    }

    /// What to hold to come within `near` tiles of the middle of a tile.
    pub(super) fn go(&mut self, goal: Tile, near: Fx) -> u16 {
        let me = self.me.at;
        if (goal.centre() - me).length() <= near.max(REACHED) {
            self.memory.mark = None;
            return 0;
        }
        self.find_way(goal);
        while let Some(first) = self.memory.way.first()
            && (first.centre() - me).length() < REACHED
        {
            self.memory.way.remove(0);
        }
        let ahead = self
            .memory
            .way
            .iter()
            .take(AHEAD)
            .rposition(|point| self.terrain.tank_drives(me, point.centre()));
        if let Some(skipped) = ahead {
            self.memory.way.drain(..skipped);
        }
        let next = self.memory.way.first().map_or(goal.centre(), |tile| tile.centre());
        let gap = next - me;
        // Far from the next point a curve is fine, near it the hull must point there.
        let open = if gap.length() > ratio(2, 1) { EIGHTH } else { EIGHTH / 2 };
        self.toward(Angle::of(gap), open)
    }

    /// What to hold when there is nobody to fight.
    pub(super) fn wander(&mut self) -> u16 {
        let arrived = |goal: Tile| (goal.centre() - self.me.at).length() < ratio(2, 1);
        let goal = match self.memory.goal {
            Some(goal) if !arrived(goal) => goal,
            _ => {
                let places = self.terrain.map.spawns();
                let drawn = below(self.rng, places.len() as u32) as usize;
                match places.get(drawn) {
                    Some(place) => *place,
                    None => return 0,
                }
            }
        };
        self.go(goal, Fx::ONE)
    }

    /// The distance to fight at now.
    fn range(&self) -> Fx {
        let me = self.me;
        if me.ammo == [0; 2] {
            return self.skill.range + SLACK * 4;
        }
        // Where most shells miss, one has to go nearer.
        let misses = me.shots >= 6 && me.hits.saturating_mul(2) < me.shots;
        let nearer = if self.skill.adapts && misses { SLACK } else { Fx::ZERO };
        let back = self.skill.strafes && me.reload > RELOADING;
        self.skill.range - nearer + if back { SLACK } else { Fx::ZERO }
    }

    /// A tile close by that no enemy's shell can reach, while a hurt tank reloads.
    fn shelter(&mut self) -> Option<Tile> {
        let me = self.me;
        if !self.skill.hides || me.hp > self.skill.hurt || me.reload < RELOADING {
            self.memory.shelter = None;
            return None;
        }
        let now = self.terrain.world.tick;
        if let Some((shelter, until)) = self.memory.shelter
            && now < until
        {
            return shelter;
        }
        let here = tile_of(me);
        let found = SHELTER_REACH
            .flat_map(|dy| SHELTER_REACH.map(move |dx| shifted(here, dx, dy)))
            .filter(|tile| self.terrain.fits(*tile) && !self.is_seen(tile.centre()))
            .min_by_key(|tile| (tile.centre() - me.at).length())
            .filter(|tile| self.terrain.tank_drives(me.at, tile.centre()));
        self.memory.shelter = Some((found, now + SHELTER_EVERY));
        found
    }

    /// Whether an enemy could hit a tank at this point.
    fn is_seen(&self, at: Vec2) -> bool {
        let tanks = self.terrain.world.tanks.iter().zip(0u8..);
        tanks
            .filter(|(tank, seat)| *seat != self.seat && tank.is_alive())
            .any(|(tank, _)| self.terrain.shell_flies(tank.at, at))
    }

    fn find_way(&mut self, goal: Tile) {
        let now = self.terrain.world.tick;
        let age = self.memory.way_made.map_or(u32::MAX, |made| now.saturating_sub(made));
        let moved = self.memory.goal.is_none_or(|old| {
            // A goal that moves by little, far away, does not change the way.
            let off = old.x.abs_diff(goal.x).max(old.y.abs_diff(goal.y));
            off > 2 || (self.memory.way.len() < 4 && off > 0)
        });
        let lost = self.memory.way.is_empty() && age >= WAY_AGAIN;
        if age < WAY_EVERY && !moved && !lost {
            return;
        }
        let others = self.terrain.world.tanks.iter().zip(0u8..);
        let crowded: Vec<Tile> = others
            .filter(|(tank, seat)| *seat != self.seat && tank.is_alive())
            .map(|(tank, _)| tile_of(tank))
            .filter(|tile| *tile != goal)
            .collect();
        self.memory.way = self.terrain.way(tile_of(self.me), goal, &crowded);
        self.memory.goal = Some(goal);
        self.memory.way_made = Some(now);
    }

    /// What to hold to drive this way, forward or backward, turning on the spot
    /// while the hull is off by more than `open`.
    fn toward(&mut self, way: Angle, open: i16) -> u16 {
        if let Some(held) = self.back_out() {
            return held;
        }
        let ahead = self.me.hull.toward(way);
        // A little more than half a turn before it changes its mind.
        let limit = if self.memory.backward { 14000 } else { 18700 };
        self.memory.backward = ahead.unsigned_abs() > limit;
        let off = if self.memory.backward { ahead.wrapping_add(i16::MIN) } else { ahead };
        let mut held = match off {
            150.. => Input::RIGHT,
            ..-150 => Input::LEFT,
            _ => 0,
        };
        if off.unsigned_abs() <= open.unsigned_abs() {
            held |= if self.memory.backward { Input::BACK } else { Input::FORWARD };
        }
        held
    }

    /// What to hold to get free, when driving did not bring the tank on.
    fn back_out(&mut self) -> Option<u16> {
        let now = self.terrain.world.tick;
        if let Some((held, until)) = self.memory.back_out {
            if now < until {
                return Some(held);
            }
            self.memory.back_out = None;
            self.memory.mark = None;
        }
        let me = self.me;
        let fresh = Mark { at: me.at, since: now, hull: me.hull, turned: now };
        let mark = self.memory.mark.get_or_insert(fresh);
        if (me.at - mark.at).length() > MOVED {
            *mark = fresh;
        }
        if mark.hull.toward(me.hull).unsigned_abs() > TURNED {
            (mark.hull, mark.turned) = (me.hull, now);
        }
        let passed = |tick| now.saturating_sub(tick);
        if passed(mark.turned) < PATIENCE && passed(mark.since) < LONG_PATIENCE {
            return None;
        }
        let drive = if self.memory.backward { Input::FORWARD } else { Input::BACK };
        let turn = if below(self.rng, 2) == 0 { Input::LEFT } else { Input::RIGHT };
        self.memory.back_out = Some((drive | turn, now + BACK_OUT));
        self.memory.way_made = None;
        Some(drive | turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::Level;
    use crate::sim::rules::COUNTDOWN;
    use crate::sim::{Events, MAX_SEATS, Map, RuleSet, Rules, World, step};
    use rand_xoshiro::rand_core::SeedableRng;

    /// Ticks until seat 0 is at its goal, if it ever comes there.
    fn trip(map: &Map, from: Tile, goal: Tile) -> Option<u32> {
        let mut world = World::create(map, &[0]);
        world.tick = COUNTDOWN;
        world.tanks[0].at = from.centre();
        let mut memory = Memory::default();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for tick in 0..map.rules().match_ticks() {
            if (world.tanks[0].at - goal.centre()).length() < Fx::ONE {
                return Some(tick);
            }
            let held = Driver {
                terrain: Terrain { world: &world, map },
                seat: 0,
                me: &world.tanks[0],
                skill: Level::Normal.skill(),
                memory: &mut memory,
                rng: &mut rng,
            }
            .go(goal, Fx::ZERO);
            let mut inputs = [Input::default(); MAX_SEATS];
            inputs[0].held = held;
            step(&mut world, map, &inputs, &mut Events::new());
        }
        None
    }

    /// How many tiles of the straight line are under deep water.
    fn water_between(map: &Map, a: Vec2, b: Vec2) -> usize {
        let points = (0..64).map(|i| Tile::under(a + (b - a).scale(ratio(i, 64))));
        points.filter(|tile| map.is_deep(*tile)).count()
    }

    #[test]
    fn bot_drives_around_water_and_trees_to_its_goal() {
        let rules = Rules::new(RuleSet::Modern, 120, 44);
        let (mut across_water, mut across_trees) = (0, 0);
        for seed in 0..12 {
            let map = Map::generate([seed, seed + 100], &rules);
            let world = World::create(&map, &[]);
            let terrain = Terrain { world: &world, map: &map };
            let from = map.spawns()[0];
            for &goal in map.spawns().iter().skip(1).step_by(3) {
                if terrain.tank_drives(from.centre(), goal.centre()) {
                    continue;
                }
                if water_between(&map, from.centre(), goal.centre()) > 4 {
                    across_water += 1;
                } else {
                    across_trees += 1;
                }
                let tiles = terrain.way(from, goal, &[]).len() as u32;
                let took = trip(&map, from, goal);
                // 30 ticks a tile, 42 on the diagonal, a third more on sand, and the turns.
                let fair = tiles * 45 + 400;
                assert!(
                    took.is_some_and(|t| t <= fair),
                    "seed {seed} {from:?} to {goal:?}: {took:?} of {fair}"
                );
            }
        }
        assert!(across_water > 10 && across_trees > 10, "{across_water} {across_trees}");
    }
}
