//! Who plays, and from which World: pure state machines without I/O or clock.

#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

use serde::{Deserialize, Serialize};

/// Milliseconds since some fixed moment, given as an argument.
pub type Millis = u64;

/// A machine in the room, named by its signalling server.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct PeerId(pub u128);

impl std::fmt::Display for PeerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}", (self.0 >> 96) as u32)
    }
}
