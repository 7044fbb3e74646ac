//! One tick of the tanks: turning, driving, pushing each other, the gun, and
//! coming back after being destroyed.

use super::collide::{Hull, free_place};
use super::event::{Event, Events};
use super::input::Input;
use super::map::{Ground, Map, Tile};
use super::math::{Angle, Fx, Vec2, ratio};
use super::rules::{
    Ammo, DRIVE, DRIVE_SAND, FULL_HP, HULL_RADIUS, MAX_SEATS, PROTECTION, RELOAD, RESPAWN, RuleSet,
    TURN,
};
use super::shell;
use super::world::{Tank, TankState, World};

/// A spawn is free when no living tank is nearer than this.
const SPAWN_CLEARANCE: Fx = ratio(2, 1);

/// Turns and drives every living tank and works its gun.
pub(super) fn drive_and_fire(
    world: &mut World,
    map: &Map,
    inputs: &[Input; MAX_SEATS],
    events: &mut Events,
) {
    for (seat, &input) in inputs.iter().enumerate() {
        if !world.tanks[seat].is_alive() {
            continue;
        }
        turn_and_drive(world, map, seat, input);
        work_gun(world, seat, input, events);
    }
}

/// Moves tanks that stand in each other apart, half the way each where there is room.
pub(super) fn push_apart(world: &mut World, map: &Map) {
    let mut alive = [0u8; MAX_SEATS];
    let mut count = 0;
    for (seat, tank) in world.tanks.iter().enumerate() {
        if tank.is_alive() {
            alive[count] = seat as u8;
            count += 1;
        }
    }
    for i in 0..count {
        for j in i + 1..count {
            push_pair(world, map, usize::from(alive[i]), usize::from(alive[j]));
        }
    }
}

/// Counts the time of destroyed tanks down and brings them back.
pub(super) fn respawn(world: &mut World, map: &Map, events: &mut Events) {
    for seat in 0..MAX_SEATS {
        let tank = &mut world.tanks[seat];
        if tank.state() != TankState::Destroyed {
            continue;
        }
        tank.respawn = tank.respawn.saturating_sub(1);
        if tank.respawn == 0 && enter(world, map, seat) {
            events.push(Event::Spawned { seat: seat as u8, at: world.tanks[seat].at });
        }
    }
}

/// Puts a fresh tank for `seat` onto the free spawn farthest from living enemies;
/// keeps points and counters. False when no spawn is free.
pub(super) fn enter(world: &mut World, map: &Map, seat: usize) -> bool {
    let Some(spawn) = best_spawn(world, map, seat) else { return false };
    place(&mut world.tanks[seat], map, spawn);
    world.tanks[seat].protection = PROTECTION;
    true
}

/// A fresh tank on `spawn`, facing the middle of the map.
pub(super) fn place(tank: &mut Tank, map: &Map, spawn: Tile) {
    let middle = Fx::from_bits(i32::from(map.side()) << 15);
    let facing = Angle::of(Vec2::new(middle, middle) - spawn.centre());
    *tank = Tank {
        at: spawn.centre(),
        hull: facing,
        turret: facing,
        state: TankState::Alive as u8,
        hp: FULL_HP,
        ammo: [Ammo::Regular.rounds(), Ammo::Piercing.rounds()],
        selected: Ammo::Regular as u8,
        reload: 0,
        protection: 0,
        respawn: 0,
        ..*tank
    };
}

/// Takes a destroyed tank off the map.
pub(super) fn destroy(tank: &mut Tank) {
    tank.state = TankState::Destroyed as u8;
    tank.hp = 0;
    tank.deaths = tank.deaths.saturating_add(1);
    tank.respawn = RESPAWN;
    tank.reload = 0;
    tank.protection = 0;
}

fn turn_and_drive(world: &mut World, map: &Map, seat: usize, input: Input) {
    let tank = &mut world.tanks[seat];
    tank.turret = match input.aim() {
        Some(aim) => tank.turret.approach(aim, TURN),
        None => {
            let way = input.axis(Input::TURRET_RIGHT, Input::TURRET_LEFT);
            tank.turret.turned(way * TURN as i16)
        }
    };
    let turn = input.axis(Input::RIGHT, Input::LEFT);
    let drive = input.axis(Input::FORWARD, Input::BACK);
    if turn == 0 && drive == 0 {
        return;
    }
    let hull = tank.hull.turned(turn * TURN as i16);
    let mut at = tank.at;
    match drive {
        1 => at += hull.direction().scale(speed_on(map, at)),
        -1 => at -= hull.direction().scale(speed_on(map, at)),
        _ => {}
    }
    // Where turning and driving together find no room, turning alone may, then driving alone.
    let (old_at, old_hull) = (tank.at, tank.hull);
    let tries = [(at, hull), (old_at, hull), (at, old_hull)];
    for (at, hull) in tries {
        if let Some(free) = free_place(world, map, at, hull) {
            let tank = &mut world.tanks[seat];
            (tank.at, tank.hull) = (free, hull);
            return;
        }
    }
}

fn speed_on(map: &Map, at: Vec2) -> Fx {
    let sandy = matches!(map.ground(Tile::under(at)), Ground::Sand | Ground::DarkSand);
    if sandy && map.rules().set() == RuleSet::Modern { DRIVE_SAND } else { DRIVE }
}

fn work_gun(world: &mut World, seat: usize, input: Input, events: &mut Events) {
    let tank = &mut world.tanks[seat];
    tank.protection = tank.protection.saturating_sub(1);
    if tank.reload > 0 {
        tank.reload -= 1;
        if tank.reload == 0 {
            events.push(Event::Reloaded { seat: seat as u8 });
        }
    }
    for (key, ammo) in [(Input::REGULAR, Ammo::Regular), (Input::PIERCING, Ammo::Piercing)] {
        if input.has(key) && !tank.held.has(key) && tank.selected() != ammo {
            tank.selected = ammo as u8;
            events.push(Event::Selected { seat: seat as u8, ammo });
        }
    }
    if !input.has(Input::FIRE) || tank.reload > 0 {
        return;
    }
    let ammo = tank.selected();
    if tank.rounds(ammo) == 0 {
        if !tank.held.has(Input::FIRE) {
            events.push(Event::Dry { seat: seat as u8 });
        }
        return;
    }
    if let Some(slot) = shell::launch(world, seat, ammo) {
        let tank = &mut world.tanks[seat];
        tank.ammo[ammo as usize] -= 1;
        tank.reload = RELOAD;
        tank.protection = 0;
        tank.shots = tank.shots.saturating_add(1);
        events.push(Event::Fired {
            seat: seat as u8,
            ammo,
            shell: slot as u8,
            at: shell::muzzle(tank),
            direction: tank.turret,
        });
    }
}

fn push_pair(world: &mut World, map: &Map, a: usize, b: usize) {
    for full in [false, true] {
        let (ta, tb) = (&world.tanks[a], &world.tanks[b]);
        let gap = ta.at - tb.at;
        let reach = HULL_RADIUS + HULL_RADIUS;
        if gap.x.abs() >= reach || gap.y.abs() >= reach {
            return;
        }
        let Some(contact) = Hull::new(ta.at, ta.hull).contact(&Hull::new(tb.at, tb.hull)) else {
            return;
        };
        let way = if full { contact.depth } else { contact.depth / 2 };
        let push = contact.out.scale(way);
        let moved = shift(world, map, a, push);
        if !(full && moved) {
            shift(world, map, b, -push);
        }
    }
}

fn shift(world: &mut World, map: &Map, seat: usize, push: Vec2) -> bool {
    let tank = &world.tanks[seat];
    let free = free_place(world, map, tank.at + push, tank.hull);
    if let Some(at) = free {
        world.tanks[seat].at = at;
    }
    free.is_some()
}

fn best_spawn(world: &World, map: &Map, seat: usize) -> Option<Tile> {
    let others = || world.tanks.iter().enumerate().filter(|(s, t)| *s != seat && t.is_alive());
    map.spawns()
        .iter()
        .map(|&spawn| {
            let nearest = others().map(|(_, t)| (t.at - spawn.centre()).length()).min();
            (spawn, nearest.unwrap_or(Fx::MAX))
        })
        .filter(|(_, nearest)| *nearest >= SPAWN_CLEARANCE)
        // The first of equals wins: max_by_key would take the last.
        .fold(None, |best: Option<(Tile, Fx)>, (spawn, far)| match best {
            Some((_, most)) if far <= most => best,
            _ => Some((spawn, far)),
        })
        .map(|(spawn, _)| spawn)
}
