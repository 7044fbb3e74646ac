//! A stretch of a match played from one agreed World by one roster, and the form
//! in which it travels. Nothing that travelled is an [`Epoch`] before it was checked.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PeerId, Roster};
use crate::sim::snapshot::{self, SnapshotError};
use crate::sim::{Map, Rules, TankState, World};

/// "From this World, with this roster, play on."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Counts up from 1 within a room; never used for two contents.
    pub id: u32,
    /// What made it necessary.
    pub why: Why,
    /// Who decided it.
    pub host: PeerId,
    /// The seeds of the map.
    pub seeds: [u64; 2],
    /// What the host chose about the match.
    pub rules: Rules,
    /// Who plays.
    pub roster: Roster,
    /// Where play goes on; `None` is a fresh match made from seeds, rules and roster.
    pub world: Option<Box<World>>,
}

/// What made an epoch necessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// The first match of a room.
    Start,
    /// Another match with whoever is there.
    Rematch,
    /// Somebody new takes a seat.
    Join,
    /// Somebody is back in their seat.
    Rejoin,
    /// Somebody left or fell silent.
    Leave,
    /// Two peers disagreed about the World.
    Desync,
    /// The host is gone and another peer took over.
    Migration,
    /// Somebody was taken out who flooded the others or held them up.
    Dropped,
}

impl Why {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Rematch => "rematch",
            Self::Join => "join",
            Self::Rejoin => "rejoin",
            Self::Leave => "leave",
            Self::Desync => "desync",
            Self::Migration => "migration",
            Self::Dropped => "dropped",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Epoch {
    /// The form that travels.
    pub fn seal(&self) -> SealedEpoch {
        SealedEpoch {
            id: self.id,
            why: self.why,
            host: self.host,
            seeds: self.seeds,
            rules: self.rules,
            roster: self.roster.clone(),
            world: self.world.as_deref().map(WorldBytes::of),
        }
    }

    /// The World play begins with, on the map of these seeds and rules.
    pub fn first_world(&self, map: &Map) -> World {
        match &self.world {
            Some(world) => **world,
            None => World::create(map, &self.roster.handles()),
        }
    }

    /// The World's tick the epoch begins at.
    pub fn tick(&self) -> u32 {
        self.world.as_ref().map_or(0, |world| world.tick)
    }
}

/// An [`Epoch`] as it travels: well formed, but its World is still mere bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedEpoch {
    /// See [`Epoch::id`].
    pub id: u32,
    /// See [`Epoch::why`].
    pub why: Why,
    /// See [`Epoch::host`].
    pub host: PeerId,
    /// See [`Epoch::seeds`].
    pub seeds: [u64; 2],
    /// See [`Epoch::rules`].
    pub rules: Rules,
    /// See [`Epoch::roster`].
    pub roster: Roster,
    world: Option<WorldBytes>,
}

/// The bytes of a World, exactly as many as a World has, of any content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldBytes(Box<[u8]>);

impl WorldBytes {
    const LEN: usize = size_of::<World>();

    /// Of a World.
    pub fn of(world: &World) -> Self {
        Self(bytemuck::bytes_of(world).into())
    }

    /// The World, if it is legal on this map.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn open(&self, map: &Map) -> Result<World, SnapshotError> {
        snapshot::decode(&self.0, map)
    }

    /// The World unchecked: to be looked at and never to be stepped.
    pub(super) fn as_shown(&self) -> World {
        bytemuck::pod_read_unaligned(&self.0)
    }
}

impl Serialize for WorldBytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for WorldBytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = WorldBytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "the {} bytes of a World", WorldBytes::LEN)
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<WorldBytes, E> {
                if bytes.len() == WorldBytes::LEN {
                    Ok(WorldBytes(bytes.into()))
                } else {
                    Err(E::invalid_length(bytes.len(), &self))
                }
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}

/// Why a [`SealedEpoch`] cannot be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EpochError {
    /// Its number is 0, or nobody of its roster plays.
    Empty,
    /// Its host has no seat.
    HostWithoutSeat,
    /// The map is of other seeds or rules.
    OtherMap,
    /// The World breaks the rules of the game.
    World(SnapshotError),
    /// The World has a tank where nobody sits, or none where somebody does.
    OtherSeats,
}

impl SealedEpoch {
    /// Checks everything against the map of its seeds and rules.
    ///
    /// # Errors
    /// See [`EpochError`].
    pub fn open(&self, map: &Map) -> Result<Epoch, EpochError> {
        if self.id == 0 || self.roster.handles().is_empty() {
            return Err(EpochError::Empty);
        }
        if !self.roster.has(self.host) {
            return Err(EpochError::HostWithoutSeat);
        }
        if map.seeds() != self.seeds || *map.rules() != self.rules {
            return Err(EpochError::OtherMap);
        }
        let world = match &self.world {
            None => None,
            Some(bytes) => {
                let world = bytes.open(map).map_err(EpochError::World)?;
                let seats = (0u8..).zip(&world.tanks);
                let present = seats.filter(|(_, tank)| tank.state() != TankState::Absent);
                if !present.map(|(seat, _)| seat).eq(self.roster.handles()) {
                    return Err(EpochError::OtherSeats);
                }
                Some(Box::new(world))
            }
        };
        Ok(Epoch {
            id: self.id,
            why: self.why,
            host: self.host,
            seeds: self.seeds,
            rules: self.rules,
            roster: self.roster.clone(),
            world,
        })
    }
}

impl fmt::Display for EpochError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nobody plays in it"),
            Self::HostWithoutSeat => f.write_str("its host does not play in it"),
            Self::OtherMap => f.write_str("it is of another map"),
            Self::World(error) => write!(f, "its World is broken: {error}"),
            Self::OtherSeats => f.write_str("its World has tanks in other seats than its roster"),
        }
    }
}

impl std::error::Error for EpochError {}
