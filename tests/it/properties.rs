//! What holds for every match whatever the players do, looked at with geometry and
//! limits of the tests' own, and what a snapshot from outside can do: nothing.

use tankwarz::play::synctest::{self, Verdict};
use tankwarz::sim::rules::COUNTDOWN;
use tankwarz::sim::snapshot::{self, SnapshotError};
use tankwarz::sim::{
    Ammo, Angle, Event, Events, Input, MAX_SEATS, Map, Obstacle, RuleSet, Rules, Tank, TankState,
    Tile, Vec2, World, step,
};

use crate::script::{self, Draw};

/// Tiles that rounding may cost: 0.3 pixels of the original.
const TOLERANCE: f64 = 0.006;
const HALF_LENGTH: f64 = 0.67;
const HALF_WIDTH: f64 = 0.63;
const TRUNK: f64 = 0.42;

/// A hull as a box of floats: middle and the unit vector along its tracks.
struct Box2 {
    x: f64,
    y: f64,
    along: (f64, f64),
}

impl Box2 {
    fn of(tank: &Tank) -> Self {
        let turn = f64::from(tank.hull.0) / 65536.0 * std::f64::consts::TAU;
        Self { x: tank.at.x.to_num(), y: tank.at.y.to_num(), along: (turn.cos(), turn.sin()) }
    }

    fn corners(&self) -> [(f64, f64); 4] {
        let (c, s) = self.along;
        [(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)].map(|(i, j)| {
            let (l, w) = (i * HALF_LENGTH, j * HALF_WIDTH);
            (self.x + l * c - w * s, self.y + l * s + w * c)
        })
    }

    /// How deep a circle is in the box; negative is apart.
    fn depth_of_circle(&self, (x, y): (f64, f64), radius: f64) -> f64 {
        let (c, s) = self.along;
        let (dx, dy) = (x - self.x, y - self.y);
        let (l, w) = (dx * c + dy * s, dy * c - dx * s);
        let gap_l = l - l.clamp(-HALF_LENGTH, HALF_LENGTH);
        let gap_w = w - w.clamp(-HALF_WIDTH, HALF_WIDTH);
        radius - gap_l.hypot(gap_w)
    }

    /// How deep the unit square of a tile is in the box; negative is apart.
    fn depth_of_tile(&self, tile: Tile) -> f64 {
        let (x, y) = (f64::from(tile.x), f64::from(tile.y));
        let square = [(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0)];
        let hull = self.corners();
        let (c, s) = self.along;
        let overlap = |(nx, ny): (f64, f64)| {
            let span = |points: &[(f64, f64)]| {
                let along = points.iter().map(|(px, py)| px * nx + py * ny);
                along.fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)))
            };
            let (a, b) = (span(&hull), span(&square));
            a.1.min(b.1) - a.0.max(b.0)
        };
        [(1.0, 0.0), (0.0, 1.0), (c, s), (-s, c)].map(overlap).into_iter().fold(f64::MAX, f64::min)
    }
}

/// Fails if a living tank is in anything that never moves, or any number is out of range.
fn assert_possible(world: &World, map: &Map, context: &str) {
    let last = f64::from(map.side()) - 1.0;
    for (seat, tank) in world.tanks.iter().enumerate() {
        let context = || format!("{context}, tick {}, seat {seat}: {tank:?}", world.tick);
        assert!(tank.hp <= 100 && tank.reload <= 120 && tank.protection <= 120, "{}", context());
        assert!(tank.respawn <= 180, "{}", context());
        assert!(tank.rounds(Ammo::Regular) <= 40, "{}", context());
        assert!(tank.rounds(Ammo::Piercing) <= 5, "{}", context());
        assert_eq!(tank.is_alive(), tank.hp > 0, "{}", context());
        assert!(tank.hits <= tank.shots, "{}", context());
        if !tank.is_alive() {
            continue;
        }
        let hull = Box2::of(tank);
        for (x, y) in hull.corners() {
            let inside = 1.0 - TOLERANCE..=last + TOLERANCE;
            assert!(inside.contains(&x) && inside.contains(&y), "in the wall: {}", context());
        }
        let (tx, ty) = (hull.x as u8, hull.y as u8);
        for tile in (ty - 1..=ty + 1).flat_map(|y| (tx - 1..=tx + 1).map(move |x| Tile { x, y })) {
            if map.is_deep(tile) && !map.is_wall(tile) {
                assert!(hull.depth_of_tile(tile) < TOLERANCE, "in water {tile:?}: {}", context());
            }
            let stands = match map.obstacle(tile) {
                Some(Obstacle::Tree(number)) => !world.is_felled(number),
                other => other.is_some(),
            };
            let middle = (f64::from(tile.x) + 0.5, f64::from(tile.y) + 0.5);
            let depth = hull.depth_of_circle(middle, TRUNK);
            assert!(!stands || depth < TOLERANCE, "in an obstacle {tile:?}: {}", context());
        }
    }
}

/// Any inputs at all, of several temperaments.
fn wild(draw: &mut Draw, seed: u64, tick: u32) -> [Input; MAX_SEATS] {
    let mut inputs = script::all_held(seed, tick);
    for (seat, input) in inputs.iter_mut().enumerate() {
        match (seed + seat as u64) % 4 {
            // Anything, every tick.
            0 => *input = Input { held: draw.next() as u16, aim: draw.next() as u16 },
            // Always against something.
            1 => input.held |= Input::FORWARD | Input::FIRE,
            2 => input.held = input.held & !Input::FORWARD | Input::BACK | Input::FIRE,
            _ => {}
        }
    }
    inputs
}

/// Puts the tanks into a crowd around one of them, where each may stand.
fn crowd(world: &mut World, map: &Map, draw: &mut Draw, seats: usize) {
    let middle = world.tanks[draw.below(seats as u64) as usize].at;
    for seat in 0..seats {
        if !world.tanks[seat].is_alive() {
            continue;
        }
        let mut off = || tankwarz::sim::Fx::from_bits(draw.below(6 << 16) as i32 - (3 << 16));
        let at = middle + Vec2::new(off(), off());
        let old = world.tanks[seat];
        (world.tanks[seat].at, world.tanks[seat].hull) = (at, Angle(draw.next() as u16));
        if snapshot::decode(bytemuck::bytes_of(world), map).is_err() {
            world.tanks[seat] = old;
        }
    }
}

/// Some thousand ticks of a match of a seed, checked after every tick.
fn wild_match(seed: u64, ticks: u32) -> (World, Vec<Event>) {
    let mut draw = Draw(seed);
    let set = if seed.is_multiple_of(3) { RuleSet::Classic } else { RuleSet::Modern };
    let rules = Rules::new(set, 120, 24 + (seed % 41) as u8);
    let map = Map::generate([draw.next(), draw.next()], &rules);
    let seats: Vec<u8> = (0..2 + (seed % 7) as u8).collect();
    let mut world = World::create(&map, &seats);
    world.tick = COUNTDOWN - 10;
    let mut events = Events::new();
    let context = format!("seed {seed}");
    for tick in 0..ticks {
        if tick % 250 == 20 {
            crowd(&mut world, &map, &mut draw, seats.len());
            assert_possible(&world, &map, &context);
        }
        let inputs = wild(&mut draw, seed, tick);
        step(&mut world, &map, &inputs, &mut events);
        assert_possible(&world, &map, &context);
        if tick % 8 == 0 {
            let again = snapshot::decode(bytemuck::bytes_of(&world), &map);
            assert_eq!(again, Ok(world), "{context}, tick {tick}");
        }
    }
    (world, events.iter().map(|(_, event)| *event).collect())
}

#[test]
fn no_input_brings_a_tank_into_walls_water_or_trees_or_a_number_out_of_range() {
    let mut seen = [0; 6];
    for seed in 0..150 {
        let (_, events) = wild_match(seed, 1000);
        for event in events {
            let kind = match event {
                Event::Fired { .. } => 0,
                Event::Hit { .. } => 1,
                Event::Destroyed { .. } => 2,
                Event::Spawned { .. } => 3,
                Event::Felled { .. } => 4,
                Event::Taken { .. } => 5,
                _ => continue,
            };
            seen[kind] += 1;
        }
    }
    println!("fired, hit, destroyed, spawned, felled, taken: {seen:?}");
    assert!(seen.iter().all(|n| *n > 20), "{seen:?}");
}

/// A World of the middle of a match: shells fly, a tank is destroyed, crates lie about.
fn busy_world(seed: u64) -> (World, Map) {
    let rules = Rules::new(RuleSet::Modern, 120, 24);
    let map = Map::generate([seed, 7], &rules);
    let mut world = World::create(&map, &[0, 1, 2, 3, 4]);
    world.tick = COUNTDOWN;
    let mut draw = Draw(seed);
    let mut events = Events::new();
    for tick in 0..2000 {
        if tick % 200 == 0 {
            crowd(&mut world, &map, &mut draw, 5);
        }
        step(&mut world, &map, &script::all_held(seed, tick), &mut events);
        let down = world.tanks.iter().any(|t| t.state() == TankState::Destroyed);
        if down && tick > 500 && world.shells.iter().any(|s| s.ammo().is_some()) {
            break;
        }
    }
    (world, map)
}

/// Whether `bytes` are a World; if so it can be played, and leads only to Worlds that are legal again.
fn is_harmless_world(bytes: &[u8], map: &Map, seed: u64) -> bool {
    let Ok(mut world) = snapshot::decode(bytes, map) else { return false };
    let mut events = Events::new();
    for tick in 0..600 {
        step(&mut world, map, &script::all_held(seed, tick), &mut events);
    }
    let again = snapshot::decode(bytemuck::bytes_of(&world), map);
    // The one number that is bounded and only grows.
    let is_late = again == Err(SnapshotError::Field("tick".into()));
    assert!(is_late || again == Ok(world), "{again:?}");
    true
}

#[test]
fn hostile_snapshots_are_refused_or_harmless() {
    let (mut random, mut damaged) = (0, 0);
    for seed in 0..40 {
        let (world, map) = busy_world(seed);
        let legal = bytemuck::bytes_of(&world);
        assert!(is_harmless_world(legal, &map, seed));
        let mut draw = Draw(seed ^ 0xbad);
        for round in 0..60 {
            let noise: Vec<u8> = (0..snapshot::SIZE).map(|_| draw.next() as u8).collect();
            random += usize::from(is_harmless_world(&noise, &map, seed));
            // Of the right match, and noise from there on.
            let mut mixed = noise;
            mixed[..32].copy_from_slice(&legal[..32]);
            random += usize::from(is_harmless_world(&mixed, &map, seed));

            let mut bytes = legal.to_vec();
            for _ in 0..=draw.below(3) {
                // Most of a World is free slots for shells, which are all zero or refused.
                let size = snapshot::SIZE as u64;
                let part = [32..320, 320..460, size - 384..size, 16..size];
                let part = &part[draw.below(4) as usize];
                let at = (part.start + draw.below(part.end - part.start)) as usize;
                match round % 3 {
                    0 => bytes[at] ^= 1 << draw.below(8),
                    1 => bytes[at] = 0xff,
                    _ => bytes[at] = draw.next() as u8,
                }
            }
            damaged += usize::from(is_harmless_world(&bytes, &map, seed));
        }
        for length in [0, 1, snapshot::SIZE - 1, snapshot::SIZE + 1] {
            let bytes = vec![0; length];
            assert_eq!(snapshot::decode(&bytes, &map), Err(SnapshotError::Size(length)));
        }
    }
    println!("accepted: {random} of noise, {damaged} damaged ones");
    assert_eq!(random, 0);
    assert!((100..2000).contains(&damaged), "{damaged}");
}

/// A sync-test of four players, with what is kept of a World.
fn sync_test(set: RuleSet, frames: u32, save: impl Fn(&World) -> World) -> Verdict {
    let rules = Rules::new(set, 3600, 24);
    let map = Map::generate([11, 12], &rules);
    let seats = [0, 1, 2, 3];
    let world = World::create(&map, &seats);
    let inputs = |world: &World| script::all_held(77, world.tick);
    synctest::run(world, &map, &seats, frames, 7, inputs, save).unwrap()
}

fn twenty_thousand_frames_come_out_the_same(set: RuleSet) {
    let Verdict::Same { compared, world } = sync_test(set, 20_000, |world| *world) else {
        panic!("a frame came out differently");
    };
    assert!(compared > 100_000, "{compared}");
    assert_eq!(world.tick, 20_000);
    assert!(world.tanks[..4].iter().all(|tank| tank.shots > 10), "{:?}", world.tanks);
    assert!(world.tanks.iter().any(|tank| tank.hits > 0), "{:?}", world.tanks);
}

#[test]
fn sync_test_of_classic_finds_no_difference() {
    twenty_thousand_frames_come_out_the_same(RuleSet::Classic);
}

#[test]
fn sync_test_of_modern_finds_no_difference() {
    twenty_thousand_frames_come_out_the_same(RuleSet::Modern);
}

#[test]
fn sync_test_names_the_field_that_a_save_left_out() {
    type Break = fn(&mut World);
    let broken: [(&str, Break); 6] = [
        ("tanks[1].turret", |world| world.tanks[1].turret = Angle(0)),
        // It fires again at once, and that stands further in front.
        ("tanks[2].shots", |world| world.tanks[2].reload = 0),
        ("tanks[2].reload", |world| world.tanks[2].reload = world.tanks[2].reload.min(60)),
        ("tanks[0].at.x", |world| world.tanks[0].at = Vec2::ZERO),
        ("tanks[3].shots", |world| world.tanks[3].shots = 0),
        ("shells[0].at.x", |world| world.shells = bytemuck::Zeroable::zeroed()),
    ];
    for (name, leave_out) in broken {
        let verdict = sync_test(RuleSet::Modern, 600, |world| {
            let mut saved = *world;
            leave_out(&mut saved);
            saved
        });
        let Verdict::Differs { field, .. } = verdict else { panic!("{name} is not missed") };
        assert_eq!(field, name);
    }
}
