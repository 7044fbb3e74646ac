//! The ground of a match: what the two seeds and the rules say, and nothing that changes.
//!
//! Every peer generates the same map from the same seeds; it never travels.
//! What can change on it (fallen trees, crates) lives in the World.

use xxhash_rust::xxh3::xxh3_64;

use super::mapgen;
use super::math::Vec2;
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
    /// Per tile: whether anything that can stop a tank stands on it or on one of its eight neighbours.
    pub(super) near_block: Vec<bool>,
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

    /// Whether anything that can stop a tank stands on this tile or on one of its eight neighbours.
    #[inline]
    pub(super) fn near_block(&self, tile: Tile) -> bool {
        self.near_block[self.index(tile)]
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
        !self.near_block[self.index(tile)]
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
