//! Where to point the gun, and with what: meeting a moving tank with a shell.

use crate::sim::math::{div, ratio};
use crate::sim::rules::{MUZZLE, TURN};
use crate::sim::{Ammo, Angle, Fx, Input, Tank, Vec2};

/// A shell meets a hull about this far before its centre.
const HULL_FRONT: Fx = ratio(6, 10);
/// Rounds of refining where the target will be.
const ROUNDS: usize = 5;
/// The longest flight that is thought through, in ticks.
const LONGEST: i32 = 150;

/// How a tank moves, as far as one can see.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Motion {
    /// Where it is.
    pub(super) at: Vec2,
    /// Tiles per tick.
    pub(super) velocity: Vec2,
    /// Angle units per tick by which the velocity turns.
    pub(super) turn: i16,
}

impl Motion {
    /// The motion of a tank that moved by `velocity` in the last tick.
    pub(super) fn of(tank: &Tank, velocity: Vec2) -> Self {
        let turn = tank.held.axis(Input::RIGHT, Input::LEFT) * TURN as i16;
        Self { at: tank.at, velocity, turn }
    }

    /// Where it is after so many ticks, if it goes on like this.
    pub(super) fn after(self, ticks: i32) -> Vec2 {
        let ticks = ticks.clamp(0, LONGEST);
        let speed = self.velocity.length();
        if speed == 0 {
            return self.at;
        }
        if self.turn == 0 {
            return self.at + self.velocity.scale(ratio(ticks, 1));
        }
        let (mut at, mut way) = (self.at, Angle::of(self.velocity));
        for _ in 0..ticks {
            way = way.turned(self.turn);
            at += way.direction().scale(speed);
        }
        at
    }
}

/// Ticks a shell flies over this distance, the tick it is fired in included.
pub(super) fn flight(distance: Fx, ammo: Ammo) -> i32 {
    let rest = (distance - MUZZLE - HULL_FRONT).max(Fx::ZERO);
    1 + (div(rest, ammo.speed()).to_bits() >> 16).min(LONGEST)
}

/// Where a shell fired from `from` meets the target.
pub(super) fn meet(from: Vec2, target: Motion, ammo: Ammo) -> Vec2 {
    let mut point = target.at;
    for _ in 0..ROUNDS {
        point = target.after(flight((point - from).length(), ammo));
    }
    point
}

/// The angle, in angle units, under which `width` tiles appear at a distance.
pub(super) fn width_at(width: Fx, distance: Fx) -> u16 {
    // 65536 / 2 pi units to a radian; near enough to the tangent for what a gun meets.
    let radians = div(width, distance.max(Fx::ONE));
    ((i64::from(radians.to_bits()) * 10430) >> 16).clamp(0, 16384) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rules::{COUNTDOWN, DRIVE};
    use crate::sim::{Event, Events, MAX_SEATS, Map, RuleSet, Rules, World, step};

    /// Whether a shell aimed with [`meet`] hits a tank that goes on holding `held`.
    fn hits(ammo: Ammo, heading: u16, held: u16, aim_at_hull: bool) -> bool {
        let map = Map::generate([1, 2], &Rules::new(RuleSet::Classic, 60, 40));
        let mut world = World::create(&map, &[0, 1]);
        world.tick = COUNTDOWN;
        world.tanks[0].at = Vec2::new(ratio(12, 1), ratio(20, 1));
        world.tanks[1].at = Vec2::new(ratio(22, 1), ratio(20, 1));
        world.tanks[1].hull = Angle(heading);
        world.tanks[1].held.held = held;
        let ahead = world.tanks[1].hull.direction().scale(DRIVE);
        let velocity = match world.tanks[1].held.axis(Input::FORWARD, Input::BACK) {
            1 => ahead,
            -1 => -ahead,
            _ => Vec2::ZERO,
        };
        let point = meet(world.tanks[0].at, Motion::of(&world.tanks[1], velocity), ammo);
        let point = if aim_at_hull { world.tanks[1].at } else { point };
        world.tanks[0].turret = Angle::of(point - world.tanks[0].at);
        let mut events = Events::new();
        for tick in 0..60 {
            let mut inputs = [Input::default(); MAX_SEATS];
            inputs[1].held = held;
            if tick == 0 {
                let load = if ammo == Ammo::Piercing { Input::PIERCING } else { Input::REGULAR };
                inputs[0].held = Input::FIRE | load;
            }
            step(&mut world, &map, &inputs, &mut events);
        }
        events.iter().any(|(_, e)| matches!(e, Event::Hit { seat: 1, .. }))
    }

    #[test]
    fn shell_meets_a_tank_that_drives_on() {
        for ammo in Ammo::ALL {
            for heading in (0..=u16::MAX).step_by(4096) {
                for turn in [0, Input::LEFT, Input::RIGHT] {
                    for drive in [0, Input::FORWARD, Input::BACK] {
                        let held = drive | turn;
                        assert!(hits(ammo, heading, held, false), "{ammo:?} {heading} {held:b}");
                    }
                }
            }
        }
    }

    #[test]
    fn shell_aimed_where_the_tank_is_misses_one_that_crosses() {
        assert!(!hits(Ammo::Regular, 0x4000, Input::FORWARD, true));
    }
}
