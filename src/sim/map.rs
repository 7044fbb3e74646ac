//! The ground of a match: what the two seeds and the rules say, and nothing that changes.
//!
//! Every peer generates the same map from the same seeds; it never travels.
//! What can change on it (fallen trees, crates) lives in the World.

use xxhash_rust::xxh3::xxh3_64;

use super::mapgen;
use super::math::{Fx, Vec2};
use super::rules::{MAX_SIDE, RuleSet, Rules};

/// A tile by column and row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Column, from the west.
    pub x: u8,
    /// Row, from the north.
    pub y: u8,
}

/// What the ground is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names say it
pub enum Ground {
    Water,
    Sand,
    DarkSand,
    Dirt,
    Grass,
    Shrub,
    Temperate,
}

/// What stands on a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// Never falls.
    Rock,
    /// Falls; the number counts the trees of the map from 0 and is its place in
    /// the World's tree damage.
    Tree(u16),
}

/// Which of a tile and its eight neighbours can stop a tank, so that a step looks at
/// these few and not at all nine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Near(u16);

impl Near {
    /// One of the nine is part of the wall.
    const WALL: u16 = 1 << 9;

    /// Nothing but wall.
    pub(super) const WALLED: Near = Near(Self::WALL);

    /// What `stops` says of the nine tiles, row by row, and whether one of them is wall.
    pub(super) fn new(stops: impl Iterator<Item = bool>, wall: bool) -> Near {
        let bits = stops.zip(0..9).map(|(stops, i)| u16::from(stops) << i).sum::<u16>();
        Near(bits | if wall { Self::WALL } else { 0 })
    }

    /// Whether nothing can stop a tank here.
    #[inline]
    pub(super) fn is_clear(self) -> bool {
        self.0 == 0
    }

    /// Whether a part of the wall is near.
    #[inline]
    pub(super) fn has_wall(self) -> bool {
        self.0 & Self::WALL != 0
    }

    /// Without the tiles whose middle a segment along `path` does not come within `reach`
    /// of on one axis; it begins at `from`, seen from the middle of the nine.
    #[inline]
    pub(super) fn along(self, from: Vec2, path: Vec2, reach: Fx) -> Near {
        let (low, high) = (path.x.min(Fx::ZERO), path.x.max(Fx::ZERO));
        let west = if from.x + low > reach - Fx::ONE { 0b001_001_001 } else { 0 };
        let east = if from.x + high < Fx::ONE - reach { 0b100_100_100 } else { 0 };
        let (low, high) = (path.y.min(Fx::ZERO), path.y.max(Fx::ZERO));
        let north = if from.y + low > reach - Fx::ONE { 0b000_000_111 } else { 0 };
        let south = if from.y + high < Fx::ONE - reach { 0b111_000_000 } else { 0 };
        Near(self.0 & !(west | east | north | south))
    }

    /// The tiles within the wall that can stop a tank, row by row; `middle` is the tile asked for.
    #[inline]
    pub(super) fn tiles(self, middle: Tile) -> impl Iterator<Item = Tile> {
        let mut left = self.0 & !Self::WALL;
        std::iter::from_fn(move || {
            let i = left.trailing_zeros() as u8;
            left &= left.checked_sub(1)?;
            Some(Tile { x: middle.x + i % 3 - 1, y: middle.y + i / 3 - 1 })
        })
    }
}

/// A place to begin: a tank fits there, and every other such place can be reached from it.
pub type Spawn = Tile;

/// The ground of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    pub(super) seeds: [u64; 2],
    pub(super) rules: Rules,
    /// Row by row, `MAX_SIDE` to a row.
    pub(super) ground: Vec<Ground>,
    pub(super) obstacles: Vec<Option<Obstacle>>,
    /// Per tile: what stands on it and on its eight neighbours.
    pub(super) near: Vec<Near>,
    /// Per tile: whether a tank fits in its middle whichever way its hull points.
    pub(super) passable: Vec<bool>,
    pub(super) trees: Vec<Tile>,
    pub(super) spawns: Vec<Spawn>,
    pub(super) crates: Vec<Tile>,
}

impl Map {
    /// The map of these seeds (elevation, moisture) under these rules: the same on every machine.
    pub fn generate(seeds: [u64; 2], rules: &Rules) -> Map {
        mapgen::generate(seeds, rules)
    }

    /// The seeds it was made from.
    pub fn seeds(&self) -> [u64; 2] {
        self.seeds
    }

    /// The rules it was made for.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Tiles to a side; the outermost ring is wall.
    pub fn side(&self) -> u8 {
        self.rules.side()
    }

    /// What the ground of a tile is made of. Tiles outside the map count as the nearest inside.
    #[inline]
    pub fn ground(&self, tile: Tile) -> Ground {
        self.ground[self.index(tile)]
    }

    /// What stands on a tile in a fresh match (trees may have fallen since).
    #[inline]
    pub fn obstacle(&self, tile: Tile) -> Option<Obstacle> {
        self.obstacles[self.index(tile)]
    }

    /// What stands on this tile and on its eight neighbours in a fresh match.
    #[inline]
    pub(super) fn near(&self, tile: Tile) -> Near {
        self.near[self.index(tile)]
    }

    /// Whether the ground of this tile stops tanks under the rules of this match.
    #[inline]
    pub fn is_deep(&self, tile: Tile) -> bool {
        self.rules.set() == RuleSet::Modern && self.ground(tile) == Ground::Water
    }

    /// Whether this tile is part of the wall around the map.
    pub fn is_wall(&self, tile: Tile) -> bool {
        let last = self.side() - 1;
        tile.x == 0 || tile.y == 0 || tile.x >= last || tile.y >= last
    }

    /// Whether a tank fits in the middle of this tile, whichever way its hull points, in a
    /// fresh match. A tank can drive straight from the middle of one such tile to that
    /// of any of its eight neighbours that is one too.
    #[inline]
    pub fn passable(&self, tile: Tile) -> bool {
        self.passable[self.index(tile)]
    }

    /// Whether nothing that can stop a tank stands on this tile or on one of its eight
    /// neighbours: no wall, no deep water, no obstacle (of a fresh match).
    #[inline]
    pub fn is_open(&self, tile: Tile) -> bool {
        self.near(tile).is_clear()
    }

    /// The trees in the order of their numbers.
    pub fn trees(&self) -> &[Tile] {
        &self.trees
    }

    /// Where tanks may appear: at least `MAX_SEATS` places, best spread first.
    pub fn spawns(&self) -> &[Spawn] {
        &self.spawns
    }

    /// Where crates may appear, at most `MAX_PICKUPS`; none in `classic`.
    pub fn crates(&self) -> &[Tile] {
        &self.crates
    }

    /// A number that differs, in all likelihood, where ground, obstacles, spawns or crates do.
    pub fn hash(&self) -> u64 {
        let side = usize::from(self.side());
        let mut bytes = vec![self.side()];
        for row in 0..side {
            let row = row * usize::from(MAX_SIDE);
            for at in row..row + side {
                let obstacle = match self.obstacles[at] {
                    None => 0,
                    Some(Obstacle::Rock) => 1,
                    Some(Obstacle::Tree(_)) => 2,
                };
                bytes.push(self.ground[at] as u8 * 3 + obstacle);
            }
        }
        for places in [&self.spawns, &self.crates] {
            bytes.push(places.len() as u8);
            bytes.extend(places.iter().flat_map(|p| [p.x, p.y]));
        }
        xxh3_64(&bytes)
    }

    #[inline]
    fn index(&self, tile: Tile) -> usize {
        let last = self.side() - 1;
        usize::from(tile.y.min(last)) * usize::from(MAX_SIDE) + usize::from(tile.x.min(last))
    }
}

impl Tile {
    /// The tile under a point. Points outside 0..64 give the nearest tile of the largest map.
    #[inline]
    pub fn under(at: Vec2) -> Tile {
        let clamp =
            |v: super::math::Fx| (v.to_bits() >> 16).clamp(0, i32::from(MAX_SIDE) - 1) as u8;
        Tile { x: clamp(at.x), y: clamp(at.y) }
    }

    /// The middle of the tile.
    #[inline]
    pub fn centre(self) -> Vec2 {
        Vec2::tile_centre(self.x, self.y)
    }
}
