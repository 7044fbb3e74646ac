//! One tick of the shells: each sweeps a segment, so none ever tunnels; the
//! first thing on the way stops it. Damage of all hits of a tick is applied
//! before anyone is destroyed, so two tanks can destroy each other.

use super::collide::{Hull, SLOP, circle_entry, exit_from_square, is_out_of_reach, stands};
use super::event::{Event, Events, Stop};
use super::map::{Map, Obstacle, Tile};
use super::math::{Fx, Vec2, ratio};
use super::rules::{
    Ammo, HULL_RADIUS, MAX_SEATS, MAX_SHELLS, MUZZLE, OBSTACLE_RADIUS, POINTS_PER_HIT,
    TREE_STRENGTH,
};
use super::tank;
use super::world::{Shell, Tank, World};

/// Where the tanks that can be hit are, all columns and all rows side by side, for the
/// many shells that look at all of them; other tanks are far away from any map.
struct Targets {
    x: [Fx; MAX_SEATS],
    y: [Fx; MAX_SEATS],
}

impl Targets {
    fn new(tanks: &[Tank; MAX_SEATS]) -> Targets {
        let far_away = Vec2::new(ratio(-64, 1), ratio(-64, 1));
        let at = |tank: Tank| if tank.is_alive() { tank.at } else { far_away };
        Targets { x: tanks.map(|t| at(t).x), y: tanks.map(|t| at(t).y) }
    }

    /// The hull of `seat` seen from a shell.
    #[inline]
    fn seen_from(&self, shell: &Shell, seat: usize) -> Vec2 {
        Vec2::new(self.x[seat] - shell.at.x, self.y[seat] - shell.at.y)
    }
}

/// A tank was hit; what follows from it waits until every shell has flown.
#[derive(Clone, Copy)]
struct Hit {
    slot: u8,
    ammo: Ammo,
    by: u8,
    seat: u8,
    at: Vec2,
}

#[derive(Clone, Copy)]
enum Target {
    Wall,
    Obstacle(Tile, Obstacle),
    Tank(usize),
}

/// Where a shell leaves the gun.
pub(super) fn muzzle(tank: &Tank) -> Vec2 {
    tank.at + tank.turret.direction().scale(MUZZLE)
}

/// Puts a new shell into a free slot, at the pivot: its first tick is the way
/// through the barrel, so that nothing is skipped at point-blank range.
pub(super) fn launch(world: &mut World, seat: usize, ammo: Ammo) -> Option<usize> {
    let slot = world.shells.iter().position(|s| s.kind == 0)?;
    let tank = &world.tanks[seat];
    world.shells[slot] = Shell {
        at: tank.at,
        velocity: tank.turret.direction().scale(ammo.speed()),
        born: world.tick,
        direction: tank.turret,
        owner: seat as u8,
        kind: 1 + ammo as u8,
    };
    Some(slot)
}

/// Moves every shell, and applies what they hit.
pub(super) fn fly(world: &mut World, map: &Map, events: &mut Events) {
    let targets = Targets::new(&world.tanks);
    let mut hits = Vec::new();
    for slot in 0..MAX_SHELLS {
        let shell = world.shells[slot];
        let Some(ammo) = shell.ammo() else { continue };
        let in_barrel = shell.born == world.tick;
        let path =
            if in_barrel { shell.direction.direction().scale(MUZZLE) } else { shell.velocity };
        let Some((time, target)) = first_on_way(world, map, &targets, &shell, path) else {
            world.shells[slot].at += path;
            continue;
        };
        let at = shell.at + path.scale(time);
        world.shells[slot] = bytemuck::Zeroable::zeroed();
        let mut stop = |by| events.push(Event::Stopped { shell: slot as u8, ammo, at, by });
        match target {
            Target::Wall => stop(Stop::Wall),
            Target::Obstacle(_, Obstacle::Rock) => stop(Stop::Rock),
            Target::Obstacle(tile, Obstacle::Tree(tree)) => {
                stop(Stop::Tree);
                if world.hurt_tree(tree, if ammo == Ammo::Piercing { TREE_STRENGTH } else { 1 }) {
                    events.push(Event::Felled { tile });
                }
            }
            Target::Tank(seat) if world.tanks[seat].protection > 0 => stop(Stop::Shield),
            Target::Tank(seat) => {
                hits.push(Hit { slot: slot as u8, ammo, by: shell.owner, seat: seat as u8, at });
            }
        }
    }
    for hit in hits {
        apply(world, hit, events);
    }
}

fn apply(world: &mut World, hit: Hit, events: &mut Events) {
    let Hit { slot, ammo, by, seat, at } = hit;
    let shooter = &mut world.tanks[usize::from(by)];
    shooter.score = shooter.score.saturating_add(POINTS_PER_HIT);
    shooter.hits = shooter.hits.saturating_add(1);
    let tank = &mut world.tanks[usize::from(seat)];
    let before = tank.hp;
    tank.hp = tank.hp.saturating_sub(ammo.damage());
    let (left, wreck) = (tank.hp, tank.at);
    events.push(Event::Hit { shell: slot, ammo, by, seat, at, left });
    if before > 0 && left == 0 {
        tank::destroy(tank);
        let shooter = &mut world.tanks[usize::from(by)];
        shooter.kills = shooter.kills.saturating_add(1);
        events.push(Event::Destroyed { seat, by, at: wreck });
    }
}

fn first_on_way(
    world: &World,
    map: &Map,
    targets: &Targets,
    shell: &Shell,
    path: Vec2,
) -> Option<(Fx, Target)> {
    let mut first: Option<(Fx, Target)> = None;
    let mut consider = |time: Option<Fx>, target: Target| {
        if let Some(t) = time
            && first.is_none_or(|(best, _)| t < best)
        {
            first = Some((t, target));
        }
    };
    let here = Tile::under(shell.at);
    let near = map.near(here);
    if near.has_wall() {
        let (low, high) = (Fx::ONE, Fx::from_bits((i32::from(map.side()) - 1) << 16));
        consider(exit_from_square(shell.at, path, low, high), Target::Wall);
    }
    let reach = OBSTACLE_RADIUS + SLOP;
    for tile in near.along(shell.at - here.centre(), path, reach).tiles(here) {
        if let Some(obstacle) = stands(world, map, tile) {
            let time = circle_entry(shell.at, path, tile.centre(), OBSTACLE_RADIUS);
            consider(time, Target::Obstacle(tile, obstacle));
        }
    }
    // All eight at once, as nearly always none of them is near.
    let is_near = |seat| !is_out_of_reach(targets.seen_from(shell, seat), path, HULL_RADIUS);
    if (0..MAX_SEATS).fold(false, |any, seat| any | is_near(seat)) {
        for seat in (0..MAX_SEATS).filter(|&s| s != usize::from(shell.owner) && is_near(s)) {
            let tank = &world.tanks[seat];
            consider(Hull::new(tank.at, tank.hull).entry(shell.at, path), Target::Tank(seat));
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::super::map::Near;
    use super::super::math::Angle;
    use super::super::random::{below, stream};
    use super::*;

    /// Short cuts may only leave out what the whole calculation does not find either.
    #[test]
    fn nothing_that_a_shell_hits_is_left_out_beforehand() {
        let mut rng = stream([1, 2], 3, 4);
        let mut draw = |n: u32| below(&mut rng, n) as i32;
        let here = Tile { x: 9, y: 9 };
        let (mut left_out, mut hit) = (0, 0);
        for _ in 0..200_000 {
            let from = Vec2::new(Fx::from_bits(draw(1 << 16)), Fx::from_bits(draw(1 << 16)))
                + Vec2::new(ratio(9, 1), ratio(9, 1));
            let speed = [MUZZLE, Ammo::Regular.speed(), Ammo::Piercing.speed()][draw(3) as usize];
            let path = Angle(draw(1 << 16) as u16).direction().scale(speed);

            let nine = Near::new(std::iter::repeat(true), false);
            let along = nine.along(from - here.centre(), path, OBSTACLE_RADIUS + SLOP);
            let kept: Vec<Tile> = along.tiles(here).collect();
            for tile in nine.tiles(here) {
                let hits = circle_entry(from, path, tile.centre(), OBSTACLE_RADIUS).is_some();
                assert!(!hits || kept.contains(&tile), "{from:?} {path:?} {tile:?}");
                left_out += usize::from(!kept.contains(&tile));
            }

            let gap = Vec2::new(ratio(draw(400) - 200, 100), ratio(draw(400) - 200, 100));
            let hull = Hull::new(from + gap, Angle(draw(1 << 16) as u16));
            if hull.entry(from, path).is_some() {
                assert!(!is_out_of_reach(gap, path, HULL_RADIUS), "{gap:?} {path:?}");
                hit += 1;
            }
        }
        assert!(left_out > 900_000 && hit > 10_000, "{left_out} {hit}");
    }
}
