//! The rules of the game: [`step`] takes a [`World`] and what everyone holds down,
//! and makes the next [`World`].
//!
//! Pure: no clock, no I/O, no float, no hash map, no thread, nothing of ours
//! imported. The same World, Map and inputs give the same bits on every machine.

#![deny(clippy::float_arithmetic, clippy::disallowed_types)]
// Ranges are proven here, and a broken one is a programmer's mistake that asserts.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

pub mod event;
pub mod input;
pub mod map;
mod mapgen;
pub mod math;
mod noise;
mod random;
mod reach;
pub mod rules;
mod tables;
mod world;

pub use event::{Crate, Event, Events, Stop};
pub use input::Input;
pub use map::{Ground, Map, Obstacle, Tile};
pub use math::{Angle, Fx, Vec2};
pub use rules::{Ammo, MAX_SEATS, RuleSet, Rules};
pub use world::{Phase, Pickup, Shell, Tank, TankState, World};
