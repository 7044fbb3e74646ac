//! Where to drive: along a way, around an enemy, out of a corner.

use rand_xoshiro::Xoshiro256PlusPlus;

use super::ground::Terrain;
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
/// Ticks in which a tank that wants to drive must have moved by [`MOVED`].
const PATIENCE: u32 = 45;
const MOVED: Fx = ratio(35, 100);
/// Ticks of backing out once stuck.
const BACK_OUT: u32 = 35;
/// Room a tank wants ahead when it drives around an enemy.
const ROOM: Fx = ratio(14, 10);
/// Nearer or further than the wanted distance by this is near enough.
const SLACK: Fx = ratio(15, 10);
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
    mark: Option<(Vec2, u32)>,
    back_out: Option<(u16, u32)>,
    /// Whether it drives backward now.
    backward: bool,
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
        let sees = self.terrain.shell_flies(self.me.at, enemy.at);
        if !sees || distance > self.skill.range + SLACK * 3 {
            return self.go(tile_of(enemy), Fx::ZERO);
        }
        if !self.skill.strafes && (distance - self.skill.range).abs() < SLACK * 2 {
            self.memory.mark = None;
            return 0;
        }
        let bearing = Angle::of(gap);
        let lean = if distance > self.skill.range + SLACK {
            EIGHTH
        } else if distance < self.skill.range - SLACK {
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
        let Some((at, since)) = self.memory.mark else {
            self.memory.mark = Some((self.me.at, now));
            return None;
        };
        if (self.me.at - at).length() > MOVED {
            self.memory.mark = Some((self.me.at, now));
            return None;
        }
        // Turning on the spot takes its time too: half a turn is 190 ticks, a quarter 95.
        let turning = !self.me.held.has(Input::FORWARD) && !self.me.held.has(Input::BACK);
        let patience = if turning { PATIENCE * 3 } else { PATIENCE };
        if now.saturating_sub(since) < patience {
            return None;
        }
        let drive = if self.memory.backward { Input::FORWARD } else { Input::BACK };
        let turn = if below(self.rng, 2) == 0 { Input::LEFT } else { Input::RIGHT };
        self.memory.back_out = Some((drive | turn, now + BACK_OUT));
        self.memory.way_made = None;
        Some(drive | turn)
    }
}
