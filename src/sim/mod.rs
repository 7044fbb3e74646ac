//! The rules of the game: [`step`] takes a [`World`] and what everyone holds down,
//! and makes the next [`World`].
//!
//! Pure: no clock, no I/O, no float, no hash map, no thread, nothing of ours
//! imported. The same World, Map and inputs give the same bits on every machine.

#![deny(clippy::float_arithmetic, clippy::disallowed_types)]
// Ranges are proven here, and a broken one is a programmer's mistake that asserts.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

mod collide;
pub mod deeds;
pub mod event;
pub mod input;
pub mod map;
mod mapgen;
pub mod math;
mod noise;
mod pickup;
mod random;
mod reach;
pub mod rules;
mod shell;
pub mod snapshot;
mod tables;
mod tank;
mod world;

pub use deeds::{Deed, Deeds};
pub use event::{Crate, Event, Events, Stop, Told};
pub use input::Input;
pub use map::{Ground, Map, Obstacle, Tile};
pub use math::{Angle, Fx, Vec2};
pub use rules::{Ammo, MAX_SEATS, RuleSet, Rules};
pub use snapshot::fingerprint;
pub use world::{Phase, Pickup, Shell, Tank, TankState, World};

/// One tick of the whole game: `world` becomes the next World, and what happened
/// is added to `events` under the new tick.
///
/// `inputs` is indexed by seat; those of absent seats mean nothing. `map` must be
/// the map of the World's seeds and rules.
pub fn step(world: &mut World, map: &Map, inputs: &[Input; MAX_SEATS], events: &mut Events) {
    debug_assert_eq!((world.seeds, &world.rules), (map.seeds(), map.rules()));
    events.begin(world.tick + 1);
    match world.phase() {
        Phase::Over => {}
        Phase::Countdown(left) => {
            if left == 1 {
                events.push(Event::Started);
            }
        }
        Phase::Playing(left) => {
            tank::drive_and_fire(world, map, inputs, events);
            tank::push_apart(world, map);
            tank::respawn(world, map, events);
            shell::fly(world, map, events);
            pickup::take_and_appear(world, map, events);
            if left == 1 {
                events.push(Event::Ended);
            }
        }
    }
    for (tank, input) in world.tanks.iter_mut().zip(inputs) {
        if tank.is_alive() {
            tank.held = *input;
        }
    }
    world.tick += 1;
}
