//! Every number of the game, and the choices a host makes about a match.
//!
//! The numbers are those of the original TankWarz (3000 x 3000 pixels, tiles of
//! 50 pixels) in tiles and ticks. Nothing here computes anything.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

use super::math::{Fx, ratio};

/// Seats of a match; also the length of every array indexed by a seat.
pub const MAX_SEATS: usize = 8;
/// Shells in flight at once. Eight tanks reload in 120 ticks and a shell crosses
/// the largest map in less than 300, so 32 are the most there can be.
pub const MAX_SHELLS: usize = 64;
/// Places of a map where crates can appear.
pub const MAX_PICKUPS: usize = 32;
/// Trees of a map that can fall (two bits of damage each in the World).
pub const MAX_TREES: usize = 1024;
/// Ticks of one second.
pub const TICKS_PER_SECOND: u32 = 60;
/// Ticks before the first input counts: 3 s.
pub const COUNTDOWN: u32 = 180;
/// Shortest match a host may choose, in seconds.
pub const MIN_SECONDS: u16 = 10;
/// Longest match a host may choose, in seconds.
pub const MAX_SECONDS: u16 = 3600;
/// Smallest side of a map in tiles, the border walls included.
pub const MIN_SIDE: u8 = 24;
/// Largest side of a map in tiles, the border walls included.
pub const MAX_SIDE: u8 = 64;

/// Half the length of a hull (66.9 pixels along the tracks).
pub const HULL_HALF_LENGTH: Fx = ratio(67, 100);
/// Half the width of a hull (62.9 pixels).
pub const HULL_HALF_WIDTH: Fx = ratio(63, 100);
/// Radius of the circle around a hull, rounded up.
pub const HULL_RADIUS: Fx = ratio(93, 100);
/// Driving forward or back: 2 tiles/s (100 pixels/s), in tiles per tick.
pub const DRIVE: Fx = ratio(2, 60);
/// Driving on sand, three quarters of [`DRIVE`].
pub const DRIVE_SAND: Fx = ratio(3, 120);
/// Turning hull or turret: 1 rad/s = 65536 / 2 pi / 60 angle units per tick.
pub const TURN: u16 = 174;
/// From the turret's pivot to the muzzle: 50 pixels.
pub const MUZZLE: Fx = ratio(1, 1);
/// Ticks between two shots.
pub const RELOAD: u8 = 120;
/// Hit points of a new tank, and the most it can have.
pub const FULL_HP: u8 = 100;
/// Points for each hit on a living tank.
pub const POINTS_PER_HIT: u32 = 10;
/// Ticks a destroyed tank is out.
pub const RESPAWN: u8 = 180;
/// Ticks a new tank cannot be hurt; ends when it fires.
pub const PROTECTION: u8 = 120;
/// Radius of a tree's trunk and of a rock.
pub const OBSTACLE_RADIUS: Fx = ratio(42, 100);
/// Damage a tree bears: a regular hit does 1, an armour-piercing hit 3.
pub const TREE_STRENGTH: u8 = 3;
/// A tank picks up a crate whose centre is this near to its own.
pub const PICKUP_RADIUS: Fx = ratio(95, 100);
/// Regular shells in an ammunition crate.
pub const CRATE_REGULAR: u8 = 10;
/// Armour-piercing shells in an ammunition crate.
pub const CRATE_PIERCING: u8 = 1;
/// Hit points of a repair crate.
pub const CRATE_REPAIR: u8 = 30;
/// Shortest time until a taken crate is replaced, in ticks; the longest is twice this.
pub const CRATE_DELAY: u16 = 900;

/// A kind of ammunition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ammo {
    /// 20 tiles/s, 10 damage, 40 rounds.
    Regular = 0,
    /// Armour-piercing: 30 tiles/s, 34 damage, 5 rounds.
    Piercing = 1,
}

impl Ammo {
    /// Both kinds, in the order of the ammunition counters of a tank.
    pub const ALL: [Ammo; 2] = [Ammo::Regular, Ammo::Piercing];

    /// Tiles per tick.
    pub const fn speed(self) -> Fx {
        match self {
            Ammo::Regular => ratio(20, 60),
            Ammo::Piercing => ratio(30, 60),
        }
    }

    /// Hit points a hit takes.
    pub const fn damage(self) -> u8 {
        match self {
            Ammo::Regular => 10,
            Ammo::Piercing => 34,
        }
    }

    /// Rounds of a new tank, and the most it can carry.
    pub const fn rounds(self) -> u8 {
        match self {
            Ammo::Regular => 40,
            Ammo::Piercing => 5,
        }
    }
}

/// A whole set of rules.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum RuleSet {
    /// The original's rules: terrain is scenery, no obstacles, no crates.
    Classic = 0,
    /// Water stops tanks, sand slows them, trees, rocks and crates.
    #[default]
    Modern = 1,
}

/// What the host chose for a match. Travels in the epoch and inside the World.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Rules {
    /// Length of the match after the countdown, in ticks.
    match_ticks: u32,
    /// Side of the map in tiles.
    side: u8,
    set: u8,
    unused: [u8; 2],
}

impl Rules {
    /// Rules from a host's choice; every value is brought into its range.
    pub fn new(set: RuleSet, seconds: u16, side: u8) -> Self {
        let seconds = u32::from(seconds.clamp(MIN_SECONDS, MAX_SECONDS));
        Self {
            match_ticks: seconds * TICKS_PER_SECOND,
            side: side.clamp(MIN_SIDE, MAX_SIDE),
            set: set as u8,
            unused: [0; 2],
        }
    }

    /// The side a map has by default for so many tanks.
    pub const fn default_side(set: RuleSet, tanks: usize) -> u8 {
        match (set, tanks) {
            (RuleSet::Classic, _) => 60,
            (RuleSet::Modern, 0..=2) => 32,
            (RuleSet::Modern, 3..=4) => 44,
            (RuleSet::Modern, _) => 60,
        }
    }

    /// The rule set.
    #[inline]
    pub fn set(&self) -> RuleSet {
        if self.set == RuleSet::Classic as u8 { RuleSet::Classic } else { RuleSet::Modern }
    }

    /// Side of the map in tiles, the border walls included.
    #[inline]
    pub fn side(&self) -> u8 {
        self.side
    }

    /// Length of the match after the countdown, in ticks.
    #[inline]
    pub fn match_ticks(&self) -> u32 {
        self.match_ticks
    }

    /// Whether every field holds a value that [`Rules::new`] can give.
    pub fn is_legal(&self) -> bool {
        let seconds = self.match_ticks / TICKS_PER_SECOND;
        self.match_ticks.is_multiple_of(TICKS_PER_SECOND)
            && (u32::from(MIN_SECONDS)..=u32::from(MAX_SECONDS)).contains(&seconds)
            && (MIN_SIDE..=MAX_SIDE).contains(&self.side)
            && self.set <= RuleSet::Modern as u8
            && self.unused == [0; 2]
    }
}

impl Default for Rules {
    /// `modern`, 120 s, the map of two tanks.
    fn default() -> Self {
        Self::new(RuleSet::Modern, 120, 32)
    }
}

// On the wire the rules are what the host chose, not their bytes in memory.
#[derive(Serialize, Deserialize)]
struct Choice {
    set: RuleSet,
    seconds: u16,
    side: u8,
}

impl Serialize for Rules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let seconds = (self.match_ticks / TICKS_PER_SECOND) as u16;
        Choice { set: self.set(), seconds, side: self.side }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let choice = Choice::deserialize(deserializer)?;
        let rules = Rules::new(choice.set, choice.seconds, choice.side);
        let kept = rules.side == choice.side
            && rules.match_ticks == u32::from(choice.seconds) * TICKS_PER_SECOND;
        if kept { Ok(rules) } else { Err(serde::de::Error::custom("rules out of range")) }
    }
}
