//! Where a tank gets to on a map that is being made: which tiles it fits on, which
//! of them hang together, and how to join those that do not.
//!
//! A tank counts as the circle around its hull, so what is proven here holds for
//! every direction of the hull.

use super::map::{Ground, Near, Obstacle};
use super::rules::MAX_SIDE;

/// Tiles from one row to the next.
pub(super) const ROW: usize = MAX_SIDE as usize;
/// Places of a full grid.
pub(super) const TILES: usize = ROW * ROW;
/// The four neighbours of a tile as steps of its index.
pub(super) const CROSS: [isize; 4] = [-(ROW as isize), -1, 1, ROW as isize];
/// The four diagonal neighbours.
pub(super) const CORNERS: [isize; 4] =
    [-(ROW as isize) - 1, -(ROW as isize) + 1, ROW as isize - 1, ROW as isize + 1];

/// The index of a neighbour; only for tiles that are not on the border ring.
#[inline]
pub(super) fn beside(at: usize, step: isize) -> usize {
    at.wrapping_add_signed(step)
}

/// The tile itself and its eight neighbours; only for tiles that are not on the border ring.
pub(super) fn block(at: usize) -> impl Iterator<Item = usize> {
    std::iter::once(at).chain(CROSS.into_iter().chain(CORNERS).map(move |s| beside(at, s)))
}

/// A map in the making.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) side: usize,
    /// Whether water stops tanks.
    pub(super) deep: bool,
    pub(super) ground: Vec<Ground>,
    /// Trees are all number 0 until the map is finished.
    pub(super) obstacles: Vec<Option<Obstacle>>,
}

impl Draft {
    /// The tiles within the wall.
    pub(super) fn interior(&self) -> impl Iterator<Item = usize> + use<> {
        inset(self.side, 1)
    }

    /// Whether nothing on this tile stops a tank.
    fn is_clear(&self, at: usize) -> bool {
        self.obstacles[at].is_none() && !(self.deep && self.ground[at] == Ground::Water)
    }

    /// Per tile: what stops a tank on it and on its eight neighbours.
    pub(super) fn near(&self) -> Vec<Near> {
        let within = |v: usize| (1..self.side - 1).contains(&v);
        let mut near = vec![Near::WALLED; TILES];
        for at in inset(self.side, 0) {
            let (x, y) = (at % ROW, at / ROW);
            let nine = (0..9).map(|i| ((x + i % 3).wrapping_sub(1), (y + i / 3).wrapping_sub(1)));
            let inside = |(x, y): (usize, usize)| within(x) && within(y);
            let stops = |(x, y)| inside((x, y)) && !self.is_clear(y * ROW + x);
            near[at] = Near::new(nine.clone().map(stops), !nine.clone().all(inside));
        }
        near
    }

    /// Per tile: whether a tank fits in its middle, whichever way its hull points.
    ///
    /// The circle around a hull (0.93) reaches into all eight neighbours, so none may
    /// be water or wall. An obstacle must be 1.35 away (0.93 + 0.42): one tile to the
    /// side is too near, a diagonal neighbour (1.41) is not. The way from one such tile to a
    /// neighbour that is one too, also diagonally, is then free as well: whatever
    /// comes near its middle is also a neighbour of one of its ends.
    pub(super) fn passable(&self) -> Vec<bool> {
        let mut passable = vec![false; TILES];
        for at in inset(self.side, 2) {
            let dry = !self.deep || block(at).all(|b| self.ground[b] != Ground::Water);
            passable[at] = dry
                && self.obstacles[at].is_none()
                && CROSS.iter().all(|&s| self.obstacles[beside(at, s)].is_none());
        }
        passable
    }

    /// Makes ways from the largest region to every other of at least `worth` tiles: fords
    /// through water, lanes through obstacles. Returns the largest region at the end.
    pub(super) fn join_regions(&mut self, worth: usize) -> Vec<usize> {
        loop {
            let regions = Regions::of(&self.passable(), self.side);
            let ways = regions.ways(worth, self.side);
            if ways.is_empty() {
                return regions.largest();
            }
            // Each round leaves one region where there were several, so this ends.
            for at in ways {
                self.open(at);
            }
        }
    }

    /// Makes a tile passable that is at least two tiles from the edge of the map.
    fn open(&mut self, at: usize) {
        for b in block(at) {
            if self.deep && self.ground[b] == Ground::Water {
                self.ground[b] = Ground::Sand;
            }
        }
        self.obstacles[at] = None;
        for step in CROSS {
            self.obstacles[beside(at, step)] = None;
        }
    }
}

/// The tiles at least `inset` tiles from the edge of the map, row by row.
pub(super) fn inset(side: usize, inset: usize) -> impl Iterator<Item = usize> {
    (inset..side - inset).flat_map(move |y| (inset..side - inset).map(move |x| y * ROW + x))
}

/// The connected parts of the passable tiles.
struct Regions {
    /// 0 is not passable, else 1 + the number of the region.
    label: Vec<u16>,
    /// Tiles of each region, in the order of its first tile.
    members: Vec<Vec<usize>>,
    /// The number of the largest region; of equal ones the first.
    main: usize,
}

impl Regions {
    fn of(passable: &[bool], side: usize) -> Regions {
        let mut label = vec![0u16; TILES];
        let mut members: Vec<Vec<usize>> = Vec::new();
        for start in inset(side, 2) {
            if !passable[start] || label[start] != 0 {
                continue;
            }
            let number = members.len() as u16 + 1;
            label[start] = number;
            let mut tiles = vec![start];
            let mut next = 0;
            while next < tiles.len() {
                for step in CROSS {
                    let b = beside(tiles[next], step);
                    if passable[b] && label[b] == 0 {
                        label[b] = number;
                        tiles.push(b);
                    }
                }
                next += 1;
            }
            members.push(tiles);
        }
        let mut main = 0;
        for (number, tiles) in members.iter().enumerate() {
            if tiles.len() > members[main].len() {
                main = number;
            }
        }
        Regions { label, members, main }
    }

    fn largest(mut self) -> Vec<usize> {
        if self.members.is_empty() { Vec::new() } else { self.members.swap_remove(self.main) }
    }

    /// The tiles to open between the largest region and every other of at least `worth`
    /// tiles, each along a shortest way.
    fn ways(&self, worth: usize, side: usize) -> Vec<usize> {
        let mut wanted: Vec<bool> = self.members.iter().map(|m| m.len() >= worth).collect();
        let mut left = wanted.iter().filter(|w| **w).count();
        if left == 0 {
            return Vec::new();
        }
        let mut may_go = vec![false; TILES];
        for at in inset(side, 2) {
            may_go[at] = true;
        }
        // Flood from the largest region over everything; `from` is the way back.
        let mut from = vec![usize::MAX; TILES];
        let mut queue = self.members[self.main].clone();
        for &at in &queue {
            may_go[at] = false;
        }
        let mut ways = Vec::new();
        let mut next = 0;
        while next < queue.len() && left > 0 {
            let at = queue[next];
            next += 1;
            if let Some(region) = usize::from(self.label[at]).checked_sub(1)
                && wanted[region]
            {
                wanted[region] = false;
                left -= 1;
                let mut back = from[at];
                while back != usize::MAX {
                    if self.label[back] == 0 {
                        ways.push(back);
                    }
                    back = from[back];
                }
            }
            for step in CROSS {
                let b = beside(at, step);
                if may_go[b] {
                    may_go[b] = false;
                    from[b] = at;
                    queue.push(b);
                }
            }
        }
        ways
    }
}

/// Adds up to `count` of the candidates to `taken`, each as far as possible from all
/// that are taken and at least `apart` tiles. With nothing taken yet, the first is the
/// candidate farthest from `hint`.
pub(super) fn spread(
    candidates: &[usize],
    taken: &mut Vec<usize>,
    hint: usize,
    count: usize,
    apart: i32,
) {
    let anchors = if taken.is_empty() { vec![hint] } else { taken.clone() };
    let mut gap: Vec<i32> = candidates
        .iter()
        .map(|&c| anchors.iter().map(|&t| distance_squared(c, t)).min().unwrap_or(0))
        .collect();
    let mut nothing_yet = taken.is_empty();
    for _ in 0..count {
        // of equally far candidates the first
        let Some(best) = (0..gap.len()).min_by_key(|&i| (-gap[i], i)) else { return };
        if !nothing_yet && gap[best] < apart * apart {
            return;
        }
        let place = candidates[best];
        taken.push(place);
        for (g, &c) in gap.iter_mut().zip(candidates) {
            let d = distance_squared(c, place);
            *g = if nothing_yet { d } else { d.min(*g) };
        }
        nothing_yet = false;
    }
}

/// The square of the distance between two tiles' middles.
pub(super) fn distance_squared(a: usize, b: usize) -> i32 {
    let dx = (a % ROW) as i32 - (b % ROW) as i32;
    let dy = (a / ROW) as i32 - (b / ROW) as i32;
    dx * dx + dy * dy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::map::Tile;

    fn meadow(side: usize) -> Draft {
        Draft { side, deep: true, ground: vec![Ground::Grass; TILES], obstacles: vec![None; TILES] }
    }

    fn at(x: usize, y: usize) -> usize {
        y * ROW + x
    }

    #[test]
    fn tank_fits_diagonally_beside_a_rock_but_not_straight_beside_it() {
        let mut draft = meadow(24);
        draft.obstacles[at(10, 10)] = Some(Obstacle::Rock);
        let passable = draft.passable();
        assert!(!passable[at(10, 10)] && !passable[at(11, 10)] && !passable[at(10, 9)]);
        assert!(passable[at(11, 11)] && passable[at(9, 11)] && passable[at(12, 10)]);
    }

    #[test]
    fn tank_keeps_a_tile_from_water_and_wall() {
        let mut draft = meadow(24);
        draft.ground[at(10, 10)] = Ground::Water;
        let passable = draft.passable();
        assert!(!passable[at(11, 11)] && passable[at(12, 12)]);
        assert!(!passable[at(1, 5)] && passable[at(2, 5)]);
        assert!(!passable[at(22, 5)] && passable[at(21, 5)]);
        draft.deep = false;
        assert!(draft.passable()[at(10, 10)]);
    }

    #[test]
    fn block_is_noticed_from_all_eight_sides() {
        let mut draft = meadow(24);
        draft.obstacles[at(10, 10)] = Some(Obstacle::Rock);
        let near = draft.near();
        for (x, y) in [(9, 9), (10, 9), (11, 9), (9, 10), (10, 10), (11, 10), (9, 11), (11, 11)] {
            let stops: Vec<Tile> = near[at(x, y)].tiles(Tile { x: x as u8, y: y as u8 }).collect();
            assert_eq!(stops, [Tile { x: 10, y: 10 }], "{x} {y}");
        }
        let clear = |x, y| near[at(x, y)].is_clear();
        assert!(clear(12, 10) && clear(2, 2) && !clear(1, 2) && !clear(22, 22));
        assert!(near[at(1, 2)].has_wall() && !near[at(9, 9)].has_wall());
    }

    #[test]
    fn corner_of_the_map_is_near_what_stands_beside_it() {
        let mut draft = meadow(24);
        (draft.ground[at(1, 1)], draft.obstacles[at(22, 22)]) =
            (Ground::Water, Some(Obstacle::Rock));
        let near = draft.near();
        let stops =
            |x: u8, y: u8| near[at(x.into(), y.into())].tiles(Tile { x, y }).collect::<Vec<_>>();
        assert_eq!(stops(0, 0), [Tile { x: 1, y: 1 }]);
        assert_eq!(stops(23, 23), [Tile { x: 22, y: 22 }]);
        assert_eq!(stops(0, 23), []);
    }

    #[test]
    fn river_and_hedge_across_the_map_are_opened() {
        let mut draft = meadow(24);
        for i in 0..24 {
            draft.ground[at(8, i)] = Ground::Water;
            draft.obstacles[at(16, i)] = Some(Obstacle::Tree(0));
        }
        assert_eq!(Regions::of(&draft.passable(), 24).members.len(), 3);
        let region = draft.join_regions(1);
        let regions = Regions::of(&draft.passable(), 24);
        assert_eq!(regions.members.len(), 1);
        assert_eq!(region.len(), regions.members[0].len());
        let water = draft.ground.iter().filter(|&&g| g == Ground::Water).count();
        let trees = draft.obstacles.iter().flatten().count();
        assert_eq!((water, trees), (21, 21), "a way is three tiles wide and not wider");
    }

    #[test]
    fn spread_takes_the_far_corners_first() {
        let all: Vec<usize> = inset(24, 2).collect();
        let mut taken = Vec::new();
        spread(&all, &mut taken, at(5, 6), 4, 4);
        assert_eq!(taken, [at(21, 21), at(2, 2), at(21, 2), at(2, 21)]);
        spread(&all, &mut taken, at(0, 0), 100, 9);
        for (i, &a) in taken.iter().enumerate() {
            assert!(taken[..i].iter().all(|&b| distance_squared(a, b) >= 81));
        }
        assert!(taken.len() > 5);
    }
}
