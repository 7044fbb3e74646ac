//! Getting out of the way of shells: tries every way to drive for as long as the shells fly.

use super::ground::Terrain;
use crate::sim::math::ratio;
use crate::sim::rules::{DRIVE, DRIVE_SAND, HULL_HALF_LENGTH, HULL_HALF_WIDTH, TURN};
use crate::sim::{Fx, Input, Shell, Tank, Tile, Vec2};

/// Shells further away in time are no matter yet, in ticks.
const HORIZON: u32 = 50;
/// A shell whose line passes further away than this cannot become a hit.
const CORRIDOR: Fx = ratio(25, 10);
/// Added around the hull.
const MARGIN: Fx = ratio(10, 100);

/// What to hold instead of `plan` so that no shell in flight hits; `None` if the
/// plan is safe, or nothing is any better.
pub(super) fn escape(terrain: Terrain<'_>, seat: u8, me: &Tank, plan: u16) -> Option<u16> {
    let shells = &terrain.world.shells;
    let threats: Vec<&Shell> = shells.iter().filter(|s| threatens(s, seat, me)).collect();
    if threats.is_empty() {
        return None;
    }
    let drives = plan & (Input::FORWARD | Input::BACK | Input::LEFT | Input::RIGHT);
    let harm = |held| first_hit(terrain, me, held, &threats);
    let mut best = (harm(drives)?, None);
    for held in OPTIONS {
        match harm(held) {
            None => return Some(held),
            // Later is better: there is time for another idea.
            Some(tick) if tick > best.0 => best = (tick, Some(held)),
            Some(_) => {}
        }
    }
    best.1
}

const OPTIONS: [u16; 8] = [
    Input::FORWARD,
    Input::BACK,
    Input::FORWARD | Input::LEFT,
    Input::FORWARD | Input::RIGHT,
    Input::BACK | Input::LEFT,
    Input::BACK | Input::RIGHT,
    0,
    Input::LEFT,
];

fn threatens(shell: &Shell, seat: u8, me: &Tank) -> bool {
    if shell.ammo().is_none() || shell.owner == seat {
        return false;
    }
    let gap = me.at - shell.at;
    let way = shell.direction.direction();
    gap.dot(way) > 0 && gap.dot(way.quarter_turn()).abs() < CORRIDOR
}

/// The tick in which a shell hits a tank that holds `held`, if one does.
fn first_hit(terrain: Terrain<'_>, me: &Tank, held: u16, threats: &[&Shell]) -> Option<u32> {
    let input = Input { held, aim: 0 };
    let turn = input.axis(Input::RIGHT, Input::LEFT) * TURN as i16;
    let drive = input.axis(Input::FORWARD, Input::BACK);
    let speed = if terrain.is_slow(Tile::under(me.at)) { DRIVE_SAND } else { DRIVE };
    let (mut at, mut hull) = (me.at, me.hull);
    for tick in 1..=HORIZON {
        hull = hull.turned(turn);
        let ahead = hull.direction();
        let step = match drive {
            1 => ahead.scale(speed),
            -1 => -ahead.scale(speed),
            _ => Vec2::ZERO,
        };
        // What stops a tank is looked at now and then only: near enough, and cheap.
        if tick % 4 != 1 || drive == 0 || terrain.tank_drives(at, at + step) {
            at += step;
        }
        let side = ahead.quarter_turn();
        let inside = |p: Vec2| {
            let gap = p - at;
            gap.dot(ahead).abs() < HULL_HALF_LENGTH + MARGIN
                && gap.dot(side).abs() < HULL_HALF_WIDTH + MARGIN
        };
        let struck = threats.iter().any(|shell| {
            let from = shell.at + shell.velocity.scale(ratio(tick as i32 - 1, 1));
            inside(from + shell.velocity.scale(ratio(1, 2))) || inside(from + shell.velocity)
        });
        if struck {
            return Some(tick);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rules::COUNTDOWN;
    use crate::sim::{Angle, Event, Events, MAX_SEATS, Map, RuleSet, Rules, World, step};

    /// Whether a tank standing broadside is hit by a shell from `distance` tiles away.
    fn is_hit(distance: i32, dodges: bool) -> bool {
        let map = Map::generate([1, 2], &Rules::new(RuleSet::Classic, 60, 40));
        let mut world = World::create(&map, &[0, 1]);
        world.tick = COUNTDOWN;
        for (tank, x) in world.tanks.iter_mut().zip([10, 10 + distance]) {
            tank.at = Vec2::new(ratio(x, 1), ratio(20, 1));
            (tank.hull, tank.turret) = (Angle(0x4000), Angle(0));
        }
        let mut events = Events::new();
        for tick in 0..60 {
            let mut inputs = [Input::default(); MAX_SEATS];
            inputs[0].held = if tick == 0 { Input::FIRE } else { 0 };
            let terrain = Terrain { world: &world, map: &map };
            if dodges && let Some(held) = escape(terrain, 1, &world.tanks[1], 0) {
                inputs[1].held = held;
            }
            step(&mut world, &map, &inputs, &mut events);
        }
        events.iter().any(|(_, e)| matches!(e, Event::Hit { seat: 1, .. }))
    }

    #[test]
    fn tank_gets_out_of_the_way_of_a_shell() {
        for distance in 10..=18 {
            assert!(is_hit(distance, false));
            assert!(!is_hit(distance, true), "{distance} tiles");
        }
    }
}
