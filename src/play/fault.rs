//! Faults made on purpose, so that tests and the curious can see a desync healed.
//! Without one this does nothing at all.

use crate::sim::{TankState, World};

/// At which ticks a bit of this peer's Worlds is flipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Of the predicted World.
    pub predicted: Option<u32>,
    /// Of the settled World.
    pub settled: Option<u32>,
}

impl Fault {
    /// What the player is told while a fault is still to come.
    pub fn warning(self) -> Option<String> {
        let tick = self.predicted.or(self.settled)?;
        Some(format!("Test: a desync is made at tick {tick}"))
    }
}

/// One of the two: the bit is flipped whenever its tick is stepped in this epoch, as a
/// build that differs would, and never again in a later one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flip {
    at: Option<u32>,
    done: bool,
}

impl Flip {
    /// At this tick.
    pub fn new(at: Option<u32>) -> Self {
        Self { at, done: false }
    }

    /// The tick, unless it is behind us.
    pub fn to_come(self) -> Option<u32> {
        self.at.filter(|_| !self.done)
    }

    /// Flips the bit if it is time. It is one of a counter, so that the World stays legal.
    pub(super) fn touch(&mut self, world: &mut World) {
        let here = |tank: &&mut crate::sim::Tank| tank.state() != TankState::Absent;
        if self.at == Some(world.tick)
            && let Some(tank) = world.tanks.iter_mut().find(here)
        {
            tank.shots ^= 1;
            self.done = true;
        }
    }
}
