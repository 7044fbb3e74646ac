//! The state of a match: plain old data of fixed size, without padding or pointers.
//!
//! Saving it is a copy, its checksum is a hash of its bytes, and the snapshot on
//! the wire is its bytes.

use bytemuck::{Pod, Zeroable};

use super::event::Crate;
use super::input::Input;
use super::map::Map;
use super::math::{Angle, Vec2};
use super::rules::{
    Ammo, COUNTDOWN, MAX_PICKUPS, MAX_SEATS, MAX_SHELLS, MAX_TREES, Rules, TREE_STRENGTH,
};
use super::{pickup, tank};

/// Everything that can change during a match.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct World {
    /// The seeds of the map, also the root of every random draw of the match.
    pub seeds: [u64; 2],
    /// Steps since the match was created; the countdown is part of it.
    pub tick: u32,
    pub(super) reserved: u32,
    /// What the host chose.
    pub rules: Rules,
    /// One tank a seat, also for empty seats.
    pub tanks: [Tank; MAX_SEATS],
    /// Shells in flight and free slots, in no order.
    pub shells: [Shell; MAX_SHELLS],
    /// One for each of the map's crate places, in their order.
    pub pickups: [Pickup; MAX_PICKUPS],
    /// Two bits a tree, in the order of the map's trees: damage taken, 3 is fallen.
    pub(super) trees: [u8; MAX_TREES / 4],
}

/// One seat's tank.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Tank {
    /// Centre of the hull, also the turret's pivot.
    pub at: Vec2,
    /// Where the hull points.
    pub hull: Angle,
    /// Where the turret points; does not turn with the hull.
    pub turret: Angle,
    /// The input of the previous tick, to find edges.
    pub held: Input,
    /// Points.
    pub score: u32,
    /// Tanks destroyed.
    pub kills: u16,
    /// Times destroyed.
    pub deaths: u16,
    /// Shells fired.
    pub shots: u16,
    /// Shells that hit a tank that could be hurt.
    pub hits: u16,
    pub(super) state: u8,
    /// Hit points, 0..=100.
    pub hp: u8,
    /// Rounds left, by [`Ammo`].
    pub ammo: [u8; 2],
    pub(super) selected: u8,
    /// Ticks until the gun can fire, 0..=120.
    pub reload: u8,
    /// Ticks of spawn protection left, 0..=120.
    pub protection: u8,
    /// Ticks until a destroyed tank comes back, 0..=180.
    pub respawn: u8,
}

/// Whether a seat's tank takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TankState {
    /// The seat is empty, or its player is away: no input, cannot be hit, keeps its score.
    Absent,
    /// On the map.
    Alive,
    /// Destroyed, waiting to come back; its last position is the wreck's.
    Destroyed,
}

/// A shell, or a free slot.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Shell {
    /// Where it is.
    pub at: Vec2,
    /// Tiles per tick.
    pub velocity: Vec2,
    /// The World's tick when it was fired: with the slot, its name for the eye and the ear.
    pub born: u32,
    /// The way it flies.
    pub direction: Angle,
    /// The seat that fired it.
    pub owner: u8,
    /// 0 is a free slot, else 1 + kind of ammunition.
    pub(super) kind: u8,
}

/// The state of one crate place.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Pickup {
    /// Ticks until a crate appears; 0 while one lies there or where the map has no place.
    pub wait: u16,
    /// 0 is none, else the number of a [`Crate`].
    pub(super) kind: u8,
    pub(super) unused: u8,
}

/// Where in a match a World is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Ticks until inputs count.
    Countdown(u32),
    /// Ticks until the time is up.
    Playing(u32),
    /// Nothing moves any more.
    Over,
}

impl World {
    /// The World before the first tick, with a tank on the map for each of `seats`.
    pub fn create(map: &Map, seats: &[u8]) -> World {
        let mut world: World = Zeroable::zeroed();
        world.seeds = map.seeds();
        world.rules = *map.rules();
        for (&seat, &spawn) in seats.iter().zip(map.spawns()) {
            tank::place(&mut world.tanks[usize::from(seat)], map, spawn);
        }
        pickup::begin(&mut world, map);
        world
    }

    /// Brings the tank of a seat into a running match: a fresh one under spawn
    /// protection, with the points the seat had. Does nothing if it is there already.
    pub fn enter(&mut self, map: &Map, seat: u8) {
        let seat = usize::from(seat);
        if self.tanks[seat].state() != TankState::Absent {
            return;
        }
        if !tank::enter(self, map, seat) {
            // Every spawn is taken: wait one tick at a time, as after being destroyed.
            self.tanks[seat].state = TankState::Destroyed as u8;
            self.tanks[seat].respawn = 1;
        }
    }

    /// Takes the tank of a seat out of the match; it keeps its points and counters.
    pub fn park(&mut self, seat: u8) {
        let tank = &mut self.tanks[usize::from(seat)];
        *tank = tank.parked();
    }

    /// The checksum: a hash of all bytes.
    #[inline]
    pub fn hash(&self) -> u64 {
        xxhash_rust::xxh3::xxh3_64(bytemuck::bytes_of(self))
    }

    /// Adds damage to a tree that stands; true if it falls by it.
    pub(super) fn hurt_tree(&mut self, tree: u16, damage: u8) -> bool {
        let hurt = (self.tree_damage(tree) + damage).min(TREE_STRENGTH);
        let shift = tree % 4 * 2;
        let byte = &mut self.trees[usize::from(tree) / 4];
        *byte = (*byte & !(3 << shift)) | (hurt << shift);
        hurt == TREE_STRENGTH
    }

    /// Where in the match this World is.
    #[inline]
    pub fn phase(&self) -> Phase {
        let end = COUNTDOWN + self.rules.match_ticks();
        if self.tick < COUNTDOWN {
            Phase::Countdown(COUNTDOWN - self.tick)
        } else if self.tick < end {
            Phase::Playing(end - self.tick)
        } else {
            Phase::Over
        }
    }

    /// Whether the tree of this number has fallen.
    #[inline]
    pub fn is_felled(&self, tree: u16) -> bool {
        self.tree_damage(tree) == TREE_STRENGTH
    }

    /// Damage taken by the tree of this number, 0..=3.
    #[inline]
    pub fn tree_damage(&self, tree: u16) -> u8 {
        (self.trees[usize::from(tree) / 4] >> (tree % 4 * 2)) & 3
    }

    /// The seats from first to last place: points, then kills, then fewer deaths.
    /// Absent seats without points are left out.
    pub fn standings(&self) -> Vec<u8> {
        let mut seats: Vec<u8> = (0..MAX_SEATS as u8)
            .filter(|&s| {
                let t = &self.tanks[usize::from(s)];
                t.state() != TankState::Absent || t.score > 0
            })
            .collect();
        seats.sort_by_key(|&s| (std::cmp::Reverse(self.rank_key(s)), s));
        seats
    }

    /// The seat that won, or `None` for a draw or an empty match.
    pub fn winner(&self) -> Option<u8> {
        let order = self.standings();
        match order.as_slice() {
            [] => None,
            [only] => Some(*only),
            [first, second, ..] => {
                (self.rank_key(*first) > self.rank_key(*second)).then_some(*first)
            }
        }
    }

    fn rank_key(&self, seat: u8) -> (u32, u16, std::cmp::Reverse<u16>) {
        let t = &self.tanks[usize::from(seat)];
        (t.score, t.kills, std::cmp::Reverse(t.deaths))
    }
}

impl Tank {
    /// Whether it takes part.
    #[inline]
    pub fn state(&self) -> TankState {
        match self.state {
            1 => TankState::Alive,
            2 => TankState::Destroyed,
            _ => TankState::Absent,
        }
    }

    /// Whether it is on the map.
    #[inline]
    pub fn is_alive(&self) -> bool {
        self.state == TankState::Alive as u8
    }

    /// What is left of it while its player is away: points and counters.
    pub(super) fn parked(&self) -> Tank {
        Tank {
            score: self.score,
            kills: self.kills,
            deaths: self.deaths,
            shots: self.shots,
            hits: self.hits,
            ..Zeroable::zeroed()
        }
    }

    /// What the gun is loaded with.
    #[inline]
    pub fn selected(&self) -> Ammo {
        if self.selected == Ammo::Piercing as u8 { Ammo::Piercing } else { Ammo::Regular }
    }

    /// Rounds left of a kind.
    #[inline]
    pub fn rounds(&self, ammo: Ammo) -> u8 {
        self.ammo[ammo as usize]
    }
}

impl Shell {
    /// What it is; `None` for a free slot.
    #[inline]
    pub fn ammo(&self) -> Option<Ammo> {
        match self.kind {
            1 => Some(Ammo::Regular),
            2 => Some(Ammo::Piercing),
            _ => None,
        }
    }
}

impl Pickup {
    /// The crate lying here, if there is one.
    #[inline]
    pub fn lying(&self) -> Option<Crate> {
        match self.kind {
            1 => Some(Crate::Ammo),
            2 => Some(Crate::Repair),
            _ => None,
        }
    }
}
