//! Worlds from outside: validation, the name of the first difference between
//! two Worlds, and the fingerprint of the simulation itself.

use std::mem::offset_of;

use super::collide::Hull;
use super::input::Input;
use super::map::Map;
use super::rules::{
    Ammo, CRATE_DELAY, FULL_HP, MAX_SEATS, PROTECTION, RELOAD, RESPAWN, RuleSet, Rules,
};
use super::world::{Pickup, Shell, Tank, TankState, World};
use super::{Events, Fx, step};

/// Bytes of a snapshot.
pub const SIZE: usize = size_of::<World>();

/// Why bytes from outside are not a World.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// Not [`SIZE`] bytes.
    Size(usize),
    /// The World is not of the map it came with.
    Map,
    /// A field, by name, holds what no match can lead to.
    Field(String),
}

impl std::fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Size(n) => write!(f, "a snapshot has {SIZE} bytes, this one has {n}"),
            Self::Map => write!(f, "the snapshot is of another map"),
            Self::Field(name) => write!(f, "the snapshot's field {name} is out of range"),
        }
    }
}

impl std::error::Error for SnapshotError {}

/// The World in `bytes`, if every field of it is legal on `map`.
///
/// # Errors
/// Says what is wrong; no bytes lead to a panic here or later in [`step`].
pub fn decode(bytes: &[u8], map: &Map) -> Result<World, SnapshotError> {
    let world: World =
        bytemuck::try_pod_read_unaligned(bytes).map_err(|_| SnapshotError::Size(bytes.len()))?;
    validate(&world, map)?;
    Ok(world)
}

/// A field in which two Worlds differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name, such as `tanks[3].hp`.
    pub field: String,
    /// What the first World has there, as a whole number without a sign.
    pub a: u64,
    /// What the second World has there.
    pub b: u64,
}

/// The name of the first field in which two Worlds differ, such as `tanks[3].hp`.
pub fn first_difference(a: &World, b: &World) -> Option<String> {
    difference(a, b).map(|difference| difference.field)
}

/// The first field in which two Worlds differ, with both values. Of a field of more than
/// eight bytes they are those from the first difference on.
pub fn difference(a: &World, b: &World) -> Option<Difference> {
    let (x, y) = (bytemuck::bytes_of(a), bytemuck::bytes_of(b));
    let at = x.iter().zip(y).position(|(p, q)| p != q)?;
    let field = field_at(at);
    let same = |at: &usize| field_at(*at) == field;
    let end = (at..SIZE.min(at + 8)).take_while(same).last().unwrap_or(at) + 1;
    let start = (end.saturating_sub(8)..=at).find(same).unwrap_or(at);
    let value = |of: &[u8]| of[start..end].iter().rev().fold(0, |n, &b| n << 8 | u64::from(b));
    Some(Difference { field, a: value(x), b: value(y) })
}

/// A number that two builds share exactly when they play the same game: a hash of
/// scripted matches of both rule sets, of their maps and of the size of the World.
pub fn fingerprint() -> u64 {
    let mut parts = vec![SIZE as u64];
    for set in [RuleSet::Classic, RuleSet::Modern] {
        let rules = Rules::new(set, 30, 32);
        let map = Map::generate([0x5eed, 0xfeed], &rules);
        let mut world = World::create(&map, &[0, 1, 2, 3]);
        let mut events = Events::new();
        for tick in 0..600u32 {
            let mut inputs = [Input::default(); MAX_SEATS];
            for (seat, input) in inputs.iter_mut().enumerate() {
                let draw =
                    (tick / 16).wrapping_mul(0x9e37_79b9) ^ (seat as u32).wrapping_mul(0x85eb_ca6b);
                *input = Input { held: (draw >> 7) as u16, aim: (draw >> 16) as u16 };
            }
            events.clear();
            step(&mut world, &map, &inputs, &mut events);
        }
        parts.extend([map.hash(), world.hash()]);
    }
    xxhash_rust::xxh3::xxh3_64(bytemuck::cast_slice(&parts))
}

fn validate(world: &World, map: &Map) -> Result<(), SnapshotError> {
    if world.seeds != map.seeds() || world.rules != *map.rules() || !world.rules.is_legal() {
        return Err(SnapshotError::Map);
    }
    let field = |name: String, good: bool| {
        if good { Ok(()) } else { Err(SnapshotError::Field(name)) }
    };
    // A day of ticks: far beyond any match, far from overflow.
    field("tick".into(), world.tick < 24 * 3600 * 60 && world.reserved == 0)?;
    for (i, tank) in world.tanks.iter().enumerate() {
        field(format!("tanks[{i}]"), tank_is_legal(tank, world, map))?;
    }
    for (i, shell) in world.shells.iter().enumerate() {
        field(format!("shells[{i}]"), shell_is_legal(shell, world, map))?;
    }
    for (i, place) in world.pickups.iter().enumerate() {
        field(format!("pickups[{i}]"), pickup_is_legal(place, i < map.crates().len()))?;
    }
    let standing = map.trees().len();
    let beyond = (standing..world.trees.len() * 4).all(|t| world.tree_damage(t as u16) == 0);
    field("trees".into(), beyond)
}

fn tank_is_legal(tank: &Tank, world: &World, map: &Map) -> bool {
    let counters = tank.hp <= FULL_HP
        && tank.ammo[0] <= Ammo::Regular.rounds()
        && tank.ammo[1] <= Ammo::Piercing.rounds()
        && tank.selected <= Ammo::Piercing as u8
        && tank.reload <= RELOAD
        && tank.protection <= PROTECTION
        && tank.respawn <= RESPAWN;
    let inside = |v: Fx| v >= Fx::ONE && v <= Fx::from_bits((i32::from(map.side()) - 1) << 16);
    let placed = inside(tank.at.x) && inside(tank.at.y);
    counters
        && match tank.state() {
            TankState::Alive => {
                let hull = Hull::new(tank.at, tank.hull);
                placed && tank.hp > 0 && tank.respawn == 0 && hull.deepest(world, map).is_none()
            }
            TankState::Destroyed => tank.hp == 0 && (placed || tank.at == super::Vec2::ZERO),
            // Only what a parked tank keeps: arithmetic on its place would overflow elsewhere.
            TankState::Absent => *tank == tank.parked(),
        }
}

fn shell_is_legal(shell: &Shell, world: &World, map: &Map) -> bool {
    let Some(ammo) = shell.ammo() else {
        return *shell == bytemuck::Zeroable::zeroed();
    };
    let inside = |v: Fx| v >= Fx::ZERO && v <= Fx::from_bits(i32::from(map.side()) << 16);
    usize::from(shell.owner) < MAX_SEATS
        && shell.born < world.tick
        && inside(shell.at.x)
        && inside(shell.at.y)
        && shell.velocity == shell.direction.direction().scale(ammo.speed())
}

fn pickup_is_legal(place: &Pickup, exists: bool) -> bool {
    let empty = place.kind == 0 && place.wait == 0;
    let waiting = place.kind == 0 && place.wait <= 2 * CRATE_DELAY;
    let lying = place.kind <= 2 && place.kind > 0 && place.wait == 0;
    place.unused == 0 && (empty || (exists && (waiting || lying)))
}

/// The name of the field of World at a byte offset.
fn field_at(at: usize) -> String {
    let (name, start) = named(
        at,
        &[
            ("seeds", offset_of!(World, seeds)),
            ("tick", offset_of!(World, tick)),
            ("reserved", offset_of!(World, reserved)),
            ("rules", offset_of!(World, rules)),
            ("tanks", offset_of!(World, tanks)),
            ("shells", offset_of!(World, shells)),
            ("pickups", offset_of!(World, pickups)),
            ("trees", offset_of!(World, trees)),
        ],
    );
    let within = at - start;
    match name {
        "tanks" => element("tanks", within, size_of::<Tank>(), &TANK_FIELDS),
        "shells" => element("shells", within, size_of::<Shell>(), &SHELL_FIELDS),
        "pickups" => element("pickups", within, size_of::<Pickup>(), &PICKUP_FIELDS),
        "trees" => format!("trees[{}..{}]", within * 4, within * 4 + 4),
        "seeds" => format!("seeds[{}]", within / 8),
        plain => plain.to_owned(),
    }
}

fn element(array: &str, within: usize, size: usize, fields: &[(&str, usize)]) -> String {
    let (name, _) = named(within % size, fields);
    format!("{array}[{}].{name}", within / size)
}

fn named<'a>(at: usize, fields: &[(&'a str, usize)]) -> (&'a str, usize) {
    *fields.iter().rev().find(|(_, start)| *start <= at).expect("the first field starts at 0")
}

const TANK_FIELDS: [(&str, usize); 17] = [
    ("at.x", offset_of!(Tank, at)),
    ("at.y", offset_of!(Tank, at) + 4),
    ("hull", offset_of!(Tank, hull)),
    ("turret", offset_of!(Tank, turret)),
    ("held", offset_of!(Tank, held)),
    ("score", offset_of!(Tank, score)),
    ("kills", offset_of!(Tank, kills)),
    ("deaths", offset_of!(Tank, deaths)),
    ("shots", offset_of!(Tank, shots)),
    ("hits", offset_of!(Tank, hits)),
    ("state", offset_of!(Tank, state)),
    ("hp", offset_of!(Tank, hp)),
    ("ammo", offset_of!(Tank, ammo)),
    ("selected", offset_of!(Tank, selected)),
    ("reload", offset_of!(Tank, reload)),
    ("protection", offset_of!(Tank, protection)),
    ("respawn", offset_of!(Tank, respawn)),
];

const SHELL_FIELDS: [(&str, usize); 7] = [
    ("at.x", offset_of!(Shell, at)),
    ("at.y", offset_of!(Shell, at) + 4),
    ("velocity", offset_of!(Shell, velocity)),
    ("born", offset_of!(Shell, born)),
    ("direction", offset_of!(Shell, direction)),
    ("owner", offset_of!(Shell, owner)),
    ("kind", offset_of!(Shell, kind)),
];

const PICKUP_FIELDS: [(&str, usize); 3] = [
    ("wait", offset_of!(Pickup, wait)),
    ("kind", offset_of!(Pickup, kind)),
    ("unused", offset_of!(Pickup, unused)),
];
