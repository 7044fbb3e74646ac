//! Maps as a player needs them: all places reachable, water and woods in proportion,
//! and the same on every machine.

use std::fmt::Write;

use tankwarz::sim::{Ground, MAX_SEATS, Map, Obstacle, RuleSet, Rules, Tile};

use crate::bless;

fn modern(seeds: [u64; 2], side: u8) -> Map {
    Map::generate(seeds, &Rules::new(RuleSet::Modern, 120, side))
}

fn interior(map: &Map) -> impl Iterator<Item = Tile> + use<> {
    let last = map.side() - 1;
    (1..last).flat_map(move |y| (1..last).map(move |x| Tile { x, y }))
}

/// Whether a circle of a hull's size fits around a point given in quarters of a tile:
/// the geometry as such, without the generator's shortcuts.
fn fits(map: &Map, quarters: (i32, i32)) -> bool {
    // in hundredths of a tile
    let (px, py) = (quarters.0 * 25, quarters.1 * 25);
    // only tiles that are near enough to count, and none beyond the wall
    let near = |p: i32| (p - 200).max(0) / 100..=((p + 100) / 100).min(i32::from(map.side()) - 1);
    for y in near(py) {
        for x in near(px) {
            let tile = Tile { x: x as u8, y: y as u8 };
            if map.is_wall(tile) || map.is_deep(tile) {
                let dx = px - px.clamp(x * 100, x * 100 + 100);
                let dy = py - py.clamp(y * 100, y * 100 + 100);
                if dx * dx + dy * dy < 93 * 93 {
                    return false;
                }
            }
            if map.obstacle(tile).is_some() {
                let (dx, dy) = (px - x * 100 - 50, py - y * 100 - 50);
                if dx * dx + dy * dy < 135 * 135 {
                    return false;
                }
            }
        }
    }
    true
}

fn middle(tile: Tile) -> (i32, i32) {
    (i32::from(tile.x) * 4 + 2, i32::from(tile.y) * 4 + 2)
}

/// Whether a tank that fits on a tile gets to a neighbour, looked at in quarter steps.
fn can_step(map: &Map, from: Tile, dx: i32, dy: i32) -> bool {
    let (x, y) = middle(from);
    (1..=4).all(|i| fits(map, (x + dx * i, y + dy * i)))
}

/// Per tile (64 to a row) whether a tank gets there from `start`.
fn flood(map: &Map, start: Tile) -> Vec<bool> {
    let mut reached = vec![false; 64 * 64];
    let mut stack = vec![start];
    reached[usize::from(start.y) * 64 + usize::from(start.x)] = true;
    while let Some(at) = stack.pop() {
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
            let x = (i32::from(at.x) + dx) as u8;
            let y = (i32::from(at.y) + dy) as u8;
            let index = usize::from(y) * 64 + usize::from(x);
            if !reached[index] && can_step(map, at, dx, dy) {
                reached[index] = true;
                stack.push(Tile { x, y });
            }
        }
    }
    reached
}

fn distance(a: Tile, b: Tile) -> u32 {
    let dx = u32::from(a.x.abs_diff(b.x));
    let dy = u32::from(a.y.abs_diff(b.y));
    (dx * dx + dy * dy).isqrt()
}

/// The distance of the two of the first `n` places that are nearest to each other.
fn nearest_pair(places: &[Tile], n: usize) -> u32 {
    let some = &places[..n];
    some.iter()
        .enumerate()
        .flat_map(|(i, &a)| some[..i].iter().map(move |&b| distance(a, b)))
        .min()
        .unwrap()
}

fn thousand_maps_are_playable(side: u8) {
    let mut ordinary = 0;
    for n in 0..1000u64 {
        let seeds = [n, n.wrapping_mul(0x9e37_79b9_7f4a_7c15)];
        let map = modern(seeds, side);
        let name = format!("side {side}, seeds {seeds:x?}");

        assert!(map.spawns().len() >= MAX_SEATS, "{name}: {} spawns", map.spawns().len());
        let reached = flood(&map, map.spawns()[0]);
        let is_reached = |t: &Tile| reached[usize::from(t.y) * 64 + usize::from(t.x)];
        assert!(map.spawns().iter().all(is_reached), "{name}: a spawn is cut off");
        assert!(map.crates().iter().all(is_reached), "{name}: a crate is out of reach");
        let area = usize::from(side - 2).pow(2);
        let open = reached.iter().filter(|r| **r).count();
        assert!(open * 100 >= area * 35, "{name}: only {open} tiles to drive on");
        assert!(open < area * 8 / 10, "{name}: nothing stands in the way");

        assert!((6..=12).contains(&map.crates().len()), "{name}: {} crates", map.crates().len());
        for &place in map.spawns().iter().chain(map.crates()) {
            for (x, y) in (place.y - 1..=place.y + 1)
                .flat_map(|y| (place.x - 1..=place.x + 1).map(move |x| (x, y)))
            {
                let tile = Tile { x, y };
                assert!(map.obstacle(tile).is_none(), "{name}: obstacle beside {place:?}");
                assert!(map.ground(tile) != Ground::Water, "{name}: water beside {place:?}");
            }
        }
        assert!(!map.crates().iter().any(|c| map.spawns().contains(c)), "{name}");
        let side = u32::from(side);
        assert!(nearest_pair(map.spawns(), 2) * 2 >= side, "{name}: two begin too near");
        assert!(nearest_pair(map.spawns(), 4) * 4 >= side, "{name}: four begin too near");
        assert!(nearest_pair(map.spawns(), MAX_SEATS) >= 4, "{name}: eight begin too near");

        let share =
            |what: &dyn Fn(Tile) -> bool| interior(&map).filter(|&t| what(t)).count() * 1000 / area;
        let water = share(&|t| map.is_deep(t));
        let trees = share(&|t| matches!(map.obstacle(t), Some(Obstacle::Tree(_))));
        let rocks = share(&|t| map.obstacle(t) == Some(Obstacle::Rock));
        assert!(water <= 250 && trees <= 120 && rocks <= 40, "{name}: {water} {trees} {rocks}");
        ordinary += usize::from(water >= 50 && trees >= 40 && rocks >= 10);
    }
    assert!(ordinary >= 900, "side {side}: {ordinary} maps with water, trees and rocks");
}

#[test]
fn thousand_maps_of_side_24_are_playable() {
    thousand_maps_are_playable(24);
}

#[test]
fn thousand_maps_of_side_32_are_playable() {
    thousand_maps_are_playable(32);
}

#[test]
fn thousand_maps_of_side_60_are_playable() {
    thousand_maps_are_playable(60);
}

#[test]
fn thousand_maps_of_side_64_are_playable() {
    thousand_maps_are_playable(64);
}

#[test]
fn passable_is_where_a_tank_fits_and_diagonal_steps_are_free_too() {
    let mut diagonal = 0;
    for n in 0..40 {
        let map = modern([n, n + 1], 44);
        for tile in interior(&map) {
            assert_eq!(map.passable(tile), fits(&map, middle(tile)), "{n} {tile:?}");
            for (dx, dy) in [(1, 1), (1, -1), (1, 0), (0, 1)] {
                let other =
                    Tile { x: (i32::from(tile.x) + dx) as u8, y: (i32::from(tile.y) + dy) as u8 };
                if map.passable(tile) && map.passable(other) {
                    assert!(can_step(&map, tile, dx, dy), "{n} {tile:?} to {other:?}");
                    diagonal += usize::from(dx * dy != 0);
                }
            }
        }
    }
    assert!(diagonal > 10_000, "{diagonal}");
}

#[test]
fn trees_are_numbered_in_their_order() {
    let map = modern([3, 4], 60);
    assert!(map.trees().len() > 100);
    for (number, &tile) in map.trees().iter().enumerate() {
        assert_eq!(map.obstacle(tile), Some(Obstacle::Tree(number as u16)));
    }
    let standing =
        interior(&map).filter(|&t| matches!(map.obstacle(t), Some(Obstacle::Tree(_)))).count();
    assert_eq!(standing, map.trees().len());
}

#[test]
fn classic_terrain_is_scenery() {
    for n in 0..50 {
        let map = Map::generate([n, 9], &Rules::new(RuleSet::Classic, 120, 60));
        assert!(map.trees().is_empty() && map.crates().is_empty());
        assert!(interior(&map).all(|t| map.obstacle(t).is_none() && !map.is_deep(t)));
        assert!(interior(&map).any(|t| map.ground(t) == Ground::Water));
        assert!(map.spawns().len() >= MAX_SEATS);
        let last = map.side() - 2;
        for t in interior(&map) {
            let inner = t.x > 1 && t.y > 1 && t.x < last && t.y < last;
            assert_eq!((map.passable(t), map.is_open(t)), (inner, inner), "{t:?}");
        }
    }
}

#[test]
fn same_seeds_give_the_same_map_and_other_seeds_another() {
    let mut hashes = Vec::new();
    for n in 0..20 {
        for seeds in [[n, 100], [100, n + 1000]] {
            let map = modern(seeds, 32);
            assert_eq!(map, modern(seeds, 32));
            hashes.push(map.hash());
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), 40);
    // the rules and the side are part of the choice
    assert_ne!(modern([1, 2], 32).hash(), modern([1, 2], 33).hash());
    let classic = Map::generate([1, 2], &Rules::new(RuleSet::Classic, 120, 32));
    assert_ne!(modern([1, 2], 32).hash(), classic.hash());
}

#[test]
fn maps_are_those_of_the_golden_file() {
    const SEEDS: [[u64; 2]; 8] = [
        [0, 0],
        [1, 2],
        [2, 1],
        [42, 4711],
        [u64::MAX, 0],
        [u64::MAX, u64::MAX],
        [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
        [1 << 63, 1 << 32],
    ];
    let mut now = String::from("# rules side elevation-seed moisture-seed hash\n");
    for set in [RuleSet::Classic, RuleSet::Modern] {
        let name = if set == RuleSet::Classic { "classic" } else { "modern" };
        for side in [24, 32, 44, 60, 64] {
            for seeds in SEEDS {
                let hash = Map::generate(seeds, &Rules::new(set, 120, side)).hash();
                let [a, b] = seeds;
                writeln!(now, "{name} {side} {a:016x} {b:016x} {hash:016x}").unwrap();
            }
        }
    }
    bless::compare("maps.txt", &now);
}
