//! What a bot knows of the ground as it is now: where a tank fits, what stops a shell, and the way
//! from one tile to another. Fallen trees are counted out. Never changes anything.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::sim::math::{mul, ratio};
use crate::sim::rules::{HULL_HALF_WIDTH, HULL_RADIUS, MAX_SIDE, OBSTACLE_RADIUS, RuleSet};
use crate::sim::{Angle, Fx, Ground, Map, Obstacle, Tile, Vec2, World};

/// A shell's line must pass an obstacle at this distance to count as free.
const SHELL_CLEARANCE: Fx = ratio(47, 100);
/// Cost of a step to the side, of a diagonal step, and their like on sand.
const STEP: [u32; 4] = [12, 17, 16, 23];
/// Added to the cost of a tile on which another tank stands.
const CROWDED: u32 = 90;

const SIDE: usize = MAX_SIDE as usize;

/// One look at the ground of a World.
#[derive(Clone, Copy)]
pub(super) struct Terrain<'a> {
    pub(super) world: &'a World,
    pub(super) map: &'a Map,
}

impl Terrain<'_> {
    /// Whether a tree or a rock stands on the tile now.
    pub(super) fn stands(self, tile: Tile) -> bool {
        match self.map.obstacle(tile) {
            Some(Obstacle::Rock) => true,
            Some(Obstacle::Tree(number)) => !self.world.is_felled(number),
            None => false,
        }
    }

    /// Whether a tank fits in the middle of the tile now, whichever way its hull points.
    pub(super) fn fits(self, tile: Tile) -> bool {
        if self.map.passable(tile) {
            return true;
        }
        let last = self.map.side().saturating_sub(2);
        if tile.x < 2 || tile.y < 2 || tile.x >= last || tile.y >= last {
            return false;
        }
        // Only a felled tree can have made room since the map was made.
        let (mut felled, mut blocked) = (false, false);
        for dy in -1..=1i8 {
            for dx in -1..=1i8 {
                let near = shifted(tile, dx, dy);
                let cross = dx == 0 || dy == 0;
                blocked |= self.map.is_deep(near) || (cross && self.stands(near));
                felled |= cross && self.map.obstacle(near).is_some();
            }
        }
        felled && !blocked
    }

    /// Whether a shell flies from one point to just before the other without hitting a tree or a rock.
    pub(super) fn shell_flies(self, from: Vec2, to: Vec2) -> bool {
        let way = to - from;
        let length = way.length();
        let steps = (mul(length, ratio(5, 1)).to_bits() >> 16).max(1);
        let end = (mul(length - HULL_HALF_WIDTH, ratio(5, 1)).to_bits() >> 16).min(steps);
        (0..=end).all(|i| {
            let at = from + way.scale(ratio(i, steps));
            let tile = Tile::under(at);
            self.map.is_open(tile)
                || !self.stands(tile)
                || (at - tile.centre()).length() >= SHELL_CLEARANCE
        })
    }

    /// Whether a tank can, in all likelihood, drive from one point straight to the other.
    pub(super) fn tank_drives(self, from: Vec2, to: Vec2) -> bool {
        let way = to - from;
        let steps = (mul(way.length(), ratio(3, 1)).to_bits() >> 16) + 1;
        (1..=steps).all(|i| self.has_room(from + way.scale(ratio(i, steps))))
    }

    /// Whether a tank has room at a point, whichever way its hull points.
    fn has_room(self, at: Vec2) -> bool {
        let tile = Tile::under(at);
        if self.map.is_open(tile) {
            return true;
        }
        if !self.fits(tile) {
            return false;
        }
        let gap = HULL_RADIUS + OBSTACLE_RADIUS;
        let corners = [(-1, -1), (1, -1), (-1, 1), (1, 1)];
        corners.into_iter().all(|(dx, dy)| {
            let near = shifted(tile, dx, dy);
            !self.stands(near) || (near.centre() - at).length() >= gap
        })
    }

    /// Whether the ground of this tile slows tanks down.
    pub(super) fn is_slow(self, tile: Tile) -> bool {
        self.map.rules().set() == RuleSet::Modern
            && matches!(self.map.ground(tile), Ground::Sand | Ground::DarkSand)
    }

    /// Whether a tank can drive so far from `from` this way.
    pub(super) fn is_free_way(self, from: Vec2, way: Angle, far: Fx) -> bool {
        self.tank_drives(from, from + way.direction().scale(far))
    }

    /// The tiles of a short way to `to`, or to the tile nearest to it that can be reached,
    /// without the tile it begins on.
    ///
    /// `crowded` are tiles better driven around.
    pub(super) fn way(self, from: Tile, to: Tile, crowded: &[Tile]) -> Vec<Tile> {
        let mut search = Search::new(from, to);
        while let Some((tile, cost)) = search.next() {
            if tile == to {
                break;
            }
            for (dx, dy) in NEIGHBOURS {
                let next = shifted(tile, dx, dy);
                if search.is_closed(next) {
                    continue;
                }
                if !self.fits(next) {
                    search.close(next);
                    continue;
                }
                let kind = usize::from(dx != 0 && dy != 0) + 2 * usize::from(self.is_slow(next));
                let step = STEP.get(kind).copied().unwrap_or(STEP[3]);
                let near = |c: &&Tile| c.x.abs_diff(next.x) < 2 && c.y.abs_diff(next.y) < 2;
                let crowd = crowded.iter().filter(near).count() as u32 * CROWDED;
                search.offer(next, tile, cost + step + crowd);
            }
        }
        search.trace(from)
    }
}

/// The tile so many columns and rows away; stays on the grid.
pub(super) fn shifted(tile: Tile, dx: i8, dy: i8) -> Tile {
    let inside = |v: u8, d: i8| v.saturating_add_signed(d).min(MAX_SIDE - 1);
    Tile { x: inside(tile.x, dx), y: inside(tile.y, dy) }
}

const NEIGHBOURS: [(i8, i8); 8] =
    [(0, -1), (-1, 0), (1, 0), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)];

/// The state of a search for a way (A*).
struct Search {
    to: Tile,
    /// Cheapest known cost, the tile it came from, and whether it is final.
    seen: Vec<(u32, Tile, bool)>,
    /// (guess of the whole cost, cost so far, column, row); the order breaks every tie.
    open: BinaryHeap<Reverse<(u32, u32, u8, u8)>>,
    /// The tile nearest to the goal, and its guess of the rest.
    best: (u32, Tile),
}

impl Search {
    fn new(from: Tile, to: Tile) -> Self {
        let seen = vec![(u32::MAX, from, false); SIDE * SIDE];
        let mut new = Self { to, seen, open: BinaryHeap::new(), best: (u32::MAX, from) };
        new.offer(from, from, 0);
        new
    }

    fn next(&mut self) -> Option<(Tile, u32)> {
        while let Some(Reverse((_, cost, x, y))) = self.open.pop() {
            let tile = Tile { x, y };
            if !self.is_closed(tile) {
                self.close(tile);
                let rest = rest(tile, self.to);
                if rest < self.best.0 {
                    self.best = (rest, tile);
                }
                return Some((tile, cost));
            }
        }
        None
    }

    fn is_closed(&self, tile: Tile) -> bool {
        self.seen.get(index(tile)).is_none_or(|s| s.2)
    }

    fn close(&mut self, tile: Tile) {
        if let Some(s) = self.seen.get_mut(index(tile)) {
            s.2 = true;
        }
    }

    fn offer(&mut self, tile: Tile, from: Tile, cost: u32) {
        if let Some(s) = self.seen.get_mut(index(tile))
            && cost < s.0
        {
            (s.0, s.1) = (cost, from);
            self.open.push(Reverse((cost + rest(tile, self.to), cost, tile.x, tile.y)));
        }
    }

    fn trace(&self, from: Tile) -> Vec<Tile> {
        let mut way = Vec::new();
        let mut at = self.best.1;
        while at != from && way.len() < SIDE * SIDE {
            way.push(at);
            at = self.seen.get(index(at)).map_or(from, |s| s.1);
        }
        way.reverse();
        way
    }
}

fn index(tile: Tile) -> usize {
    usize::from(tile.y) * SIDE + usize::from(tile.x)
}

/// The least a way between two tiles can cost.
fn rest(a: Tile, b: Tile) -> u32 {
    let (dx, dy) = (u32::from(a.x.abs_diff(b.x)), u32::from(a.y.abs_diff(b.y)));
    STEP[0] * dx.max(dy) + (STEP[1] - STEP[0]) * dx.min(dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rules::COUNTDOWN;
    use crate::sim::{Event, Events, Input, MAX_SEATS, Rules, step};

    fn modern(seed: u64) -> (Map, World) {
        let map = Map::generate([seed, seed + 7], &Rules::new(RuleSet::Modern, 60, 40));
        let mut world = World::create(&map, &[0, 1]);
        world.tick = COUNTDOWN;
        (map, world)
    }

    /// Fires one shell from seat 0; returns what happened until it ended.
    fn shoot(map: &Map, world: &mut World, held: u16) -> Vec<Event> {
        let mut events = Events::new();
        for tick in 0..200 {
            let mut inputs = [Input::default(); MAX_SEATS];
            inputs[0].held = if tick == 0 { Input::FIRE | held } else { 0 };
            step(world, map, &inputs, &mut events);
        }
        events.iter().map(|(_, event)| *event).collect()
    }

    #[test]
    fn shell_hits_where_its_line_is_free_and_not_where_it_is_not() {
        let (mut free, mut blocked, mut stopped) = (0, 0, 0);
        for seed in 0..10 {
            let (map, fresh) = modern(seed);
            for pair in map.spawns().windows(2) {
                let mut world = fresh;
                (world.tanks[0].at, world.tanks[1].at) = (pair[0].centre(), pair[1].centre());
                world.tanks[0].turret = Angle::of(pair[1].centre() - pair[0].centre());
                let flies = Terrain { world: &world, map: &map }
                    .shell_flies(world.tanks[0].at, world.tanks[1].at);
                let events = shoot(&map, &mut world, 0);
                let hit = events.iter().any(|e| matches!(e, Event::Hit { seat: 1, .. }));
                if flies {
                    free += 1;
                    assert!(hit, "seed {seed}: {pair:?} {events:?}");
                } else {
                    blocked += 1;
                    stopped += usize::from(!hit);
                }
            }
        }
        assert!(free > 10 && blocked > 10, "{free} {blocked}");
        // The rest passes an obstacle by less than is sure.
        assert!(stopped * 10 >= blocked * 9, "{stopped} of {blocked}");
    }

    #[test]
    fn a_felled_tree_makes_room() {
        let (mut made_room, mut seed) = (false, 0);
        while !made_room {
            let (map, fresh) = modern(seed);
            for &tree in map.trees() {
                let Some(stand) = (3..6).map(|d| shifted(tree, d, 0)).find(|t| map.is_open(*t))
                else {
                    continue;
                };
                let mut world = fresh;
                world.tanks[0].at = stand.centre();
                world.tanks[0].turret = Angle(0x8000);
                let before = Terrain { world: &world, map: &map };
                assert!(!before.fits(tree));
                assert!(!before.tank_drives(stand.centre(), tree.centre()));
                let events = shoot(&map, &mut world, Input::PIERCING);
                let felled =
                    events.iter().any(|e| matches!(e, Event::Felled { tile } if *tile == tree));
                made_room |= felled && Terrain { world: &world, map: &map }.fits(tree);
            }
            seed += 1;
        }
        assert!(seed < 20);
    }

    #[test]
    fn way_is_made_of_neighbours_on_which_a_tank_fits() {
        for seed in 0..10 {
            let (map, world) = modern(seed);
            let terrain = Terrain { world: &world, map: &map };
            let (from, to) = (map.spawns()[0], map.spawns()[1]);
            let way = terrain.way(from, to, &[]);
            assert_eq!(way.last(), Some(&to));
            let mut at = from;
            for tile in way {
                assert!(tile.x.abs_diff(at.x) <= 1 && tile.y.abs_diff(at.y) <= 1);
                assert!(terrain.fits(tile));
                at = tile;
            }
        }
    }

    #[test]
    fn way_to_water_ends_on_the_shore() {
        let (map, world) = modern(3);
        let terrain = Terrain { world: &world, map: &map };
        let tiles = (2..38).flat_map(|y| (2..38).map(move |x| Tile { x, y }));
        let lake = tiles.clone().find(|tile| map.is_deep(*tile)).unwrap();
        let way = terrain.way(map.spawns()[0], lake, &[]);
        let end = *way.last().unwrap();
        assert!(terrain.fits(end));
        let nearest = tiles.filter(|tile| map.passable(*tile)).map(|tile| rest(tile, lake)).min();
        assert!(rest(end, lake) <= nearest.unwrap() + STEP[1] * 3, "{end:?} {lake:?}");
    }
}
